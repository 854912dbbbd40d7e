"""How long, and in how much memory, a large FHIR bundle is read, and the same resources one on each line (NDJSON).

    python benchmarks/import_fhir.py [--megabytes 50]

Writes a synthetic bundle to a temporary file: of every ten resources one is a pain score, one a laboratory result, one a dose and
seven are claims, each about 1 kB as in the bundles of clinics. It is then read in a process of its own, into a journal and, in another
process, only into memory as Python's own reader of JSON does it. Seconds are of processor time.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from table import show, write

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
BUNDLE, LINES = "steelyard import", "steelyard import, one on each line"
SHOWN = ("way", "megabytes", "resources", "used", "seconds_cpu", "peak_mb")


def resources() -> Iterator[dict[str, object]]:
    """Resources without end."""
    start = datetime(2016, 1, 1, tzinfo=UTC)
    number = 0
    while True:
        time_of = (start + timedelta(minutes=number)).isoformat()
        common = {"id": f"{number:036}", "status": "final", "subject": {"reference": "Patient/one"}, "effectiveDateTime": time_of}
        common["text"] = {"status": "generated", "div": "<div>" + "generated narrative " * 30 + "</div>"}
        match number % 10:
            case 0:
                code = {"coding": [{"system": LOINC, "code": "72514-3"}]}
                yield {"resourceType": "Observation", **common, "code": code, "valueQuantity": {"value": number % 11}}
            case 1:
                code = {"coding": [{"system": LOINC, "code": "1742-6"}]}
                value = {"value": 20 + number % 30, "unit": "U/L", "system": UCUM, "code": "U/L"}
                yield {"resourceType": "Observation", **common, "code": code, "valueQuantity": value}
            case 2:
                dosage = {"dose": {"value": 400, "unit": "mg"}}
                taken = {"medicationCodeableConcept": {"text": "ibuprofen"}, "dosage": dosage}
                yield {"resourceType": "MedicationAdministration", **common, "status": "completed", **taken}
            case _:
                yield {"resourceType": "Claim", **common, "item": [{"sequence": one, "net": {"value": one}} for one in range(8)]}
        number += 1


def on_lines(path: Path, count: int) -> None:
    """Write so many resources, one on each line."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(one, separators=(",", ":")) + "\n" for one in islice(resources(), count))


def generate(path: Path, megabytes: int) -> int:
    """Write a bundle of that size; returns the number of its resources."""
    number = 0
    with path.open("w", encoding="utf-8") as file:
        file.write('{"resourceType": "Bundle", "type": "collection", "entry": [')
        for number, resource_ in enumerate(resources()):
            file.write((",\n" if number else "\n") + json.dumps({"resource": resource_}))
            if file.tell() > megabytes << 20:
                break
        file.write("\n]}\n")
    return number + 1


def measure(path: str, way: str) -> dict[str, float]:
    """Read the bundle once, in this process: records used, seconds and peak memory."""
    before = time.process_time()
    if way in (BUNDLE, LINES):
        from steelyard.actions.read import read
        from steelyard.knowledge.load import load

        used = read(path, load()).journal.used
    else:
        used = len(json.loads(Path(path).read_bytes())["entry"])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return {"used": used, "seconds_cpu": time.process_time() - before, "peak_mb": peak}


def main() -> None:
    """Measure both ways, or one of them in this process."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--megabytes", type=int, default=50, metavar="N")
    arguments.add_argument("--measure", nargs=2, metavar=("PATH", "WAY"), help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.measure:
        print(json.dumps(measure(*options.measure)))
        return
    rows = []
    with TemporaryDirectory() as folder:
        bundle, lines = Path(folder) / "bundle.json", Path(folder) / "lines.ndjson"
        count = generate(bundle, options.megabytes)
        on_lines(lines, count)
        for way, path in ((BUNDLE, bundle), (LINES, lines), ("json.loads", bundle)):
            command = [sys.executable, __file__, "--measure", str(path), way]
            told = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
            rows.append({"way": way, "megabytes": path.stat().st_size / 2**20, "resources": count, **told})
    write("import_fhir", rows)
    show(rows, SHOWN)


if __name__ == "__main__":
    main()
