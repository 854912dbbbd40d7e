"""How fast, and in how much memory, a journal of a million lines is read and checked.

    python benchmarks/read_journal.py [--records 1000000] [--out benchmarks/results/read_journal.csv]

Writes a synthetic journal to a temporary file (a dose to every three ratings, ids, offsets of two seasons), then reads it with
`exchange.jsonl` and `records.validate` in a process of its own, so that the memory is that of reading alone. The seconds are of
processor time on one core, the least of three runs (whatever else the machine does only adds). The second row of the table is
the same journal with an unknown field on every line, so that none of the lines can take the fast way.
"""

import argparse
import csv
import json
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

RESULTS = Path(__file__).parent / "results" / "read_journal.csv"
COLUMNS = ["journal", "records", "seconds_cpu", "records_per_second", "peak_mb", "python", "msgspec"]
PAIN = {"id": "pain", "family": "bounded", "low": 0, "high": 10, "worse_is_up": True}


def lines(records: int, extra: bool) -> Iterator[str]:
    """The lines of the synthetic journal; `extra` adds a field that the format does not know."""
    start = datetime(2016, 1, 1)
    more = ',"app":"diary"' if extra else ""
    for number in range(records):
        clock = start + timedelta(minutes=5 * number)
        offset = timezone(timedelta(hours=-5 if 3 < clock.month < 11 else -6))
        head = f'"id":"{number:08}","time":"{clock.replace(tzinfo=offset).isoformat()}"'
        if number % 4 == 0:
            yield f'{{"record":"dose",{head},"substance":"kratom","amount":{2 + number % 7 / 2},"unit":"g"{more}}}\n'
        else:
            yield f'{{"record":"rating",{head},"scale":"pain","value":{number % 11},"asked":"prompt"{more}}}\n'


def measure(path: str) -> dict[str, float]:
    """Read the journal once, in this process: records, seconds and peak memory."""
    from steelyard.exchange import jsonl
    from steelyard.records.model import Scale
    from steelyard.records.validate import validate

    before = time.process_time()
    journal, problems = validate(jsonl.read(path), {"pain": Scale(**PAIN)}, None)
    seconds = time.process_time() - before
    assert journal.used == journal.read, problems[:3]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"records": journal.read, "seconds": seconds, "peak_mb": peak / (2**20 if sys.platform == "darwin" else 2**10)}


def row(name: str, path: Path) -> dict[str, object]:
    """One line of the table, each run measured in a fresh process."""
    command = [sys.executable, __file__, "--measure", str(path)]
    runs = [json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(3)]
    found = min(runs, key=lambda run: float(run["seconds"]))
    return {
        "journal": name,
        "records": found["records"],
        "seconds_cpu": round(found["seconds"], 2),
        "records_per_second": round(found["records"] / found["seconds"]),
        "peak_mb": round(found["peak_mb"]),
        "python": platform.python_version(),
        "msgspec": msgspec.__version__,
    }


def main() -> None:
    """Run both journals and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure)))
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "journal.jsonl"
        rows = []
        for name, extra in (("plain", False), ("unknown field on every line", True)):
            with path.open("w", encoding="utf-8") as stream:
                stream.writelines(lines(options.records, extra))
            rows.append(row(name, path))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with options.out.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    sys.stdout.write(options.out.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
