"""Invented quarters of the FDA's reports, as zips in the layouts of both eras, with the truth of what they hold.

A case is a number, and all that is told of it is worked out from that number, so a follow-up and a second telling need no memory. Each
quarter has new cases, follow-ups of one in five of the quarter before (one more reaction, received later) and, in the new era, a list
of cases withdrawn. One new case in 33 tells the one before it once more under another number.
"""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]

FIRST = 4_000_000  # number of the first case
DRUGS, EVENTS = 5_000, 15_000
TOLD_AGAIN, FOLLOWED, WITHDRAWN = 33, 0.2, 0.002
KRATOM, HAIR, HAIR_OF_KRATOM = 0.002, 0.003, 0.03  # shares: of cases; of events told first, among others and of kratom
PLANTED = 0.3  # share of events drawn from the twenty that belong to the first drug: without any, there is no prior to find
FREE = 0.08  # share of drugs under a name that nobody else wrote
SPELLED = np.array(["KRATOM", "Kratom powder 30 g", "MITRAGYNA SPECIOSA", "Ketum", "ORGANIC KRATOM CAPSULES"])
FORMS = np.array(["", " 20 MG", " TABLETS", " 100 MG CAPSULES", " (UNKNOWN)"])

AERS = {
    "DEMO": "ISR$CASE$I_F_COD$FOLL_SEQ$IMAGE$EVENT_DT$MFR_DT$FDA_DT$REPT_COD$MFR_NUM$MFR_SNDR$AGE$AGE_COD$GNDR_COD$E_SUB$WT$WT_COD$"
    "REPT_DT$OCCP_COD$DEATH_DT$TO_MFR$CONFID",
    "DRUG": "ISR$DRUG_SEQ$ROLE_COD$DRUGNAME$VAL_VBM$ROUTE$DOSE_VBM$DECHAL$RECHAL$LOT_NUM$EXP_DT$NDA_NUM",
    "REAC": "ISR$PT",
}
FAERS = {
    "DEMO": "primaryid$caseid$caseversion$i_f_code$event_dt$mfr_dt$init_fda_dt$fda_dt$rept_cod$auth_num$mfr_num$mfr_sndr$lit_ref$age$"
    "age_cod$age_grp$sex$e_sub$wt$wt_cod$rept_dt$to_mfr$occp_cod$reporter_country$occr_country",
    "DRUG": "primaryid$caseid$drug_seq$role_cod$drugname$prod_ai$val_vbm$route$dose_vbm$cum_dose_chr$cum_dose_unit$dechal$rechal$lot_num$"
    "exp_dt$nda_num$dose_amt$dose_unit$dose_form$dose_freq",
    "REAC": "primaryid$caseid$pt$drug_rec_act",
}


@dataclass(frozen=True)
class Truth:
    """Reports that count after all quarters: with both, with kratom, with hair loss, all; and those that only repeat another."""

    both: int
    kratom: int
    hair: int
    all: int
    repeated: int


def write_quarters(folder: Path, quarters: list[str], new: int) -> tuple[list[Path], Truth]:
    """Write the quarters, named like `2004q1` and in order, with `new` cases each, as zips; returns them and what a store of them holds."""
    paths = []
    for at, name in enumerate(quarters):
        begun = np.arange(at * new, (at + 1) * new)
        before = np.arange((at - 1) * new, at * new) if at else np.empty(0, dtype=np.int64)
        followed = before[_followed(before)]
        gone = before[_withdrawn(before)] if _is_new(name) else np.empty(0, dtype=np.int64)
        cases = np.concatenate([begun, followed])
        version = np.concatenate([np.ones(new, dtype=np.int64), np.full(len(followed), 2)])
        paths.append(_write(folder / f"faers_ascii_{name}.zip", name, cases, version, gone))
    return paths, _truth(quarters, new)


def _is_new(quarter: str) -> bool:
    return quarter >= "2012q4"


def _chance(case: Whole, of: int) -> Floats:
    """A number between 0 and 1 for each case and purpose, the same every time (the finaliser of splitmix64)."""
    with np.errstate(over="ignore"):
        mixed = case.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(of) * np.uint64(0xD1B54A32D192ED03)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) / 2.0**53


def _person(case: Whole) -> Whole:
    """The case that is told: one in 33 tells the one before it."""
    return np.where(case % TOLD_AGAIN == 0, np.maximum(case - 1, 0), case)


def _followed(case: Whole) -> NDArray[np.bool_]:
    return _chance(case, 1) < FOLLOWED


def _withdrawn(case: Whole) -> NDArray[np.bool_]:
    return _chance(case, 2) < WITHDRAWN


def _kratom(case: Whole) -> NDArray[np.bool_]:
    return _chance(_person(case), 3) < KRATOM


def _hair(case: Whole) -> NDArray[np.bool_]:
    return _chance(_person(case), 4) < np.where(_kratom(case), HAIR_OF_KRATOM, HAIR)


def _comparable(case: Whole) -> NDArray[np.bool_]:
    """Whether day, sex and age are all told."""
    return _chance(_person(case), 5) < 0.6


def _truth(quarters: list[str], new: int) -> Truth:
    case = np.arange(len(quarters) * new)
    at = case // new
    new_era = np.array([_is_new(each) for each in [*quarters, ""]])
    held = ~(_withdrawn(case) & new_era[at + 1])
    version = 1 + (_followed(case) & (at + 1 < len(quarters)))
    era = new_era[at + version - 1]  # the old one tells no country and no ingredient, so that reports of both never look the same
    told = _person(case)
    twin = (told != case) & _comparable(case) & held & held[told] & (era == era[told])
    same = [
        one == other for one, other in zip(_told(case[twin], version[twin]), _told(told[twin], version[told[twin]]), strict=True)
    ]
    twin[twin] = same
    counts = held & ~twin
    kratom, hair = _kratom(case) & counts, _hair(case) & counts
    return Truth(int((kratom & hair).sum()), int(kratom.sum()), int(hair.sum()), int(counts.sum()), int(twin.sum()))


def _told(case: Whole, version: Whole) -> list[set[str]]:
    """The reactions of each report."""
    found: list[set[str]] = [set() for _ in case]
    for report, term in zip(*(each.tolist() for each in _events(case, version)), strict=True):
        found[report].add(term)
    return found


def _write(path: Path, quarter: str, case: Whole, version: Whole, gone: Whole) -> Path:
    era, suffix = (FAERS if _is_new(quarter) else AERS), quarter[2:].upper()
    last = "" if _is_new(quarter) else "$"  # rows of the old era end in one sign more than their head
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for table, given in _tables(quarter, case, version).items():
            rows = len(next(iter(given.values())))
            columns = [given.get(each.lower(), pa.array([""] * rows)) for each in era[table].split("$")]
            lines = pc.binary_join_element_wise(*columns, "$")
            with archive.open(f"ascii/{table}{suffix}.txt", "w") as file:
                file.write(f"{era[table]}\r\n".encode("latin-1"))
                for first in range(0, rows, 50_000):
                    file.write(
                        "".join(f"{each}{last}\r\n" for each in lines[first : first + 50_000].to_pylist()).encode("latin-1")
                    )
        if len(gone):
            with archive.open(f"Deleted/DELETE{suffix}.txt", "w") as file:
                file.write("\r\n".join(str(FIRST + each) for each in gone).encode("latin-1"))
    return path


def _tables(quarter: str, case: Whole, version: Whole) -> dict[str, dict[str, Any]]:
    """Columns of the three tables by all the names that either era has for them."""
    number = pc.cast(pa.array(FIRST + case), pa.string())
    told = pc.cast(pa.array(version), pa.string())
    key = pc.binary_join_element_wise(number, told, "")
    isr = pc.cast(pa.array(int(quarter[:4]) * 10_000_000 + int(quarter[-1]) * 1_000_000 + np.arange(len(case))), pa.string())
    drug_of, name, ingredient, sequence = _drugs(case)
    event_of, term = _events(case, version)
    at_drug, at_event = pa.array(drug_of), pa.array(event_of)
    return {
        "DEMO": _demo(quarter, case, version)
        | {"isr": isr, "case": number, "primaryid": key, "caseid": number, "caseversion": told},
        "DRUG": {
            "isr": isr.take(at_drug),
            "primaryid": key.take(at_drug),
            "caseid": number.take(at_drug),
            "drug_seq": pc.cast(pa.array(sequence + 1), pa.string()),
            "role_cod": pa.array(np.array(["PS", "SS", "C"])[np.minimum(sequence, 2)]),
            "drugname": name,
            "prod_ai": ingredient,
            "route": pa.array(np.where(_chance(drug_of, 20) < 0.6, "ORAL", "")),
        },
        "REAC": {"isr": isr.take(at_event), "primaryid": key.take(at_event), "caseid": number.take(at_event), "pt": term},
    }


def _demo(quarter: str, case: Whole, version: Whole) -> dict[str, Any]:
    who, rows = _person(case), len(case)
    known = _comparable(case)
    year, month = int(quarter[:4]), 3 * int(quarter[-1])
    day = (1 + 28 * _chance(case, 6)).astype(np.int64)
    received = pc.cast(pa.array(year * 10_000 + month * 100 + day), pa.string())
    event = (2000 + (_chance(who, 7) * 4)).astype(np.int64) * 10_000 + (1 + _chance(who, 8) * 12).astype(np.int64) * 100
    event += (1 + _chance(who, 9) * 28).astype(np.int64)
    sex, age = np.where(_chance(who, 10) < 0.6, "F", "M"), 1 + (_chance(who, 11) * 90).astype(np.int64)
    maker = pc.binary_join_element_wise(pa.array(["US-MAKER-"] * rows), pc.cast(pa.array(case), pa.string()), "")
    return {
        "i_f_cod": pa.array(np.where(version > 1, "F", "I")),
        "i_f_code": pa.array(np.where(version > 1, "F", "I")),
        "foll_seq": pa.array(np.where(version > 1, "1", "")),
        "event_dt": _where(known, event),
        "fda_dt": received,
        "init_fda_dt": received,
        "rept_dt": received,
        "rept_cod": pa.array(["EXP"] * rows),
        "mfr_num": maker,
        "mfr_sndr": pa.array(["MAKER"] * rows),
        "age": _where(known, age),
        "age_cod": pa.array(np.where(known, "YR", "")),
        "gndr_cod": pa.array(np.where(known, sex, "UNK")),
        "sex": pa.array(np.where(known, sex, "UNK")),
        "occr_country": pa.array(np.where(_chance(who, 12) < 0.7, "US", "GB")),
    }


def _where(known: NDArray[np.bool_], number: Whole) -> Any:
    return pc.if_else(pa.array(known), pc.cast(pa.array(number), pa.string()), "")


def _several(case: Whole, of: int) -> tuple[Whole, Whole]:
    """For each mention the place of its report, and its place in it: one to eight mentions, three on average."""
    many = 1 + np.searchsorted([0.135, 0.406, 0.677, 0.857, 0.947, 0.983, 0.995], _chance(_person(case), of))
    report = np.repeat(np.arange(len(case)), many)
    return report, np.arange(len(report)) - np.repeat(np.cumsum(many) - many, many)


def _zipf(chance: Floats, many: int, power: float) -> Whole:
    share = np.cumsum(1.0 / np.arange(1, many + 1) ** power)
    return np.searchsorted(share / share[-1], chance).astype(np.int64)


def _drugs(case: Whole) -> tuple[Whole, Any, Any, Whole]:
    """Place of the report, name as written, ingredient, and place in the report of every drug."""
    report, place = _several(case, 13)
    row = _person(case)[report] * 16 + place
    code = _zipf(_chance(row, 14), DRUGS, 1.0)
    kratom = _kratom(case)[report] & (place == 0)
    form = FORMS[(_chance(row, 15) * len(FORMS)).astype(np.int64)]
    written = np.char.add(np.char.add("DRUG", code.astype("U6")), form)
    free = _chance(row, 16) < FREE
    written[free] = np.char.add(np.char.add("BRAND ", row[free].astype("U12")), " Ü")
    written[kratom] = SPELLED[(_chance(row[kratom], 17) * len(SPELLED)).astype(np.int64)]
    ingredient = np.where(kratom, "HERBALS\\MITRAGYNINE", np.char.add("SUBSTANCE", code.astype("U6")))
    ingredient = np.where((_chance(row, 18) < 0.85) & ~free, ingredient, "")
    return report, pa.array(written), pa.array(ingredient), place


def _events(case: Whole, version: Whole) -> tuple[Whole, Any]:
    """Place of the report and term of every reaction; a follow-up has one more."""
    report, place = _several(case, 19)
    row = _person(case)[report] * 16 + place
    code = _zipf(_chance(row, 21), EVENTS, 0.9)
    first = _zipf(_chance(_person(case)[report] * 16, 14), DRUGS, 1.0)
    of_drug = (_chance(first * 20 + (_chance(row, 23) * 20).astype(np.int64), 24) * EVENTS).astype(np.int64)
    term = np.char.add("Event ", np.where(_chance(row, 25) < PLANTED, of_drug, code).astype("U6"))
    term[_hair(case)[report] & (place == 0)] = "Alopecia"
    later = np.flatnonzero(version > 1)
    more = np.char.add("Event ", _zipf(_chance(case[later], 22), EVENTS, 0.9).astype("U6"))
    return np.concatenate([report, later]), pa.array(np.concatenate([term, more]))
