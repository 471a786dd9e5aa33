"""A release in VoID: how much it holds, what of it is asserted, derived and linked, and in which graphs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.dumps.files import FORMATS, SUBSETS, dump_name
from egov_kg.dumps.metadata import Term, Writer, named

__all__ = ["describe_counts"]

_TYPE: Final = ox.NamedNode(iri.expand("rdf:type"))
_EXAMPLES: Final = ("egov:Administration", "egov:Law", "egov:Project", "egov:Agency", "egov:Technology", "egov:Barrier")
_SUBSETS: Final = {
    "asserted": {"en": "asserted facts", "ko": "진술된 사실"},
    "entailed": {"en": "derived facts", "ko": "도출된 사실"},
    "linked": {"en": "links to data sets of others", "ko": "외부 데이터와의 연결"},
    "not-derived": {"en": "asserted facts and links, without what the rules derived", "ko": "진술된 사실과 외부 연결"},
}


def describe_counts(write: Writer, facts: Sequence[ox.Triple], counts: Mapping[str, int], linked: int) -> None:
    """Describe how much there is: totals, what is asserted, derived and linked, each graph.

    Args:
        write: Takes the triples.
        facts: The default graph.
        counts: How many triples each graph holds, by name.
        linked: How many triples of the default graph are links that no document and no table asserts.
    """
    metadata, dataset = write.metadata, write.dataset
    derived = counts.get("entailed", 0)
    asserted = counts.get("default", 0) - derived - linked
    write.add(
        dataset,
        void_uriSpace=iri.thing_iri("", metadata.base),
        void_sparqlEndpoint=write.at("sparql"),
        void_vocabulary=[ox.NamedNode(namespace) for namespace in _vocabularies(facts)],
        void_exampleResource=_examples(facts),
        void_feature=[ox.NamedNode(form.iri) for form in FORMATS.values()],
        **_totals(facts, metadata.base),
    )
    sizes = {"asserted": asserted, "entailed": derived, "linked": linked, "not-derived": asserted + linked}
    for name, count in sizes.items():
        subset = write.part(name)
        write.add(dataset, void_subset=subset)
        write.add(subset, rdf_type=named("void:Dataset"), void_triples=count)
        write.add(subset, dcterms_license=ox.NamedNode(metadata.licence))
        write.say(subset, {lang: f"{metadata.title}: {text}" for lang, text in _SUBSETS[name].items()})
    write.add(write.part("not-derived"), void_subset=[write.part("asserted"), write.part("linked")])
    for name, count in counts.items():
        if name != "default":
            graph = ox.NamedNode(iri.graph_iri(name, metadata.base))
            write.add(graph, rdf_type=named("void:Dataset"), void_triples=count)
            write.add(dataset, void_subset=graph)
    for form, of, compressed in product(FORMATS.values(), SUBSETS, (False, True)):
        part = dataset if of == "all" else write.part("not-derived")
        address = f"dumps/latest/{dump_name(form.extension, of, compressed=compressed)}"
        write.add(part, void_dataDump=write.at(address))
    document = write.at("void.ttl")
    write.add(document, rdf_type=named("void:DatasetDescription"), foaf_primaryTopic=dataset)
    write.say(document, {"en": f"{metadata.title} in VoID", "ko": f"{metadata.title}의 VoID 기술"})


def _totals(facts: Sequence[ox.Triple], base: str) -> dict[str, int]:
    subjects = {fact.subject for fact in facts}
    start = iri.thing_iri("", base)
    return {
        "void_triples": len(facts),
        "void_distinctSubjects": len(subjects),
        "void_distinctObjects": len({fact.object for fact in facts}),
        "void_entities": sum(isinstance(s, ox.NamedNode) and s.value.startswith(start) for s in subjects),
        "void_properties": len({fact.predicate for fact in facts}),
        "void_classes": len({fact.object for fact in facts if fact.predicate == _TYPE}),
    }


def _vocabularies(facts: Iterable[ox.Triple]) -> list[str]:
    names = {fact.predicate.value for fact in facts}
    names |= {fact.object.value for fact in facts if fact.predicate == _TYPE and isinstance(fact.object, ox.NamedNode)}
    return [space for space in iri.PREFIXES.values() if any(name.startswith(space) for name in names)]


def _examples(facts: Iterable[ox.Triple]) -> list[Term]:
    """Return the first thing of each of the classes that people come for."""
    first: dict[str, str] = {}
    for fact in facts:
        if fact.predicate == _TYPE and isinstance(fact.subject, ox.NamedNode) and isinstance(fact.object, ox.NamedNode):
            cls, thing = fact.object.value, fact.subject.value
            first[cls] = min(first.get(cls, thing), thing)
    return [ox.NamedNode(first[cls]) for cls in map(iri.expand, _EXAMPLES) if cls in first]
