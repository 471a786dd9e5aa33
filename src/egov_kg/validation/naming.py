"""Conflicts of names, languages and identity, and circles where the ontology means an order."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from egov_kg import iri
from egov_kg.validation.asserted import Asserted, Node, node
from egov_kg.validation.finding import Finding

__all__ = ["circles", "shared_names", "stated_languages", "two_preferred_labels", "undecided_identities"]


def two_preferred_labels(asserted: Asserted) -> Iterator[Finding]:
    """Yield things with two preferred labels in one language."""
    labels: defaultdict[tuple[NamedNode, str], list[Literal]] = defaultdict(list)
    for thing, label in asserted.pairs("skos:prefLabel"):
        if isinstance(label, Literal):
            labels[thing, label.language or ""].append(label)
    for (thing, language), several in sorted(labels.items(), key=lambda item: (item[0][0].value, item[0][1])):
        if len(several) > 1:
            texts = ", ".join(f"“{label.value}”" for label in several)
            where = f"in {language}" if language else "without a language"
            yield Finding(
                severity="violation",
                check="two-labels",
                focus=thing.value,
                message=f"{asserted.name(thing)} has more than one preferred label {where}: {texts}",
                path=node("skos:prefLabel").value,
                value=several[-1].value,
                statements=asserted.statements(*((thing, "skos:prefLabel", label) for label in several)),
            )


def shared_names(asserted: Asserted) -> Iterator[Finding]:
    """Yield pairs of things of one kind and jurisdiction that share a preferred label: most likely one thing, twice.

    Case does not count. Kind and jurisdiction are the first two segments of the id.
    """
    things: defaultdict[tuple[str, str, str], list[tuple[NamedNode, Literal]]] = defaultdict(list)
    for thing, label in asserted.pairs("skos:prefLabel"):
        kind, slash, _ = (iri.id_of(thing.value, asserted.base) or "").rpartition("/")
        if isinstance(label, Literal) and slash and not kind.startswith(("time/", "note")):
            things[kind, label.language or "", label.value.casefold()].append((thing, label))
    seen: set[tuple[NamedNode, ...]] = set()
    for _, same in sorted(things.items()):
        nodes = tuple(sorted({thing for thing, _ in same}, key=str))
        if len(nodes) > 1 and nodes not in seen:
            seen.add(nodes)
            ids = ", ".join(iri.curie(one.value, asserted.base) for one in nodes)
            yield Finding(
                severity="warning",
                check="shared-name",
                focus=nodes[0].value,
                message=f"{len(nodes)} things are called {same[0][1].value}: {ids}",
                path=node("skos:prefLabel").value,
                value=nodes[1].value,
                statements=asserted.statements(*((thing, "skos:prefLabel", label) for thing, label in same)),
            )


def undecided_identities(asserted: Asserted) -> Iterator[Finding]:
    """Yield pairs of things that may be one; which direction was asserted does not matter."""
    seen: set[frozenset[Node]] = set()
    for one, other in asserted.pairs("egov:possiblySameAs"):
        if frozenset((one, other)) not in seen:
            seen.add(frozenset((one, other)))
            both = [(one, "egov:possiblySameAs", other)]
            if isinstance(other, NamedNode):
                both.append((other, "egov:possiblySameAs", one))
            yield Finding(
                severity="warning",
                check="possibly-same",
                focus=one.value,
                message=f"It is not decided whether {asserted.name(one)} and {asserted.name(other)} are one thing",
                path=node("egov:possiblySameAs").value,
                value=other.value,
                statements=asserted.statements(*both),
            )


_LANGUAGES: Final = {
    "en": ("en", "eng", "english", "영어", "영문"),
    "ko": ("ko", "kor", "korean", "한국어", "국문", "한글"),
    "zh": ("zh", "chi", "zho", "chinese", "중국어", "중문"),
    "ja": ("ja", "jpn", "japanese", "일본어", "일문"),
    "fr": ("fr", "fre", "fra", "french", "프랑스어", "불어"),
    "de": ("de", "ger", "deu", "german", "독일어"),
    "es": ("es", "spa", "spanish", "스페인어"),
}
_CODES: Final = {word: code for code, words in _LANGUAGES.items() for word in words}


def stated_languages(
    asserted: Asserted, quads: Iterable[Quad], quotations: Iterable[tuple[str, str]] | None = None
) -> Iterator[Finding]:
    """Yield documents that say they are in a language in which they are not.

    The language of the text is ``dcterms:language``; where that is missing, the script of the words that were quoted
    from the document tells Korean from the languages written in Latin letters.

    Args:
        asserted: The dataset.
        quads: Its quads, with the words that were quoted.
        quotations: The id of the document and the words of each quotation, instead of those in the quads.
    """
    scripts = _scripts(_quotations(quads, asserted.base) if quotations is None else _named(quotations, asserted.base))
    for document, stated in asserted.pairs("egov:statedLanguage"):
        code = _CODES.get(stated.value.strip().casefold())
        actual = asserted.literals(document, "dcterms:language")
        spoken = {language.value.casefold().partition("-")[0] for language in actual} or scripts.get(document, set())
        if code is None or not spoken or code in spoken or ("latin" in spoken and code not in {"ko", "zh", "ja"}):
            continue
        grounds = [
            (document, "egov:statedLanguage", stated),
            *((document, "dcterms:language", language) for language in actual),
        ]
        text = {"latin": "a language in Latin letters", "ko": "Korean", "en": "English"}
        words = " and ".join(text.get(one, one) for one in sorted(spoken))
        yield Finding(
            severity="warning",
            check="stated-language",
            focus=document.value,
            message=f"{asserted.name(document)} gives its language as {stated.value}; its text is in {words}",
            path=node("egov:statedLanguage").value,
            value=stated.value,
            statements=asserted.statements(*grounds),
        )


def _named(quotations: Iterable[tuple[str, str]], base: str) -> Iterator[tuple[NamedNode, str]]:
    nodes: dict[str, NamedNode] = {}
    for document, words in quotations:
        if document not in nodes:
            nodes[document] = NamedNode(iri.thing_iri(document, base))
        yield nodes[document], words


def _quotations(quads: Iterable[Quad], base: str) -> Iterator[tuple[NamedNode, str]]:
    evidence = NamedNode(iri.graph_iri("evidence", base))
    document_of: dict[Node, NamedNode] = {}
    quote_of: dict[Node, str] = {}
    selectors: list[tuple[Node, Node]] = []
    for quad in quads:
        if quad.graph_name != evidence or isinstance(quad.object, Literal) != (quad.predicate == node("oa:exact")):
            continue
        if quad.predicate == node("oa:hasSource"):
            document_of[quad.subject] = quad.object  # type: ignore[index,assignment]
        elif quad.predicate == node("oa:hasSelector"):
            selectors.append((quad.subject, quad.object))  # type: ignore[arg-type]
        elif quad.predicate == node("oa:exact"):
            quote_of[quad.subject] = quad.object.value  # type: ignore[index,union-attr]
    for span, selector in selectors:
        if span in document_of and selector in quote_of:
            yield document_of[span], quote_of[selector]


def _scripts(quotations: Iterable[tuple[NamedNode, str]]) -> dict[NamedNode, set[str]]:
    """Return ``ko`` or ``latin`` for each document, by the letters of the words quoted from it."""
    counts: defaultdict[NamedNode, Counter[str]] = defaultdict(Counter)
    for document, words in quotations:
        latin = len(_LATIN.sub("", words))
        counts[document]["ko"] += len(_HANGUL.sub("", words))
        counts[document]["latin"] += latin
    return {
        document: {"ko"} if 2 * count["ko"] > count["latin"] else {"latin"}
        for document, count in counts.items()
        if sum(count.values()) >= 40
    }


_LATIN: Final = re.compile(r"[^A-Za-z]+")
_HANGUL: Final = re.compile(r"[^가-힣]+")

_ORDERS: Final = {
    "egov:partOf": "part of itself",
    "egov:precedes": "before itself",
    "egov:successor": "its own successor",
    "egov:successorLaw": "its own successor law",
    "egov:narrowerThan": "narrower than itself",
}
_REVERSED: Final = {"egov:replaces": "egov:successorLaw"}
"""Properties that say the inverse of an order: what replaces a law comes after it."""


def circles(asserted: Asserted) -> Iterator[Finding]:
    """Yield circles in what must be an order: parts, times, successors, wider ideas.

    One finding a circle, about its first member by IRI; a thing linked to itself is a circle of one.
    """
    for order, words in _ORDERS.items():
        links: defaultdict[Node, set[Node]] = defaultdict(set)
        facts: defaultdict[tuple[Node, Node], list[tuple[NamedNode, str, Node]]] = defaultdict(list)
        reverse = [prop for prop, of in _REVERSED.items() if of == order]
        for prop in (*asserted.below(order), *reverse):
            for subject, thing in asserted.pairs(prop):
                edge = (thing, subject) if prop in reverse else (subject, thing)
                links[edge[0]].add(edge[1])
                facts[edge].append((subject, prop, thing))
        for members in _components(links):
            inside = [fact for edge, some in facts.items() if set(edge) <= members for fact in some]
            first = min(members, key=str)
            others = ", ".join(asserted.name(member) for member in sorted(members - {first}, key=str))
            yield Finding(
                severity="violation",
                check="circle",
                focus=first.value,
                message=f"{asserted.name(first)} is {words}" + (f", through {others}" if others else ""),
                path=node(order).value,
                statements=asserted.statements(*inside),
            )


def _components(links: dict[Node, set[Node]]) -> list[set[Node]]:
    """Return the groups whose members all lead to one another; single ones only if they lead to themselves."""
    reach: dict[Node, set[Node]] = {}
    for start, ends in links.items():
        seen: set[Node] = set()
        waiting = list(ends)
        while waiting:
            here = waiting.pop()
            if here not in seen:
                seen.add(here)
                waiting.extend(links.get(here, ()))
        reach[start] = seen
    groups: dict[Node, set[Node]] = {}
    for start in sorted(reach, key=str):
        if start in reach[start] and start not in groups:
            group = {start} | {other for other in reach[start] if start in reach.get(other, ())}
            groups.update(dict.fromkeys(group, group))
    return [group for start, group in groups.items() if start == min(group, key=str)]
