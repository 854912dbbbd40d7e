"""What is asked of tables of reports, written once and run by whichever engine holds them: DuckDB on one machine, Spark on many.

Each function takes ibis tables and returns an ibis table; nothing runs until an engine is asked for the result.
"""

import ibis
from ibis.expr.types import Table


def latest(reports: Table, deleted: Table) -> Table:
    """Return the one version of each case that counts: the last received, of those the highest number; withdrawn cases are left out.

    Source: FDA, frequently asked questions for the FAERS quarterly data extract (2020), question 1: the latest version is the current one.
    """
    known = reports.anti_join(deleted, "case")
    newest = [
        ibis.desc(known.received),
        ibis.desc(known.version),
        ibis.desc(known.report.length()),  # of two numbers, the longer is the higher
        ibis.desc(known.report),
    ]
    ranked = known.mutate(rank=ibis.row_number().over(group_by=known.case, order_by=newest))
    return ranked.filter(ranked.rank == 0).drop("rank")


def numbered(kept: Table) -> Table:
    """Return reports with a `number` from 0 on, in the order of their cases."""
    by_case = [kept.case.length(), kept.case]
    return kept.mutate(number=ibis.row_number().over(order_by=by_case).cast("int32"))


def mentions(numbered: Table, drugs: Table, spelled: Table) -> Table:
    """Return number of the report, code of the substance and the closest role it had in it (0 is the closest), each pair once, in order.

    `spelled` maps each name and ingredient as written to the codes of substances, and `drugs` has a whole number for the role.
    """
    of_report = drugs.inner_join(numbered.select("report", "number"), "report").inner_join(spelled, ["name", "ingredient"])
    closest = of_report.group_by(["number", "code"]).agg(role=of_report.role.min().cast("int8"))
    return closest.order_by(["number", "code"])


def reactions(numbered: Table, events: Table, terms: Table) -> Table:
    """Return number of the report and code of the term, each pair once, in order."""
    of_report = events.inner_join(numbered.select("report", "number"), "report").inner_join(terms, "term")
    return of_report.select("number", "code").distinct().order_by(["number", "code"])


def pair_counts(drugs: Table, events: Table) -> Table:
    """Return drug, event, and the reports with both (n), with the drug (n_drug) and with the event (n_event), in order of the codes.

    `drugs` has columns report and drug, `events` report and event; a pair given twice counts once.
    """
    once, felt = drugs.select("report", "drug").distinct(), events.select("report", "event").distinct()
    of_drug = once.group_by("drug").agg(n_drug=once.count())
    of_event = felt.group_by("event").agg(n_event=felt.count())
    both = once.inner_join(felt, "report")
    pairs = both.group_by(["drug", "event"]).agg(n=both.count())
    counted = pairs.inner_join(of_drug, "drug").inner_join(of_event, "event")
    return counted.select("drug", "event", "n", "n_drug", "n_event").order_by(["drug", "event"])
