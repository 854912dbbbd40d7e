"""What somebody wrote down goes into the answer they asked for, and nowhere else."""

import json
import logging
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import pytest

from steelyard.actions.simulate import Plan, simulate_files
from steelyard.actions.weigh import render, weigh
from steelyard.cli.main import main

NOTE = "told nobody but Marguerite-4711"
DIAGNOSIS = "lupus-profundus-0815"
MEDICINE = "Umbrosamid-2208"
VALUE = 6.873519  # a valid rating
BAD_VALUE = 8734.125
BAD_TEXT = "unbearable-since-Tilda-left"
TIME = "2025-01-09T08:10:00-06:00"
SECRET: list[dict[str, Any]] = [
    {"record": "person", "birth_year": 1971, "diagnoses": DIAGNOSIS},
    {"record": "dose", "time": TIME, "substance": "kratom", "amount": 3.0, "unit": "g", "note": NOTE},
    {"record": "photo", "time": TIME, "site": "scalp", "file": "scalp.jpg", "note": NOTE},
    {"record": "context", "time": TIME, "kind": "stress", "value": NOTE},
    {"record": "rating", "time": TIME, "scale": "pain", "value": VALUE},
    {"record": "medicine", "name": MEDICINE, "note": NOTE, "from": "2020-01-01T00:00:00Z"},
]
BAD: list[dict[str, Any]] = [
    {"record": "rating", "time": TIME, "scale": "pain", "value": BAD_VALUE},
    {"record": "rating", "time": TIME, "scale": "pain", "value": BAD_TEXT},
]


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented month with somebody's secrets in it, the bad lines last."""
    path = tmp_path_factory.mktemp("private") / "journal.jsonl"
    diary = simulate_files(Plan(days=30, driver="felt", seed=4))[0].decode()
    path.write_text(diary + "".join(json.dumps(record) + "\n" for record in (*SECRET, *BAD)))
    return path


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise AssertionError("the network was asked for")

    for name in ("socket", "create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_no_socket_is_opened(form: str, journal: Path) -> None:
    assert render(weigh(str(journal)), form)


@pytest.mark.usefixtures("no_network")
def test_a_socket_would_be_noticed() -> None:
    with pytest.raises(AssertionError, match="network"):
        socket.socket()


def test_nothing_is_logged(journal: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.NOTSET)
    for form in ("text", "json", "html"):
        render(weigh(str(journal)), form)
    assert caplog.records == []


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_notes_and_diagnoses_are_in_no_answer(form: str, journal: Path) -> None:
    said = render(weigh(str(journal)), form).decode()
    assert "kratom" in said
    assert NOTE not in said and DIAGNOSIS not in said


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_a_medicine_is_named_in_the_warning_about_it_and_nowhere_else(form: str, journal: Path) -> None:
    """A medicine nobody could check has to be named to the person who asked; nothing else repeats it."""
    said = render(weigh(str(journal)), form).decode()
    assert said.count(MEDICINE) == said.count(f"Not checked: {MEDICINE}") == 1


def test_standard_error_tells_of_a_bad_value_once_and_of_nothing_else(
    journal: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["weigh", str(journal), "--out", str(tmp_path / "answer")]) == 0
    out, err = capfd.readouterr()
    said = err.splitlines()
    last = len(journal.read_text().splitlines())
    assert out == ""
    assert [line.split(":")[0].split(",")[0] for line in said] == [f"line {last - 1}", f"line {last}"]
    assert [line for line in said if "8734" in line] == [said[0]]
    assert [line for line in said if BAD_TEXT in line] == [said[1]]
    assert not any(secret in err for secret in (NOTE, DIAGNOSIS, str(VALUE)))


HOSTILE = [
    b"\xff\xfe" + NOTE.encode("utf-16-le"),
    b"\0" * 100 + NOTE.encode(),
    b'{"record": "dose", "note": "' + NOTE.encode(),
    b"[" * 100_000 + NOTE.encode(),
    json.dumps({"record": "rating", "time": TIME, "scale": NOTE, "value": 1}).encode(),
    json.dumps({"record": NOTE}).encode(),
    json.dumps({"record": "rating", "time": NOTE, "scale": "pain", "value": 1}).encode(),
    json.dumps({"record": "rating", "time": TIME, "scale": "pain", "value": {"a": NOTE}}).encode(),
    json.dumps({"record": "journal", "format": 1, "zone": NOTE}).encode(),
    json.dumps({"record": "dose", "time": TIME, "substance": "x", "amount": 1e308, "unit": NOTE}).encode(),
    (json.dumps({"record": "note", "text": NOTE}) + "\n").encode() * 30,
]


@pytest.mark.parametrize("command", ["weigh", "check", "import"])
@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_no_content_ends_in_a_traceback(
    command: str, content: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.NOTSET)
    file = tmp_path / "journal.jsonl"
    file.write_bytes(content)
    assert main([command, str(file)]) in (0, 1)
    err = capfd.readouterr().err
    assert "Traceback" not in err and "Error" not in err
    assert all(line[0] != " " for line in err.splitlines() if NOTE in line), "only in problem lines"
    assert caplog.records == []


WATCHED = """
import os, sys
seen = []

def watch(event, arguments):
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.system", "urllib.", "syslog.", "tempfile.")):
        seen.append(event)
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        seen.append(f"open {arguments[0]}")

sys.addaudithook(watch)
from steelyard.cli.main import main
status = main(["weigh", sys.argv[1], "--format", "html", "--out", sys.argv[2]])
sys.stdout.write(f"{status} {seen}")
"""


def test_a_whole_run_writes_the_answer_and_touches_nothing_else(journal: Path, tmp_path: Path) -> None:
    """The interpreter itself reports every file opened for writing, every socket and every program started."""
    home, answer = tmp_path / "home", tmp_path / "answer.html"
    home.mkdir()
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED, str(journal), str(answer)],
        capture_output=True,
        check=False,
        text=True,
        cwd=home,
        env={**os.environ, "HOME": str(home), "TMPDIR": str(home), "XDG_CACHE_HOME": str(home)},
    )
    assert done.stdout == f"0 {[f'open {answer}']}", done.stderr
    assert answer.stat().st_size > 0
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("event", ["socket.socket()", "open(sys.argv[2], 'w')", "__import__('subprocess').run(['true'])"])
def test_the_watch_sees_what_it_should(event: str, tmp_path: Path) -> None:
    code = WATCHED.split("from steelyard", maxsplit=1)[0] + f"import socket\n{event}\nsys.stdout.write(str(len(seen)))"
    done = subprocess.run([sys.executable, "-c", code, "x", str(tmp_path / "y")], capture_output=True, check=False, text=True)
    assert int(done.stdout) >= 1
