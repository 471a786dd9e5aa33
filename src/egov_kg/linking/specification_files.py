"""Link specifications as people write them: one TOML file a data set, every key checked.

See ``docs/reference/linking.md`` for the keys. Nothing is guessed: dialects are stated, and a key that is not known is
an error.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Formatter
from typing import Final

from egov_kg import iri, vocab
from egov_kg.linking.forms import letters
from egov_kg.linking.payback_blocks import payback_of
from egov_kg.linking.specification import (
    CANDIDATE_COLUMNS,
    FORMATS,
    LEVELS,
    MANY,
    PREDICATES,
    Asking,
    Dataset,
    Dialect,
    Feature,
    LabelColumn,
    Match,
    Specification,
    level_of,
)
from egov_kg.linking.toml_tables import TomlTable, read_toml
from egov_kg.linking.word_tables import number_words

__all__ = ["read_specification"]

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_PREFIX: Final = re.compile(r"[a-z][a-z0-9-]*\Z")
_LANG: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*\Z")
_COLUMN: Final = re.compile(r"[a-z][a-z0-9_]*(?<!_id)\Z")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"{}|\\^`#]+\Z")
_NO_CHARSETS: Final = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"})
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*\Z")


def read_specification(path: Path) -> Specification:
    """Return the link specification in a file.

    Raises:
        DataFileError: If a key is missing, unknown or has a wrong value; names the block, the key and what was
            expected.
    """
    top = read_toml(path)
    top.only(("dataset", "match", "payback"))
    dataset = _dataset(top.table("dataset"))
    prefixes = {**iri.PREFIXES, **dataset.prefixes}
    blocks = top.tables("match")
    if not blocks:
        raise top.error("", "there is no block [[match]]; expected at least one, which says which rows may be ours")
    matches = tuple(_match(one, number, dataset, prefixes) for number, one in enumerate(blocks, 1))
    paybacks = tuple(payback_of(one, number, dataset, matches) for number, one in enumerate(top.tables("payback"), 1))
    return Specification(path, dataset, matches, paybacks)


_DATASET_KEYS: Final = (
    "id", "title", "licence", "source", "format", "version", "dialect", "sheet", "query", "reconciliation", "prefix",
)  # fmt: skip


def _dataset(table: TomlTable) -> Dataset:
    table.only(_DATASET_KEYS)
    name = table.text("id")
    if not _SLUG.match(name):
        raise table.error("id", f"'id' is {name!r}, expected lower-case letters, digits and hyphens: 'law-go-kr'")
    form = table.choice("format", FORMATS)
    prefixes = table.mapping("prefix")
    for prefix, namespace in prefixes.items():
        if not _PREFIX.match(prefix) or prefix in iri.PREFIXES:
            what = "is one of ours" if prefix in iri.PREFIXES else "is none"
            raise table.error("prefix", f"the prefix {prefix!r} {what}; expected another one in lower-case letters")
        if not _ABSOLUTE.match(namespace):
            raise table.error("prefix", f"the prefix {prefix!r} stands for {namespace!r}, expected an absolute IRI")
    titles = table.mapping("title")
    if not titles or not all(map(_LANG.match, titles)):
        raise table.error("title", "'title' has no language; expected { en = \"…\" }, with others beside it")
    return Dataset(
        id=name,
        title=titles,
        licence=table.text("licence"),
        source=_source(table, form),
        format=form,
        version=table.text("version", ""),
        dialect=_dialect(table, form),
        sheet=table.text("sheet", ""),
        query=_query(table, form),
        asking=_asking(table, form),
        prefixes=prefixes,
    )


def _source(table: TomlTable, form: str) -> str:
    """Return the name of a file, which stands in the folder of the target, or the address of what is asked."""
    source = table.text("source")
    if form in {"sparql", "reconciliation"}:
        if not _ADDRESS.match(source):
            raise table.error("source", f"'source' is {source!r}, expected the address that is asked: 'https://…'")
    elif source in {".", ".."} or re.search(r"[/\\\x00-\x1f]", source):
        raise table.error("source", f"'source' is {source!r}, expected the name of a file, without folders")
    return source


def _dialect(table: TomlTable, form: str) -> Dialect | None:
    if form not in {"csv", "tsv"}:
        if "dialect" in table:
            raise table.error("dialect", f"a target of format {form!r} has no dialect; leave it out")
        return None
    if "dialect" not in table:
        raise table.error(
            "format",
            f"format {form!r} needs its dialect; a first look at a file misleads. Expected: "
            """dialect = { delimiter = ",", quote = '"', encoding = "utf-8", header = true }""",
        )
    inner = table.table("dialect")
    inner.only(("delimiter", "quote", "encoding", "header"))
    for needed in ("delimiter", "quote", "encoding", "header"):
        if needed not in inner:
            raise inner.error("", f"{needed!r} is not stated; all of delimiter, quote, encoding and header must be")
    delimiter, quote = inner.sign("delimiter"), inner.sign("quote")
    if not delimiter:
        raise inner.error("delimiter", "'delimiter' is empty, expected one character")
    encoding = inner.text("encoding")
    try:
        "".encode(encoding)
        if codecs.lookup(encoding).name.replace("_", "-") in _NO_CHARSETS:
            raise LookupError(encoding)  # noqa: TRY301 - the same to who reads it
    except (LookupError, ValueError) as error:
        known = "utf-8, utf-16, cp949 (euc-kr), latin-1"
        raise inner.error("encoding", f"'encoding' is {encoding!r}, expected one that Python knows: {known}") from error
    return Dialect(delimiter, quote, encoding, inner.truth("header", default=True))


def _query(table: TomlTable, form: str) -> str:
    if form == "sparql":
        return table.text("query")
    if "query" in table:
        raise table.error("query", f"a target of format {form!r} is not asked anything; leave 'query' out")
    return ""


def _asking(table: TomlTable, form: str) -> Asking | None:
    if form != "reconciliation":
        if "reconciliation" in table:
            raise table.error("reconciliation", f"a target of format {form!r} is no service; leave it out")
        return None
    if "reconciliation" not in table:
        return Asking()
    inner = table.table("reconciliation")
    inner.only(("batch", "pause", "limit", "most", "extend"))
    extend = inner.mapping("extend")
    for name, prop in extend.items():
        if not _COLUMN.match(name) or name in CANDIDATE_COLUMNS or not prop.strip():
            raise inner.error("extend", f"'extend' has the column {name!r}, expected small letters, none of its own")
    return Asking(
        batch=int(inner.number("batch", 10, least=1, most=50)),
        pause=inner.number("pause", 1.0, least=0.0, most=60.0),
        limit=int(inner.number("limit", 5, least=1, most=25)),
        most=int(inner.number("most", 2_000, least=1, most=100_000)),
        extend=extend,
    )


_MATCH_KEYS: Final = (
    "ours", "level", "source", "names", "class", "where", "id", "repeats", "label", "kind", "number", "code", "date",
    "jurisdiction", "parent", "accept", "review", "margin_bits", "max_pairs", "predicate", "key",
)  # fmt: skip
_FEATURE_KEYS: Final = {
    "kind": ("column", "value", "map", "split"),
    "number": ("column", "map", "strip", "words", "split", "ours", "of"),
    "code": ("column", "map", "strip", "split", "ours"),
    "date": ("column", "split", "ours", "of"),
    "jurisdiction": ("column", "value", "map", "split"),
    "parent": ("column", "map", "split", "ours"),
}
_OURS: Final = {
    "number": ("egov:actNumber",),
    "code": ("dcterms:identifier",),
    "date": ("egov:promulgatedOn", "egov:enactedIn", "egov:dated"),
    "parent": ("egov:partOf",),
}


def _match(table: TomlTable, number: int, dataset: Dataset, prefixes: Mapping[str, str]) -> Match:
    table.only(_MATCH_KEYS)
    ours = table.text("ours")
    if ours not in vocab.CLASSES:
        near = ", ".join(one for one in vocab.CLASSES if one.casefold() == ours.casefold()) or "egov:Law, egov:Person"
        raise table.error("ours", f"'ours' is {ours!r}, expected the CURIE of a class of the ontology: {near}")
    level = table.choice("level", LEVELS)
    predicate = table.choice("predicate", PREDICATES, "skos:exactMatch")
    if predicate == "skos:exactMatch" and level != level_of(ours):
        raise table.error(
            "predicate",
            f"'predicate' is skos:exactMatch, but {ours} is a {level_of(ours)} and a row a {level}; "
            "identity across levels is 'skos:closeMatch'",
        )
    accept = table.number("accept", 0.95, least=0.5, most=1.0)
    review = table.number("review", 0.5, least=0.0, most=1.0)
    if review > accept:
        raise table.error("review", f"'review' is {review:g}, expected at most 'accept', which is {accept:g}")
    cls = table.text("class", "")
    if cls and dataset.format not in {"rdf", "reconciliation"}:
        raise table.error("class", "'class' is for RDF and for services; for tables say it with 'where'")
    if dataset.format == "rdf":
        cls = _expanded(table, "class", cls, prefixes) if cls else ""
    labels = tuple(_label(one, dataset.format, prefixes) for one in table.tables("label"))
    if not labels:
        raise table.error(
            "", """'label' is missing, expected the columns of names: [{ column = "title", lang = "en" }]"""
        )
    features = {
        name: _feature(table.table(name), name, dataset.format, prefixes) for name in _FEATURE_KEYS if name in table
    }
    return Match(
        number=number,
        ours=ours,
        level=level,
        source=_source(table, dataset.format) if "source" in table else dataset.source,
        id=_template(table, dataset, prefixes),
        labels=labels,
        names=_path(table, "names", prefixes),
        cls=cls,
        where=table.text("where", ""),
        repeats=table.truth("repeats", default=False),
        kind=features.get("kind"),
        number_=features.get("number"),
        code=features.get("code"),
        date=features.get("date"),
        jurisdiction=features.get("jurisdiction"),
        parent=features.get("parent"),
        accept=accept,
        review=review,
        margin_bits=table.number("margin_bits", 4.0, least=0.0, most=64.0),
        max_pairs=int(table.number("max_pairs", 2_000_000, least=1, most=1e9)),
        predicate=predicate,
        key=_key(table),
    )


def _key(table: TomlTable) -> str:
    template = table.text("key", "")
    _columns(table, "key", template)
    return template


def _label(table: TomlTable, form: str, prefixes: Mapping[str, str]) -> LabelColumn:
    table.only(("column", "lang", "split"))
    lang = table.text("lang", "")
    if lang and not _LANG.match(lang):
        raise table.error("lang", f"'lang' is {lang!r}, expected a language tag: en, ko, ko-Latn")
    column = table.text("column")
    if form == "rdf":
        _expanded(table, "column", column, prefixes)
        return LabelColumn(f"{column}@{lang.lower()}" if lang else column, lang, MANY)
    return LabelColumn(column, lang, table.text("split", ""))


def _feature(table: TomlTable, name: str, form: str, prefixes: Mapping[str, str]) -> Feature:
    table.only(_FEATURE_KEYS[name])
    if ("column" in table) == ("value" in table):
        either = "'column' or 'value'" if "value" in _FEATURE_KEYS[name] else "'column'"
        raise table.error("", f"expected {either}: where the values of {name!r} stand")
    paths = tuple(_checked_path(table, "ours", path, prefixes) for path in table.texts("ours"))
    of = table.choice("of", LEVELS) if "of" in table else ""
    if form == "rdf" and "column" in table:
        _expanded(table, "column", table.text("column"), prefixes)
    return Feature(
        column=table.text("column", ""),
        value=table.text("value", ""),
        ours=paths or _OURS.get(name, ()),
        map=table.mapping("map"),
        strip=table.text("strip", ""),
        words=_words(table, paths or _OURS.get(name, ())) if name == "number" else (),
        split=MANY if form == "rdf" else table.text("split", ""),
        of=of,
    )


def _words(table: TomlTable, paths: Sequence[str]) -> tuple[str, ...]:
    """Return the words that may stand around a number: those of the table, else those of acts for numbers of acts."""
    if "words" in table:
        found = tuple(letters(word).strip() for word in table.texts("words", may_be_none=True))
        if any(not word or any(sign.isdigit() for sign in word) for word in found):
            raise table.error(
                "words", "'words' are to stand around a number, expected letters: ['act', 'no', '제', '호']"
            )
        return found
    return number_words() if any(path.rpartition("/")[2] == "egov:actNumber" for path in paths) else ()


def _path(table: TomlTable, key: str, prefixes: Mapping[str, str]) -> str:
    return _checked_path(table, key, table.text(key), prefixes) if key in table else ""


def _checked_path(table: TomlTable, key: str, path: str, prefixes: Mapping[str, str]) -> str:
    ours = {*vocab.OBJECT_PROPERTIES, *vocab.DATA_PROPERTIES, *vocab.INVERSES, *vocab.INVERSES.values()}
    for step in path.split("/"):
        if step.startswith("egov:") and step not in ours:
            raise table.error(key, f"{step!r} is no property of the ontology")
        _expanded(table, key, step, prefixes)
    return path


def _expanded(table: TomlTable, key: str, name: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, local = name.partition(":")
    if name.startswith("<") and name.endswith(">") and _ABSOLUTE.match(name[1:-1]):
        return name[1:-1]
    if not colon or prefix not in prefixes:
        raise table.error(key, f"{name!r} has no prefix that is known; the prefixes are: {', '.join(sorted(prefixes))}")
    return prefixes[prefix] + local


def _template(table: TomlTable, dataset: Dataset, prefixes: Mapping[str, str]) -> str:
    template = table.text("id", "{subject}") if dataset.format == "rdf" else table.text("id")
    names = _columns(table, "id", template)
    if not names:
        raise table.error("id", f"'id' is {template!r}, expected a column in it: 'prefix:{{column}}'")
    if template == f"{{{names[0]}}}":
        return template.replace("{+", "{")  # the cell holds a whole IRI
    if dataset.format == "reconciliation":
        template = template.replace("{id}", "{+id}")  # the IRI is the space of identifiers with the id behind it
    fixed = template.partition("{")[0]
    prefix, colon, _ = fixed.partition(":")
    if not colon or (prefix not in prefixes and not re.match(r"https?://[^\s/]+/|urn:", fixed)):
        raise table.error("id", f"'id' begins with {fixed!r}, expected a prefix of [dataset] prefix, or an IRI")
    return template


def _columns(table: TomlTable, key: str, template: str) -> list[str]:
    """Return the columns that a template names."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise table.error(key, f"{key!r} is {template!r}, which is no template: {error}") from error
    names = [name for _, name, _, _ in parts if name is not None]
    if not all(names) or any(spec or conversion for _, _, spec, conversion in parts):
        raise table.error(key, f"{key!r} is {template!r}, expected a column in it: 'prefix:{{column}}'")
    return names
