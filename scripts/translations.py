"""Bring the app's translations in line with its words: `python scripts/translations.py`.

Collects every string that a page or a module marks as translatable, adds those that are new to each catalogue
(`src/steelyard/web/locale/*/LC_MESSAGES/django.po`, without a translation yet), drops those that are gone, and compiles the catalogues. Needs
no gettext programs. What has no translation is shown in English; `tests/unit/web/test_language.py` names it.

Source: GNU gettext manual, "The Format of PO Files" and "The Format of GNU MO Files".
"""

import ast
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1] / "src" / "steelyard"
LOCALE = ROOT / "web" / "locale"
MARKS = {
    "gettext": "i", "gettext_lazy": "i", "gettext_noop": "i", "ngettext": "ip", "ngettext_lazy": "ip",
    "pgettext": "ci", "pgettext_lazy": "ci", "npgettext": "cip",
}  # fmt: skip
_TEXT = r"""(?:u?"(?:\\.|[^"\\])*"|u?'(?:\\.|[^'\\])*')"""
_CALL = re.compile(rf"\b(gettext|ngettext|pgettext|npgettext|_)\(\s*({_TEXT})(?:\s*,\s*({_TEXT}))?(?:\s*,\s*({_TEXT}))?")
_KEYWORD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[(\d)\])?) (".*")')


@dataclass(frozen=True)
class Words:
    """A string to be translated: in which context, and its plural where it has one."""

    id: str
    plural: str = ""
    context: str = ""


Catalogue = dict[Words, tuple[str, ...]]  # the translations, one for each plural form; the header stands under the empty string


def collect(root: Path = ROOT) -> dict[Words, str]:
    """Everything translatable below a folder, in order of place, with the file it stands in first."""
    found: dict[Words, str] = {}
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.html")]):
        text = path.read_text(encoding="utf-8")
        for words in _of_module(text) if path.suffix == ".py" else _of_template(text):
            found.setdefault(words, path.relative_to(root).as_posix())
    return found


def read(po: str) -> Catalogue:
    """A catalogue from the text of its file."""
    catalogue: Catalogue = {}
    for block in re.split(r"\n\s*\n", po):
        fields: dict[str, str] = {}
        key = ""
        for line in block.splitlines():
            if found := _KEYWORD.match(line):
                key = found[1]
                fields[key] = ast.literal_eval(found[3])
            elif line.startswith('"'):
                fields[key] += ast.literal_eval(line)
        if "msgid" in fields:
            words = Words(fields["msgid"], fields.get("msgid_plural", ""), fields.get("msgctxt", ""))
            forms = sorted(name for name in fields if name.startswith("msgstr"))
            catalogue[words] = tuple(fields[name] for name in forms)
    return catalogue


def written(catalogue: Catalogue, places: dict[Words, str]) -> str:
    """The text of a catalogue's file."""
    return "\n".join(_entry(words, catalogue[words], places.get(words, "")) for words in catalogue)


def compiled(catalogue: Catalogue) -> bytes:
    """The binary form that Django reads; strings without a translation are left out."""
    pairs = {}
    for words, forms in catalogue.items():
        if all(forms):
            name = (f"{words.context}\x04" if words.context else "") + words.id + (f"\0{words.plural}" if words.plural else "")
            pairs[name.encode()] = "\0".join(forms).encode()
    keys = sorted(pairs)
    start = 28 + 16 * len(keys)
    texts, offsets = b"", []
    for part in (keys, [pairs[key] for key in keys]):
        for text in part:
            offsets += [len(text), start + len(texts)]
            texts += text + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, start)
    return head + struct.pack(f"<{len(offsets)}I", *offsets) + texts


def merged(catalogue: Catalogue, places: dict[Words, str]) -> Catalogue:
    """The catalogue with exactly the strings there are now, in their order; what is new has no translation."""
    header = Words("")
    forms = {words: ("", "") if words.plural else ("",) for words in places}
    return {header: catalogue[header]} | {words: catalogue.get(words, forms[words]) for words in places}


def _of_module(text: str) -> Iterator[Words]:
    tree = ast.parse(text)
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {one.asname or one.name: MARKS[one.name] for one in node.names if one.name in MARKS}
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        marks = names.get(call.func.id, "")  # type: ignore[attr-defined]
        texts = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if marks and len(texts) >= len(marks):
            yield _words(marks, texts)


def _of_template(text: str) -> Iterator[Words]:
    from django.conf import settings  # noqa: PLC0415
    from django.utils.translation.template import templatize  # noqa: PLC0415

    if not settings.configured:
        settings.configure()
    for call in _CALL.finditer(templatize(text)):
        marks = MARKS["gettext" if call[1] == "_" else call[1]]
        yield _words(marks, [ast.literal_eval(one) for one in call.groups()[1:] if one])


def _words(marks: str, texts: list[str]) -> Words:
    said = dict(zip(marks, texts, strict=False))
    return Words(said["i"], said.get("p", ""), said.get("c", ""))


def _entry(words: Words, forms: tuple[str, ...], place: str) -> str:
    lines = [f"#: {place}"] if place else []
    if words.context:
        lines.append(f"msgctxt {_quoted(words.context)}")
    lines.append(f"msgid {_quoted(words.id)}")
    if words.plural:
        lines.append(f"msgid_plural {_quoted(words.plural)}")
        lines += [f"msgstr[{number}] {_quoted(form)}" for number, form in enumerate(forms)]
    else:
        lines.append(f"msgstr {_quoted(forms[0])}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    lines = escaped.split("\n")
    if len(lines) == 1:
        return f'"{escaped}"'
    parts = [f'"{line}\\n"' for line in lines[:-1]] + ([f'"{lines[-1]}"'] if lines[-1] else [])
    return "\n".join(['""', *parts])


def main() -> None:
    """Rewrite and compile every catalogue, and say what has no translation."""
    places = collect()
    for po in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        catalogue = merged(read(po.read_text(encoding="utf-8")), places)
        po.write_text(written(catalogue, places), encoding="utf-8")
        po.with_suffix(".mo").write_bytes(compiled(catalogue))
        missing = [words.id for words, forms in catalogue.items() if not all(forms)]
        print(f"{po.relative_to(ROOT)}: {len(places)} strings, {len(missing)} without a translation")


if __name__ == "__main__":
    main()
