"""All records as the rows of one table. Its columns, and what may stand in them, are taken from the records' own definitions."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, NamedTuple

from msgspec import inspect

from .model import KINDS, TAG, Journal, Record

ColumnKind = Literal["text", "texts", "number", "numbers", "whole", "yes_no", "instant"]
_PLAIN: dict[type[inspect.Type], ColumnKind] = {
    inspect.StrType: "text",
    inspect.LiteralType: "text",
    inspect.IntType: "whole",
    inspect.FloatType: "number",
    inspect.BoolType: "yes_no",
    inspect.DateTimeType: "instant",
}
_MANY: dict[ColumnKind, ColumnKind] = {"text": "texts", "number": "numbers"}
_INNER = ("deleted", "extra")  # about keeping the journal: withdrawn records are in no table
IN_WORDS = "_text"  # ends the name of the column for what is said in words, where the same field may hold a number


class Column(NamedTuple):
    """One column of a table: its name, what kind of value it holds, and what it is."""

    name: str
    kind: ColumnKind
    says: str


class Field(NamedTuple):
    """One column as one kind of record fills it: whether it must, and what may stand in it; `field` is its name in a record here."""

    field: str
    column: str
    kind: ColumnKind
    required: bool
    allowed: str


@cache
def fields(kind: type[Record]) -> tuple[Field, ...]:
    """The columns that a kind of record fills; a field that may be a number or words fills two."""
    about = inspect.type_info(kind)
    assert isinstance(about, inspect.StructType)
    return tuple(found for one in about.fields if one.name not in _INNER for found in _fields(one))


def columns() -> tuple[Column, ...]:
    """Every column once, in the order of the records' definitions, each with the kinds of record that fill it."""
    where: dict[tuple[str, ColumnKind], list[str]] = {}
    for kind in KINDS:
        for field in fields(kind):
            where.setdefault((field.column, field.kind), []).append(TAG[kind])
    assert len({name for name, _ in where}) == len(where), "a column would hold two kinds of value"
    return tuple(Column(name, kind, "of " + ", ".join(tags)) for (name, kind), tags in where.items())


def row(record: Record) -> dict[str, Any]:
    """What a record says, by column; what it does not say is not there."""
    said: dict[str, Any] = {}
    for field in fields(type(record)):
        value = getattr(record, field.field)
        if value is not None and value != () and isinstance(value, str) == (field.kind == "text"):
            said[field.column] = value
    return said


def counted(journal: Journal) -> Iterator[Record]:
    """The records that count, the header first."""
    if journal.header is not None:
        yield journal.header
    yield from (record for record in journal.records if not record.deleted)


def _fields(one: inspect.Field) -> list[Field]:
    types = one.type.types if isinstance(one.type, inspect.UnionType) else (one.type,)
    kinds = [(_kind(each), each) for each in types if not isinstance(each, inspect.NoneType)]
    both = len(kinds) > 1
    return [
        Field(one.name, one.encode_name + (IN_WORDS if both and kind == "text" else ""), kind, one.required, _allowed(each))
        for kind, each in kinds
    ]


def _kind(each: inspect.Type) -> ColumnKind:
    if isinstance(each, inspect.VarTupleType):
        inner = each.item_type.types[0] if isinstance(each.item_type, inspect.UnionType) else each.item_type
        return _MANY[_PLAIN[type(inner)]]
    return _PLAIN[type(each)]


def _allowed(each: inspect.Type) -> str:
    """The values that may stand there, or the ends of a number; empty for anything of its kind."""
    if isinstance(each, inspect.LiteralType):
        return ", ".join(map(str, each.values))
    if isinstance(each, inspect.FloatType | inspect.IntType):
        bounds = ((">= ", each.ge), ("> ", each.gt), ("<= ", each.le), ("< ", each.lt))
        return ", ".join(f"{sign}{bound:g}" for sign, bound in bounds if bound is not None)
    return ""
