"""A diary kept in another app is weighed as the same diary kept here."""

import csv
import io
import json
from pathlib import Path

from steelyard.actions.simulate import Plan, simulate_files
from steelyard.actions.weigh import weigh

MAPPING = 'scales.pain = "How bad is it?"\ndose = {substance = "kratom", amount = "Powder", unit = "g"}\n'


def test_the_export_of_a_tracker_gives_the_answer_of_the_journal(tmp_path: Path) -> None:
    """An invented diary of 40 days, once as a journal and once as Track & Graph writes it: the same verdict, the same numbers."""
    records = [json.loads(line) for line in simulate_files(Plan(days=40, seed=3))[0].splitlines()]
    told = [
        {
            name: value
            for name, value in record.items()
            if name in ("record", "time", "scale", "value", "substance", "amount", "unit")
        }
        for record in records
        if record["record"] in ("rating", "dose")
    ]
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(("FeatureName", "Timestamp", "Value", "Label", "Note"))
    for record in told:
        name, value = ("Powder", record["amount"]) if record["record"] == "dose" else ("How bad is it?", record["value"])
        table.writerow((name, record["time"], value, "", ""))
    (tmp_path / "journal.jsonl").write_text("\n".join(map(json.dumps, told)))
    (tmp_path / "tracks.csv").write_text(out.getvalue())
    (tmp_path / "mapping.toml").write_text(MAPPING)

    here = weigh(str(tmp_path / "journal.jsonl"), draw=False).report
    there = weigh(str(tmp_path / "tracks.csv"), mapping=str(tmp_path / "mapping.toml"), draw=False).report
    assert there.journal.used == here.journal.used == len(told)
    assert [(one.id, one.verdict, one.contrasts) for one in there.findings] == [
        (one.id, one.verdict, one.contrasts) for one in here.findings
    ]
    assert any(one.contrasts for one in here.findings)
