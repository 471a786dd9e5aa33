"""Names from the controlled vocabularies that DCAT-AP 3 asks for, as far as they were looked up.

The tables of the Publications Office of the European Union give them; a language or a format that is not listed here is
left out, never guessed from its letters. What is used is described as well: its class, its scheme, and where the
profile asks for one its label, so that the catalogue can be read, and checked, without those tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from egov_kg.dumps.metadata import Writer, named

__all__ = [
    "ATTRIBUTION",
    "AVAILABLE",
    "FILE_TYPES",
    "GOVERNMENT",
    "IRREGULAR",
    "LANGUAGES",
    "PUBLIC",
    "THEMES",
    "Concept",
]

_TABLES: Final = "http://publications.europa.eu/resource/authority/"
_LICENCE_TYPES: Final = "http://purl.org/adms/licencetype/"


@dataclass(frozen=True, slots=True)
class Concept:
    """An entry of a controlled vocabulary.

    Attributes:
        iri: Its IRI.
        scheme: The IRI of the vocabulary.
        cls: The CURIE of the class that the profile asks for where it is used.
        label: In English; empty where none is asked for.
    """

    iri: str
    scheme: str
    cls: str
    label: str = ""

    def tell(self, write: Writer) -> ox.NamedNode:
        """Describe it, and return its node."""
        node = ox.NamedNode(self.iri)
        write.add(node, rdf_type=named(self.cls), skos_inScheme=ox.NamedNode(self.scheme))
        if self.label:
            write.add(node, skos_prefLabel=ox.Literal(self.label, language="en"))
        return node


def _entry(table: str, code: str, cls: str, label: str = "") -> Concept:
    return Concept(f"{_TABLES}{table}/{code}", f"{_TABLES}{table}", cls, label)


THEMES: Final = f"{_TABLES}data-theme"
"""The scheme of themes."""

GOVERNMENT: Final = _entry("data-theme", "GOVE", "skos:Concept", "Government and public sector")
PUBLIC: Final = _entry("access-right", "PUBLIC", "dcterms:RightsStatement")
IRREGULAR: Final = _entry("frequency", "IRREG", "dcterms:Frequency")
AVAILABLE: Final = _entry("planned-availability", "AVAILABLE", "skos:Concept", "available")
ATTRIBUTION: Final = Concept(f"{_LICENCE_TYPES}Attribution", f"{_LICENCE_TYPES}1.0", "skos:Concept", "Attribution")
"""The kind of licence that asks for nothing but the name of the author."""

_FILE_TYPES: Final = {
    "ttl": "RDF_TURTLE",
    "nt": "RDF_N_TRIPLES",
    "nq": "RDF_N_QUADS",
    "trig": "RDF_TRIG",
    "rdf": "RDF_XML",
    "jsonld": "JSON_LD",
    "tsv": "TSV",
}
_LANGUAGES: Final = {
    "ar": "ARA", "bg": "BUL", "cs": "CES", "da": "DAN", "de": "DEU", "el": "ELL", "en": "ENG", "es": "SPA",
    "et": "EST", "fi": "FIN", "fr": "FRA", "ga": "GLE", "hi": "HIN", "hr": "HRV", "hu": "HUN", "id": "IND",
    "is": "ISL", "it": "ITA", "ja": "JPN", "kk": "KAZ", "ko": "KOR", "lt": "LIT", "lv": "LAV", "mn": "MON",
    "mt": "MLT", "nl": "NLD", "no": "NOR", "pl": "POL", "pt": "POR", "ro": "RON", "ru": "RUS", "rw": "KIN",
    "sk": "SLK", "sl": "SLV", "sv": "SWE", "th": "THA", "uk": "UKR", "uz": "UZB", "vi": "VIE", "zh": "ZHO",
}  # fmt: skip

FILE_TYPES: Final[Mapping[str, Concept]] = MappingProxyType(
    {extension: _entry("file-type", code, "dcterms:MediaTypeOrExtent") for extension, code in _FILE_TYPES.items()}
)
"""Formats by the extension of a file."""

LANGUAGES: Final[Mapping[str, Concept]] = MappingProxyType(
    {tag: _entry("language", code, "dcterms:LinguisticSystem") for tag, code in _LANGUAGES.items()}
)
"""Languages by the first part of a language tag."""
