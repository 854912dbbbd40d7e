"""The answers: warnings first and at once, the rest from a process that nothing waits for, kept while nothing changes."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from steelyard.actions import entries, keep, weigher, weighing
from steelyard.findings.model import JournalSummary, Report
from steelyard.journal import store
from steelyard.journal.models import Answer
from steelyard.records.model import Dose, Medicine, Rating, Record

PATIENCE_S = 60.0
START = datetime(2026, 2, 20, 8, tzinfo=UTC)
SLEEPS = "import sys, time; sys.stdin.buffer.read(); time.sleep(60)"
FAILS = """import sys; sys.stdin.buffer.read(); print('{"question": 1}'); print('{"trouble": "ValueError, joint.py:7"}')"""


def report(words: str) -> str:
    made = Report(1, "0", "0", 0, JournalSummary("", None, None, 0, 0, ()), (), ())
    return weigher.msgspec.json.encode(made).decode().replace('"knowledge":"0"', f'"knowledge":"{words}"')


def answers_with(words: str) -> str:
    """A program that stands for the weighing and answers with some words."""
    said = json.dumps({"report": report(words), "page": f"<section><h2 id='finding-1'>{words}</h2></section>"})
    return f"import sys; sys.stdin.buffer.read(); print({said!r})"


class Programs:
    """What is run instead of the weighing, and what it was run with."""

    def __init__(self) -> None:
        self.next = SLEEPS
        self.calls: list[tuple[list[str], dict[str, Any]]] = []
        self.really = subprocess.Popen

    def run(self, arguments: list[str], **how: Any) -> Any:
        self.calls.append((arguments, how))
        return self.really([sys.executable, "-c", self.next], **how)


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> Programs:
    instead = Programs()
    monkeypatch.setattr(weighing.subprocess, "Popen", instead.run)
    return instead


@pytest.fixture(autouse=True)
def _nothing_left_over() -> Iterator[None]:
    weighing.drop()
    yield
    weighing.drop()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def over() -> bool:
    return weighing.Now.work is None or not weighing.Now.work.running


def write(*more: Record) -> None:
    some = [Dose(time=START + timedelta(hours=12 * n), substance="kratom", amount=3, unit="g") for n in range(6)]
    keep.log([*some, Rating(time=START, scale="pain", value=5), *more])


def text(page: Any) -> str:
    return str(page.content.decode())


def test_an_empty_journal_is_not_weighed(app: Any, programs: Programs) -> None:
    assert "nothing to weigh" in text(app.get("/answers"))
    assert programs.calls == []


def test_warnings_stand_first_while_the_rest_is_worked_out(app: Any, programs: Programs) -> None:
    write(Medicine(name="sertraline"))
    page = text(app.get("/answers"))
    assert "Your journal is being weighed" in page
    warning, other = page.index("Kratom and sertraline"), page.index("What this page cannot say</h2>")
    assert warning < page.index('class="contents"') < other


def test_logging_does_not_wait_for_the_weighing(app: Any, programs: Programs) -> None:
    write()
    app.get("/answers")
    before = time.monotonic()
    assert app.post("/rating", {"value": "7"}).status_code == 302
    assert app.get("/").status_code == 200
    assert time.monotonic() - before < 10
    assert json.loads(text(app.get("/answers/state")))["running"] is True


def test_a_finished_answer_is_kept_and_used_again(app: Any, programs: Programs) -> None:
    write()
    programs.next = answers_with("first answer")
    app.get("/answers")
    until(over)
    page = text(app.get("/answers"))
    assert "first answer" in page
    assert "weighing" not in page.split("<main")[1].split('class="weighed"')[0]
    assert json.loads(text(app.get("/answers/state")))["running"] is False
    assert len(programs.calls) == 1


def test_an_older_answer_is_said_to_be_older_and_renewed(app: Any, programs: Programs) -> None:
    write()
    programs.next = answers_with("first answer")
    app.get("/answers")
    until(over)
    programs.next = SLEEPS
    app.post("/rating", {"value": "7"})
    page = text(app.get("/answers"))
    assert "older than your last entries" in page
    assert "first answer" in page
    assert len(programs.calls) == 2


def test_warnings_above_an_older_answer_are_of_today(app: Any, programs: Programs) -> None:
    write()
    programs.next = answers_with("first answer")
    app.get("/answers")
    until(over)
    programs.next = SLEEPS
    assert "sertraline" not in text(app.get("/answers"))
    keep.log([Medicine(name="sertraline")])
    page = text(app.get("/answers"))
    assert page.index("Kratom and sertraline") < page.index("first answer")


def test_taking_a_change_back_brings_its_answer_back(app: Any, programs: Programs) -> None:
    write()
    programs.next = answers_with("first answer")
    app.get("/answers")
    until(over)
    (id,) = keep.log([Rating(time=START + timedelta(hours=1), scale="pain", value=9)])
    programs.next = answers_with("second answer")
    app.get("/answers")
    until(over)
    entries.undo([id], keep.now())
    assert "first answer" in text(app.get("/answers"))
    assert len(programs.calls) == 2


def test_few_answers_are_kept(app: Any, programs: Programs, clock: Any) -> None:
    write()
    for n in range(5):
        programs.next = answers_with(f"answer {n}")
        keep.log([Rating(time=START + timedelta(hours=n + 1), scale="pain", value=3)])
        clock.later(hours=1)
        app.get("/answers")
        until(over)
    assert sorted(Answer.objects.values_list("page", flat=True)) == sorted(
        f"<section><h2 id='finding-1'>answer {n}</h2></section>" for n in (2, 3, 4)
    )


def test_what_went_wrong_is_told_without_what_was_written(app: Any, programs: Programs) -> None:
    write()
    programs.next = FAILS
    app.get("/answers")
    until(over)
    page = text(app.get("/answers"))
    assert "did not succeed" in page
    assert "ValueError, joint.py:7" in page
    assert len(programs.calls) == 1, "it is not tried over and over"
    programs.next = answers_with("at last")
    app.post("/answers")
    until(over)
    assert "at last" in text(app.get("/answers"))


def test_a_process_that_dies_is_told_too(app: Any, programs: Programs) -> None:
    write()
    programs.next = "import sys; sys.exit(3)"
    app.get("/answers")
    until(over)
    assert "did not succeed" in text(app.get("/answers"))


def test_nothing_of_the_journal_stands_where_others_can_read_it(
    app: Any, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(Rating(time=START, scale="sleep_quality", value=3))
    app.get("/answers")
    ((arguments, how),) = programs.calls
    assert arguments == [sys.executable, "-m", "steelyard.actions.weigher"]
    told = " ".join([*how["env"], *how["env"].values()])
    assert "kratom" not in told
    assert "sleep_quality" not in told
    assert "STEELYARD_START_KEY" not in how["env"]
    assert how["stderr"] == subprocess.DEVNULL


def test_locking_ends_the_weighing_and_forgets_it(app: Any, programs: Programs) -> None:
    write()
    app.get("/answers")
    work = weighing.Now.work
    assert work is not None and work.process.poll() is None
    keep.lock()
    until(lambda: work.process.poll() is not None)
    assert weighing.Now.work is None
    assert weighing.Now.said is None


def test_an_answer_that_comes_after_locking_is_not_kept(app: Any, programs: Programs) -> None:
    write()
    from steelyard.actions import answers

    app.get("/answers")
    work = weighing.Now.work
    assert work is not None
    keep.lock()
    answers._keeper(False)(work, weigher.Told(report="{}", page="too late"))
    assert Answer.objects.count() == 0


def test_the_invented_journal_has_answers_of_its_own_that_go_with_it(app: Any, programs: Programs) -> None:
    write()
    programs.next = answers_with("mine")
    app.get("/answers")
    until(over)
    app.post("/tour")
    programs.next = answers_with("invented")
    app.get("/answers")
    until(over)
    assert "invented</h2>" in text(app.get("/answers"))
    app.post("/tour/end")
    assert "mine" in text(app.get("/answers"))
    assert list(Answer.objects.values_list("touring", flat=True)) == [False]


def test_where_names_are_hidden_the_page_is_asked_for(app: Any, programs: Programs) -> None:
    write()
    keep.prefer("show_less", "1")
    hidden = text(app.get("/answers"))
    assert "kratom" not in hidden.casefold()
    assert programs.calls == []
    app.post("/answers", {"show": "1"})
    assert "kratom" in text(app.get("/answers"))


def test_the_page_keeps_to_its_content_policy(app: Any, programs: Programs) -> None:
    write(Medicine(name="sertraline"))
    page = text(app.get("/answers"))
    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:", page) == []
    assert re.findall(r"<script(?![^>]*\ssrc=)", page) == []
    assert "unsafe" not in app.get("/answers").headers["Content-Security-Policy"]


def test_the_style_sheet_is_served(app: Any) -> None:
    sheet = app.get("/answers.css")
    assert sheet.headers["Content-Type"].startswith("text/css")
    assert ".answer" in text(sheet)


def test_the_real_weighing_says_what_the_command_says(app: Any, tmp_path: Any) -> None:
    from steelyard.actions.export import journal_file
    from steelyard.actions.weigh import render, weigh

    write(Medicine(name="sertraline"))
    app.get("/answers")
    until(over)
    page = text(app.get("/answers"))
    (tmp_path / "journal.jsonl").write_bytes(journal_file())
    weighed = render(weigh(str(tmp_path / "journal.jsonl")), "html").decode()
    kept = Answer.objects.get().page
    (said,) = re.findall(r'<p class="said">(.*?)</p>', kept)
    assert "These data cannot tell" in kept
    assert said in weighed, "tests/unit/reports/test_html_parts.py: so is all the rest of it"
    assert kept in page
    assert page.index("First of all") < page.index("In short") < page.index(said)
    assert '<a href="#finding-1">' in page
    assert "Kratom and sertraline" in page


def test_a_journal_that_breaks_the_weighing_is_not_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[weigher.Told] = []

    def breaks(content: bytes, tell: Any) -> None:
        raise ValueError(content.decode())

    class Input:
        buffer = type("Buffer", (), {"read": staticmethod(lambda: b"a secret")})

    monkeypatch.setattr(weigher, "weigh", breaks)
    monkeypatch.setattr(weigher.sys, "stdin", Input)
    monkeypatch.setattr(weigher, "_tell", told.append)
    monkeypatch.setattr(weigher.os, "nice", lambda _: 0)
    weigher.main()
    assert [one.trouble for one in told] == ["ValueError, weigher.py:" + told[0].trouble.rpartition(":")[2]]
    assert "secret" not in str(told)


def test_the_mark_tells_states_apart(app: Any) -> None:
    empty = store.mark()
    (id,) = keep.log([Rating(time=START, scale="pain", value=5)])
    five = store.mark()
    keep.log([Rating(id=id, time=START, scale="pain", value=6)])
    six = store.mark()
    assert len({empty, five, six, store.mark("another version")}) == 4
    store.undo(id, keep.now())
    assert store.mark() == five
