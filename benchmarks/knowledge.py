"""How long it takes to load what is known.

    python benchmarks/knowledge.py

Median of 30 loads in one process, after one to warm up; CPU time. Bar: the facts within 50 ms.
"""

from collections.abc import Callable
from statistics import median
from time import process_time

from steelyard.knowledge.causes import load_complaints
from steelyard.knowledge.claims import load_claims
from steelyard.knowledge.law import laws
from steelyard.knowledge.literature import literature
from steelyard.knowledge.load import load
from steelyard.knowledge.medicines import load_medicines
from table import show, write

TIMES = 30


def main() -> None:
    """Measure each and write the table."""
    knowledge = load()
    loads: dict[str, Callable[[], object]] = {
        "facts": load,
        "law": laws,
        "claims": lambda: load_claims(knowledge),
        "medicines": load_medicines,
        "causes": lambda: load_complaints(knowledge),
        "literature": lambda: literature(knowledge),
    }
    rows = [{"what": name, "cpu_ms": _ms(of), "facts": len(knowledge.facts)} for name, of in loads.items()]
    show(rows, ("what", "cpu_ms"))
    write("knowledge", rows)


def _ms(of: Callable[[], object]) -> float:
    of()
    taken = []
    for _ in range(TIMES):
        begin = process_time()
        of()
        taken.append(1000 * (process_time() - begin))
    return median(taken)


if __name__ == "__main__":
    main()
