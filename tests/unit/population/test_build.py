"""From files to answers: versions, withdrawn cases, repeats, names, and what is asked of the result."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ibis", reason="the extra `population` is not installed")

from steelyard.population.ask import Built
from steelyard.population.build import Source, build, folder, sources
from steelyard.population.measures import highest
from steelyard.population.names import Spelling
from steelyard.population.rows import UnreadableReports
from steelyard.population.store import load

from .files import associated, faers, plain

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # ibis calls what duckdb has renamed

KRATOM = [Spelling("kratom", ("MITRAGYNINE",), ("KRATOM",))]


def built(store: Path, *files: Path, spellings: list[Spelling] = KRATOM) -> tuple[Source, ...]:
    for each in files:
        load(store, each)
    return build(store, spellings, "1")


def opened(store: Path, name: str) -> Built:
    return Built(store, next(each for each in sources(store) if each.name == name))


def test_of_several_versions_of_a_case_the_last_counts_also_over_quarters(tmp_path: Path) -> None:
    first = faers(
        tmp_path / "one.zip",
        ["101$10$1$$20240101$$$F$US", "201$20$1$$20240101$$$M$US"],
        ["101$10$1$PS$KRATOM$", "201$20$1$PS$ASPIRIN$"],
        ["101$10$Nausea$", "201$20$Rash$"],
    )
    second = faers(tmp_path / "two.zip", ["102$10$2$$20240401$$$F$US"], ["102$10$1$PS$OTHER$mitragynine"], ["102$10$Alopecia$"])
    (source,) = built(tmp_path / "s", first, second)
    assert (source.reports, source.versions) == (2, 1)
    held = opened(tmp_path / "s", "FAERS")
    assert held.answer("kratom", ["ALOPECIA"]).counts.n[0] == 1
    assert held.terms(["nausea"]) == ()


def test_of_versions_received_on_one_day_the_higher_number_counts(tmp_path: Path) -> None:
    """Numbers as numbers: 1011 is higher than 99."""
    file = faers(
        tmp_path / "q.zip",
        ["99$10$0$$20240101$$$F$US", "1011$10$0$$20240101$$$F$US"],
        ["99$10$1$PS$OLD$", "1011$10$1$PS$NEW$"],
        ["99$10$Rash$", "1011$10$Rash$"],
    )
    built(tmp_path / "s", file)
    held = opened(tmp_path / "s", "FAERS")
    assert (held.holds("new"), held.holds("old")) == ("NEW", "")


def test_a_case_that_was_withdrawn_later_is_gone(tmp_path: Path) -> None:
    first = faers(
        tmp_path / "one.zip",
        ["101$10$1$$20240101$$$F$US", "201$20$1$$20240101$$$M$US"],
        ["101$10$1$PS$KRATOM$", "201$20$1$PS$TEA$"],
        ["101$10$Rash$", "201$20$Rash$"],
    )
    second = faers(tmp_path / "two.zip", ["301$30$1$$20240401$$$F$US"], ["301$30$1$PS$TEA$"], ["301$30$Rash$"], ["10"])
    (source,) = built(tmp_path / "s", first, second)
    assert (source.reports, source.versions) == (2, 1)
    assert opened(tmp_path / "s", "FAERS").holds("kratom") == ""


def test_exact_repeats_are_left_out_and_the_rest_is_flagged(tmp_path: Path) -> None:
    """Cases 1 and 2 are the same person told twice; case 3 tells of one reaction more; case 4 of nobody in particular."""
    demo = [f"{n}1${n}$1$20240105$202402{n}0$40$YR$F$US" for n in (1, 2, 3)] + ["41$4$1$$20240240$$$F$US"]
    drug = [f"{n}1${n}$1$PS$KRATOM$" for n in (1, 2, 3, 4)]
    reac = [f"{n}1${n}$Nausea$" for n in (1, 2, 3, 4)] + ["31$3$Rash$"]
    (source,) = built(tmp_path / "s", faers(tmp_path / "q.zip", demo, drug, reac))
    assert (source.reports, source.same, source.alike, source.comparable) == (3, 1, 1, 3)
    assert source.left == pytest.approx(2 / 3)
    answer = opened(tmp_path / "s", "FAERS").answer("kratom", ["NAUSEA"])
    assert (answer.counts.n[0], answer.counts.n_drug[0]) == (3, 3)
    without = next(way for way in answer.ways if "second telling" in way.name)
    assert without.n == 2


def test_only_suspects_count_and_every_role_is_asked(tmp_path: Path) -> None:
    demo = [f"{n}1${n}$1$$20240101$$$F$US" for n in range(1, 7)]
    drug = [
        *(f"{n}1${n}$1${role}$KRATOM$" for n, role in ((1, "PS"), (2, "SS"), (3, "C"))),
        *(f"{n}1${n}$1$PS$TEA$" for n in (4, 5, 6)),
    ]
    reac = [f"{n}1${n}$Nausea$" for n in (1, 2, 3, 4)] + [f"{n}1${n}$Rash$" for n in (5, 6)]
    built(tmp_path / "s", faers(tmp_path / "q.zip", demo, drug, reac))
    answer = opened(tmp_path / "s", "FAERS").answer("kratom", ["NAUSEA"])
    assert (answer.counts.n[0], answer.counts.n_event[0], answer.counts.total) == (2, 4, 6)
    ways = {way.name: way.n for way in answer.ways}
    assert ways["with reports in which it was only taken beside"] == 3
    assert ways["only reports in which it is the first suspect"] == 1


def test_the_answer_has_every_measure_and_the_way_they_were_come_by(tmp_path: Path) -> None:
    (source,) = built(tmp_path / "s", plain(tmp_path / "own.csv", associated()))
    assert (source.name, source.reports) == ("own", 400)
    rows = associated()
    n = sum(row[1] == "Kratom" and row[2] == "ALOPECIA" for row in rows)
    n_event = sum(row[2] == "ALOPECIA" for row in rows)
    answer = opened(tmp_path / "s", "own").answer("kratom", ["Alopecia", "TELOGEN EFFLUVIUM"])
    assert answer.terms == ("ALOPECIA",)
    assert (answer.counts.n[0], answer.counts.n_drug[0], answer.counts.n_event[0]) == (n, 40, n_event)
    assert answer.expected == pytest.approx(40 * n_event / 400)
    assert answer.ic is not None and answer.ic[1] > 0
    assert answer.prr is not None
    assert answer.prr[0] == pytest.approx((n / 40) / ((n_event - n) / 360))
    assert answer.ror_adjusted is not None
    assert answer.ror_adjusted[0] == pytest.approx(n * (360 - n_event + n) / ((40 - n) * (n_event - n)))  # one stratum
    assert answer.years == ()


def test_a_term_that_no_report_has_was_not_looked_for(tmp_path: Path) -> None:
    built(tmp_path / "s", plain(tmp_path / "own.csv", [*associated(), ("more", "TEA", "RASH")]))
    held = opened(tmp_path / "s", "own")
    absent, of_others = held.answer("kratom", ["SKIN HYPERPIGMENTATION"]), held.answer("kratom", ["RASH"])
    assert absent.terms == () and absent.ic is None and absent.highest is None and absent.ways == absent.years == ()
    assert of_others.terms == ("RASH",) and of_others.counts.n[0] == 0 and of_others.ic is not None
    nobody = held.answer("valerian", ["ALOPECIA"])
    assert nobody.counts.n_drug[0] == 0 and nobody.ic is None and nobody.ways == ()


def test_none_of_both_has_a_component_below_nothing_and_no_ratio(tmp_path: Path) -> None:
    """The four cells have a zero: what divides by it is left out, what is shrunk or exact is not."""
    built(tmp_path / "s", plain(tmp_path / "own.csv", [*associated(), *((f"x{at}", "TEA", "RASH") for at in range(40))]))
    answer = opened(tmp_path / "s", "own").answer("kratom", ["RASH"])
    assert (answer.counts.n[0], answer.counts.n_drug[0], answer.counts.n_event[0]) == (0, 40, 40)
    assert answer.ic is not None and answer.ic[2] < 0
    assert answer.prr is answer.ror_adjusted is answer.eb is None
    assert answer.highest is not None and (answer.highest.log_ratio, answer.highest.chance) == (0.0, 1.0)
    assert [way.n for way in answer.ways] == [0] * len(answer.ways)


def test_a_source_of_one_report_answers_that_it_cannot_tell(tmp_path: Path) -> None:
    (source,) = built(tmp_path / "s", plain(tmp_path / "own.csv", [("1", "KRATOM", "ALOPECIA")]))
    assert (source.reports, source.prior.sure) == (1, False)
    answer = opened(tmp_path / "s", "own").answer("kratom", ["ALOPECIA"])
    assert (answer.counts.n[0], answer.expected) == (1, 1.0)
    assert answer.ic is not None and answer.ic[0] == 0.0
    assert answer.eb is None and answer.masked_by == ""
    assert answer.highest is not None and answer.highest.chance == 1.0


def test_a_source_in_which_every_report_names_another_substance_has_nothing_left_without_it(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [(at, drug, "RASH" if at else "ALOPECIA") for at in range(3) for drug in ("KRATOM", "TEA")]
    built(tmp_path / "s", plain(tmp_path / "own.csv", rows))
    answer = opened(tmp_path / "s", "own").answer("kratom", ["ALOPECIA"])
    assert answer.masked_by == "TEA"
    assert not any("TEA" in way.name for way in answer.ways)


def test_strata_in_which_nobody_takes_it_say_nothing(tmp_path: Path) -> None:
    """Kratom is reported of women only; the men, in whom the event is common, are no comparison for them."""
    rows = [(f"f{at}", "KRATOM" if at < 20 else "TEA", "ALOPECIA" if at % 4 == 0 else "RASH", "F") for at in range(100)]
    rows += [(f"m{at}", "TEA", "ALOPECIA", "M") for at in range(300)]
    built(tmp_path / "s", plain(tmp_path / "own.csv", rows, "report,drug,event,sex"))
    answer = opened(tmp_path / "s", "own").answer("kratom", ["ALOPECIA"])
    stratified = next(way for way in answer.ways if "within" in way.name)
    assert (stratified.n, stratified.expected) == (5, pytest.approx(20 * 25 / 100))
    assert answer.expected == pytest.approx(20 * 325 / 400)
    assert answer.ror_adjusted is not None and answer.ror_adjusted[0] == pytest.approx(1.0)


def test_the_event_asked_about_is_held_against_all_other_events_its_terms_as_one(tmp_path: Path) -> None:
    rows = [*associated(), *((f"x{at}", "TEA", "TELOGEN EFFLUVIUM") for at in range(3))]
    built(tmp_path / "s", plain(tmp_path / "own.csv", rows))
    held = opened(tmp_path / "s", "own")
    one, both = held.answer("kratom", ["ALOPECIA"]), held.answer("kratom", ["ALOPECIA", "TELOGEN EFFLUVIUM"])
    events = len({row[2] for row in rows})
    assert one.highest is not None and both.highest is not None
    assert (one.highest.events, both.highest.events) == (events, events - 1)
    share = Counter(row[2] for row in rows)
    expect = np.array([40 * many / len(rows) for many in share.values()])
    n = float(one.counts.n[0])
    alone = highest(n, 40 * share["ALOPECIA"] / len(rows), expect, 40.0)
    assert (one.highest.log_ratio, one.highest.chance) == (pytest.approx(alone.log_ratio), pytest.approx(alone.chance, rel=1e-9))
    listed = held.all_events("kratom")
    assert listed is not None
    first = listed.highest(0)
    assert (first.events, first.chance) == (events, pytest.approx(one.highest.chance, rel=1e-9))


def test_the_drug_that_fills_an_event_masks_it_and_is_taken_away(tmp_path: Path) -> None:
    """200 reports of another drug with the event hide 5 of kratom; without them kratom stands out."""
    rows: list[tuple[object, ...]] = [(at, "SHOUTER", "ALOPECIA") for at in range(200)]
    rows += [(200 + at, "KRATOM", "ALOPECIA" if at < 5 else "RASH") for at in range(20)]
    rows += [(220 + at, "TEA", "RASH") for at in range(300)]
    built(tmp_path / "s", plain(tmp_path / "own.csv", rows))
    answer = opened(tmp_path / "s", "own").answer("kratom", ["ALOPECIA"])
    assert answer.masked_by == "SHOUTER"
    assert answer.ic is not None and answer.ic[1] < 0
    without = next(way for way in answer.ways if "SHOUTER" in way.name)
    assert (without.n, without.expected) == (5, pytest.approx(20 * 5 / 320))
    assert without.ic[1] > 0


def test_age_sex_and_year_are_kept_apart(tmp_path: Path) -> None:
    """Both kratom and the event are common in young men and rare in old women, and unrelated in each: only pooled they look related."""
    rows: list[tuple[object, ...]] = []
    for sex, age, reports, kratom, event in (("M", 20, 400, 2, 2), ("F", 70, 400, 20, 20)):
        for at in range(reports):
            rows.append(
                (
                    len(rows),
                    "KRATOM" if at % kratom == 0 else "TEA",
                    "ALOPECIA" if (at // kratom) % event == 0 else "RASH",
                    sex,
                    age,
                )
            )
    built(tmp_path / "s", plain(tmp_path / "own.csv", rows, "report,drug,event,sex,age"))
    answer = opened(tmp_path / "s", "own").answer("kratom", ["ALOPECIA"])
    assert answer.ic is not None and answer.ic[1] > 0
    stratified = next(way for way in answer.ways if "within" in way.name)
    assert stratified.ic[0] == pytest.approx(0.0, abs=0.02)
    assert answer.ror_adjusted is not None
    assert answer.ror_adjusted[0] == pytest.approx(1.0, abs=0.02)


def test_the_course_over_the_years_begins_with_the_first_report_of_the_substance(tmp_path: Path) -> None:
    rows = [(at, "KRATOM" if at % 4 == 0 else "TEA", "ALOPECIA" if at % 8 == 0 else "RASH", 2010 + at % 12) for at in range(240)]
    built(tmp_path / "s", plain(tmp_path / "own.csv", rows, "report,drug,event,year"))
    answer = opened(tmp_path / "s", "own").answer("kratom", ["ALOPECIA"])
    assert [year.year for year in answer.years] == list(range(2010, 2022))
    assert sum(year.n for year in answer.years) == answer.counts.n[0] == 30
    assert answer.ic is not None
    assert answer.years[-1].until == pytest.approx(answer.ic)


def test_two_substances_together_are_compared_with_each_alone(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = []
    for group, reports, event in ((("TEA",), 400, 8), (("KRATOM",), 100, 4), (("KAVA",), 100, 4), (("KRATOM", "KAVA"), 40, 32)):
        for at in range(reports):
            number = (group, at)
            rows += [(f"{'-'.join(group)}-{number[1]}", drug, "ALOPECIA" if at < event else "RASH") for drug in group]
    built(tmp_path / "s", plain(tmp_path / "own.csv", rows))
    answer = opened(tmp_path / "s", "own").answer("kratom", ["ALOPECIA"], beside="KAVA")
    assert answer.together is not None
    assert answer.together.low > 1
    assert opened(tmp_path / "s", "own").answer("kratom", ["ALOPECIA"], beside="nothing").together is None


def test_negative_controls_say_how_far_off_the_source_is(tmp_path: Path) -> None:
    """Every event is reported twice as often of kratom as of others: the error is twofold, and a twofold signal is none."""
    rows: list[tuple[object, ...]] = []
    for at in range(8):
        rows += [(f"k{at}-{n}", "KRATOM", f"CONTROL {at}") for n in range(10)]
        rows += [(f"t{at}-{n}", "TEA", f"CONTROL {at}") for n in range(50)]
    rows += [(f"n{n}", "TEA", "NOTHING") for n in range(400)]
    built(tmp_path / "s", plain(tmp_path / "own.csv", rows))
    answer = opened(tmp_path / "s", "own").answer("kratom", ["CONTROL 0"], [f"control {at}" for at in range(1, 8)])
    assert answer.null is not None and answer.null.controls == 7
    assert answer.prr is not None
    assert np.exp(answer.null.mean) == pytest.approx(answer.prr[0], rel=0.01)
    assert answer.null.sd < 0.05


def test_all_events_of_a_substance_come_with_the_one_that_stands_out_first(tmp_path: Path) -> None:
    built(tmp_path / "s", plain(tmp_path / "own.csv", associated()))
    held = opened(tmp_path / "s", "own")
    found = held.all_events("KRATOM")
    assert found is not None
    assert found.term[0] == "ALOPECIA"
    assert found.counts.n.sum() == 40
    assert list(found.ic.low) == sorted(found.ic.low, reverse=True)
    assert held.all_events("nothing") is None


def test_nothing_is_worked_out_again_until_a_file_or_the_spellings_change(tmp_path: Path) -> None:
    store = tmp_path / "s"
    done: list[str] = []
    load(store, plain(tmp_path / "own.csv", associated(60)))
    for mark in ("1", "1", "2"):
        build(store, KRATOM, mark, done.append)
    assert done == ["working out own", "working out own"]
    load(store, plain(tmp_path / "more.csv", associated(20)))
    build(store, KRATOM, "2", done.append)
    assert done[2:] == ["working out more"]


def test_a_table_that_was_changed_since_is_not_counted_and_the_way_to_mend_it_is_said(tmp_path: Path) -> None:
    store = tmp_path / "s"
    done = load(store, plain(tmp_path / "own.csv", associated(60))).load
    (store / done.folder / "drugs.parquet").write_bytes(b"other")
    with pytest.raises(
        UnreadableReports, match=r"drugs\.parquet changed or gone; used nothing of own; loading own\.csv again mends it"
    ):
        build(store, KRATOM, "1")
    assert not folder(store, "own").exists()
    load(store, tmp_path / "own.csv")
    assert [each.reports for each in build(store, KRATOM, "1")] == [60]


def test_sources_are_kept_apart_and_the_same_build_gives_the_same_bytes(tmp_path: Path) -> None:
    files = [
        plain(tmp_path / "own.csv", associated(60)),
        faers(tmp_path / "q.zip", ["11$1$1$$20240101$$$F$US"], ["11$1$1$PS$KRATOM$"], ["11$1$Rash$"]),
    ]
    assert sorted(each.name for each in built(tmp_path / "s", *files)) == ["FAERS", "own"]
    built(tmp_path / "t", *files)
    for name in ("own", "FAERS"):
        one, other = folder(tmp_path / "s", name), folder(tmp_path / "t", name)
        assert {each.name: each.read_bytes() for each in one.iterdir()} == {
            each.name: each.read_bytes() for each in other.iterdir()
        }


def test_a_source_whose_file_is_broken_is_refused_by_name(tmp_path: Path) -> None:
    built(tmp_path / "s", plain(tmp_path / "own.csv", associated(60)))
    (folder(tmp_path / "s", "own") / "source.json").write_text("{}")
    with pytest.raises(UnreadableReports, match=r"own: its source\.json cannot be read"):
        sources(tmp_path / "s")


def test_both_eras_and_caers_are_built_side_by_side(tmp_path: Path, reports_folder: Path) -> None:
    names = ("aers_ascii_2004q1.zip", "faers_ascii_2017q2.zip", "caers_raw_layout.csv", "caers_supplements_2012.csv")
    found = {each.name: each for each in built(tmp_path / "s", *(reports_folder / name for name in names))}
    assert {name: each.reports for name, each in found.items()} == {"FAERS": 200, "CAERS": 114, "caers_supplements_2012": 3_356}
    assert (found["FAERS"].first, found["FAERS"].last) == (2004, 2017)
    answer = opened(tmp_path / "s", "FAERS").answer("RISPERIDONE", ["GYNAECOMASTIA"])
    assert (answer.counts.n[0], answer.counts.n_drug[0]) == (6, 6)
    listed = opened(tmp_path / "s", "caers_supplements_2012").all_events("REUMOFAN PLUS")
    assert listed is not None and listed.term[0] == "WEIGHT INCREASED" and listed.counts.n[0] == 16
