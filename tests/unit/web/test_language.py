"""English and German: nothing is left untranslated, nothing a translation cannot fill in, and the choice holds while the journal is locked."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.utils import translation

from steelyard.actions import keep
from steelyard.journal import store
from steelyard.records.model import Dose, Photo, SideEffect

from ...keeping import PASSPHRASE, START_KEY, let_in, turn_to, visitor

WEB = Path("src/steelyard/web")
HOLES = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
PAGES = (
    "/", "/history", "/photos", "/photos/new", "/answers", "/timeline", "/questions", "/letter", "/so-far", "/mine", "/mine/passphrase",
    "/mine/erase", "/mine/sheet", "/new/dose", "/new/ratings", "/new/side_effect", "/new/sleep", "/new/session", "/new/lab", "/new/medicine",
    "/new/hair_count", "/new/context", "/new/product", "/first", "/earlier/rating", "/earlier/dose", "/offline", "/phone",
)  # fmt: skip


@pytest.fixture(scope="module")
def tool(root: Path) -> ModuleType:
    """scripts/translations.py"""
    found = importlib.util.spec_from_file_location("translations", root / "scripts" / "translations.py")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules["translations"] = module
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def places(tool: ModuleType) -> Any:
    """Everything translatable, with where it stands."""
    return tool.collect()


@pytest.fixture(scope="module")
def german(tool: ModuleType, root: Path) -> Any:
    """The German catalogue."""
    return tool.read((root / WEB / "locale/de/LC_MESSAGES/django.po").read_text(encoding="utf-8"))


# the catalogue


def test_every_string_has_a_translation(places: Any, german: Any) -> None:
    missing = [(words.id, place) for words, place in places.items() if not all(german.get(words, ("",)))]
    assert not missing, f"run scripts/translations.py and translate: {missing}"


def test_no_translation_is_for_a_string_that_is_gone(places: Any, german: Any) -> None:
    gone = [words.id for words in german if words.id and words not in places]
    assert not gone, f"run scripts/translations.py: {gone}"


def test_a_translation_fills_in_what_the_string_fills_in(german: Any) -> None:
    for words, forms in german.items():
        if words.id:
            wanted = [set(HOLES.findall(text)) for text in (words.id, words.plural or words.id)]
            for form in forms:
                assert set(HOLES.findall(form)) in wanted, words.id


def test_a_string_with_a_plural_has_both_forms(german: Any) -> None:
    assert [words.id for words, forms in german.items() if words.plural and len(forms) != 2] == []


def test_no_translation_begins_or_ends_otherwise_than_its_string(german: Any) -> None:
    """A full stop or a colon that went missing is a slip; so is a space."""
    for words, forms in german.items():
        if words.id:
            ends = {text[-1] for text in (words.id, words.plural) if text} & set(".?!:…")
            for form in forms:
                assert form == form.strip(), words.id
                assert not ends or form[-1] in ends, words.id


def test_the_compiled_catalogue_is_that_of_the_text(tool: ModuleType, german: Any, root: Path) -> None:
    assert (root / WEB / "locale/de/LC_MESSAGES/django.mo").read_bytes() == tool.compiled(german), "run scripts/translations.py"


def test_pythons_own_reader_understands_the_compiled_catalogue(root: Path) -> None:
    import gettext

    with (root / WEB / "locale/de/LC_MESSAGES/django.mo").open("rb") as file:
        read = gettext.GNUTranslations(file)
    assert read.gettext("Undo") == "Rückgängig"
    assert read.pgettext("the word to type", "erase") == "löschen"
    assert [read.ngettext("%(n)d day", "%(n)d days", n) for n in (0, 1, 2)] == ["%(n)d Tage", "%(n)d Tag", "%(n)d Tage"]


# what is collected


def test_the_collector_sees_each_way_to_mark_a_string(tool: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        '{% load i18n %}{% translate "one" %}{% translate \'two\' context "here" %}'
        "{% blocktranslate %}three {{ x }}{% endblocktranslate %}"
        "{% blocktranslate count n=n %}{{ n }} four{% plural %}{{ n }} fours{% endblocktranslate %}"
        '{{ name|default:_("five") }}<a title="{% translate "six" %}">not marked</a>'
    )
    (tmp_path / "module.py").write_text(
        "from django.utils.translation import gettext as _, ngettext, pgettext, gettext_noop as known, gettext_lazy\n"
        'a = _("seven") + ngettext("%(n)d eight", "%(n)d eights", 2) + pgettext("there", "nine")\n'
        'B = (known("ten"), gettext_lazy("eleven"))\n'
        'c = print("not marked") or _(a)\n'
    )
    found = {(words.context, words.id, words.plural) for words in tool.collect(tmp_path)}
    assert found == {
        ("", "one", ""), ("here", "two", ""), ("", "three %(x)s", ""), ("", "%(n)s four", "%(n)s fours"), ("", "five", ""), ("", "six", ""),
        ("", "seven", ""), ("", "%(n)d eight", "%(n)d eights"), ("there", "nine", ""), ("", "ten", ""), ("", "eleven", ""),
    }  # fmt: skip


def test_a_catalogue_written_and_read_is_the_same(tool: ModuleType) -> None:
    words = tool.Words
    catalogue = {
        words(""): ("Language: de\nX: y\n",),
        words('with "quotes" and \\ and\nlines'): ("mit „Zeichen“\tund\nZeilen\n",),
        words("one", "many", "there"): ("eins", "viele"),
    }
    assert tool.read(tool.written(catalogue, {})) == catalogue


def test_no_page_says_anything_that_is_not_marked(root: Path) -> None:
    """What is left of a template without its marked strings, tags and code holds no letter; nor do its labels."""
    code = re.compile(r"\{% blocktranslate.*?\{% endblocktranslate %\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
    unsaid = re.compile(r"<(pre|code|script|style)\b.*?</\1>|<!doctype html>|https://\S*|&\w+;", re.DOTALL)
    labels = re.compile(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"')
    for page in (root / WEB / "templates").glob("*.html"):
        text = unsaid.sub("", code.sub("", page.read_text(encoding="utf-8")))
        left = re.sub(r"<[^>]*>", "", text) + "".join(labels.findall(text))
        assert not re.search(r"[A-Za-z]{2,}", left), (page.name, left.strip())


# the app


def test_every_page_speaks_german_throughout(app: Any, german: Any) -> None:
    """No English string of the catalogue that differs in German is left on any page."""
    keep.log(
        [
            Dose(time=keep.now(), substance="Beispiel", amount=2.5, unit="g"),
            SideEffect(time=keep.now(), effect="itching", severity=2),
        ]
    )
    keep.log([Photo(time=keep.now(), site="scalp", file="a.jpg")])
    english = {words.id for words, forms in german.items() if len(words.id) > 5 and words.id not in forms and "%" not in words.id}
    german_words = {form for forms in german.values() for form in forms}
    english -= german_words
    for page in PAGES:
        answer = app.get(page, headers={"accept-language": "de"})
        assert answer.status_code in (200, 404), page
        said = _texts(answer.content.decode())
        assert not english & said, (page, english & said)
        assert '<html lang="de">' in answer.content.decode() or answer.status_code == 404


def test_the_choice_is_kept_and_holds_while_locked(tmp_path: Path) -> None:
    app = let_in(tmp_path / "data", PASSPHRASE)
    assert "Take everything along" in app.get("/mine").content.decode()

    answer = app.post("/i18n/language", {"language": "de", "next": "/mine"})
    assert answer.headers["Location"] == "/mine"
    assert "Alles mitnehmen" in app.get("/mine").content.decode()
    keep.lock()
    assert "Gesperrt" in app.get("/unlock").content.decode()

    app.post("/i18n/language", {"language": "en", "next": "/unlock"})
    assert "Locked" in app.get("/unlock").content.decode()


def test_it_can_be_chosen_at_the_first_start(tmp_path: Path) -> None:
    turn_to(tmp_path)
    client = visitor()
    client.post("/i18n/language", {"language": "de", "next": f"/start?key={START_KEY}"})
    assert "Ein Tagebuch, das bei Ihnen bleibt" in client.get("/start", {"key": START_KEY}).content.decode()


def test_the_browser_says_which_language_until_one_is_chosen(app: Any) -> None:
    assert "Alles mitnehmen" in app.get("/mine", headers={"accept-language": "de-AT,de;q=0.9"}).content.decode()
    assert "Take everything along" in app.get("/mine", headers={"accept-language": "pl"}).content.decode()


@pytest.mark.parametrize("to", ["https://example.org/", "//example.org", "\\\\example.org", "javascript:alert(1)"])
def test_the_way_back_leads_nowhere_else(app: Any, to: str) -> None:
    assert app.post("/i18n/language", {"language": "de", "next": to}).headers["Location"] == "/"


def test_an_unknown_language_changes_nothing(app: Any) -> None:
    answer = app.post("/i18n/language", {"language": "tlh", "next": "/mine"})
    assert "django_language" not in answer.cookies


def test_the_cookie_of_the_language_says_nothing_else(app: Any) -> None:
    cookie = app.post("/i18n/language", {"language": "de"}).cookies["django_language"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("de", True, "Strict")


def test_a_decimal_comma_is_understood_where_it_is_shown(app: Any) -> None:
    app.cookies["django_language"] = "de"
    app.post("/new/dose", {"substance": "Beispiel", "amount": "2,5", "unit": "g", "ago": "0", "skip": "1"})
    (dose,) = store.journal().of(Dose)
    assert dose.amount == 2.5
    assert "2,5 g" in app.get("/").content.decode()
    again = re.search(r'name="amount"[^>]*value="([^"]*)"', app.get(f"/entry/{dose.id}").content.decode())
    assert again is not None
    app.post(
        f"/entry/{dose.id}",
        {"substance": "Beispiel", "amount": again[1], "unit": "g", "time": dose.time.strftime("%Y-%m-%dT%H:%M")},
    )
    assert store.journal().of(Dose)[0].amount == 2.5


def test_the_word_that_erases_is_the_one_on_the_page(app: Any) -> None:
    app.cookies["django_language"] = "de"
    assert "„löschen“" in app.get("/mine/erase").content.decode()
    assert app.post("/mine/erase", {"word": "erase"}).status_code == 422
    assert app.post("/mine/erase", {"word": "LÖSCHEN"}).status_code == 200
    assert not keep.exists()


def test_what_is_kept_does_not_depend_on_the_language(app: Any) -> None:
    with translation.override("de"):
        keep.log([SideEffect(id="s", time=keep.now(), effect="itching", severity=1.5)])
    kept = store.get("s")
    assert kept is not None and isinstance(kept.record, SideEffect)
    assert (kept.record.effect, kept.record.severity) == ("itching", 1.5)


def _texts(page: str) -> set[str]:
    """The pieces of text on a page, each between two tags, and the labels."""
    page = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    pieces = re.split(r"<[^>]*>", page) + re.findall(r'(?:aria-label|title|alt)="([^"]*)"', page)
    return {re.sub(r"\s+", " ", piece).strip() for piece in pieces}
