"""A clause as chunks: noun phrases, verb groups with voice and status, prepositions, times and the joints between.

No tagger and no model: closed word classes, the table of verb forms and the words on either side decide. One pass from
left to right, each item in one chunk, so that the time is linear in the length of the clause.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from egov_kg.extraction.clauses import Item
from egov_kg.extraction.lexicon import Lexicon
from egov_kg.extraction.verb_groups import CONJUNCTIONS, PREPOSITIONS, RELATIVE, SUBORDINATORS, Chunk, VerbGroups

__all__ = ["Chunk", "chunks_of"]

_LINKING: Final = frozenset(
    {
        "also",
        "therefore",
        "however",
        "thus",
        "hence",
        "moreover",
        "furthermore",
        "then",
        "so",
        "nevertheless",
        "nonetheless",
        "meanwhile",
        "otherwise",
        "namely",
        "hereby",
        "thereby",
    }
)


_SAME: Final = {
    ("as", "a", "part", "of"): "as part of",
    ("in", "favor", "of"): "in favour of",
    ("within", "the", "framework", "of"): "within",
    ("in", "the", "framework", "of"): "within",
    ("under", "the", "framework", "of"): "within",
    ("in", "the", "context", "of"): "within",
}
_SAYING: Final = frozenset(
    ["fact", "idea", "view", "claim", "belief", "argument", "evidence", "conclusion", "hope", "risk", "news", "doubt",
     "condition", "assumption", "requirement", "principle", "finding", "conviction", "impression", "notion", "proposal"]
)  # fmt: skip
_QUOTES: Final = frozenset("\"'“”‘’«»")


class _Reader(VerbGroups):
    """Reads the chunks of one clause."""

    def read(self) -> list[Chunk]:
        i = 0
        while i < len(self.items):
            i = self._step(i)
        self._close(len(self.items))
        return self.found

    # --- the phrase that is being read --------------------------------------------------------------------------

    def _open(self, i: int) -> None:
        if self.phrase < 0:
            self.phrase, self.noun = i, -1

    def _close(self, i: int) -> None:
        if self.phrase >= 0:
            last = self.noun if self.noun >= 0 else i - 1
            self.found.append(Chunk("N", self.phrase, i, main=last))
        self.phrase = self.noun = -1

    def _add(self, chunk: Chunk) -> int:
        self._close(chunk.first)
        self.found.append(chunk)
        return chunk.last

    # --- one item -----------------------------------------------------------------------------------------------

    def _step(self, i: int) -> int:
        item = self.items[i]
        if item.kind == "thing":
            if self.phrase >= 0 and self.noun >= 0 and self.items[self.noun].kind == "thing" and self.noun == i - 1:
                self._close(i)
            self._open(i)
            self.noun = i
            return i + 1
        if item.kind == "time":
            return self._add(Chunk("T", i, i + 1))
        if item.kind == "sign":
            if item.text in ("-", "/", "%", "'", "’") and self.phrase >= 0:
                return i + 1
            if item.text in _QUOTES and self._quotes_name(i):
                return i + 1
            return self._add(Chunk("K" if item.text == "," else "X", i, i + 1, item.text))
        return self._word(i, item.text)

    def _quotes_name(self, i: int) -> bool:
        """Whether a quotation mark stands beside a name: it adds nothing to the phrase."""
        return any(0 <= k < len(self.items) and self.items[k].kind == "thing" for k in (i - 1, i + 1))

    def _word(self, i: int, low: str) -> int:
        lex = self.lex
        if low == "no" and self.word(i + 1) == "longer" and lex.verb_forms(self.word(i + 2)) & {"past", "third"}:
            return self._add(self._finish(i + 2, i, "finite", passive=False, status="negated"))
        if low in lex.determiners and not (low == "that" and not self._opens_phrase(i + 1)) and low != "such":
            if self.phrase >= 0 and self.noun >= 0:
                self._close(i)
            if low == "that" and self._last() == "V" and self.phrase < 0 and self._opens_phrase(i + 1):
                return self._add(Chunk("S", i, i + 1, low))
            if low == "that" and self._before() in ("N", "K") and self._verb_like(i + 1):
                return self._add(Chunk("R", i, i + 1, low))
            if low == "that" and self._before() == "N" and self._strong(i):
                # "the portal that the ministry opened", and not "the fact that the ministry opened it"
                kind = "S" if self.word(self.noun) in _SAYING else "R"
                return self._add(Chunk(kind, i, i + 1, low))
            self._open(i)
            return i + 1
        opening = not self.found and self.phrase < 0
        if low == "first" and lex.verb_forms(self.word(i + 1)) & {"past", "participle"} and (opening or self.noun >= 0):
            # "First launched in 2007, the portal ...", "the portal first went online"
            return i + 1
        if low in CONJUNCTIONS:
            if self._inside(i):
                return i + 1
            return self._add(Chunk("C", i, i + 1, low))
        if low in RELATIVE:
            return self._add(Chunk("R", i, i + 1, low))
        for words in self.lex.compounds.get(low, ()):
            if all(self.word(i + k) == w for k, w in enumerate(words)):
                kind = "C" if words == ("as", "well", "as") else "P"
                if words == ("in", "order", "to"):
                    break
                text = _SAME.get(words, " ".join(words))
                return self._add(Chunk(kind, i, i + len(words), text))
        if low == "in" and self.word(i + 1) == "force" and self._before() in ("K", "C", "T", "N"):
            return self._add(Chunk("V", i, i + 2, "be in force", "participle", passive=True, main=i))
        group = self._verb_group(i)
        if group is not None:
            return self._add(group)
        if low in SUBORDINATORS and low != "until":
            return self._add(Chunk("S", i, i + 1, low))
        if low in PREPOSITIONS and (low != "like" or opening):
            return self._add(Chunk("P", i, i + 1, low))
        if low in _LINKING or (lex.is_adverb(low) and low != "well"):
            if self.phrase >= 0 and self.noun < 0:
                return i + 1
            if self.phrase >= 0:
                self._close(i)
            return i + 1
        self._open(i)
        if low != "'s":
            self.noun = i
        return i + 1

    def _inside(self, i: int) -> bool:
        """Whether "and" joins two modifiers of one noun ("electronic and mobile services")."""
        after = self.items[i + 1] if i + 1 < len(self.items) else None
        return (
            self.phrase >= 0
            and self.noun == i - 1
            and self.items[i - 1].kind == "word"
            and after is not None
            and after.kind == "word"
            and after.text not in self.lex.determiners
            and after.text not in PREPOSITIONS
            and i + 2 < len(self.items)
            and self.items[i + 2].kind == "thing"
            and not self.lex.verb_forms(after.text)
        )


def chunks_of(items: Sequence[Item], lexicon: Lexicon) -> list[Chunk]:
    """Return the chunks of a clause, in order."""
    return _Reader(items, lexicon).read()
