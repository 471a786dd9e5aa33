"""Profiles of sites: what tells a page of a site, and where its words, fields and furniture are. They are data.

A profile is a TOML file. Those that come along stand in ``data/profiles``; those in a folder ``profiles`` beside the
documents are asked first. A profile reads web pages, or the text copies of pages, or both.
"""

from __future__ import annotations

import itertools
import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from egov_kg import assets, iri
from egov_kg.documents.tree import Source, is_selector
from egov_kg.errors import DataFileError

__all__ = [
    "FOLDER",
    "LIKELY",
    "Sign",
    "Sites",
    "TextSite",
    "WebSite",
    "choose_text_site",
    "choose_web_site",
    "profile_files",
    "read_sites",
    "shipped_sites",
    "sites_for",
    "web_sites_from",
]

FOLDER: Final = "profiles"
"""The folder beside documents in which further profiles are looked for."""

LIKELY: Final = 0.5
"""The sum of the weights of its signs from which on a page is taken to be of a site."""

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TOP: Final = frozenset({"name", "about", "sign", "metadata", "html", "text"})
_HTML: Final = frozenset({"content", "title", "chrome", "keep", "drop", "keys", "fields"})
_TEXT: Final = frozenset({"layout", "keys", "labels", "chrome", "counters", "buttons", "publisher"})
_LAYOUTS: Final = frozenset({"plain", "keyed-lines", "stacked-keys"})
_METADATA: Final = frozenset({"jurisdiction"})
_LONGEST_PATTERN: Final = 300
# A repeated group that is repeated again can take time without end; so can two stars side by side.
_RISKY = re.compile(r"[+*}]\)[+*{]|[+*][+*]")


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that pages of a site have.

    Attributes:
        weight: How much it says, from 0 to 1.
        selector: A CSS selector that an element matches; empty for a sign in the text.
        pattern: A regular expression, in which ``^`` is the start of a line; empty for a sign in the markup.
        most: How often a pattern counts at most.
        within: In how many characters from the start a pattern is looked for; 0 for all of them.
    """

    weight: float
    selector: str = ""
    pattern: str = ""
    most: int = 1
    within: int = 20_000

    def found_in(self, text: str) -> float:
        r"""Return what the pattern is worth in a text.

        Example:
            >>> Sign(0.2, pattern="^Year$", most=2).found_in("Year\n2015\nYear\n2016\nYear\n")
            0.4
        """
        found = re.compile(self.pattern, re.MULTILINE).finditer(text, 0, self.within or len(text))
        return self.weight * sum(1 for _ in itertools.islice(found, self.most))


@dataclass(frozen=True, slots=True)
class WebSite:
    """What is known of the web pages of a site.

    Attributes:
        name: The name of the profile.
        signs: What tells its pages.
        selectors: The marks of elements: ``content``, ``title``, ``chrome``, ``keep``, ``drop``, and ``field:`` with a
            key.
        metadata: What the pages do not say in fields: ``jurisdiction``.
        keys: Further keys of fields, folded.
    """

    name: str = "html"
    signs: tuple[Sign, ...] = ()
    selectors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TextSite:
    """What is known of the text copies of pages of a site.

    Attributes:
        name: The name of the profile.
        signs: What tells its pages.
        metadata: What the pages do not say in fields: ``jurisdiction``.
        layout: The grammar: ``plain``; ``keyed-lines``, with keys and values on one line and notes in markup;
            ``stacked-keys``, with keys above their values and counters.
        keys: The keys of its fields, as they are written.
        labels: Lines that are headings, whatever they look like.
        chrome: Regular expressions of lines that are no content, each for a whole line.
        counters: The words before a number of readers.
        buttons: Lines that were buttons.
        publisher: A regular expression of the first line, if that names who publishes.
    """

    name: str
    signs: tuple[Sign, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    layout: str = "plain"
    keys: tuple[str, ...] = ()
    labels: frozenset[str] = frozenset()
    chrome: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Sites:
    """The profiles that may read a document, in the order in which they are asked."""

    web: tuple[WebSite, ...] = ()
    text: tuple[TextSite, ...] = ()

    def as_json(self) -> str:
        """Return what is known of web pages as JSON; `web_sites_from` is the way back."""
        rows = [
            {
                "name": site.name,
                "signs": [[sign.weight, sign.selector, sign.pattern, sign.most, sign.within] for sign in site.signs],
                "selectors": {mark: list(several) for mark, several in site.selectors.items()},
                "metadata": dict(site.metadata),
                "keys": sorted(site.keys),
            }
            for site in self.web
        ]
        return json.dumps(rows, ensure_ascii=False)


def web_sites_from(text: str) -> tuple[WebSite, ...]:
    """Return the sites that `Sites.as_json` wrote; none for an empty text."""
    return tuple(
        WebSite(
            row["name"],
            tuple(Sign(*sign) for sign in row["signs"]),
            {mark: tuple(several) for mark, several in row["selectors"].items()},
            row["metadata"],
            frozenset(row["keys"]),
        )
        for row in json.loads(text or "[]")
    )


def choose_text_site(text: str, sites: Sequence[TextSite]) -> tuple[TextSite | None, float]:
    """Return the site whose signs a text bears best, and how surely, from 0 to 1; of equal ones the first."""
    best, most = None, 0.0
    for site in sites:
        found = min(1.0, sum(sign.found_in(text) for sign in site.signs))
        if found > most:
            best, most = site, found
    return best, most


def choose_web_site(source: Source, sites: Sequence[WebSite]) -> WebSite:
    """Return the site whose signs a page bears best; one of which nothing is known where no site is likely."""
    best, most = WebSite(), 0.0
    for site in sites:
        found = sum(
            sign.found_in(source.markup) if sign.pattern else sign.weight * source.matches(sign.selector)
            for sign in site.signs
        )
        if found >= LIKELY and found > most:
            best, most = site, found
    return best


def sites_for(path: Path) -> Sites:
    """Return the profiles for a document: those in a folder ``profiles`` beside it, then those that come along.

    Raises:
        DataFileError: If one of them is wrong.
    """
    beside, shipped = path.parent / FOLDER, shipped_sites()
    if not beside.is_dir():
        return shipped
    own = read_sites(beside)
    return Sites((*own.web, *shipped.web), (*own.text, *shipped.text))


def profile_files(folder: Path) -> list[Path]:
    """Return the profiles beside the documents of a folder, by name."""
    try:
        return sorted((folder / FOLDER).glob("*.toml"))
    except OSError:
        return []


@cache
def shipped_sites() -> Sites:
    """Return the profiles that come along."""
    return read_sites(assets.data("profiles"))


def read_sites(folder: Path) -> Sites:
    """Return the profiles of a folder, by name.

    Raises:
        DataFileError: If a file is no TOML, or a profile has a key, selector or pattern that is none, or no sign.
    """
    sites = Sites()
    for path in sorted(folder.glob("*.toml")):
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DataFileError(path, 0, f"is no TOML: {error}") from error
        except OSError as error:
            raise DataFileError(path, 0, f"cannot be read: {error.strerror}") from error
        sites = _Profile(path, table).added_to(sites)
    return sites


class _Profile:
    """Reads one profile, and says what is wrong with it."""

    def __init__(self, path: Path, table: Mapping[str, Any]) -> None:
        self.path, self.table = path, table

    def added_to(self, sites: Sites) -> Sites:
        """Return the sites with what this profile says."""
        self._only(self.table, _TOP, "")
        name = self.table.get("name")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise self._wrong(f"name must be words in lower case with hyphens, not {name!r}")
        if "html" not in self.table and "text" not in self.table:
            raise self._wrong("has neither a table [html] nor a table [text]")
        signs = tuple(self._sign(row) for row in self._tables("sign"))
        if not signs:
            raise self._wrong("has no [[sign]] that tells pages of the site")
        metadata = self._strings(self._table("metadata"), _METADATA, "metadata")
        if not iri.is_id(f"law/{metadata.get('jurisdiction', 'int')}/act"):
            found = metadata["jurisdiction"]
            raise self._wrong(f"metadata.jurisdiction must be the code of a country, such as ee, not {found!r}")
        web, text = sites.web, sites.text
        if "html" in self.table:
            web = (*web, self._web(name, signs, metadata))
        if "text" in self.table:
            text = (*text, self._text(name, signs, metadata))
        return Sites(web, text)

    def _web(self, name: str, signs: tuple[Sign, ...], metadata: Mapping[str, str]) -> WebSite:
        table = self._table("html")
        self._only(table, _HTML, "html.")
        selectors = {mark: self._selectors(table, mark) for mark in ("content", "title", "chrome", "keep", "drop")}
        fields = table.get("fields", {})
        if not isinstance(fields, dict):
            raise self._wrong("html.fields must be a table of keys and selectors")
        for key in fields:
            selectors[f"field:{key}"] = self._selectors(fields, key)
        keys = frozenset(" ".join(key.split()).casefold() for key in self._list(table, "keys"))
        return WebSite(name, signs, {mark: several for mark, several in selectors.items() if several}, metadata, keys)

    def _text(self, name: str, signs: tuple[Sign, ...], metadata: Mapping[str, str]) -> TextSite:
        table = self._table("text")
        self._only(table, _TEXT, "text.")
        layout = table.get("layout", "plain")
        if layout not in _LAYOUTS:
            raise self._wrong(f"text.layout must be one of {', '.join(sorted(_LAYOUTS))}, not {layout!r}")
        publisher = table.get("publisher", "")
        return TextSite(
            name,
            tuple(sign for sign in signs if sign.pattern),
            metadata,
            layout,
            self._list(table, "keys"),
            frozenset(self._list(table, "labels")),
            tuple(self._pattern(one) for one in self._list(table, "chrome")),
            self._list(table, "counters"),
            self._list(table, "buttons"),
            self._pattern(publisher) if publisher else "",
        )

    def _sign(self, row: Mapping[str, Any]) -> Sign:
        self._only(row, {"weight", "selector", "pattern", "most", "within"}, "sign.")
        weight, most, within = row.get("weight"), row.get("most", 1), row.get("within", 20_000)
        if not isinstance(weight, int | float) or isinstance(weight, bool) or not 0 < weight <= 1:
            raise self._wrong(f"sign.weight must be a number above 0 and up to 1, not {weight!r}")
        if any(type(number) is not int or number < 0 for number in (most, within)):
            raise self._wrong("sign.most and sign.within must be whole numbers")
        if ("selector" in row) == ("pattern" in row):
            raise self._wrong("a sign has either a selector or a pattern")
        if "selector" in row:
            return Sign(float(weight), selector=self._selectors(row, "selector")[0])
        return Sign(float(weight), pattern=self._pattern(row["pattern"]), most=most, within=within)

    def _selectors(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        several = self._list({key: [value]} if isinstance(value, str) else table, key)
        for selector in several:
            if not is_selector(selector):
                raise self._wrong(f"{selector!r} is no CSS selector")
        return several

    def _pattern(self, pattern: object) -> str:
        if not isinstance(pattern, str) or not 0 < len(pattern) <= _LONGEST_PATTERN:
            raise self._wrong(f"a pattern is a text of 1 to {_LONGEST_PATTERN} characters, not {pattern!r}")
        if _RISKY.search(pattern):
            raise self._wrong(f"{pattern!r} repeats a repetition, which can take time without end")
        try:
            re.compile(pattern, re.MULTILINE)
        except re.error as error:
            raise self._wrong(f"{pattern!r} is no regular expression: {error}") from error
        return pattern

    def _table(self, key: str) -> Mapping[str, Any]:
        table = self.table.get(key, {})
        if not isinstance(table, dict):
            raise self._wrong(f"[{key}] must be a table")
        return table

    def _tables(self, key: str) -> Sequence[Mapping[str, Any]]:
        tables = self.table.get(key, [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise self._wrong(f"[[{key}]] must be tables")
        return tables

    def _list(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        several = table.get(key, [])
        if not isinstance(several, list) or not all(isinstance(one, str) and one.strip() for one in several):
            raise self._wrong(f"{key} must be a list of texts")
        return tuple(several)

    def _strings(self, table: Mapping[str, Any], known: Iterable[str], name: str) -> Mapping[str, str]:
        self._only(table, known, f"{name}.")
        if not all(isinstance(value, str) and value for value in table.values()):
            raise self._wrong(f"[{name}] must hold texts")
        return dict(table)

    def _only(self, table: Mapping[str, Any], known: Iterable[str], place: str) -> None:
        for key in table:
            if key not in known:
                raise self._wrong(f"unknown key {place}{key}; known are {', '.join(sorted(known))}")

    def _wrong(self, problem: str) -> DataFileError:
        return DataFileError(self.path, 0, problem)
