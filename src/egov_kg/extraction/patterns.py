"""Mentions: where a sentence names a thing, by known names and by the typed patterns of the genre.

The typed patterns carry the genre to another country: a noun phrase with the right head is a plan, an act or a
ministry, whoever it belongs to. Nothing here knows a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from egov_kg import vocab
from egov_kg.extraction.citations import Work, find_citations, find_titles
from egov_kg.extraction.gazetteer import Gazetteer, class_of
from egov_kg.extraction.lexicon import Head, Lexicon
from egov_kg.extraction.times import TimeMention, find_times
from egov_kg.extraction.tokens import ORDINAL_WORDS, Token, singular, tokens

__all__ = ["Mention", "Reading", "acronym_fits", "read_sentence"]


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of a view that name a thing, before it is known which one.

    Attributes:
        start, end: The half-open range in the view, with determiner, acronym and bracket.
        cls: The class that the words suggest.
        name: The naming words themselves, determiner and bracket left out.
        name_start, name_end: Where the naming words stand.
        thing: The id, when the name is a known one.
        head: The head noun, singular and lower case; empty for a name without one.
        det: The determiner or quantifier before it, lower case; empty if there is none.
        acronym: The acronym that the text gives with it, or empty.
        alias: Another name that the text gives in the bracket, or empty.
        count: The size of a counted set, or 0.
        ordinal: ``1st``, ``2nd`` ... or empty.
        times: The bracketed times that follow it.
        country: The code of the country that its words name, or empty.
        pattern: The id of the pattern that found it.
        names: The single names, where a coordination shares one head ("the 1st and 2nd plans"); else empty.
    """

    start: int
    end: int
    cls: str
    name: str
    name_start: int
    name_end: int
    thing: str = ""
    head: str = ""
    det: str = ""
    acronym: str = ""
    alias: str = ""
    count: int = 0
    ordinal: str = ""
    times: tuple[TimeMention, ...] = ()
    country: str = ""
    pattern: str = ""
    names: tuple[str, ...] = ()

    @property
    def is_bare(self) -> bool:
        """Whether the words are a head noun alone, as in "the plan": an anaphor, no name."""
        if self.cls in ("egov:GovernmentLevel", "egov:ActorGroup"):
            return self.name.casefold() in (self.head, f"{self.head}s") and " " not in self.head
        return bool(self.head) and singular(self.name.casefold()) == self.head


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sentence (or a row, a caption, a note) names.

    Attributes:
        text: The view it stands in.
        start, end: Its half-open range there.
        tokens: Its words.
        mentions: The outermost mentions, in order, none overlapping.
        inner: Mentions inside others (a technology inside the name of a project).
        times: The times outside citations, in order.
        works: The works it cites.
    """

    text: str
    start: int
    end: int
    tokens: tuple[Token, ...]
    mentions: tuple[Mention, ...]
    inner: tuple[Mention, ...]
    times: tuple[TimeMention, ...]
    works: tuple[Work, ...]


_CAPITAL = re.compile(r"[A-Z0-9]")
_ACRONYM = re.compile(r"[A-Z][A-Za-z0-9&.+-]{0,11}\Z")
_LEVELS = ("egov:GovernmentLevel",)
_LIGHT = frozenset(["of", "for", "and", "the", "to", "on", "in", "at", "a", "an", "with", "by", "&", "de", "la", "del"])


def acronym_fits(acronym: str, name: str) -> bool:
    """Return whether the letters of an acronym come from its long form.

    Word initials first (light words may be skipped), then letters in order; 2 and 4 may stand for "to" and "for".

    Example:
        >>> acronym_fits("PPSS", "Personnel Policy Support System"), acronym_fits("G4C", "Government for Citizens")
        (True, True)
        >>> acronym_fits("KONEPS", "Korean Online E-Procurement System"), acronym_fits("PC", "office equipment")
        (True, False)
    """
    letters = [c for c in acronym.casefold() if c.isalnum()]
    if len(letters) < 2:
        return False
    words = [w.casefold() for w in re.findall(r"[^\W_]+", name)]
    for skip_light in (True, False):
        initials = [w[0] for w in words if not (skip_light and w in _LIGHT)]
        if initials == letters:
            return True
    plain = [{"4": "for", "2": "to"}.get(c, c) if c in "42" else c for c in letters]
    if [w if p == w else w[0] for w, p in zip(words, plain, strict=False)] == plain and len(words) == len(plain):
        return True
    rest = "".join(c for c in name.casefold() if c.isalnum())
    if not words or letters[0] != rest[:1] or len(letters) < 3 or len(words) > len(letters) * 2:
        return False
    for letter in letters:
        place = rest.find(letter)
        if place < 0:
            return False
        rest = rest[place + 1 :]
    return True


class _Scanner:
    """Finds the mentions of one sentence."""

    def __init__(  # noqa: PLR0917 - each is a different thing
        self, text: str, start: int, end: int, lexicon: Lexicon, gazetteer: Gazetteer, defined: Iterable[str]
    ) -> None:
        self.text = text
        self.start, self.end = start, end
        self.lexicon = lexicon
        self.defined = frozenset(defined)
        part = text[start:end]
        shifted = [Token(t.start + start, t.end + start, t.text, t.low) for t in tokens(part)]
        self.words = tuple(shifted)
        self.works = tuple(
            w._replace(start=w.start + start, end=w.end + start, outer=(w.outer[0] + start, w.outer[1] + start))
            for w in find_citations(part)
        )
        self.times = tuple(
            TimeMention(t.start + start, t.end + start, t.value)
            for t in find_times(part)
            if not any(w.outer[0] <= t.start + start < w.outer[1] for w in self.works)
        )
        self.hits = list(gazetteer.find(text[start:end], tokens(part)))
        self.starts = {t.start: i for i, t in enumerate(self.words)}
        self.in_time = bytearray(end - start + 1)
        for t in self.times:
            self.in_time[t.start - start : t.end - start] = b"\1" * (t.end - t.start)
        self.first_of_sentence = self.words[0].start if self.words else start

    # --- noun phrases -------------------------------------------------------------------------------------------

    def low(self, i: int) -> str:
        return self.words[i].low if 0 <= i < len(self.words) else ""

    def is_word(self, i: int) -> bool:
        return 0 <= i < len(self.words) and (self.words[i].text[0].isalnum())

    def is_name_word(self, i: int) -> bool:
        """Capitalised, and not only because it opens the sentence."""
        return (
            self.is_word(i)
            and bool(_CAPITAL.match(self.words[i].text))
            and self.words[i].start != self.first_of_sentence
        )

    def is_modifier(self, i: int, *, capital: bool) -> bool:
        """Whether a word may stand before a head, inside one name."""
        if not self.is_word(i):
            return False
        word, lex = self.words[i], self.lexicon
        if self.in_time[word.start - self.start]:
            return False
        low = word.low
        named = bool(_CAPITAL.match(word.text)) and (word.start != self.first_of_sentence or capital)
        if low in lex.stop and not (named and len(low) > 3 and low not in lex.determiners and self.is_name_word(i)):
            return False
        if lex.is_adverb(low) and not named:
            return False
        if capital and not named and "-" not in low:
            return False
        if named and self.is_name_word(i):
            return True
        forms = lex.verb_forms(low)
        if not forms:
            return True
        before = self.low(i - 1)
        if "gerund" in forms:
            return low in lex.nominal_gerunds and before != "by"
        if forms & {"past", "participle"}:
            if low in lex.nominal_participles:
                return True
            before_forms = lex.verb_forms(before)
            return before in lex.determiners or bool(before_forms & {"past", "third"} and "participle" not in forms)
        if "third" in forms and "base" not in forms:
            return False
        return not (before == "to" or before in lex.auxiliaries)

    def left(self, h: int, *, capital: bool) -> int:
        """Return the first word of the noun phrase that ends at `h`."""
        j = h
        while h - j < 12:
            if self.is_modifier(j - 1, capital=capital):
                j -= 1
            elif (
                self.low(j - 1) in ("and", "&")
                and capital
                and self.is_name_word(j)
                and self.is_name_word(j - 2)
                and j - 3 >= 0
                and not self.words[j - 2].text.isupper()
                and not self.lexicon.head_at((self.low(j - 2),))
                and self.is_modifier(j - 2, capital=True)
                and (self.low(j - 3) in self.lexicon.determiners)
            ):
                j -= 2
            else:
                break
        return j

    def right(self, h: int, head: Head, *, capital: bool) -> int:
        """Return the end of the name whose head is word `h`: its complements, as far as they are one name."""
        end = h + 1
        while end < len(self.words):
            low = self.low(end)
            if low not in head.complements and not (end > h + 1 and low in ("of", "and", "for", "in", "between")):
                break
            if head.cls == "egov:ActorGroup" and (
                (low == "in" and self.low(end + 1) != "charge") or end > h + 1 or low not in head.complements
            ):
                break
            if low == "to":
                stop = self._infinitive(end)
            elif low == "and" or self.low(end) == "&":
                stop = self._coordinate(end, capital=capital, head=head)
            else:
                stop = self._phrase(end + 1, capital=capital)
            if stop is None:
                break
            end = stop
        return end

    def _phrase(self, i: int, *, capital: bool) -> int | None:
        """Return the end of a determiner-less or definite noun phrase at `i` inside a name."""
        start = i
        if self.low(i) in ("the", "a", "an", "its", "their"):
            i += 1
        if self.is_strong(i):
            return None
        begin = i
        while self.is_word(i) and not self.is_strong(i) and i - begin < 10:
            low = self.low(i)
            lex = self.lexicon
            if self.in_time[self.words[i].start - self.start]:
                break
            if low in lex.stop and not self.is_name_word(i):
                break
            if capital and not self.is_name_word(i) and "-" not in low:
                break
            forms = lex.verb_forms(low)
            if (
                forms
                and not self.is_name_word(i)
                and (
                    (
                        i > begin
                        and forms & {"past", "third"}
                        and low not in lex.nominal_participles
                        and not self._noun_like(i)
                    )
                    or (lex.is_adverb(low))
                )
            ):
                break
            i += 1
        return i if i > begin and i > start else None

    def _noun_like(self, i: int) -> bool:
        """Whether a word that may be a verb stands where a noun does: before a preposition, a sign or the end."""
        following = self.low(i + 1)
        return "third" in self.lexicon.verb_forms(self.low(i)) and (
            not following or not following[0].isalnum() or following in ("of", "for", "in", "and", "on")
        )

    def _infinitive(self, i: int) -> int | None:
        """Return the end of "to develop E-Government" at `i`."""
        if "base" not in self.lexicon.verb_forms(self.low(i + 1)):
            return None
        stop = self._phrase(i + 2, capital=False)
        if stop is None:
            return None
        while self.low(stop) in ("of", "for", "in"):
            further = self._phrase(stop + 1, capital=False)
            if further is None:
                break
            stop = further
        return stop

    def _coordinate(self, i: int, *, capital: bool, head: Head) -> int | None:
        """Return the end of "and decentralization" at `i`, if it goes on with the same name."""
        following = self.low(i + 1)
        lex = self.lexicon
        if following in lex.stop and following != "the":
            return None
        if capital:
            if not self.is_name_word(i + 1) or self.is_strong(i + 1):
                return None
        else:
            forms = lex.verb_forms(following)
            if forms - {"base", "gerund"} and not self._noun_like(i + 1):
                return None
            if lex.is_adverb(following) or self.is_name_word(i + 1):
                return None
            if not vocab.is_subclass(head.cls, "egov:Enactable") and not vocab.is_subclass(head.cls, "egov:Body"):
                return None
            if vocab.is_subclass(head.cls, "egov:Plan") and self.low(i + 2) == "of":
                return None
        stop = self._phrase(i + 1, capital=capital)
        if stop is None:
            return None
        # A second head ("... plan for X and the Y project") begins another name.
        if not vocab.is_subclass(head.cls, "egov:Law") and any(
            self.lexicon.head_at((self.low(k),)) and self._ends_phrase(k) for k in range(i + 1, stop)
        ):
            return None
        return stop

    def _ends_phrase(self, k: int) -> bool:
        return k + 1 >= len(self.words) or not self.is_word(k + 1)

    def is_strong(self, i: int) -> bool:
        """Whether a word belongs to a person, an administration or a citation: no name reaches over it."""
        return 0 <= i < len(self.words) and self.words[i].start in self.strong_places

    strong_places: frozenset[int] = frozenset()

    def candidates(self) -> Iterable[Mention]:
        """Yield every noun phrase with a known head, as a mention."""
        for i in range(len(self.words)):
            if not self.is_word(i) or self.is_strong(i):
                continue
            pair = (self.low(i - 1), self.low(i)) if self.is_word(i - 1) else None
            heads = (self.lexicon.head_at(pair) if pair else ()) or self.lexicon.head_at((self.low(i),))
            width = 2 if pair and self.lexicon.head_at(pair) else 1
            for head in heads:
                mention = self._named_by(i, width, head)
                if mention is not None:
                    yield mention
                    break

    def _named_by(self, i: int, width: int, head: Head) -> Mention | None:
        word = self.words[i]
        plural = singular(word.low) != word.low
        if head.plural_only and not plural and word.low != "public":
            return None
        # "plans to distribute", "will act": a verb, not a noun
        before = self.low(i - 1)
        if (
            width == 1
            and "base" in self.lexicon.verb_forms(word.low)
            and (before == "to" or before in self.lexicon.auxiliaries)
        ):
            return None
        first = i - width + 1
        capital = bool(_CAPITAL.match(word.text)) and (
            word.start != self.first_of_sentence or bool(_CAPITAL.match(self.words[first].text))
        )
        if capital and word.start == self.first_of_sentence:
            capital = self.is_name_word(i + 1) or self.is_name_word(i + 2)
        begin = self.left(first, capital=capital)
        group = vocab.is_subclass(head.cls, "egov:ActorGroup")
        while (
            begin < first
            and not group
            and self.low(begin) in self.lexicon.empty_modifiers
            and not self.is_name_word(begin)
        ):
            begin += 1
        if self._is_verb_here(begin, i):
            begin += 1
            if begin > first:
                return None
        counted = any(self.lexicon.number(self.low(k)) is not None for k in (begin - 1, begin))
        if counted and plural:
            head = head._replace(complements=head.complements - {"to", "for"})
        elif begin < first or capital:
            head = head._replace(complements=head.complements - {"to"})
        end = self.right(i, head, capital=capital)
        if head.title_case and not (capital and begin < first) and not self._has_acronym(end):
            return None
        if word.low == "public" and begin == first:
            return None
        cls = head.cls
        if cls == "egov:Office" and begin == first and end > i + 1 and self.low(i + 1) in ("of", "for"):
            # "the position of Chief Information Officer": the office is what follows
            return None
        if plural and not capital and vocab.is_subclass(cls, "egov:Body"):
            cls = "egov:ActorGroup"
        return self.finish(begin, end, cls, singular(" ".join(self.low(k) for k in range(first, i + 1))), "noun")

    def _is_verb_here(self, begin: int, head: int) -> bool:
        """Whether the first word of a phrase is rather the verb of a coordination ("... and digitize databases")."""
        forms = self.lexicon.verb_forms(self.low(begin))
        before = self.low(begin - 1)
        return (
            begin < head
            and "base" in forms
            and not self.is_name_word(begin)
            and (
                before in ("and", "to", ",", "which", "that", "who", "they", "we", "or")
                or self.lexicon.is_adverb(before)
            )
            and not (before in ("and", ",") and self.low(begin + 1) == "and")
        )

    def _has_acronym(self, end: int) -> bool:
        return (
            self.low(end) == "("
            and end + 1 < len(self.words)
            and bool(_ACRONYM.match(self.words[end + 1].text))
            and self.words[end + 1].text.isupper()
        )

    def finish(self, begin: int, end: int, cls: str, head: str, pattern: str, thing: str = "") -> Mention:  # noqa: PLR0917 - each is a different thing
        """Return the mention of words `begin` to `end`, with what stands before it and in the brackets behind it."""
        lex = self.lexicon
        name_start, name_end = self.words[begin].start, self.words[end - 1].end
        outer_start, det, count, ordinal = name_start, "", 0, ""
        first = begin
        number = lex.number(self.low(begin))
        plural = any(
            singular(self.low(k)) != self.low(k)
            and (k == end - 1 or singular(self.low(k)) == head.rsplit(maxsplit=1)[-1])
            for k in range(begin + 1 if number is not None else begin, end)
            if head or k == end - 1
        )
        if number is None and plural:
            before = begin - 1
            while self.low(before) in lex.empty_modifiers:
                before -= 1
            number = lex.number(self.low(before))
            first = before if number is not None else begin
        if number is not None and plural:
            count = number
            name_start = self.words[first].start
        else:
            first = begin
        outer_start = self.words[first].start
        low = ORDINAL_WORDS.get(self.low(first), self.low(first))
        if re.fullmatch(r"\d+(?:st|nd|rd|th)", low):
            ordinal = low
        # A possessive belongs to the name ("the government's computerization projects") unless it is a country's.
        k = first - 1
        country = ""
        if self.low(k) == "'s" and self.is_word(k - 1):
            owner_end = k
            owner = k - 1
            while self.is_modifier(owner - 1, capital=bool(_CAPITAL.match(self.words[k - 1].text))) and k - owner < 4:
                owner -= 1
            words = self.text[self.words[owner].start : self.words[owner_end - 1].end]
            country = lex.country_words.get(words.casefold(), "")
            if not self.is_strong(owner):
                outer_start = self.words[owner].start
                name_start = name_start if country else outer_start
                k = owner - 1
        elif self.low(k) in lex.quantifiers:
            det = self.low(k)
            outer_start = self.words[k].start
            k -= 1
        if self.low(k) in lex.determiners and self.low(k) != "that":
            det = det or self.low(k)
            outer_start = self.words[k].start
        country = country or next(
            (lex.country_words[self.low(j)] for j in range(begin, end) if self.low(j) in lex.country_words), ""
        )
        if cls == "egov:Law" and count > 1 and not thing:
            cls = "egov:LawGroup"
        names: tuple[str, ...] = ()
        shared = self._sharers(first, ordinal=bool(ordinal), context=cls == "egov:Context")
        if shared is not None:
            rest = self._words(self.words[first + 1].start, name_end)
            parts = rest.split()
            at = next(
                (n for n, w in enumerate(parts) if singular(w.casefold()) == head.rsplit(maxsplit=1)[-1]),
                len(parts) - 1,
            )
            parts[at] = singular(parts[at]) if parts[at].islower() else parts[at]
            names = tuple(f"{self.words[n].text} {' '.join(parts)}" for n in shared)
            outer_start = name_start = self.words[shared[0]].start
            det = ""
            if self.low(shared[0] - 1) in lex.determiners:
                det, outer_start = self.low(shared[0] - 1), self.words[shared[0] - 1].start
        mention = Mention(
            outer_start, name_end, cls, self._words(name_start, name_end), name_start, name_end, thing=thing, head=head,
            det=det, count=count, ordinal="" if names else ordinal, country=country, pattern=pattern, names=names,
        )  # fmt: skip
        if cls == "egov:Event" and self.low(end) == "of":
            year = next(
                (t for t in self.times if end + 1 < len(self.words) and t.start == self.words[end + 1].start), None
            )
            if year is not None:
                return replace(
                    mention, end=year.end, name_end=year.end, name=self._words(name_start, year.end), times=(year,)
                )
        if cls == "egov:ExecutiveOrder" and mention.is_bare and self.low(end) == "to":
            stop = self._order_matter(end)
            if stop is not None:
                return replace(mention, name=self._words(name_start, self.words[stop - 1].end))
        return self._with_bracket(mention, end)

    def _order_matter(self, i: int) -> int | None:
        """Return the end of what an order is to do: "to create a Chief Information Officer (CIO) position"."""
        if "base" not in self.lexicon.verb_forms(self.low(i + 1)):
            return None
        stop = self._phrase(i + 2, capital=False)
        while stop is not None and self.low(stop) == "(" and self.low(stop + 2) == ")":
            further = self._phrase(stop + 3, capital=False) if self.is_word(stop + 3) else None
            if further is None:
                stop += 3
                break
            stop = further
        while stop is not None and self.low(stop) in ("of", "in", "for"):
            further = self._phrase(stop + 1 + (self.low(stop + 1) in ("each", "every", "all")), capital=False)
            if further is None:
                return stop
            stop = further
            if self.low(stop) == "(" and self.low(stop + 2) == ")":
                stop += 3
        return stop

    def _sharers(self, first: int, *, ordinal: bool, context: bool) -> list[int] | None:
        """Return the words that share the rest of a name: "1st and 2nd", "internal and external"; None without such."""
        if not ordinal and not context:
            return None
        if self.low(first - 1) not in ("and", "&") or not self.is_word(first - 2):
            return None

        def fits(k: int) -> bool:
            low = ORDINAL_WORDS.get(self.low(k), self.low(k))
            if ordinal:
                return bool(re.fullmatch(r"\d+(?:st|nd|rd|th)", low))
            return self.is_word(k) and low not in self.lexicon.stop and low.endswith(("al", "ic", "ive", "ary"))

        found = [first]
        k = first - 2
        while fits(k):
            found.insert(0, k)
            if self.low(k - 1) != ",":
                break
            k -= 2
        return found if len(found) > 1 and fits(first) else None

    def _words(self, start: int, end: int) -> str:
        return re.sub(r"\s+", " ", self.text[start:end]).strip()

    def _with_bracket(self, mention: Mention, end: int) -> Mention:
        """Read what the brackets behind a name say: acronym, other name, time, or nothing that we know."""
        while self.low(end) == "(":
            close = end + 1
            depth = 1
            while close < len(self.words) and close - end < 40:
                depth += {"(": 1, ")": -1}.get(self.low(close), 0)
                if depth == 0:
                    break
                close += 1
            if depth or any(w.outer[0] == self.words[end].start for w in self.works):
                return mention
            inside = self.text[self.words[end + 1].start : self.words[close - 1].end] if close > end + 1 else ""
            times = tuple(t for t in self.times if self.words[end].start < t.start < self.words[close].start)
            stripped = re.sub(r"[\s,;~–-]|and", "", inside)
            only_times = times and not re.sub(
                r"[\s,;]|and|년|circa|c\.", "", _without(inside, times, self.words[end + 1].start)
            )
            if only_times:
                mention = replace(mention, times=mention.times + times, end=self.words[close].end)
                end = close + 1
                continue
            if not stripped or mention.acronym:
                return mention
            acronym, alias, tail = self._definition(inside, mention)
            if not acronym and not alias:
                return mention
            mention = replace(mention, acronym=acronym, alias=alias, end=self.words[close].end)
            end = close + 1
            if tail:
                return mention
            # "National Basic Information System (NBIS) project": the noun after the bracket says what it is
            head = self.lexicon.head_at((self.low(end),))
            if head and singular(self.low(end)) == self.low(end) and not self.is_strong(end):
                name = mention.name if head[0].cls == "egov:Office" else f"{mention.name} {self.words[end].text}"
                mention = replace(mention, cls=head[0].cls, head=self.low(end), name=name, end=self.words[end].end)
                end += 1
        return mention

    def _definition(self, inside: str, mention: Mention) -> tuple[str, str, bool]:
        """Return (acronym, other name, whether the bracket holds more) of "ACR", "ACR: other name", "alias, ACR"."""
        parts = [p.strip() for p in re.split(r"[:,;]", inside) if p.strip()]
        if not parts or len(parts) > 3:
            return "", "", False
        renamed = re.match(r"(?:later|now|currently|formerly|previously|since|then|subsequently|today)\b", inside)
        if renamed:
            return "", "", False
        acronyms = [p for p in parts if _ACRONYM.match(p) and sum(c.isupper() or c.isdigit() for c in p) >= 2]
        others = [p for p in parts if p not in acronyms]
        acronym = next(
            (a for a in acronyms if acronym_fits(a, mention.name) or any(acronym_fits(a, o) for o in others)), ""
        )
        capitals = [w for w in mention.name.split() if _CAPITAL.match(w)]
        if not acronym and acronyms and acronyms[0].isupper() and len(capitals) >= 3 and len(parts) == 1:
            acronym = acronyms[0]
        if not acronym:
            return "", "", False
        alias = others[0] if len(others) == 1 and _CAPITAL.match(others[0]) else ""
        return acronym, alias, False

    # --- people and administrations -----------------------------------------------------------------------------

    def people(self) -> list[Mention]:
        """Return persons with a title, and administrations named after a person."""
        found: list[Mention] = []
        lex = self.lexicon
        i = 0
        while i < len(self.words):
            title_end = self._title(i)
            if title_end:
                stop = self._person_name(title_end)
                if stop:
                    start = self.words[i - 1].start if self.low(i - 1) == "the" else self.words[i].start
                    found.append(
                        Mention(
                            start, self.words[stop - 1].end, "egov:Person",
                            self._words(self.words[title_end].start, self.words[stop - 1].end),
                            self.words[title_end].start, self.words[stop - 1].end,
                            head=" ".join(self.low(k) for k in range(i, title_end)), pattern="person.title",
                        )
                    )  # fmt: skip
                    if self.low(stop) in ("administration", "government") or (
                        self.low(stop) == "'s" and self.low(stop + 1) in ("administration", "government")
                    ):
                        found.pop()
                        k = stop if self.low(stop) != "'s" else stop + 1
                        found.append(self._administration(title_end, stop, k, start))
                        i = k + 1
                        continue
                    i = stop
                    continue
            if self.low(i) in ("administration", "administrations", "government", "governments") and i:
                # "the Open Government Partnership" is the name of something else
                named = (
                    self.words[i].text[0].isupper()
                    and self.is_name_word(i + 1)
                    and self.low(i + 1) not in self.lexicon.stop
                )
                group = [] if named else self._named_administrations(i)
                found.extend(group)
            i += 1
        del lex
        return found

    def countries(self) -> Iterable[Mention]:
        """Yield the countries that are named as such, not by an adjective."""
        names = self.lexicon.country_names
        for i, word in enumerate(self.words):
            if not word.text[0].isupper() or self.is_strong(i):
                continue
            for width in (3, 2, 1):
                key = tuple(self.low(i + k) for k in range(width))
                if key not in names or i + width > len(self.words) or self.low(i + width) == "-":
                    continue
                code, name = names[key]
                begin = self.words[i - 1].start if self.low(i - 1) == "the" else word.start
                yield Mention(
                    begin, self.words[i + width - 1].end, "egov:Country", name, word.start,
                    self.words[i + width - 1].end, country=code, pattern="country.name",
                )  # fmt: skip
                break

    def _title(self, i: int) -> int:
        for parts in self.lexicon.titles.get(self.low(i), ()):
            if all(self.low(i + k) == p for k, p in enumerate(parts)):
                return i + len(parts)
        return 0

    def _person_name(self, i: int) -> int:
        """Return the end of one to four capitalised words at `i`, or 0."""
        j = i
        while j < len(self.words) and j - i < 4:
            word = self.words[j]
            if not (word.text[0].isupper() and (len(word.text) > 1 or self.low(j + 1) == ".")):
                if word.text == "." and j > i and len(self.words[j - 1].text) == 1:
                    j += 1
                    continue
                if word.low in ("de", "da", "di", "van", "von", "al", "bin", "dos") and j > i:
                    j += 1
                    continue
                break
            if (
                word.low in self.lexicon.stop
                or word.low in ("administration", "government")
                or self.lexicon.head_at((word.low,))
            ):
                break
            if word.text.isupper() and len(word.text) > 3:
                break
            j += 1
        while j > i and not self.words[j - 1].text[0].isupper():
            j -= 1
        return j if j > i else 0

    def _named_administrations(self, i: int) -> list[Mention]:
        """Return the administrations of "the A administration" and "the A and the B administrations"."""
        plural = self.low(i).endswith("s")
        government = self.low(i).startswith("government")
        found: list[Mention] = []
        end = i
        stop = i
        while True:
            begin = end
            while (
                begin > 0
                and end - begin < 3
                and self.words[begin - 1].text[0].isupper()
                and self.low(begin - 1) not in self.lexicon.stop
                and self.low(begin - 1) not in self.lexicon.country_words
                and self.is_word(begin - 1)
            ):
                begin -= 1
            if self.low(end - 1) == "'s" and not found:
                end -= 1
                continue
            if begin == end or not self._is_person_like(
                begin, end, government=government, capital=self.words[i].text[0].isupper()
            ):
                break
            start = self.words[begin - 1].start if self.low(begin - 1) == "the" else self.words[begin].start
            found.append(self._administration(begin, end, stop, start))
            if not plural:
                break
            k = begin - 1
            if self.low(k) == "the":
                k -= 1
            if self.low(k) not in ("and", ",", "&"):
                break
            while self.low(k) in ("and", ",", "&"):
                k -= 1
            end = k + 1
            stop = k
        return list(reversed(found))

    def _is_person_like(self, begin: int, end: int, *, government: bool, capital: bool) -> bool:
        """Whether capitalised words before "administration" are a person's name."""
        lows = [self.low(k) for k in range(begin, end)]
        if any(low in _NO_PERSON or low in self.lexicon.country_words or self.lexicon.head_at((low,)) for low in lows):
            return False
        if any(self.words[k].text.isupper() and len(self.words[k].text) > 3 for k in range(begin, end)):
            return False
        if self.words[begin].start == self.first_of_sentence and self.low(begin) in _NO_PERSON:
            return False
        if capital and len(lows) == 1:
            return self.low(begin - 1) in ("the", "and", ",") and not _ADJECTIVE.search(lows[0])
        return not government or len(lows) >= 1

    def _administration(self, begin: int, end: int, stop: int, start: int) -> Mention:
        """Return the administration named by words `begin` to `end`, the last word of the mention being `stop`."""
        name = self._words(self.words[begin].start, self.words[end - 1].end)
        last = self.words[stop].end if stop >= end else self.words[end - 1].end
        return Mention(
            start, last, "egov:Administration", f"{name} administration", self.words[begin].start,
            self.words[end - 1].end, head="administration", det="the", pattern="administration.name",
        )  # fmt: skip


_ADJECTIVE = re.compile(r"(?:ive|al|ic|ory|ing|ed|ian|ese|ish|ment|tion|ous|ary|ful|able|ible|ern)$")
_NO_PERSON = frozenset(
    [
        "tax",
        "public",
        "national",
        "digital",
        "federal",
        "state",
        "general",
        "land",
        "revenue",
        "customs",
        "local",
        "central",
        "city",
        "metropolitan",
        "provincial",
        "regional",
        "korean",
        "electronic",
        "e-government",
        "e-governance",
        "current",
        "new",
        "previous",
        "civil",
        "social",
        "security",
        "food",
        "drug",
        "maritime",
        "space",
        "aviation",
        "small",
        "business",
        "veterans",
        "food",
        "health",
        "information",
        "military",
        "interim",
        "transitional",
        "coalition",
        "labour",
        "labor",
        "conservative",
        "liberal",
        "social-democratic",
        "communist",
        "socialist",
        "republican",
        "democratic",
        "royal",
        "imperial",
        "colonial",
    ]
)


def _without(inside: str, times: Sequence[TimeMention], offset: int) -> str:
    parts = []
    place = 0
    for t in times:
        parts.append(inside[place : t.start - offset])
        place = t.end - offset
    parts.append(inside[place:])
    return "".join(parts)


def read_sentence(  # noqa: PLR0917 - each is a different thing
    text: str, start: int, end: int, lexicon: Lexicon, gazetteer: Gazetteer, defined: Iterable[str] = ()
) -> Reading:
    """Return what a stretch of a view names.

    Args:
        text: The view.
        start: Where the stretch (a sentence, a row, a note) begins.
        end: Where it ends.
        lexicon: The word tables.
        gazetteer: The known names.
        defined: Names and acronyms that the document itself defines; a known name that ``needs`` a definition counts
            only then.
    """
    scanner = _Scanner(text, start, end, lexicon, gazetteer, defined)
    strong = scanner.people()
    cited = [(w.outer[0], w.outer[1]) for w in scanner.works]
    cited.extend((a + start, b + start) for a, b in find_titles(text[start:end]))
    strong = [m for m in strong if not any(a <= m.start < b for a, b in cited)]
    scanner.strong_places = frozenset(
        t.start
        for t in scanner.words
        if any(m.start <= t.start < m.end for m in strong) or any(a <= t.start < b for a, b in cited)
    )
    found: list[Mention] = list(strong)
    found.extend(scanner.candidates())
    found.extend(m for m in _known(scanner, gazetteer) if not any(a <= m.start < b for a, b in cited))
    found.extend(scanner.countries())
    outer, inner = _longest(found)
    outer = tuple(_as_listed(m, text[start : m.start]) for m in outer)
    times = tuple(t for t in scanner.times if not any(t in m.times for m in outer))
    return Reading(text, start, end, scanner.words, outer, inner, times, scanner.works)


_POLICIES = re.compile(r"\b(?:policies|plans|strategies|masterplans)\b,?\s(?:such\sas|including|namely)\s[^.;]*$")


def _as_listed(mention: Mention, before: str) -> Mention:
    """Return a mention as what its list says that it is: an infrastructure among "policies such as" is a policy."""
    if mention.thing or mention.cls not in ("egov:InformationSystem", "egov:Project") or not _POLICIES.search(before):
        return mention
    return replace(mention, cls="egov:Plan")


def _known(scanner: _Scanner, gazetteer: Gazetteer) -> Iterable[Mention]:
    """Yield the gazetteer's names in a sentence as mentions."""
    places = {t.start: i for i, t in enumerate(scanner.words)}
    ends = {t.end: i + 1 for i, t in enumerate(scanner.words)}
    for hit in scanner.hits:
        start, end = hit.start + scanner.start, hit.end + scanner.start
        if any(w.outer[0] <= start < w.outer[1] for w in scanner.works):
            continue
        if hit.name.needs == "defined" and hit.name.name not in scanner.defined:
            continue
        cls = class_of(hit.thing)
        if start in places and end in ends:
            begin, stop = places[start], ends[end]
            head = singular(scanner.low(stop - 1))
            mention = scanner.finish(
                begin, stop, cls, head if scanner.lexicon.head_at((head,)) else "", "name", hit.thing
            )
            if mention.names:
                mention = replace(mention, thing="")
            yield replace(mention, name=gazetteer.label(hit.thing) or mention.name) if not mention.count else mention
        else:
            label = gazetteer.label(hit.thing) or gazetteer.label(hit.thing, "ko") or hit.name.name
            yield Mention(start, end, cls, label, start, end, thing=hit.thing, pattern="name")


def _longest(found: Iterable[Mention]) -> tuple[tuple[Mention, ...], tuple[Mention, ...]]:
    """Return the mentions that no longer one covers, and those inside them."""
    ordered = sorted(
        found, key=lambda m: (m.cls != "egov:Administration", -(m.end - m.start), m.start, not m.thing, m.cls)
    )
    outer: list[Mention] = []
    inner: list[Mention] = []
    for mention in ordered:
        clash = [o for o in outer if mention.start < o.end and o.start < mention.end]
        if not clash:
            outer.append(mention)
        elif clash[0].name_start <= mention.name_start and mention.name_end <= clash[0].name_end:
            same = clash[0].name_start == mention.name_start and clash[0].name_end == mention.name_end
            if same and mention.thing and not clash[0].thing and not vocab.disjoint(mention.cls, clash[0].cls):
                outer[outer.index(clash[0])] = replace(clash[0], thing=mention.thing, name=mention.name)
            elif not same:
                inner.append(mention)
    return tuple(sorted(outer, key=lambda m: m.start)), tuple(sorted(inner, key=lambda m: m.start))
