"""How long the warnings take: a thousand medicines against all rules.

    python benchmarks/safety.py [--medicines 1000] [--out benchmarks/results/safety.csv]

Writes a row for each kind of journal: names spelled right, each with one wrong letter, names nobody knows, and ten years of daily
doses. Seconds are of processor time on one core, the least of five runs (whatever else the machine does only adds). Reading the
rows of data, done once a run, stands on its own line.
"""

import argparse
import csv
import platform
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from steelyard import __version__
from steelyard.knowledge.hazards import load_hazards
from steelyard.knowledge.load import load
from steelyard.records.model import Dose, Journal, Medicine, Record
from steelyard.safety.check import RULES, check

RESULTS = Path(__file__).parent / "results" / "safety.csv"
COLUMNS = ["journal", "medicines", "doses", "rules", "alerts", "milliseconds_cpu", "bar_ms", "python", "steelyard"]
BAR_MS = 50.0
RUNS = 5
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def least(work: Callable[[], object]) -> float:
    """Processor time of the fastest of several runs, in milliseconds."""
    times = []
    for _ in range(RUNS):
        before = time.process_time()
        work()
        times.append(time.process_time() - before)
    return 1000 * min(times)


def misspelt(name: str, number: int) -> str:
    """The name with one letter replaced."""
    place = number % len(name)
    return name[:place] + "q" + name[place + 1 :]


def journals(names: list[str], medicines: int) -> dict[str, list[Record]]:
    """Journals of so many medicines beside a month of kratom, and one of ten years of doses."""
    month: list[Record] = [Dose(time=NOW - timedelta(days=day), substance="kratom", amount=2.0, unit="g") for day in range(30)]
    spelled = [names[number % len(names)] for number in range(medicines)]
    decade = [
        Dose(time=NOW - timedelta(hours=8 * each), substance="kratom" if each % 4 else "beer", amount=2.0, unit="g")
        for each in range(3 * 3650)
    ]
    return {
        "names spelled right": [*month, *(Medicine(name=f"{name} {10 + n} mg") for n, name in enumerate(spelled))],
        "one letter wrong in each": [*month, *(Medicine(name=f"{misspelt(name, n)} {n} mg") for n, name in enumerate(spelled))],
        "names nobody knows": [*month, *(Medicine(name=f"inventamid{n} forte") for n in range(medicines))],
        "ten years of doses": [*decade],
    }


def main() -> None:
    """Measure, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--medicines", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    knowledge, hazards = load(), load_hazards()
    made_with = {"python": platform.python_version(), "steelyard": __version__}
    rows: list[dict[str, object]] = [
        {"journal": "(reading the rows of data)", "milliseconds_cpu": round(least(load_hazards), 1), **made_with}
    ]
    for name, records in journals(sorted(hazards.medicines.spelled.values()), options.medicines).items():
        journal = Journal(None, tuple(records))
        counts = {"medicines": len(journal.of(Medicine)), "doses": len(journal.of(Dose)), "rules": len(RULES)}
        alerts = len(check(journal, knowledge, NOW, hazards))
        spent = least(lambda journal=journal: check(journal, knowledge, NOW, hazards))  # type: ignore[misc]
        bar = BAR_MS if counts["medicines"] else ""
        rows.append(
            {"journal": name, **counts, "alerts": alerts, "milliseconds_cpu": round(spent, 1), "bar_ms": bar, **made_with}
        )
    with options.out.open("w", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    for row in rows:
        over = isinstance(row.get("bar_ms"), float) and float(str(row["milliseconds_cpu"])) > BAR_MS
        print(
            f"{row['journal']:28} {row.get('medicines', ''):>6} medicines {row['milliseconds_cpu']:>8} ms{'  OVER THE BAR' if over else ''}"
        )


if __name__ == "__main__":
    main()
