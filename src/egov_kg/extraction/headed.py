"""Names with a telling head: a noun phrase whose head is "plan", "act" or "ministry", whoever it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterable

from egov_kg import vocab
from egov_kg.extraction.brackets import has_acronym, with_bracket
from egov_kg.extraction.editions import with_edition, with_title
from egov_kg.extraction.lexicon import Head
from egov_kg.extraction.mentions import LIGHT_WORDS, Mention
from egov_kg.extraction.name_ends import capital_end
from egov_kg.extraction.nounphrases import is_head, is_modifier, left, phrase, right
from egov_kg.extraction.scan import Scan, is_capital
from egov_kg.extraction.tokens import ORDINAL_WORDS, singular
from egov_kg.values import replace

__all__ = ["find_headed", "finish"]

_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")


def find_headed(scan: Scan) -> Iterable[Mention]:
    """Yield every noun phrase with a known head, as a mention."""
    lexicon = scan.lexicon
    last_words = lexicon.head_words
    for i in range(scan.size):
        if scan.roots[i] not in last_words or not scan.is_word(i) or scan.is_strong(i):
            continue
        pair = lexicon.head_at((scan.lows[i - 1], scan.lows[i])) if i and scan.is_word(i - 1) else ()
        for head in pair or lexicon.head_at((scan.lows[i],)):
            mention = _named_by(scan, i, 2 if pair else 1, head)
            if mention is not None:
                yield mention
                break


def _named_by(scan: Scan, i: int, width: int, head: Head) -> Mention | None:
    """Return the mention whose head is word `i` (with the one before it, if `width` is 2), or None."""
    word, lex = scan.words[i], scan.lexicon
    plural = singular(word.low) != word.low
    if (head.plural_only and not plural and word.low != "public") or (head.lower_case and not word.text.islower()):
        return None
    # "plans to distribute", "will act": a verb, not a noun
    before = scan.lows[i - 1]
    if width == 1 and "base" in lex.verb_forms(word.low) and (before == "to" or before in lex.auxiliaries):
        return None
    if head.cls == "egov:Initiative" and _is_attribute(scan, i):
        return None
    first = i - width + 1
    capital = is_capital(word.text) and (word.start != scan.first_of_sentence or is_capital(scan.words[first].text))
    if capital and word.start == scan.first_of_sentence:
        capital = scan.is_name_word(i + 1) or scan.is_name_word(i + 2)
    begin = left(scan, first, head, capital=capital)
    group = vocab.is_subclass(head.cls, "egov:ActorGroup")
    while begin < first and not group and scan.lows[begin] in lex.empty_modifiers and not scan.is_name_word(begin):
        begin += 1
    if _is_verb_here(scan, begin, i):
        begin += 1
        if begin > first:
            return None
    begin = _by_acronym(scan, begin, i + 1) if capital else begin
    counted = any(lex.number(scan.lows[k]) is not None for k in (begin - 1, begin))
    if counted and plural:
        head = head._replace(complements=head.complements - {"to", "for"})
    elif begin < first or capital:
        head = head._replace(complements=head.complements - {"to"})
    if not capital and scan.is_name_word(first - 1) and begin < first and _is_proper(scan, begin, first):
        # "the Adilet information system of the Ministry": the name ends with its class word
        end = i + 1
    else:
        end = right(scan, i, head, capital=capital)
    if plural and not capital and end > i + 2 and scan.lows[i + 1] == "of" and scan.is_name_word(end - 1):
        # "the plans of the Harbour Agency (HA)": whose they are is a name of its own
        end = i + 1
    opens = word.start == scan.first_of_sentence
    named = capital and (begin < first or (end > i + 1 and not (plural and opens) and scan.is_name_word(end - 1)))
    named = named or (not capital and not plural and begin < first and _is_proper(scan, begin, first))
    named = named or (capital and end == i + 1 and word.low in _YEARLY and _is_year(scan, end))
    if head.title_case and not named and not has_acronym(scan, end):
        taken_up = begin == first and end == i + 1 and not plural and before in ("the", "this")
        if not taken_up or word.low not in lex.anaphoric:
            return None
    if counted and not plural and not capital and begin < first and lex.number(scan.lows[begin]) is not None:
        # "20 agency": a part of something else
        return None
    if capital and any(scan.is_name_word(k) and scan.lows[k] in lex.not_named_for for k in (end - 1, end)):
        # "the Harbour Authority Bill" is no body, and no law yet
        return None
    if (word.low == "public" and begin == first) or tuple(scan.lows[begin:end]) in lex.country_names:
        return None
    cls = head.cls
    if cls == "egov:Office" and begin == first and end > i + 1 and scan.lows[i + 1] in ("of", "for"):
        # "the position of Chief Information Officer": the office is what follows
        return None
    if plural and not capital and vocab.is_subclass(cls, "egov:Body"):
        cls = "egov:ActorGroup"
    noun = singular(" ".join(scan.lows[first : i + 1]))
    proper = capital or (begin < first and scan.is_name_word(first - 1))
    if proper and end == i + 1:
        further = _further(scan, begin, i, head)
        if further is None:
            return None
        end, cls = further, _class_of_body(scan, begin, further, cls)
    if cls == "egov:Agency" and not capital and noun.endswith("service"):
        cls = "egov:InformationSystem"
    if cls == "egov:InformationSystem" and capital and noun == "service" and scan.roots[begin] in lex.body_words:
        cls = "egov:Agency"
    mention = finish(scan, begin, end, cls, noun, "noun")
    if not proper:
        return with_title(scan, mention)
    mention, end = _with_twin(scan, mention, end)
    edition = with_edition(scan, mention)
    if edition.end == mention.end or edition.acronym:
        return edition
    behind = next((k for k in range(end, scan.size) if scan.words[k].start >= edition.end), scan.size)
    return with_bracket(scan, edition, behind)


def _is_attribute(scan: Scan, i: int) -> bool:
    """Whether a topic only describes the noun behind it: "e-government services"."""
    lex, low = scan.lexicon, scan.lows[i + 1]
    if scan.lows[i] in ("initiative", "initiatives", "campaign", "campaigns") or not scan.is_word(i + 1):
        return False
    plain = low.isalpha() and scan.words[i + 1].text.islower() and low not in lex.stop and not lex.is_adverb(low)
    return plain and not lex.verb_forms(low) & {"past", "third", "participle", "base"}


def _with_twin(scan: Scan, mention: Mention, end: int) -> tuple[Mention, int]:
    """Return a plan that is two in one, and the word behind it: "the Digital Quay Policy and Strategy"."""
    if mention.end != mention.name_end or scan.lows[end] not in ("and", "&") or " " not in mention.name:
        return mention, end
    if not vocab.is_subclass(mention.cls, "egov:Plan"):
        return mention, end
    for width in (2, 1):
        heads = scan.lexicon.head_at(tuple(scan.lows[end + 1 : end + 1 + width]))
        plan = any(h.cls == "egov:Plan" for h in heads) and scan.lows[end + width] == singular(scan.lows[end + width])
        stop = end + 1 + width
        if plan and scan.is_name_word(end + 1) and not scan.is_name_word(stop) and scan.lows[stop] not in ("of", "for"):
            last = scan.words[stop - 1].end
            twin = replace(mention, name=scan.between(mention.name_start, last), end=last, name_end=last)
            return with_bracket(scan, twin, stop), stop
    return mention, end


def _further(scan: Scan, begin: int, i: int, head: Head) -> int | None:
    """Return where a name ends whose head, word `i`, stands in front: "Plan Ceibal", "Local Government Denmark".

    None if the words behind go on to another name, of which this one is the first part.
    """
    end = i + 1
    if not scan.is_name_word(end) or scan.is_time(end) or not is_capital(scan.words[i].text):
        return end
    lex = scan.lexicon
    body = vocab.is_subclass(head.cls, "egov:Body") or scan.roots[i] == "service"
    if scan.roots[begin] in lex.body_words and body:
        # "Federal Public Service Ports and Quays (FPQ)": what it is for stands behind, without a word between
        stop = capital_end(scan, end)
        if scan.lows[stop] == "(" and "and" in scan.lows[end:stop] and scan.words[stop + 1].text.isupper():
            return stop
    while scan.is_name_word(end) and not scan.is_strong(end) and not scan.is_time(end) and end - i < 6:
        if is_head(scan, end) and not scan.is_time(end):
            # another head follows: it is the head of the whole
            return None
        if scan.lows[end] in lex.stop:
            break
        end += 1
    if scan.lows[i + 1] in lex.country_words:
        return end if end == i + 2 else i + 1
    if vocab.is_subclass(head.cls, "egov:Undertaking"):
        titled = end - i > _TITLE_BEHIND and scan.lows[i + 1] not in lex.given_names
        if begin == i or (titled and vocab.is_subclass(head.cls, "egov:Plan")):
            return end
    return i + 1


def _class_of_body(scan: Scan, begin: int, end: int, cls: str) -> str:
    """Return the class of a name: a level of government that a country's name follows is a body."""
    grouped = cls in ("egov:GovernmentLevel", "egov:ActorGroup")
    return "egov:Agency" if grouped and scan.lows[end - 1] in scan.lexicon.country_words and end - begin > 1 else cls


_TITLE_BEHIND = 2
"""Capitalised words behind a class word from which on they are the title of a plan."""

_YEARLY = frozenset(["vision", "agenda", "horizon"])


def _is_year(scan: Scan, i: int) -> bool:
    """Whether a year stands at word `i`: "Vision 2030" is a name, "the vision" none."""
    return i < scan.size and scan.is_time(i) and len(scan.words[i].text) == 4


def _is_proper(scan: Scan, begin: int, first: int) -> bool:
    """Whether the words before a class word are a name of their own: capitalised, and no country or topic."""
    lex = scan.lexicon
    words = range(begin, first)
    return all(scan.is_name_word(k) or scan.lows[k] in ("of", "and", "&") for k in words) and not all(
        scan.lows[k] in lex.country_words or lex.head_at((scan.lows[k],)) or scan.lows[k] in lex.not_joined
        for k in words
    )


def _by_acronym(scan: Scan, begin: int, end: int) -> int:
    """Return where a name begins whose acronym stands in brackets behind it: "Law, Data and Ports Authority (LDPA)"."""
    if not has_acronym(scan, end) or scan.lows[end + 2] not in (")", ",", ":", ";"):
        return begin
    letters = scan.lows[end + 1]
    if len(letters) < 3:
        return begin
    last = end - 1 if scan.lows[end - 1] in ("limited", "ltd", "plc", "inc") else end
    for k in range(begin, max(-1, begin - 10), -1):
        if scan.is_strong(k) or not (scan.is_word(k) or scan.lows[k] == ","):
            break
        if not scan.is_word(k) or not is_capital(scan.words[k].text):
            if scan.lows[k] not in ("of", "for", "and", "the", "on", "in", "to", ","):
                break
            continue
        words = [w for w in scan.lows[k:last] if w[0].isalnum()]
        if letters in ("".join(w[0] for w in words if w not in LIGHT_WORDS), "".join(w[0] for w in words)):
            return k
    return begin


def _is_verb_here(scan: Scan, begin: int, head: int) -> bool:
    """Whether the first word of a phrase is rather the verb of a coordination ("... and digitize databases")."""
    forms = scan.lexicon.verb_forms(scan.lows[begin])
    before = scan.lows[begin - 1]
    return (
        begin < head
        and "base" in forms
        and not scan.is_name_word(begin)
        and (before in ("and", "to", ",", "which", "that", "who", "they", "we", "or") or scan.lexicon.is_adverb(before))
        and not (before in ("and", ",") and scan.lows[begin + 1] == "and")
    )


def finish(  # noqa: PLR0917 - each is a different thing
    scan: Scan, begin: int, end: int, cls: str, head: str, pattern: str, thing: str = ""
) -> Mention:
    """Return the mention of words `begin` to `end`, with what stands before it and in the brackets behind it."""
    lex = scan.lexicon
    name_end = scan.words[end - 1].end
    first, count = _counted(scan, begin, end, head)
    name_start = outer_start = scan.words[first].start
    low = ORDINAL_WORDS.get(scan.lows[first], scan.lows[first])
    ordinal = low if _ORDINAL.fullmatch(low) else ""
    outer_start, name_start, det, country = _before(scan, first, outer_start, name_start)
    if not country and not lex.country_words.keys().isdisjoint(scan.lows[begin:end]):
        country = next(lex.country_words[w] for w in scan.lows[begin:end] if w in lex.country_words)
    if cls == "egov:Law" and count > 1 and not thing:
        cls = "egov:LawGroup"
    names: tuple[str, ...] = ()
    shared = _sharers(scan, first, ordinal=bool(ordinal), context=cls == "egov:Context")
    if shared is not None:
        names = _shared_names(scan, shared, first, name_end, head)
        outer_start = name_start = scan.words[shared[0]].start
        det = ""
        if scan.lows[shared[0] - 1] in lex.determiners:
            det, outer_start = scan.lows[shared[0] - 1], scan.words[shared[0] - 1].start
    mention = Mention(
        outer_start, name_end, cls, scan.between(name_start, name_end), name_start, name_end, thing=thing, head=head,
        det=det, count=count, ordinal="" if names else ordinal, country=country, pattern=pattern, names=names,
    )  # fmt: skip
    if cls == "egov:Event" and scan.lows[end] == "of" and end + 1 < scan.size:
        year = next((t for t in scan.times if t.start == scan.words[end + 1].start), None)
        if year is not None:
            name = scan.between(name_start, year.end)
            return replace(mention, end=year.end, name_end=year.end, name=name, times=(year,))
    if cls == "egov:ExecutiveOrder" and mention.is_bare and scan.lows[end] == "to":
        stop = _order_matter(scan, end)
        if stop is not None:
            return replace(mention, name=scan.between(name_start, scan.words[stop - 1].end))
    return with_bracket(scan, mention, end)


def _counted(scan: Scan, begin: int, end: int, head: str) -> tuple[int, int]:
    """Return where a counted set begins ("the 31 key projects") and its number; `begin` and 0 for anything else."""
    lex = scan.lexicon
    number = lex.number(scan.lows[begin])
    noun = head.rsplit(maxsplit=1)[-1] if head else ""
    start = begin + 1 if number is not None else begin
    last = scan.lows[end - 1]
    plural = end > start and singular(last) != last
    if head and not plural:
        plural = any(low != noun and singular(low) == noun for low in scan.lows[start : end - 1])
    first = begin
    if number is None and plural:
        before = begin - 1
        while scan.lows[before] in lex.empty_modifiers:
            before -= 1
        number = lex.number(scan.lows[before])
        first = before if number is not None else begin
    return (first, number) if number is not None and plural else (begin, 0)


def _before(scan: Scan, first: int, outer_start: int, name_start: int) -> tuple[int, int, str, str]:
    """Return (start with determiner, start of the name, determiner, country) of a name that begins at word `first`.

    A possessive belongs to the name ("the government's computerization projects") unless it is a country's.
    """
    lex = scan.lexicon
    k = first - 1
    det = country = ""
    if scan.lows[k] == "'s" and scan.is_word(k - 1):
        owner = k - 1
        capital = is_capital(scan.words[k - 1].text)
        while is_modifier(scan, owner - 1, capital=capital) and k - owner < 4:
            owner -= 1
        words = scan.text[scan.words[owner].start : scan.words[k - 1].end]
        country = lex.country_words.get(words.casefold(), "")
        if not scan.is_strong(owner) and not _owns(scan, owner, k, first):
            outer_start = scan.words[owner].start
            name_start = name_start if country else outer_start
            k = owner - 1
    elif scan.lows[k] in lex.quantifiers:
        det = scan.lows[k]
        outer_start = scan.words[k].start
        k -= 1
    if scan.lows[k] in lex.determiners and scan.lows[k] != "that":
        det = det or scan.lows[k]
        outer_start = scan.words[k].start
    return outer_start, name_start, det, country


def _owns(scan: Scan, owner: int, end: int, first: int) -> bool:
    """Whether words before "'s" are a body whose body, system or plan is named: "DWP's Harbour Service"."""
    if not scan.is_name_word(first):
        return False
    if scan.lows[owner - 1] == "of" and scan.is_name_word(owner - 2):
        return True
    return any(
        (scan.words[k].text.isupper() and len(scan.words[k].text) > 1)
        or any(vocab.is_subclass(h.cls, "egov:Body") for h in scan.lexicon.head_at((scan.lows[k],)))
        for k in range(owner, end)
    )


def _order_matter(scan: Scan, i: int) -> int | None:
    """Return the end of what an order is to do: "to create a Chief Information Officer (CIO) position"."""
    if "base" not in scan.lexicon.verb_forms(scan.lows[i + 1]):
        return None
    stop = phrase(scan, i + 2, capital=False)
    while stop is not None and scan.lows[stop] == "(" and scan.lows[stop + 2] == ")":
        further = phrase(scan, stop + 3, capital=False) if scan.is_word(stop + 3) else None
        if further is None:
            stop += 3
            break
        stop = further
    while stop is not None and scan.lows[stop] in ("of", "in", "for"):
        further = phrase(scan, stop + 1 + (scan.lows[stop + 1] in ("each", "every", "all")), capital=False)
        if further is None:
            return stop
        stop = further
        if scan.lows[stop] == "(" and scan.lows[stop + 2] == ")":
            stop += 3
    return stop


def _sharers(scan: Scan, first: int, *, ordinal: bool, context: bool) -> list[int] | None:
    """Return the words that share the rest of a name: "1st and 2nd", "internal and external"; None without such."""
    if not ordinal and not context:
        return None
    if scan.lows[first - 1] not in ("and", "&") or not scan.is_word(first - 2):
        return None

    def fits(k: int) -> bool:
        low = ORDINAL_WORDS.get(scan.lows[k], scan.lows[k])
        if ordinal:
            return bool(_ORDINAL.fullmatch(low))
        return scan.is_word(k) and low not in scan.lexicon.stop and low.endswith(("al", "ic", "ive", "ary"))

    found = [first]
    k = first - 2
    while fits(k):
        found.insert(0, k)
        if scan.lows[k - 1] != ",":
            break
        k -= 2
    return found if len(found) > 1 and fits(first) else None


def _shared_names(scan: Scan, shared: list[int], first: int, name_end: int, head: str) -> tuple[str, ...]:
    """Return the single names of "the 1st and 2nd plans"."""
    parts = scan.between(scan.words[first + 1].start, name_end).split()
    noun = head.rsplit(maxsplit=1)[-1]
    at = next((n for n, w in enumerate(parts) if singular(w.casefold()) == noun), len(parts) - 1)
    parts[at] = singular(parts[at]) if parts[at].islower() else parts[at]
    return tuple(f"{scan.words[n].text} {' '.join(parts)}" for n in shared)
