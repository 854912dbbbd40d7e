"""The letter in the app: every line is shown, any can be left out, and what is handed over is noted without a word of it."""

import io
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pypdf
import pyrage
import pytest

from steelyard.actions import keep
from steelyard.journal import store
from steelyard.records.model import Dose, Medicine, Rating, SideEffect

from ...keeping import PASSPHRASE, visitor

MEDICINE, EFFECT = "medicine.sertraline", "effect.hiccups"


def text(page: Any) -> str:
    return re.sub(r"\s+", " ", unescape(page.content.decode()))


def lines(app: Any) -> dict[str, bool]:
    """Every line on the page by its id, and whether it is ticked to be left out."""
    found = re.findall(r'name="strike" value="([^"]*)"( checked)?', text(app.get("/letter")))
    return {id: bool(ticked) for id, ticked in found}


def mark(app: Any) -> str:
    found = re.search(r'name="mark" value="(\w+)"', text(app.get("/letter")))
    assert found is not None
    return found[1]


def hand_over(app: Any, how: str = "open", **more: Any) -> Any:
    return app.post("/letter", {"how": how, "mark": mark(app), **more})


def pages(content: bytes) -> str:
    said = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    return re.sub(r"\s+", " ", said.replace("\u200b", ""))


@pytest.fixture
def written(berlin: Any, clock: Any) -> Any:
    """A browser on a journal with a dose, a rating, a medicine and an unwanted effect."""
    keep.log(
        [
            Dose(time=clock.now - timedelta(hours=2), substance="kratom", amount=3, unit="g"),
            Rating(time=clock.now - timedelta(hours=1), scale="pain", value=5),
            SideEffect(time=clock.now - timedelta(days=1), effect="hiccups", severity=1),
            Medicine(name="sertraline"),
        ]
    )
    return berlin


def test_an_empty_journal_has_no_letter(berlin: Any) -> None:
    page = text(berlin.get("/letter"))
    assert "nothing to put in a letter" in page and "Download" not in page
    assert berlin.post("/letter", {"how": "open"}).headers["Content-Type"].startswith("text/html")


def test_every_line_of_the_letter_is_on_the_page_and_none_is_left_out_at_first(written: Any) -> None:
    found = lines(written)
    assert {MEDICINE, EFFECT, "taken.kratom", "trend.pain", "alert.kratom.serotonin"} <= found.keys()
    assert not any(found.values())
    content = pages(hand_over(written).content)
    assert "Medicine: sertraline." in content and "Hiccups: noted once" in content


def test_the_download_is_a_pdf_that_no_cache_keeps(written: Any) -> None:
    answer = hand_over(written)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="letter.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content.startswith(b"%PDF-")


def test_what_is_ticked_is_not_in_the_pdf_and_stays_ticked(written: Any) -> None:
    content = pages(hand_over(written, strike=[MEDICINE, EFFECT]).content)
    assert "Medicine: sertraline." not in content and "Hiccups" not in content
    assert "The person left out 2 lines." in content
    assert {id for id, ticked in lines(written).items() if ticked} == {MEDICINE, EFFECT}
    assert "Hiccups" in pages(hand_over(written, strike=[MEDICINE]).content), "what is unticked is in it again"


def test_what_is_left_out_can_be_remembered_without_handing_anything_over(written: Any) -> None:
    before = keep.done()
    assert hand_over(written, how="keep", strike=[EFFECT]).headers["Location"] == "/letter"
    assert lines(written)[EFFECT] and keep.done() == before


def test_a_struck_line_stays_struck_when_it_comes_back(written: Any) -> None:
    hand_over(written, how="keep", strike=[EFFECT])
    (hiccups,) = store.of(SideEffect)
    store.withdraw(hiccups.id, keep.now())
    hand_over(written, how="keep", strike=[MEDICINE])
    assert EFFECT not in lines(written)
    keep.log([SideEffect(time=hiccups.record.time, effect="Hiccups")])
    assert lines(written)[EFFECT] and lines(written)[MEDICINE]


def test_nothing_is_handed_over_that_nobody_has_looked_at(written: Any, clock: Any) -> None:
    seen = mark(written)
    keep.log([SideEffect(time=clock.now, effect="jaundice", severity=3)])
    answer = written.post("/letter", {"how": "open", "mark": seen, "strike": [MEDICINE]})
    assert answer.status_code == 422 and "Look at the lines once more" in text(answer)
    assert not any("letter" in what for _, what in keep.done())
    assert lines(written)[MEDICINE] and lines(written)["effect.jaundice"] is False


def test_the_name_is_on_the_letter_only_when_given_and_is_not_kept(written: Any) -> None:
    assert "Name:" not in pages(hand_over(written).content)
    assert "Name: Ada Example." in pages(hand_over(written, name="Ada Example").content)
    assert "Ada Example" not in text(written.get("/letter"))


def test_the_paper_can_be_chosen_and_anything_else_is_a4(written: Any) -> None:
    sizes = []
    for paper in ("a4", "letter", "papyrus"):
        box = pypdf.PdfReader(io.BytesIO(hand_over(written, paper=paper).content)).pages[0].mediabox
        sizes.append((round(box.width), round(box.height)))
    assert sizes == [(595, 842), (612, 792), (595, 842)]


def test_questions_on_the_sheet_are_in_the_letter_and_one_can_be_added_here(written: Any) -> None:
    assert written.post("/letter", {"text": "Is it my liver?"}).headers["Location"] == "/letter"
    content = pages(hand_over(written).content)
    assert "What the person asks – Is it my liver?" in content
    assert "suggests" not in content


def test_a_letter_sealed_with_a_passphrase_opens_with_it(written: Any) -> None:
    answer = hand_over(written, "passphrase", passphrase=PASSPHRASE, again=PASSPHRASE, strike=[EFFECT])
    assert answer.headers["Content-Disposition"] == 'attachment; filename="letter.pdf.age"'
    opened = pages(pyrage.passphrase.decrypt(answer.content, PASSPHRASE))
    assert "Medicine: sertraline." in opened and "Hiccups" not in opened


@pytest.mark.parametrize(("again", "told"), [("other words here", "differ"), ("short", "eight characters")])
def test_a_passphrase_that_will_not_do_seals_nothing(written: Any, again: str, told: str) -> None:
    passphrase = "short" if again == "short" else PASSPHRASE
    answer = hand_over(written, "passphrase", passphrase=passphrase, again=again, name="Ada", paper="letter")
    assert answer.status_code == 422 and told in text(answer)
    assert passphrase not in text(answer) and 'value="Ada"' in text(answer) and 'value="letter" selected' in text(answer)
    assert not any("letter" in what for _, what in keep.done())


def test_a_letter_sealed_for_a_key_opens_with_its_private_half(written: Any) -> None:
    theirs = pyrage.x25519.Identity.generate()
    answer = hand_over(written, "key", recipient=str(theirs.to_public()))
    assert "Medicine: sertraline." in pages(pyrage.decrypt(answer.content, [theirs]))


def test_what_is_no_key_is_said_to_be_none(written: Any) -> None:
    answer = hand_over(written, "key", recipient="age1nonsense")
    assert answer.status_code == 422 and "such a key begins with age1" in text(answer)


def test_each_way_of_handing_over_is_noted_without_a_word_of_the_journal(written: Any) -> None:
    hand_over(written, name="Ada Example", strike=[EFFECT])
    hand_over(written, "passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)
    hand_over(written, "key", recipient=str(pyrage.x25519.Identity.generate().to_public()))
    noted = [what for _, what in keep.done() if what != "begun"]
    assert noted == ["letter sealed for a key", "letter sealed with a passphrase", "letter downloaded"]
    assert "Brief mit einer Passphrase versiegelt" in text(written.get("/mine", headers={"accept-language": "de"}))


def test_it_is_said_when_the_journal_has_not_been_weighed(written: Any) -> None:
    page = text(written.get("/letter"))
    assert "has not been worked out" in page and 'href="/answers"' in page


def test_a_stranger_gets_nothing(written: Any) -> None:
    asked = mark(written)
    stranger = visitor()
    assert stranger.get("/letter").headers["Location"] == "/unlock"
    assert stranger.post("/letter", {"how": "open", "mark": asked}).headers["Location"] == "/unlock"


def test_names_stay_hidden_and_nothing_is_handed_over_until_asked_for(written: Any) -> None:
    asked = mark(written)
    keep.prefer("show_less", "1")
    assert "sertraline" not in text(written.get("/letter"))
    assert "pdf" not in written.post("/letter", {"how": "open", "mark": asked}).headers["Content-Type"]
    written.post("/answers", {"show": "1"})
    assert MEDICINE in lines(written)


def test_what_was_struck_in_the_invented_journal_goes_with_it(written: Any) -> None:
    hand_over(written, how="keep", strike=[MEDICINE])
    written.post("/tour")
    assert not any(lines(written).values())
    hand_over(written, how="keep", strike=["trend.pain"])
    written.post("/tour/end")
    assert {id for id, ticked in lines(written).items() if ticked} == {MEDICINE}
    written.post("/tour")
    assert not any(lines(written).values())
