"""Small files of reports as the FDA and others lay them out."""

import zipfile
from pathlib import Path

DEMO = "primaryid$caseid$caseversion$event_dt$fda_dt$age$age_cod$sex$occr_country"
DRUG = "primaryid$caseid$drug_seq$role_cod$drugname$prod_ai"
REAC = "primaryid$caseid$pt$drug_rec_act"


def faers(path: Path, demo: list[str], drug: list[str], reac: list[str], deleted: list[str] | None = None, **more: str) -> Path:
    """Write a quarter; `more` replaces a whole table by its text."""
    texts = {"DEMO": [DEMO, *demo], "DRUG": [DRUG, *drug], "REAC": [REAC, *reac]}
    with zipfile.ZipFile(path, "w") as archive:
        for table, lines in texts.items():
            archive.writestr(f"ascii/{table}24Q1.txt", more.get(table, "\r\n".join(lines) + "\r\n").encode("latin-1"))
        if deleted is not None:
            archive.writestr("Deleted/DELETE24Q1.txt", "\r\n".join(deleted))
    return path


def plain(path: Path, rows: list[tuple[object, ...]], head: str = "report,drug,event") -> Path:
    """Write a plain table of reports."""
    path.write_text("\n".join([head, *(",".join(str(each) for each in row) for row in rows)]) + "\n", encoding="utf-8")
    return path


def associated(reports: int = 400) -> list[tuple[object, ...]]:
    """Reports in which kratom goes with ALOPECIA: 20 of 40 on it have it, and 20 of the others."""
    rows: list[tuple[object, ...]] = []
    for at in range(reports):
        drug = "Kratom" if at % 10 == 0 else f"DRUG {at % 7}"
        event = "ALOPECIA" if (at % 20 == 0 or at % 18 == 1) else f"EVENT {at % 11}"
        rows.append((at, drug, event))
    return rows
