"""Time and memory of whole processes, from the shell's view: `steelyard --help`, and `steelyard weigh` of a diary of 180 days.

`python benchmarks/whole_process.py` (half a minute) writes `benchmarks/results/whole_process.csv`. Bars: help in 0.25 s; the text answer
in 2 s and 200 MB. Wall and CPU times are medians of runs after a warm-up, memory is the largest resident set of any of them.

This process imports nothing heavy: a child's peak includes that of its parent at the moment of starting it. Unix only (`wait4`).
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from table import show, write

PROGRAM = Path(sys.executable).with_name("steelyard")
EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "half-a-year-felt.jsonl"
INVENTED = ("simulate", "--days", "180", "--driver", "felt", "--seed", "0", "--out")
# Compiled modules are kept, as they are on a person's machine, even where the shell that runs this says otherwise.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
MB = 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description="Time and memory of whole processes.")
    parser.add_argument("--runs", type=int, default=5, help="of each, after one to warm up (default 5)")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        journal = EXAMPLE
        if not EXAMPLE.is_file():
            journal = Path(folder) / "invented.jsonl"
            _run((*INVENTED, str(journal)))
        weigh = ("weigh", str(journal), "--out", os.devnull, "--format")
        rows = [
            measure("--help", ("--help",), runs, journal, bar_s=0.25),
            measure("weigh, text", (*weigh, "text"), runs, journal, bar_s=2.0, bar_mb=200.0),
            measure("weigh, json", (*weigh, "json"), runs, journal),
            measure("weigh, html", (*weigh, "html"), runs, journal),
        ]
    write("whole_process", rows)
    show(rows, ("command", "wall_s", "cpu_s", "peak_mb", "bar_s", "bar_mb", "met"))


def measure(
    name: str, arguments: tuple[str, ...], runs: int, journal: Path, bar_s: float | None = None, bar_mb: float | None = None
) -> dict[str, object]:
    """One command's row: median wall and CPU seconds of `runs` after a warm-up, and the largest resident set."""
    _run(arguments)
    found = [_run(arguments) for _ in range(runs)]
    wall, cpu, peak = (median(r[0] for r in found), median(r[1] for r in found), max(r[2] for r in found))
    met = (bar_s is None or wall <= bar_s) and (bar_mb is None or peak <= bar_mb)
    return {
        "command": name,
        "journal": journal.name if "weigh" in name else "",
        "runs": runs,
        "wall_s": round(wall, 3),
        "cpu_s": round(cpu, 3),
        "peak_mb": round(peak),
        "bar_s": "" if bar_s is None else bar_s,
        "bar_mb": "" if bar_mb is None else bar_mb,
        "met": met if bar_s is not None else "",
    }


def _run(arguments: tuple[str, ...]) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak MB of one run, its own children included; output is thrown away."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
    began = time.perf_counter()
    child = os.posix_spawn(str(PROGRAM), [str(PROGRAM), *arguments], ENVIRONMENT, file_actions=quiet)
    _, status, used = os.wait4(child, 0)
    wall = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"steelyard {' '.join(arguments)} failed with status {os.waitstatus_to_exitcode(status)}")
    kilobyte = 1 if sys.platform == "darwin" else 1024  # ru_maxrss counts bytes there, kilobytes elsewhere
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss * kilobyte / MB


if __name__ == "__main__":
    main()
