"""How fast, and in how much memory, a large Apple Health export becomes a journal.

    python benchmarks/import_health.py [--mb 1000]

Writes an invented export of that size to a temporary folder (heart rates, steps and energy with their metadata, as watches write them by
the million; some twenty pieces of sleep a night; now and then a symptom, a workout, mindful minutes, a coffee; the document type that some
versions write wrongly; a control character; a broken entry every 100,000), then runs `steelyard import` on it in a process of its own.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from table import show, write

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
<!ENTITY never "resolved">
]>
<HealthData locale="en_US">
 <ExportDate value="2026-03-05 10:00:00 +0100"/>
"""
DEVICE = "&lt;&lt;HKDevice: 0x282a45810&gt;, name:Watch, manufacturer:Nobody, model:Watch, hardware:Watch2,4, software:4.3.1&gt;"
COUNTED = ("HKQuantityTypeIdentifierHeartRate", "HKQuantityTypeIdentifierStepCount", "HKQuantityTypeIdentifierActiveEnergyBurned")
STAGES = ("AsleepCore", "AsleepDeep", "AsleepCore", "AsleepREM", "Awake")
COLUMNS = ["size_mb", "entries", "used", "seconds", "mb_per_second", "peak_mb"]


def export(size: int) -> Iterator[str]:
    """An invented export of about `size` bytes, piece by piece."""
    start = datetime(2016, 1, 1)
    yield HEAD
    written, number = 0, 0
    while written < size:
        number += 1
        moment = start + timedelta(seconds=70 * number)
        at = f"{moment:%Y-%m-%d %H:%M:%S} +0100"
        times = f'creationDate="{at}" startDate="{at}" endDate="{at}"'
        if number % 100_000 == 0:
            piece = ' <Record type="HKQuantityTypeIdentifierHeartRate" sourceName="Wat\x0bch" value=60/>\n'
        elif number % 500 == 0:
            piece = f' <Record type="HKCategoryTypeIdentifierHeadache" sourceName="Health" {times} value="HKCategoryValueSeverityMild"/>\n'
        elif number % 501 == 0:
            piece = f' <Workout workoutActivityType="HKWorkoutActivityTypeWalking" duration="31" durationUnit="min" {times}/>\n'
        elif number % 502 == 0:
            piece = f' <Record type="HKQuantityTypeIdentifierDietaryCaffeine" sourceName="App" unit="mg" {times} value="80"/>\n'
        elif number % 17 == 0 and moment.hour < 7:
            until = f"{moment + timedelta(minutes=17):%Y-%m-%d %H:%M:%S} +0100"
            stage = STAGES[number // 17 % len(STAGES)]
            piece = (
                f' <Record type="HKCategoryTypeIdentifierSleepAnalysis" sourceName="Watch" sourceVersion="4.3.1" device="{DEVICE}" '
                f'creationDate="{until}" startDate="{at}" endDate="{until}" value="HKCategoryValueSleepAnalysis{stage}"/>\n'
            )
        else:
            kind = COUNTED[number % 3]
            piece = (
                f' <Record type="{kind}" sourceName="Watch" sourceVersion="4.3.1" device="{DEVICE}" unit="count/min" {times} '
                f'value="{60 + number % 40}">\n  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="0"/>\n </Record>\n'
            )
        written += len(piece)
        yield piece
    yield "</HealthData>\n"


def main() -> None:
    """Write the export, import it, print and keep the figures."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--mb", type=int, default=1000, help="size of the export (default 1000)")
    chosen = options.parse_args()
    with TemporaryDirectory() as folder:
        file, journal = Path(folder) / "export.xml", Path(folder) / "journal.jsonl"
        with file.open("w", encoding="utf-8") as out:
            out.writelines(export(chosen.mb * 1_000_000))
        size = file.stat().st_size / 1e6
        command = [sys.executable, "-c", "import sys; from steelyard.cli.main import main; sys.exit(main())"]
        began = time.perf_counter()
        process = subprocess.Popen([*command, "import", str(file), "--out", str(journal)], stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        assert status == 0, said
        read, used = (int(part.split()[-1].replace(",", "")) for part in said.splitlines()[-1].split(", "))
        print(said)
    peak = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    row = {"size_mb": size, "entries": read, "used": used, "seconds": seconds, "mb_per_second": size / seconds, "peak_mb": peak}
    show([row], COLUMNS)
    write("import_health", [row])


if __name__ == "__main__":
    main()
