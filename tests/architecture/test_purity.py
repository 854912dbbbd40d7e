"""Pure rooms: no network, no store, no clock, no global chance, and nothing a person wrote leaves by a side door."""

import ast
from typing import Any

import pytest

FORBIDDEN_MODULES = {
    *("asyncio", "ctypes", "django", "ftplib", "http", "httpx", "logging", "multiprocessing", "psycopg", "random"),
    *("requests", "secrets", "smtplib", "socket", "sqlite3", "ssl", "subprocess", "syslog", "telnetlib", "threading"),
    *("urllib", "uuid", "warnings", "webbrowser"),
}
NETWORK = {"asyncio", "ftplib", "http", "httpx", "requests", "smtplib", "socket", "ssl", "urllib", "webbrowser"}
CLOCKS = {
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.monotonic", "time.perf_counter"),
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
}
SIDE_DOORS = {"print", "input", "breakpoint", "sys.stdout", "sys.stderr", "sys.stdin", "os.environ", "os.getenv", "os.system"}
SEEDED = {"default_rng", "Generator", "SeedSequence", "PCG64", "Philox", "BitGenerator"}


def imported(node: ast.AST) -> list[str]:
    """Dotted names an import statement brings in (`from a import b` gives `a.b`)."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def aliases(tree: ast.AST) -> dict[str, str]:
    """Local name -> what it stands for: `import numpy as np` gives np: numpy, `from time import time` gives time: time.time."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias, name in zip(node.names, imported(node), strict=False):
                local = alias.asname or (alias.name if isinstance(node, ast.ImportFrom) else alias.name.split(".")[0])
                found[local] = name if alias.asname or isinstance(node, ast.ImportFrom) else local
    return found


def dotted(node: ast.AST, known: dict[str, str]) -> str:
    """The full name of an expression such as `np.random.rand`; empty for anything but names and attributes."""
    if isinstance(node, ast.Name):
        return known.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        left = dotted(node.value, known)
        return f"{left}.{node.attr}" if left else ""
    return ""


def tail(name: str) -> str:
    """The last two parts, so that `datetime.datetime.now` and `datetime.now` are one."""
    return ".".join(name.split(".")[-2:])


def is_global_chance(name: str) -> bool:
    return name.startswith("numpy.random.") and name.split(".")[2] not in SEEDED


def is_unseeded(node: ast.AST, known: dict[str, str]) -> bool:
    """A call of `default_rng` with nothing, or only `None`, to start from."""
    if not (isinstance(node, ast.Call) and dotted(node.func, known).endswith("default_rng")):
        return False
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    return all(isinstance(value, ast.Constant) and value.value is None for value in given)


def as_library(tree: ast.Module) -> ast.Module:
    """The module as others import it: without the block that runs only when it is started as a script."""
    body = [node for node in tree.body if not (isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'")]
    return ast.Module(body=body, type_ignores=[])


def breaches(module: ast.Module) -> set[str]:
    """What in this module a pure room must not do."""
    tree = as_library(module)
    known = aliases(tree)
    found = {name.split(".")[0] for node in ast.walk(tree) for name in imported(node)} & FORBIDDEN_MODULES
    for node in ast.walk(tree):
        name = dotted(node, known)
        if tail(name) in CLOCKS or name in SIDE_DOORS or is_global_chance(name):
            found.add(name)
        if is_unseeded(node, known):
            found.add("default_rng without a seed")
    return found


def test_pure_rooms_have_no_side_doors(sources: list[Any], rooms: dict[str, Any]) -> None:
    pure = [source for source in sources if source.room in rooms and rooms[source.room].pure]
    assert {str(source.path): found for source in pure if (found := breaches(source.tree))} == {}


def test_nothing_but_the_web_room_reaches_the_network(sources: list[Any]) -> None:
    asks = "actions/address.py"  # the system for this computer's own address and ports; it sends nothing
    assert sorted(str(s.path) for s in sources if s.room != "web" and breaches(s.tree) & NETWORK) == [asks]


def test_no_room_logs(sources: list[Any]) -> None:
    """The faces print to the person; nobody keeps a log in which a journal value could lie about."""
    silences = "web/settings.py"  # Django's own log, given a handler that keeps nothing
    found = [s for s in sources if breaches(s.tree) & {"logging", "syslog"}]
    assert [str(s.path) for s in found] == [silences]
    used = {
        n.attr
        for s in found
        for n in ast.walk(s.tree)
        if isinstance(n, ast.Attribute) and getattr(n.value, "id", "") == "logging"
    }
    assert used == {"getLogger", "NullHandler"}


@pytest.mark.parametrize(
    ("code", "breach"),
    [
        ("import socket", "socket"),
        ("def f():\n    from urllib.request import urlopen", "urllib"),
        ("import time\ntime.time()", "time.time"),
        ("from time import time\ntime()", "time.time"),
        ("import datetime as d\nd.datetime.now()", "datetime.datetime.now"),
        ("from datetime import datetime\ndatetime.now(zone)", "datetime.datetime.now"),
        ("from datetime import date\ntoday = date.today", "datetime.date.today"),
        ("import random", "random"),
        ("import numpy as np\nnp.random.normal()", "numpy.random.normal"),
        ("from numpy.random import rand\nrand()", "numpy.random.rand"),
        ("import numpy as np\nnp.random.default_rng()", "default_rng without a seed"),
        ("from numpy.random import default_rng\ndefault_rng(None)", "default_rng without a seed"),
        ("print(rating)", "print"),
        ("import sys\nsys.stderr.write(note)", "sys.stderr"),
        ("import logging\nlogging.info(note)", "logging"),
    ],
)
def test_a_breach_is_caught(code: str, breach: str) -> None:
    assert breach in breaches(ast.parse(code))


@pytest.mark.parametrize(
    "code",
    [
        "import numpy as np\nrng = np.random.default_rng(seed)",
        "from datetime import datetime, timedelta\nmoment = datetime(2026, 3, 1) + timedelta(hours=1)",
        "def f(rng: 'numpy.random.Generator'): return rng.normal()",
        "stream.write(line)",
        "from .time import now_given",
        "if __name__ == '__main__':\n    print(schema())",
    ],
)
def test_honest_code_passes(code: str) -> None:
    assert breaches(ast.parse(code)) == set()
