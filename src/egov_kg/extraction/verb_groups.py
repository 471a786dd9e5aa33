"""Verb groups: which words are verbs, with voice, tense and status, and which verb governs which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from egov_kg.extraction.clauses import Item
from egov_kg.extraction.lexicon import Lexicon
from egov_kg.extraction.tokens import singular

__all__ = ["CONJUNCTIONS", "PREPOSITIONS", "RELATIVE", "SUBORDINATORS", "Chunk", "VerbGroups"]


class Chunk(NamedTuple):
    """A part of a clause.

    Attributes:
        kind: ``N`` noun phrase, ``V`` verb group, ``P`` preposition, ``T`` time, ``C`` and, or, but, ``K`` comma,
            ``R`` relative pronoun, ``S`` subordinator, ``X`` anything else.
        first, last: The half-open range of its items.
        text: The preposition, the joint, or the lemma of the verb with its particle ("carry out").
        form: Of a verb: ``finite``, ``participle``, ``gerund`` or ``infinitive``.
        passive: Whether the verb is passive.
        status: Why the verb claims nothing (``negated``, ``modal``, ``intention``), or empty.
        main: The item of the main verb; of a noun phrase, its last noun.
    """

    kind: str
    first: int
    last: int
    text: str = ""
    form: str = ""
    passive: bool = False
    status: str = ""
    main: int = 0


_BE: Final = frozenset({"is", "are", "was", "were", "be", "been", "being", "am"})
_HAVE: Final = frozenset({"has", "have", "had", "having"})
_DO: Final = frozenset({"do", "does", "did"})
_MODAL: Final = frozenset(
    {"will", "would", "shall", "should", "can", "could", "may", "might", "must", "ought", "cannot"}
)
_AUXILIARY: Final = _BE | _HAVE | _DO | _MODAL
_SPEAKERS: Final = frozenset(
    {"paper", "study", "report", "article", "survey", "research", "chapter", "analysis", "evaluation", "review", "act"}
)
# Plural subject and one of these: a compound of nouns as often as a verb.
_NOUNY: Final = frozenset(
    {
        "plan", "use", "work", "project", "support", "issue", "report", "launch", "program", "programme", "study",
        "need", "aim", "focus", "design", "change", "benefit", "lead", "cost", "face", "access", "address", "approach",
        "audit", "base", "budget", "charge", "contract", "control", "cover", "debate", "demand", "draft", "exchange",
        "finance", "form", "fund", "guide", "head", "host", "house", "impact", "influence", "interest", "limit", "link",
        "list", "map", "market", "measure", "network", "offer", "pilot", "policy", "process", "record", "reform",
        "release", "research", "result", "review", "roll", "run", "set", "share", "start", "store", "survey", "target",
        "task", "test", "title", "train", "transfer", "transport", "trust", "upgrade", "value", "visit",
    }
)  # fmt: skip
# In the third person never the plural of a noun: "the portal provides general information".
_TELLING: Final = frozenset(
    {
        "aim", "allow", "amend", "apply", "belong", "bring", "combine", "comprise", "connect", "consist",
        "contain", "coordinate", "define", "enable", "entail", "envisage", "establish", "feature", "give",
        "govern", "handle", "hold", "include", "integrate", "introduce", "make", "manage", "operate", "oversee",
        "promote", "provide", "receive", "regulate", "repeal", "replace", "require", "run", "seek", "serve",
        "specify", "stipulate", "use",
    }
)  # fmt: skip
# Adjectives behind the noun that they describe.
_POSTPOSED: Final = frozenset({"responsible", "subordinate", "accountable"})
_HEDGES: Final = frozenset(
    {"reportedly", "allegedly", "supposedly", "purportedly", "apparently", "almost",
     "nearly", "possibly", "perhaps", "probably", "presumably"}
)  # fmt: skip
_NEGATIVE: Final = frozenset({"not", "never", "n't", "hardly", "neither", "nor", "scarcely", "barely"})
# "began to build": the building took place; "planned to build": it did not, as far as the words go.
_REALISED: Final = frozenset({"begin", "start", "continue", "help", "proceed", "go", "come", "serve"})
_UNREALISED: Final = frozenset(
    {
        "plan", "intend", "hope", "expect", "want", "propose", "decide", "agree", "try", "attempt",
        "need", "require", "have", "wish", "promise", "undertake", "consider", "ask", "urge", "oblige", "allow",
        "enable", "design", "mean", "schedule", "commit", "authorise", "authorize", "mandate",
    }
)  # fmt: skip
_FAILED: Final = frozenset({"fail", "refuse", "cease", "decline", "stop", "neglect"})
CONJUNCTIONS: Final = frozenset({"and", "or", "but", "&"})
RELATIVE: Final = frozenset({"which", "who", "that", "whose"})
SUBORDINATORS: Final = frozenset(
    {"while", "although", "though", "whereas", "because", "when", "where", "if", "unless", "whether", "once", "until"}
)
PREPOSITIONS: Final = frozenset(
    [
        "of", "in", "on", "for", "to", "by", "with", "from", "at", "under", "through", "into", "as", "about",
        "against", "among", "between", "during", "within", "without", "over", "since", "via", "per", "towards",
        "toward", "upon", "after", "before", "across", "despite", "including", "like", "than", "throughout", "onto",
        "along", "around", "behind", "beyond", "unlike", "concerning", "regarding", "alongside", "amid", "until",
        "following",
    ]
)  # fmt: skip


class VerbGroups:
    """Finds the verb groups among the items of a clause."""

    def __init__(self, items: Sequence[Item], lexicon: Lexicon) -> None:
        self.items, self.lex = items, lexicon
        self.words = [item.text if item.kind == "word" else "" for item in items]
        self.size = len(self.words)
        self.found: list[Chunk] = []
        self.phrase = -1
        self.noun = -1

    def word(self, i: int) -> str:
        """Return the word at a place, or an empty string for a sign, a thing and what lies outside."""
        return self.words[i] if 0 <= i < self.size else ""

    def _before(self) -> str:
        return "N" if self.phrase >= 0 and self.noun >= 0 else "D" if self.phrase >= 0 else self._last()

    def _last(self) -> str:
        return self.found[-1].kind if self.found else ""

    def _opens_phrase(self, i: int) -> bool:
        """Whether a noun phrase begins at an item."""
        if i >= len(self.items):
            return False
        item = self.items[i]
        if item.kind == "thing":
            return True
        if item.kind != "word":
            return False
        low = item.text
        if low in self.lex.determiners or low in self.lex.quantifiers or low[0].isdigit():
            return True
        if low in PREPOSITIONS or low in CONJUNCTIONS or low in RELATIVE or low in _AUXILIARY:
            return False
        if low in SUBORDINATORS or low in _NEGATIVE:
            return False
        return not self.lex.is_adverb(low)

    def _verb_like(self, i: int) -> bool:
        low = self.word(i)
        while low and self.lex.is_adverb(low):
            i += 1
            low = self.word(i)
        return low in _AUXILIARY or bool(self.lex.verb_forms(low) & {"past", "third", "base"})

    # --- verb groups --------------------------------------------------------------------------------------------

    def _verb_group(self, i: int) -> Chunk | None:
        low = self.word(i)
        before = self._before()
        if low in _AUXILIARY:
            return self._with_auxiliaries(i)
        if low == "to" and self._base(self._skip(i + 1)):
            return self._finish(self._skip(i + 1), i, "infinitive", passive=False, status="purpose")
        if low == "to" and self.word(self._skip(i + 1)) == "be":
            j = self._skip(self._skip(i + 1) + 1)
            passive = bool(self.lex.verb_forms(self.word(j)) & {"participle"})
            return self._finish(j if passive else self._skip(i + 1), i, "infinitive", passive=passive, status="purpose")
        if low in _NEGATIVE and before != "D":
            j = self._skip(i + 1)
            if self.lex.verb_forms(self.word(j)) & {"past", "third"}:
                return self._finish(j, i, "finite", passive=False, status="negated")
            return None
        if low in _POSTPOSED and (before == "N" or (not self.found and self.phrase < 0)):
            words = next((w for w in self.lex.copular if all(self.word(i + n) == x for n, x in enumerate(w))), ())
            if words:
                # "an agency responsible for", "a body subordinate to"
                return Chunk("V", i, i + len(words), "be " + " ".join(words), "participle", main=i)
        forms = self.lex.verb_forms(low)
        after = self.word(i + 1)
        loose = before == "N" or (before == "K" and after in ("on", "by", "in", "after", "with", "from", "to", "as"))
        if not forms and loose and low.endswith("ed") and low.isalpha() and len(low) > 4:
            forms = frozenset({"past", "participle"})
        if not forms:
            return None
        return self._bare(i, low, forms, before)

    def _bare(self, i: int, low: str, forms: frozenset[str], before: str) -> Chunk | None:
        """Return the verb group of a verb without an auxiliary, or None where the word is a noun or an adjective."""
        following = self._opens_phrase(i + 1)
        after = self.word(i + 1)
        if forms & {"past", "participle"}:
            if before == "D" or (after == "of" and low not in ("composed", "made", "comprised", "consisted")):
                return None
            nominal = (
                following
                and after not in self.lex.determiners
                and self.items[i + 1].kind == "word"
                and not after[0].isdigit()
            )
            if before in ("P", "") and nominal:
                return None
            if (
                before in ("C", "K")
                and nominal
                and self.items[i + 1].kind == "word"
                and low in self.lex.nominal_participles
            ):
                return None
            if (
                low in self.lex.nominal_participles
                and before == "N"
                and after not in ("by", "in", "with", "to", "into")
            ):
                return None
            if before == "N" and after in ("and", "or") and "past" in forms and self._shares_object(i + 2):
                return self._finish(i, i, "finite", passive=False)
            far = self._skip(i + 1)
            if before == "N" and "past" in forms and far > i + 1 and self._strong(far - 1) and self._unfinished():
                # "the ministry announced today the launch"
                return self._finish(i, i, "finite", passive=False)
            takes = following and "past" in forms and before not in ("P", "")
            if before == "T" and takes and self._strong(i) and self._after_subject():
                return self._finish(i, i, "finite", passive=False)
            if (takes and before == "N") or (takes and before in ("C", "K", "R")):
                return self._finish(i, i, "finite", passive=False)
            if "past" in forms and "participle" not in forms:
                return self._finish(i, i, "finite", passive=False)
            if before == "R":
                return self._finish(i, i, "finite", passive=False)
            return self._finish(i, i, "participle", passive=True)
        if "gerund" in forms:
            if before == "D":
                return None
            strong = after in self.lex.determiners or (i + 1 < len(self.items) and self.items[i + 1].kind == "thing")
            if before == "N" and not strong:
                return None
            if before == "C" and not strong and self._last_verb_form() not in ("gerund", "finite", "participle"):
                return None
            if not following and after != "of" and before not in ("P", "K"):
                return None
            if after == "of" and low not in ("consisting", "making"):
                return None
            if low in self.lex.nominal_gerunds and not strong:
                return None
            return self._finish(i, i, "gerund", passive=False)
        if "third" in forms:
            return self._third(i, before, after, following=following)
        return self._present(i, before, after, following=following)

    def _strong(self, i: int) -> bool:
        """Whether an object stands directly behind a word: a thing, or a phrase with a determiner."""
        following = self.items[i + 1] if i + 1 < len(self.items) else None
        return following is not None and (following.kind == "thing" or following.text in self.lex.determiners)

    def _unfinished(self) -> bool:
        return not any(c.form == "finite" for c in self.found)

    def _after_subject(self) -> bool:
        """Whether a subject waits for its verb: "the board in 1994 created", "Order No. 4, 1994 created"."""
        kinds = {c.kind for c in self.found}
        return self.found[0].kind == "N" and not kinds & {"V", "R"}

    def _shares_object(self, i: int) -> bool:
        """Whether a second verb stands here that brings the object of both ("developed and operates the portal")."""
        return bool(self.lex.verb_forms(self.word(i)) & {"past", "third"}) and self._opens_phrase(i + 1)

    def _third(self, i: int, before: str, after: str, *, following: bool) -> Chunk | None:
        behind = self.word(self._skip(i + 1))
        if before == "K" and self._last_verb_form() == "participle" and self._takes_particle(i, behind):
            # "the board, founded in 2004, reports to the ministry"
            return self._finish(i, i, "finite", passive=False)
        if before == "R" or (before in ("C", "K") and following and any(c.form == "finite" for c in self.found)):
            return self._finish(i, i, "finite", passive=False)
        strong = after in self.lex.determiners or (i + 1 < len(self.items) and self.items[i + 1].kind == "thing")
        if before == "K" and (strong or following) and self._last_verb_form() != "finite":
            return self._finish(i, i, "finite", passive=False)
        if before != "N":
            return None
        if self.phrase < 0:
            return self._finish(i, i, "finite", passive=False) if strong else None
        named = self.items[self.noun].kind == "thing" or self.word(self.noun) in ("it", "he", "she")
        named = named or (self.lex.lemma(self.word(i)) in _TELLING and self._one_of_a_kind())
        particle = self._takes_particle(i, behind)
        to = after == "to" and self._base(self._skip(i + 2))
        speaks = self.word(self.noun) in _SPEAKERS and (following or after in ("that", "how", "what", "whether", "why"))
        plain = named and after in PREPOSITIONS and self.lex.lemma(self.word(i)) not in _NOUNY - {"work"}
        ends = named and not after and self.lex.lemma(self.word(i)) in _REALISED | {"open", "close", "end", "merge"}
        if strong or particle or speaks or ends or plain or (named and (following or to or after in ("that", "how"))):
            return self._finish(i, i, "finite", passive=False)
        return None

    def _stands(self, i: int, words: Sequence[str]) -> bool:
        return all(self.word(i + k) == w for k, w in enumerate(words))

    def _takes_particle(self, i: int, behind: str) -> bool:
        return any(behind == p[0] for p in self.lex.particles.get(self.lex.lemma(self.word(i)), ()))

    def _one_of_a_kind(self) -> bool:
        """Whether the open phrase is "the portal", "this agency": singular, with a determiner."""
        noun = self.word(self.noun)
        return self.word(self.phrase) in ("the", "this", "its", "their", "a") and singular(noun) == noun

    def _present(self, i: int, before: str, after: str, *, following: bool) -> Chunk | None:
        if before == "R" and following:
            return self._finish(i, i, "finite", passive=False)
        if before == "C" and self._last_verb_form() == "infinitive" and following:
            return self._finish(i, i, "infinitive", passive=False, status="purpose")
        if before != "N":
            return None
        head = self.items[self.noun]
        listed = any(c.kind == "C" for c in self.found[-8:]) and not self._last_verb_form()
        many = head.text[-1:] == "s" and head.text[-2:] != "ss"
        plural = listed or many or head.text in ("they", "we") or len(head.things) > 1
        strong = after in self.lex.determiners or (i + 1 < len(self.items) and self.items[i + 1].kind == "thing")
        particle = any(after == p[0] for p in self.lex.particles.get(self.word(i), ()))
        if plural and (strong or particle or (following and self.word(i) not in _NOUNY)):
            return self._finish(i, i, "finite", passive=False)
        return None

    def _last_verb_form(self) -> str:
        return next((c.form for c in reversed(self.found) if c.kind == "V"), "")

    def _skip(self, i: int) -> int:
        while self.word(i) and (self.lex.is_adverb(self.word(i)) or self.word(i) in ("therefore", "also", "both")):
            i += 1
        return i

    def _base(self, i: int) -> bool:
        return "base" in self.lex.verb_forms(self.word(i)) or self.word(i) in ("have", "do")

    def _with_auxiliaries(self, i: int) -> Chunk:
        """Return the group that begins with an auxiliary: "had not been formally launched", "will be replaced"."""
        start, status, passive = i, "", False
        seen_be = seen_have = False
        main = i
        while i < len(self.items):
            low = self.word(i)
            if low in _MODAL:
                status = status or "modal"
            elif low in _HEDGES:
                status = status or "hedged"
            elif low in _NEGATIVE or (low == "no" and self.word(i + 1) == "longer"):
                status = "negated"
            elif low in _BE:
                seen_be = True
                main = i
            elif low in _HAVE:
                seen_have, main = True, i
            elif low in _DO:
                main = i
            elif self._promises(i, low, be=seen_be):
                status = status or "modal"
            elif not (low and (self.lex.is_adverb(low) or low in ("longer", "also", "both", "since", "first", "then"))):
                break
            i += 1
        forms = self.lex.verb_forms(self.word(i))
        if not forms and seen_be and self._unlisted_participle(i):
            forms = frozenset({"participle"})
        if seen_be and "participle" in forms:
            passive, main = True, i
        elif (
            (seen_be and "gerund" in forms and self.word(i) not in self.lex.nominal_gerunds)
            or (seen_have and not seen_be and "participle" in forms)
            or (not seen_be and not seen_have and "base" in forms)
            or (status == "modal" and "base" in forms)
        ):
            main = i
        else:
            return self._copula(start, i, main, status, be=seen_be)
        form = "gerund" if self.word(start) in ("being", "having") else "finite"
        return self._finish(main, start, form, passive=passive, status=status)

    def _promises(self, i: int, low: str, *, be: bool) -> bool:
        """Whether "is to be opened", "is going to open" says what has not happened yet."""
        if low == "going" and be:
            return self.word(i + 1) == "to"
        behind = self._skip(i + 1)
        return low == "to" and (self._base(behind) or self.word(behind) == "be")

    def _unlisted_participle(self, i: int) -> bool:
        """Whether a word behind "be" that no table knows is a participle: "is centred on"."""
        low = self.word(i)
        ends = self.word(i + 1) in PREPOSITIONS or not self._opens_phrase(i + 1)
        return low.endswith("ed") and low.isalpha() and len(low) > 4 and ends

    def _copula(self, start: int, i: int, main: int, status: str, *, be: bool) -> Chunk:
        if be:
            k = i
            while self.word(k) in (
                "the",
                "a",
                "an",
                "now",
                "its",
                "integral",
                "core",
                "key",
                "main",
                "also",
                "directly",
            ):
                k += 1
            for words in self.lex.copular:
                if all(self.word(k + n) == w for n, w in enumerate(words)):
                    return Chunk(
                        "V", start, k + len(words), "be " + " ".join(words), "finite", status=status, main=main
                    )
        return Chunk("V", start, max(i, start + 1), "be" if be else "have", "finite", status=status, main=main)

    def _light(self, i: int) -> int:
        """Return the gerund that carries the meaning of "played a key role in implementing", or 0."""
        for k in range(i, min(i + 6, len(self.items))):
            if self.word(k) in ("role", "part", "roles") and self.word(k + 1) in ("in", "of"):
                gerund = self._skip(k + 2)
                return gerund if "gerund" in self.lex.verb_forms(self.word(gerund)) else 0
        return 0

    def _finish(self, main: int, start: int, form: str, *, passive: bool, status: str = "") -> Chunk:
        """Return the group whose main verb is at `main`, with its particle and the verb that it governs."""
        low = self.word(main)
        lemma = self.lex.lemma(low) or low
        last = main + 1
        if lemma in ("play", "take", "have") and not passive and (light := self._light(last)):
            return self._finish(light, start, form, passive=False, status=status)
        gerund = self._skip(last)
        if lemma in _REALISED and not passive and "gerund" in self.lex.verb_forms(self.word(gerund)):
            strong = self._opens_phrase(gerund + 1) and self.word(gerund) not in self.lex.nominal_gerunds
            if strong:
                return self._finish(gerund, start, form, passive=False, status=status)
        if lemma == "cease" and self.word(last) == "to" and self.word(last + 1) in ("exist", "be"):
            return Chunk("V", start, last + 2, f"cease to {self.word(last + 1)}", form, passive, status, main)
        to = self._skip(last)
        if self.word(to) == "to":
            inner = self._skip(to + 1)
            be = self.word(inner) == "be" or self.word(inner) == "have"
            if be:
                inner = self._skip(inner + 1)
            governed = self._base(inner) or (be and "participle" in self.lex.verb_forms(self.word(inner)))
            if governed and lemma in _REALISED and not passive:
                return self._finish(inner, start, form, passive=be, status=status)
            if governed and (lemma in _FAILED):
                return self._finish(inner, start, form, passive=be, status=status or "negated")
            if governed and lemma in _UNREALISED and (not passive or be):
                return self._finish(inner, start, form, passive=be, status=status or "intention")
        for particle in self.lex.particles.get(lemma, ()):
            if particle[0] == "by":
                continue
            # "reports directly to": an adverb may stand between
            place = next((p for p in (last, self._skip(last)) if self._stands(p, particle)), -1)
            if place >= 0:
                text = f"{lemma} {' '.join(particle)}"
                return Chunk("V", start, place + len(particle), text, form, passive, status, main)
        return Chunk("V", start, last, lemma, form, passive, status, main)
