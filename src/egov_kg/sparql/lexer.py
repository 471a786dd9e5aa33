"""The words of a SPARQL text: enough to see keywords apart from comments, strings, IRIs and names; not a grammar."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple
from urllib.parse import urljoin

__all__ = ["Prologue", "Token", "TokenKind", "closed_up", "line_and_column", "prologue", "tokens", "unescape"]

TokenKind = Literal["comment", "string", "iri", "pname", "blank", "variable", "lang", "number", "word", "mark"]


class Token(NamedTuple):
    """One word of a text.

    Attributes:
        kind: What it is; ``word`` is a bare word (keyword, function name, ``a``, ``true``), ``mark`` anything else.
        text: As written.
        start: Its place in the text, in code points.
    """

    kind: TokenKind
    text: str
    start: int


_BASE: Final = (
    r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    r"\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
"""PN_CHARS_BASE of the grammar: not the letters of Unicode, of which it lacks some, and has the vowel signs besides."""

_START: Final = f"{_BASE}_0-9"
_VARIABLE: Final = rf"{_START}\u00b7\u0300-\u036f\u203f\u2040"
_NAME: Final = rf"{_VARIABLE}\-"
_LOCAL: Final = r"%[0-9A-Fa-f]{2}|\\[_~.!$&'()*+,;=/?\#@%-]"

_SPARQL = re.compile(
    rf"""
    (?P<comment>\#[^\r\n]*)
  | (?P<string>\"\"\"(?:(?:"|"")?(?:[^"\\]|\\[\s\S]))*\"\"\"
      | \'\'\'(?:(?:'|'')?(?:[^'\\]|\\[\s\S]))*\'\'\'
      | "(?:[^"\\\r\n]|\\.)*"
      | '(?:[^'\\\r\n]|\\.)*')
  | (?P<iri><(?:[^\x00-\x20<>"{{}}|^`\\]|\\[uU][0-9A-Fa-f]+)*>)
  | (?P<blank>_:[{_START}](?:[{_NAME}.]*[{_NAME}])?)
  | (?P<variable>[?$][{_START}][{_VARIABLE}]*)
  | (?P<lang>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<pname>(?:[{_BASE}](?:[{_NAME}.]*[{_NAME}])?)?:
      (?:(?:[{_START}:]|{_LOCAL})(?:(?:[{_NAME}:.]|{_LOCAL})*(?:[{_NAME}:]|{_LOCAL}))?)?)
  | (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
  | (?P<word>[^\W\d]\w*)
  | (?P<mark>\^\^|&&|\|\||!=|<=|>=|<<|>>|\S)
    """,
    re.VERBOSE,
)


def tokens(text: str, *, comments: bool = False) -> Iterator[Token]:
    """Yield the words of a SPARQL text in order.

    Nothing is refused here: what fits no word of SPARQL (an unterminated string, a stray character) comes out as
    marks, one a character, so that words after it stay visible.

    Args:
        text: A query or an update.
        comments: Whether comments are yielded too.

    Example:
        >>> [t.text for t in tokens("ASK { ?s a ex:SERVICE } # SERVICE")]
        ['ASK', '{', '?s', 'a', 'ex:SERVICE', '}']
    """
    for match in _SPARQL.finditer(text):
        kind: TokenKind = match.lastgroup  # type: ignore[assignment]
        if comments or kind != "comment":
            yield Token(kind, match.group(), match.start())


_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def unescape(iri: str) -> str:
    r"""Return what is between the angle brackets of an IRI token, with ``\u`` escapes resolved.

    Example:
        >>> unescape("<http://example.org/\\u0041>")
        'http://example.org/A'
    """

    def character(match: re.Match[str]) -> str:
        code = int(match[1] or match[2], 16)
        return chr(code) if code < 0x110000 else match[0]

    return _ESCAPE.sub(character, iri.removeprefix("<").removesuffix(">"))


_FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES: Final = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")


@dataclass(frozen=True, slots=True)
class Prologue:
    """What stands before the first keyword of a request, and that keyword.

    Attributes:
        prefixes: The declared prefixes, the last declaration of each, resolved against the base before it.
        base: The base of relative IRIs.
        keyword: The first keyword in capitals (``SELECT``, ``INSERT`` ...), or an empty string.
        start: The place of that keyword, or the length of the text.
    """

    prefixes: Mapping[str, str]
    base: str
    keyword: str
    start: int

    @property
    def is_update(self) -> bool:
        """Whether the keyword begins an update."""
        return self.keyword in _UPDATES

    @property
    def form(self) -> str:
        """The form of the query (``SELECT``, ``ASK``, ``CONSTRUCT``, ``DESCRIBE``), or an empty string."""
        return self.keyword if self.keyword in _FORMS else ""

    def resolve(self, token: Token) -> str | None:
        """Return the IRI that an IRI token or prefixed name stands for, or None if its prefix is not declared."""
        if token.kind == "iri":
            return _join(self.base, unescape(token.text))
        prefix, _, local = token.text.partition(":")
        if prefix not in self.prefixes:
            return None
        return self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)

    def declared(self, used: Collection[str] | None = None, *, base: bool = True) -> str:
        r"""Return declarations that mean the same for what follows, in words that the oldest stores know.

        Args:
            used: The prefixes that are needed; all of them if None.
            base: Whether the base is needed.

        Example:
            >>> prologue("PREFIX a: <#> PREFIX b: <x:b> ASK {}", "http://example.org/").declared({"a"}, base=False)
            'PREFIX a: <http://example.org/#>\n'
        """
        lines = [f"BASE <{self.base}>\n"] if base and self.base else []
        lines += [f"PREFIX {p}: <{iri}>\n" for p, iri in self.prefixes.items() if used is None or p in used]
        return "".join(lines)


_CLOSE: Final = frozenset({"BNODE", "COALESCE", "CONCAT"})
_PERHAPS_APART: Final = re.compile(rf"(?:{'|'.join(sorted(_CLOSE))})[\s#]", re.IGNORECASE)


def closed_up(text: str) -> str:
    """Return a text in which three functions stand right before their parenthesis: the engine wants them to.

    The grammar does not; pyoxigraph 0.5.13 reads none of ``COALESCE (?a)``, ``CONCAT (?a)``, ``BNODE ()``. What stands
    between is put before the word, so that every other word keeps its place.

    Example:
        >>> closed_up("SELECT (COALESCE (1) AS ?x) {}")
        'SELECT ( COALESCE(1) AS ?x) {}'
    """
    if _PERHAPS_APART.search(text) is None:
        return text
    parts, at = [], 0
    for word, mark in itertools.pairwise(tokens(text)):
        end = word.start + len(word.text)
        if word.kind == "word" and mark.text == "(" and mark.start > end and word.text.upper() in _CLOSE:
            parts += [text[at : word.start], text[end : mark.start], word.text]
            at = mark.start
    return "".join([*parts, text[at:]])


def prologue(text: str, base: str = "") -> Prologue:
    """Read the prologue of a query or update.

    Args:
        text: The whole text.
        base: The base that holds until ``BASE`` says otherwise.

    Example:
        >>> read = prologue("PREFIX ex: <http://example.org/> SELECT * {}")
        >>> read.form, dict(read.prefixes)
        ('SELECT', {'ex': 'http://example.org/'})
    """
    prefixes: dict[str, str] = {}
    words = tokens(text)
    for token in words:
        word = token.text.upper() if token.kind == "word" else ""
        if word == "BASE":
            base = _join(base, unescape(next(words, token).text))
        elif word == "PREFIX":
            name, iri = next(words, token), next(words, token)
            if name.kind == "pname" and iri.kind == "iri":
                prefixes[name.text.partition(":")[0]] = _join(base, unescape(iri.text))
        elif token.kind == "pname" and token.text[:6].upper() == "PREFIX" and token.text.endswith(":"):
            iri = next(words, token)  # the engine needs no space behind PREFIX
            if iri.kind == "iri":
                prefixes[token.text[6:-1]] = _join(base, unescape(iri.text))
        elif word == "VERSION":
            next(words, None)
        else:
            return Prologue(prefixes, base, word, token.start)
    return Prologue(prefixes, base, "", len(text))


def _join(base: str, reference: str) -> str:
    """Resolve a reference; one that urllib refuses (``http://[``) is returned as it stands."""
    if not base or "://" in reference:
        return reference
    try:
        joined = urljoin(base, reference)
    except ValueError:
        return reference
    return f"{joined}#" if reference.endswith("#") and not joined.endswith("#") else joined  # urllib drops it


def line_and_column(text: str, place: int) -> tuple[int, int]:
    r"""Return the 1-based line and column of a place in a text.

    Example:
        >>> line_and_column("ASK\n{ }", 6)
        (2, 3)
    """
    return text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
