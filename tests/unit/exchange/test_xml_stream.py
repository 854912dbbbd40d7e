"""A long XML file as a stream: what breaks it costs one element, and nothing outside the root is ever read."""

import io
import tracemalloc

import pytest

from steelyard.exchange.xml_stream import LONGEST, Element, elements
from steelyard.records.model import Problem


def read(content: bytes | str) -> tuple[list[Element], list[Problem]]:
    held = content.encode() if isinstance(content, str) else content
    found = list(elements(io.BytesIO(held), "Root", ("Item", "Other")))
    return [one for one in found if isinstance(one, Element)], [one for one in found if isinstance(one, Problem)]


def values(content: bytes | str) -> list[str]:
    return [one.attributes.get("v", "") for one in read(content)[0] if one.depth == 1]


def test_elements_with_their_line_name_attributes_and_depth() -> None:
    found, problems = read(
        '<?xml version="1.0"?>\n<Root a="1">\n <Item v="1">\n  <In/>\n </Item>\n <Other v="&lt;&amp;"/>\n</Root>\n'
    )
    assert problems == []
    assert found == [Element(3, "Item", {"v": "1"}, 1), Element(4, "In", {}, 2), Element(6, "Other", {"v": "<&"}, 1)]


def test_a_broken_document_type_is_passed_over_with_its_entities() -> None:
    dtd = '<!DOCTYPE Root [\n<!ATTLIST Root x CDATA\n<!ENTITY a "aaaa">\n<!ENTITY file SYSTEM "file:///etc/passwd">\n]>\n'
    found, problems = read(f'{dtd}<Root>\n<Item v="&a;"/>\n<Item v="&file;"/>\n<Item v="3"/>\n</Root>')
    assert [one.attributes["v"] for one in found] == ["3"]
    assert [(problem.line, problem.code) for problem in problems] == [(7, "xml.broken"), (8, "xml.broken")]


def test_a_document_type_within_the_root_declares_nothing() -> None:
    assert values('<Root><!DOCTYPE Root [<!ENTITY a "x">]><Item v="&a;"/><Item v="2"/></Root>') == ["2"]


def test_control_characters_are_left_out() -> None:
    assert values(b'\x0b<Root>\x00<Item v="a\x0bb\x1f"/></Root>') == ["ab"]


@pytest.mark.parametrize(
    "broken",
    [
        '<Item v="x',
        "<Item v=1/>",
        "<Item v='1' v='2'/>",
        "</Wrong>",
        "<Item><Deep></Item>",
        "<<Item/>",
        "&nothing;",
        "<![CDATA[ never closed",
        "<!-- never -- closed",
        "<Item v='\ufffe'/>",
    ],
)
def test_what_breaks_the_rules_costs_itself_only(broken: str) -> None:
    content = f'<Root>\n<Item v="1"/>\n{broken}\n<Item v="2"/>\n<Item v="3"/>\n</Root>\n'
    found = [value for value in values(content) if value in ("1", "2", "3")]
    assert found[0] == "1" and found[-1] == "3"
    assert read(content)[1]


def test_bytes_that_are_no_text_cost_their_element() -> None:
    assert values(b'<Root><Item v="1"/><Item v="\xff\xfe"/><Item v="3"/></Root>') == ["1", "3"]


def test_a_file_that_was_cut_off_gives_what_was_whole() -> None:
    found, problems = read('<Root>\n<Item v="1"/>\n<Item v="2')
    assert [one.attributes["v"] for one in found] == ["1"]
    assert problems[-1].code == "xml.truncated"


def test_lines_are_right_after_an_error_and_across_blocks() -> None:
    many = '<Item v="x"/>\n' * 40_000
    found, problems = read(f'<Root>\n{many}<Item v=bad/>\n{many}<Item v="last"/>\n</Root>')
    assert found[-1] == Element(80_003, "Item", {"v": "last"}, 1)
    assert [problem.line for problem in problems] == [40_002]
    assert len(found) == 80_001


@pytest.mark.parametrize("content", [b"", b"Root", b"<html></html>", b"<Rooted/>", b"x" * (LONGEST + 5) + b"<Root></Root>"])
def test_what_has_no_such_root_is_refused(content: bytes) -> None:
    found, problems = read(content)
    assert found == []
    assert [problem.code for problem in problems] == ["xml.no_root"]


def test_a_tag_without_end_is_not_held() -> None:
    """12 MiB of one attribute, and never more than a few blocks of it in memory."""
    content = b"<Root><Item v='" + b"x" * (12 << 20) + b"'/><Item v='2'/></Root>"
    stream = io.BytesIO(content)
    tracemalloc.start()
    found = [one for one in elements(stream, "Root", ("Item",)) if isinstance(one, Element)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [one.attributes["v"] for one in found] == ["2"]
    assert peak < 6 << 20


def test_many_errors_in_one_block_are_passed_quickly() -> None:
    """Each error begins a new parser; the rest of the block must not be copied for each."""
    found, problems = read("<Root>" + "<Item v=1/>" * 20_000 + '<Item v="end"/></Root>')
    assert [one.attributes["v"] for one in found] == ["end"]
    assert len(problems) == 20_000
