"""A release as DCAT-AP 3 has it: a catalogue, a series, the dataset of this version, its files, and the services.

Mandatory and recommended properties are those of release 3.0.1 of the profile. What nobody said (a contact, the kind of
the publisher) is not there, rather than made up. Sizes and checksums of dumps are told apart, in `describe_sizes`: they
cannot stand in a graph that the dumps hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.dumps import authorities
from egov_kg.dumps.authorities import Concept
from egov_kg.dumps.files import FORMATS, SUBSETS, Dump, Format, Subset, dump_name
from egov_kg.dumps.linksets import Linked, describe_mapping_file, mapping_node, titles_of
from egov_kg.dumps.metadata import MappingFile, Term, Writer, named

__all__ = ["describe_catalogue", "describe_sizes"]

_IANA: Final = "https://www.iana.org/assignments/media-types/"
_BY: Final = re.compile(r"https?://creativecommons\.org/licenses/by/")
_YEAR: Final = re.compile(r"-?\d{4,}(?=-|\Z)")
_DATES: Final = frozenset(iri.expand(f"xsd:{name}") for name in ("date", "gYear", "gYearMonth"))
_COUNTRY: Final = ox.NamedNode(iri.expand("egov:Country"))
_TYPE: Final = ox.NamedNode(iri.expand("rdf:type"))
_LABEL: Final = ox.NamedNode(iri.expand("skos:prefLabel"))
_ABOUT: Final = {
    "en": "Administrations, laws, agencies, projects, technologies and barriers of e-government, each statement with "
    "the passage that makes it and each derived one with its rule.",
    "ko": "전자정부의 정부, 법령, 기관, 사업, 기술, 장애요인. 각 진술에는 근거 문구가, 도출된 진술에는 규칙이 있다.",
}
_KEYWORDS: Final = {"en": "e-government", "ko": "전자정부"}
_SERVICES: Final[Mapping[str, tuple[str, str, str, Mapping[str, str], Mapping[str, str]]]] = {
    "sparql": (
        "sparql",
        "sparql/description",
        "https://www.w3.org/TR/sparql11-protocol/",
        {"en": "SPARQL endpoint", "ko": "SPARQL 질의 서비스"},
        {
            "en": "Queries in SPARQL 1.1. An answer is complete, or it is an error.",
            "ko": "SPARQL 1.1 질의. 답은 온전하거나 오류이다.",
        },
    ),
    "reconciliation-0.2": (
        "reconcile",
        "openapi.json",
        "https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/",
        {"en": "reconciliation service, version 0.2", "ko": "이름 맞추기 서비스 0.2"},
        {
            "en": "Finds the things that the names in a table stand for, and tells how each score comes about.",
            "ko": "표에 적힌 이름이 가리키는 대상을 찾고 점수의 근거를 보인다.",
        },
    ),
    "reconciliation-1.0": (
        "reconcile/1.0",
        "openapi.json",
        "https://reconciliation-api.github.io/specs/1.0-draft/",
        {"en": "reconciliation service, draft of version 1.0", "ko": "이름 맞추기 서비스 1.0 초안"},
        {
            "en": "Finds the things that the names in a table stand for, in the language of who asks.",
            "ko": "표에 적힌 이름이 가리키는 대상을 묻는 이의 언어로 찾는다.",
        },
    ),
}
"""By fragment: path of the endpoint, path of its description, specification, title, description."""

_CONTENT: Final = {
    ("all", False): {"en": "every fact once, asserted and derived", "ko": "진술되거나 도출된 모든 사실"},
    ("all", True): {
        "en": "the whole dataset with its named graphs and the evidence",
        "ko": "근거와 이름 있는 그래프를 포함한 전체",
    },
    ("asserted", False): {"en": "every asserted fact and link once", "ko": "진술된 사실과 외부 연결"},
    ("asserted", True): {
        "en": "the dataset with its named graphs and the evidence, without what the rules derived",
        "ko": "도출된 사실을 뺀, 근거와 이름 있는 그래프를 포함한 전체",
    },
}
"""What a dump holds, by subset, and whether its format holds named graphs."""


def describe_catalogue(write: Writer, facts: Sequence[ox.Triple], links: Mapping[str, Linked]) -> None:
    """Describe the catalogue, the series, the dataset, its distributions and the services.

    Args:
        write: Takes the triples.
        facts: The default graph.
        links: What is told of data sets of others, by id.
    """
    metadata = write.metadata
    catalog, series, dataset = write.at("catalog"), write.node("series"), write.dataset
    title = dict.fromkeys(_ABOUT, metadata.title)
    theme, public = authorities.GOVERNMENT.tell(write), authorities.PUBLIC.tell(write)
    languages = [concept.tell(write) for concept in _languages(facts)]
    themes, licence = ox.NamedNode(authorities.THEMES), _licence(write)
    services = [write.node(name) for name in _SERVICES]
    places = _places(write, facts)
    write.add(catalog, rdf_type=named("dcat:Catalog"), dcat_dataset=[series, dataset], dcat_service=services)
    write.add(catalog, dcterms_issued=write.day(), dcterms_modified=write.day(), dcterms_language=languages)
    write.add(catalog, dcat_themeTaxonomy=themes, foaf_homepage=_page(write, ""), dcterms_spatial=places)
    write.add(themes, rdf_type=named("skos:ConceptScheme"), dcterms_title=ox.Literal("Data theme", language="en"))
    write.say(catalog, title, _ABOUT)
    write.add(
        series, rdf_type=named("dcat:DatasetSeries"), dcterms_accrualPeriodicity=authorities.IRREGULAR.tell(write)
    )
    write.add(series, dcat_keyword=_keywords(), dcat_theme=theme)
    write.say(series, title, _ABOUT)
    write.say(dataset, {lang: f"{text} {metadata.version}" for lang, text in title.items()}, _ABOUT)
    write.add(
        dataset,
        rdf_type=[named("dcat:Dataset"), named("void:Dataset")],
        dcat_inSeries=series,
        dcat_version=metadata.version,
        dcat_theme=theme,
        dcat_keyword=_keywords(),
        dcat_landingPage=_page(write, ""),
        dcterms_accessRights=public,
        dcterms_conformsTo=_standard(write, write.at("ontology")),
        dcterms_issued=write.day(),
        dcterms_modified=write.day(),
        dcterms_language=languages,
        dcterms_spatial=places,
        dcterms_temporal=_period(write, facts),
        foaf_homepage=_page(write, ""),
        prov_wasDerivedFrom=[ox.NamedNode(iri.thing_iri(source, metadata.base)) for source in metadata.sources],
    )
    if metadata.build:
        build = ox.NamedNode(iri.thing_iri(metadata.build, metadata.base))
        write.add(dataset, prov_wasGeneratedBy=build)
        write.add(build, rdf_type=named("prov:Activity"), rdfs_label=f"egov-kg {metadata.software}")
    _describe_services(write, title, theme, public)
    _publish(write, [catalog, series, dataset, *services])
    write.add(catalog, dcterms_license=licence)
    write.add(dataset, dcterms_license=licence)
    for service in services:
        write.add(service, dcterms_license=licence)
    for form, subset, compressed in product(FORMATS.values(), SUBSETS, (False, True)):
        _describe_dump(write, form, subset, compressed=compressed)
    for file in metadata.mappings:
        _describe_mapping(write, file, links.get(file.dataset))


def describe_sizes(write: Writer, dumps: Iterable[Dump]) -> None:
    """Describe size and checksum of the files of a release."""
    for dump in dumps:
        node, checksum = write.part(f"dump-{dump.name}"), write.part(f"sha256-{dump.name}")
        write.add(node, dcat_byteSize=_size(dump.bytes), spdx_checksum=checksum)
        write.checksum(checksum, dump.sha256)
    for file in write.metadata.mappings:
        write.add(mapping_node(write, file), dcat_byteSize=_size(len(file.content)))
        describe_mapping_file(write, file)


def _size(count: int) -> ox.Literal:
    return ox.Literal(str(count), datatype=named("xsd:nonNegativeInteger"))


def _publish(write: Writer, nodes: Iterable[ox.NamedNode]) -> None:
    """Say of some resources who publishes them, and how people reach whoever does."""
    metadata, publisher, contact = write.metadata, write.node("publisher"), write.node("contact")
    write.add(publisher, rdf_type=named("foaf:Agent"), foaf_name=metadata.publisher)
    for node in nodes:
        write.add(node, dcterms_publisher=publisher)
    if metadata.contact:
        way = ox.NamedNode(metadata.contact)
        write.add(contact, rdf_type=named("vcard:Kind"), vcard_fn=metadata.publisher)
        write.add(contact, **{"vcard_hasEmail" if metadata.contact.startswith("mailto:") else "vcard_hasURL": way})
        for node in nodes:
            if node != write.at("catalog"):
                write.add(node, dcat_contactPoint=contact)


def _describe_services(write: Writer, title: Mapping[str, str], theme: ox.NamedNode, public: ox.NamedNode) -> None:
    for name, (endpoint, description, standard, what, about) in _SERVICES.items():
        node = write.node(name)
        write.say(node, {lang: f"{title[lang]}: {text}" for lang, text in what.items()}, about)
        write.add(
            node,
            rdf_type=named("dcat:DataService"),
            dcat_endpointURL=write.at(endpoint),
            dcat_endpointDescription=write.at(description),
            dcat_servesDataset=write.dataset,
            dcat_keyword=_keywords(),
            dcat_theme=theme,
            dcterms_accessRights=public,
            dcterms_conformsTo=_standard(write, ox.NamedNode(standard)),
        )


def _describe_dump(write: Writer, form: Format, subset: Subset, *, compressed: bool) -> None:
    name = dump_name(form.extension, subset, compressed=compressed)
    about = _CONTENT[subset, form.quads]
    short = f"{form.title}, gzip" if compressed else form.title
    node = write.part(f"dump-{name}")
    write.say(node, {lang: f"{short}: {text}" for lang, text in about.items()}, about)
    _describe_file(write, node, name, form.media_type, authorities.FILE_TYPES[form.extension])
    write.add(node, dcterms_license=ox.NamedNode(write.metadata.licence))
    if compressed:
        write.add(node, dcat_compressFormat=_media_type(write, "application/gzip"))


def _describe_mapping(write: Writer, file: MappingFile, linked: Linked | None) -> None:
    node = mapping_node(write, file)
    about = {
        "en": "Mappings in SSSOM, with what was decided of each: accepted and rejected pairs, and those still open.",
        "ko": "SSSOM 형식의 연결 표. 받아들인 쌍, 물리친 쌍, 아직 정하지 않은 쌍이 있다.",
    }
    write.say(
        node,
        {lang: f"{write.metadata.title} / {text}" for lang, text in titles_of(file.dataset, linked).items()},
        about,
    )
    _describe_file(write, node, file.name, "text/tab-separated-values", authorities.FILE_TYPES["tsv"])
    write.add(node, dcterms_license=ox.NamedNode((linked.set_licence if linked else "") or write.metadata.licence))


def _describe_file(write: Writer, node: ox.NamedNode, name: str, media_type: str, form: Concept) -> None:
    write.add(
        node,
        rdf_type=named("dcat:Distribution"),
        dcat_downloadURL=write.at(f"dumps/latest/{name}"),
        dcat_accessURL=write.at("dumps/"),
        dcat_mediaType=_media_type(write, media_type),
        dcatap_availability=authorities.AVAILABLE.tell(write),
        dcterms_format=form.tell(write),
        dcterms_issued=write.day(),
    )
    write.add(write.dataset, dcat_distribution=node)


def _media_type(write: Writer, name: str) -> ox.NamedNode:
    node = ox.NamedNode(_IANA + name)
    write.add(node, rdf_type=named("dcterms:MediaType"))
    return node


def _licence(write: Writer) -> ox.NamedNode:
    node = ox.NamedNode(write.metadata.licence)
    write.add(node, rdf_type=named("dcterms:LicenseDocument"))
    if _BY.match(node.value):
        write.add(node, dcterms_type=authorities.ATTRIBUTION.tell(write))
    return node


def _page(write: Writer, path: str) -> ox.NamedNode:
    node = write.at(path)
    write.add(node, rdf_type=named("foaf:Document"))
    return node


def _standard(write: Writer, node: ox.NamedNode) -> ox.NamedNode:
    write.add(node, rdf_type=named("dcterms:Standard"))
    return node


def _keywords() -> list[Term]:
    return [ox.Literal(word, language=lang) for lang, word in _KEYWORDS.items()]


def _languages(facts: Iterable[ox.Triple]) -> list[Concept]:
    """Return the languages of the texts, those of them that the table has."""
    tags = {
        fact.object.language.partition("-")[0]
        for fact in facts
        if isinstance(fact.object, ox.Literal) and fact.object.language
    }
    return [authorities.LANGUAGES[tag] for tag in sorted(tags) if tag in authorities.LANGUAGES]


def _places(write: Writer, facts: Sequence[ox.Triple]) -> list[Term]:
    """Return the countries that the facts are about, described as places."""
    countries = {fact.subject for fact in facts if fact.predicate == _TYPE and fact.object == _COUNTRY}
    found: list[Term] = [node for node in countries if isinstance(node, ox.NamedNode)]
    found.sort(key=str)
    for fact in facts:
        if fact.predicate == _LABEL and fact.subject in countries:
            write.triples.append(fact)
    for node in found:
        assert isinstance(node, ox.NamedNode)
        write.add(node, rdf_type=named("dcterms:Location"))
    return found


def _period(write: Writer, facts: Iterable[ox.Triple]) -> list[Term]:
    """Return the time from the first to the last year that a fact names; nothing if none names one."""
    found = (
        _YEAR.match(fact.object.value)
        for fact in facts
        if isinstance(fact.object, ox.Literal) and fact.object.datatype.value in _DATES
    )
    years = {int(match[0]) for match in found if match}
    if not years:
        return []
    node = write.part("period")
    first, last = (ox.Literal(f"{year:04}", datatype=named("xsd:gYear")) for year in (min(years), max(years)))
    write.add(node, rdf_type=named("dcterms:PeriodOfTime"), dcat_startDate=first, dcat_endDate=last)
    return [node]
