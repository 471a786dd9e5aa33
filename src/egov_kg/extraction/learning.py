"""What a document teaches before its facts are read: the names and acronyms that it defines itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from egov_kg import vocab
from egov_kg.extraction.coined_forms import is_coined
from egov_kg.extraction.gazetteer import Gazetteer, Name
from egov_kg.extraction.jurisdictions import Section
from egov_kg.extraction.languages import is_foreign
from egov_kg.extraction.lexicon import Lexicon
from egov_kg.extraction.mentions import LIGHT_WORDS, Mention, Reading, acronym_fits
from egov_kg.extraction.naming import own_name
from egov_kg.extraction.patterns import Sentence
from egov_kg.extraction.relative_times import date_line
from egov_kg.extraction.resolution import Resolver
from egov_kg.extraction.times import TimeMention, years_of
from egov_kg.extraction.tokens import Token, fold, sentences, tokens
from egov_kg.model import Block, Document

__all__ = ["LONGEST_SENTENCE", "TEXT_KINDS", "Sentences", "learn"]

TEXT_KINDS = ("paragraph", "item", "note", "row", "stage", "caption", "credit")
"""The kinds of block whose running text names things."""

_READ_BY_KOREAN = ("paragraph", "item", "row")
_CAPITALS = re.compile(r"[A-Z]{3,8}\Z")
_LONG_INITIALS = 4
_SHORTENED = ("egov:Body", "egov:Undertaking")
_WORD = re.compile(r"\w+")
LONGEST_SENTENCE = 4_000
"""In characters; a longer one is read in parts."""

_YEAR_ALONE = re.compile(r"\s*((?:19|20)\d\d)(?:년|\.)?\s*")
_DEFINED = re.compile(
    r"\b((?:[A-Z][\w-]*\s(?:(?:of|for|and|on|the)\s){0,2}){1,7}?[A-Z][\w-]*)\s?\(([A-Z][A-Za-z0-9]{1,9})(?::\s([A-Z][\w\s-]{2,60}))?\)"
)


@dataclass
class Sentences:
    """The sentences of a document, read once for its names and kept for its facts.

    Attributes:
        document: The document.
        lexicon: The word tables.
        words: The words of each block with text, by the index of the block.
    """

    document: Document
    lexicon: Lexicon
    words: dict[int, tuple[Token, ...]] = field(init=False)
    _sentences: dict[int, tuple[Sentence, ...]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.words = {
            i: tokens(b.view.text) for i, b in enumerate(self.document.blocks) if b.kind != "chrome" and b.view.text
        }

    def read(self, gazetteer: Gazetteer, defined: frozenset[str] = frozenset()) -> Mapping[int, tuple[Reading, ...]]:
        """Return what each sentence names, by the index of its block."""
        return {i: tuple(s.read(gazetteer, defined) for s in found) for i, found in self.sentences().items()}

    def sentences(self) -> Mapping[int, tuple[Sentence, ...]]:
        """Return the sentences of each block with running text, by the index of the block."""
        if not self._sentences:
            heading = ""
            section = Section(self.lexicon)
            for i, block in enumerate(self.document.blocks):
                if block.kind == "heading":
                    year = _YEAR_ALONE.fullmatch(block.view.text)
                    heading = year[1] if year else ""
                    section.head(block, self.words.get(i, ()))
                if block.lang == "ko" and block.kind in _READ_BY_KOREAN:
                    continue
                if block.kind in TEXT_KINDS and block.view.text and not is_foreign(block, self.document):
                    self._sentences[i] = tuple(self._of(i, block, heading, section.place(self.words[i])))
        return self._sentences

    def _of(self, index: int, block: Block, line: str, place: str) -> Iterator[Sentence]:
        words = self.words[index]
        text = block.view.text
        k = 0
        before = ""
        for begin, stop in sentences(text):
            for start in range(begin, stop, LONGEST_SENTENCE):
                end = min(stop, start + LONGEST_SENTENCE)
                while k < len(words) and words[k].start < start:
                    k += 1
                first = k
                while k < len(words) and words[k].end <= end:
                    k += 1
                sentence = Sentence(text, start, end, self.lexicon, words[first:k], (before, line), place)
                if start == 0 and (entry := date_line(text, listed=block.kind == "item")):
                    first_year, last_year = years_of(entry[0].value)
                    line = first_year if first_year == last_year else ""
                    sentence = Sentence(text, start, end, self.lexicon, words[first:k], (before, line), place)
                before = _last_year(sentence.scan.times) or before
                yield sentence


def _last_year(times: Sequence[TimeMention]) -> str:
    """Return the year of the last time, or nothing if that is a range."""
    first, last = years_of(times[-1].value) if times else ("", "")
    return first if first == last else ""


def learn(sentences: Sentences, resolver: Resolver, gazetteer: Gazetteer) -> tuple[Gazetteer, frozenset[str]]:
    """Read a document for the names that it defines.

    Args:
        sentences: Its sentences.
        resolver: Takes in the longest form of each name, and the things that the document defines.
        gazetteer: The known names.

    Returns:
        The known names with those of the document over them; and the acronyms that the document defines or whose
        full names it writes.
    """
    mentions = [m for readings in sentences.read(gazetteer).values() for r in readings for m in r.mentions]
    defined = frozenset({m.acronym for m in mentions if m.acronym} | set(_named_in_full(sentences, gazetteer)))
    hits = [h for found in sentences.sentences().values() for s in found for h in s.hits]
    if any(h.name.needs == "defined" and h.name.name in defined for h in hits):
        read = sentences.read(gazetteer, defined)
        mentions = [m for readings in read.values() for r in readings for m in r.mentions]
    resolver.bare = frozenset(_bare_names(sentences, mentions, resolver))
    resolver.learn(mentions)
    ordered = sorted(mentions, key=lambda m: m.pattern != "coined.kind")
    rows = [*_defined_by_mentions(ordered, resolver), *_defined_in_brackets(sentences, resolver, gazetteer)]
    rows = [*rows, *_short_forms(mentions, resolver, gazetteer)]
    rows = [*rows, *_by_initials(sentences, mentions, resolver, gazetteer)]
    rows = _unequivocal(rows)
    classes = {name: thing.cls for name, thing in sorted(resolver.own.items())}
    kept = [r for r in rows if not gazetteer.holds(r.thing)]
    merged = gazetteer.over(kept, classes=classes) if kept else gazetteer
    resolver.gazetteer = merged
    return merged, defined


def _named_in_full(sentences: Sentences, gazetteer: Gazetteer) -> Iterator[str]:
    """Yield the acronyms of known things that the document names in full, and that count only then."""
    for found in sentences.sentences().values():
        for sentence in found:
            for hit in sentence.hits:
                if hit.name.kind in ("pref", "alt") and hit.name.needs == "-":
                    yield from (n.name for n in gazetteer.names_of(hit.thing) if n.needs == "defined")


def _defined_by_mentions(mentions: Iterable[Mention], resolver: Resolver) -> Iterator[Name]:
    """Yield the names that are long enough, or have an acronym, to be known again anywhere in the document."""
    for mention in mentions:
        if mention.is_bare or mention.cls in ("egov:Person", "egov:Administration") or mention.det in ("each", "every"):
            continue
        words = mention.name.split()
        capital = bool(re.search(r"[A-Z]", mention.name)) and all(
            w[0].isupper() or not w[0].isalpha() or len(w) < 4 for w in words
        )
        if mention.name in resolver.acronyms:
            continue
        coined = mention.pattern in ("coined.kind", "coined.form")
        if not mention.acronym and not coined and not (capital and len(words) > 2):
            continue
        thing = resolver.thing(mention)
        if thing is None or mention.thing or mention.count:
            continue
        yield Name(thing.id, mention.name, "en", "pref", "case" if coined else "fold", "-", "document")
        if mention.acronym:
            yield Name(thing.id, mention.acronym, "en", "acronym", "case", "-", "document")
        resolver.own[thing.id] = thing


def _short_forms(mentions: Iterable[Mention], resolver: Resolver, gazetteer: Gazetteer) -> Iterator[Name]:
    """Yield the names that stand before a class word: "the Irembo platform" is "Irembo" from then on."""
    lexicon = resolver.lexicon
    for mention in mentions:
        name, _, last = mention.name.rpartition(" ")
        if mention.thing or mention.count or mention.ordinal or not name or last != mention.head:
            continue
        if not vocab.is_subclass(mention.cls, "egov:Undertaking") or not all(w[0].isupper() for w in name.split()):
            continue
        low = name.casefold()
        words = low.split()
        if len(name) < 4 or name.isupper() or low in resolver.acronyms or gazetteer.named(name):
            continue
        if any(w in lexicon.not_joined or lexicon.head_at((w,)) or w in lexicon.given_names for w in words):
            continue
        if all(w in lexicon.country_words or w in lexicon.places or w in lexicon.kinds for w in words):
            continue
        thing = resolver.thing(mention)
        if thing is not None:
            resolver.own[thing.id] = thing
            yield Name(thing.id, name, "en", "alt", "case", "-", "document")


def _is_fuller(acronym: str, initials: str, name: str) -> bool:
    """Return whether an acronym has one letter more than the initials of a name of four words, all in their order.

    Example:
        >>> _is_fuller("PNOAM", "PNAM", "Port Notification Agency of Malta")
        True
    """
    if len(acronym) != len(initials) + 1 or len(initials) < _LONG_INITIALS or acronym[0] != initials[0]:
        return False
    rest = iter(acronym)
    return all(letter in rest for letter in initials) and acronym_fits(acronym, name)


def _bare_names(sentences: Sentences, mentions: Iterable[Mention], resolver: Resolver) -> Iterator[str]:
    """Yield the names that a document also writes without their class words: "the Irembo platform", "Irembo"."""
    found = {
        own: m.head
        for m in mentions
        if not m.is_bare and (own := own_name(m, m.name, resolver.lexicon, resolver.acronyms))
    }
    names = {m.name for m in mentions if vocab.is_subclass(m.cls, "egov:Undertaking")}
    yield from (own for own in sorted(found) if own in names)
    blocks: dict[str, list[int]] = {}  # where each word stands
    for i in sentences.sentences():
        for word in set(_WORD.findall(sentences.document.blocks[i].view.text)):
            blocks.setdefault(word, []).append(i)
    for own, head in sorted(found.items()):
        if own in names or not is_coined(own):
            continue
        alone = re.compile(rf"(?<![\w-]){re.escape(own)}(?!\w|-\w|\s{re.escape(head)})")
        word = _WORD.search(own)
        places = blocks.get(word[0], ()) if word else sentences.sentences()
        if any(alone.search(sentences.document.blocks[i].view.text) for i in places):
            yield own


def _by_initials(
    sentences: Sentences, mentions: Iterable[Mention], resolver: Resolver, gazetteer: Gazetteer
) -> Iterator[Name]:
    """Yield acronyms that nothing defines, and that are the initials of one name alone: "the NBN"."""
    used = {
        t.text
        for words in sentences.words.values()
        for t in words
        if _CAPITALS.match(t.text) and t.text not in resolver.acronyms and not gazetteer.named(t.text)
    }
    if not used:
        return
    found: dict[str, set[str]] = {}
    for mention in mentions:
        words = [w for w in re.findall(r"[^\W_]+", mention.name) if w.casefold() not in LIGHT_WORDS]
        initials = "".join(w[0] for w in words)
        if mention.acronym or mention.count or mention.is_bare or not initials.isupper():
            continue
        for acronym in sorted(used):
            if acronym != initials and not _is_fuller(acronym, initials, mention.name):
                continue
            thing = resolver.thing(mention)
            if thing is not None and any(vocab.is_subclass(thing.cls, c) for c in _SHORTENED):
                found.setdefault(acronym, set()).add(thing.id)
                resolver.own.setdefault(thing.id, thing)
    for initials, things in sorted(found.items()):
        if len(things) == 1:
            yield Name(min(things), initials, "en", "alt", "case", "-", "document")


def _unequivocal(rows: Iterable[Name]) -> list[Name]:
    """Return the rows without those whose name names two things: which one is meant, the sentence must tell."""
    kept = list(dict.fromkeys(rows))
    things: dict[str, set[str]] = {}
    for row in kept:
        things.setdefault(fold(row.name), set()).add(row.thing)
    return [row for row in kept if len(things[fold(row.name)]) == 1]


def _defined_in_brackets(sentences: Sentences, resolver: Resolver, gazetteer: Gazetteer) -> Iterator[Name]:
    """Yield names without a telling head that an acronym in brackets defines: "Home Tax Service (HTS)"."""
    for index in sentences.sentences():
        text = sentences.document.blocks[index].view.text
        if "(" not in text:
            continue
        for match in _DEFINED.finditer(text):
            name, acronym, alias = match[1], match[2], match[3] or ""
            if not acronym_fits(acronym, name) or acronym in resolver.acronyms:
                continue
            if any(r.name == acronym and r.kind == "acronym" for r in gazetteer.named(acronym)):
                continue
            thing = resolver.make("egov:InformationSystem", name)
            resolver.own[thing.id] = thing
            resolver.acronyms[acronym] = thing
            yield Name(thing.id, name, "en", "pref", "fold", "-", "document")
            yield Name(thing.id, acronym, "en", "acronym", "case", "-", "document")
            if alias:
                yield Name(thing.id, alias, "en", "alt", "fold", "-", "document")
