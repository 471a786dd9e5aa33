"""What pages say of themselves in the words of schema.org, as JSON-LD: search engines for data read nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from egov_kg import vocab
from egov_kg.server import wording
from egov_kg.server.html import DumpFile
from egov_kg.server.lookups import Coverage
from egov_kg.server.pages import Imprint

__all__ = ["KINDS", "dataset", "page_of"]

_CONTEXT: Final = "https://schema.org"
_KEYWORDS: Final = ("e-government", "public administration", "law", "Republic of Korea", "전자정부")
KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "egov:Administration": "GovernmentOrganization",
        "egov:Document": "Report",
        "egov:Event": "Event",
        "egov:InformationSystem": "SoftwareApplication",
        "egov:Jurisdiction": "AdministrativeArea",
        "egov:Law": "Legislation",
        "egov:Person": "Person",
        "egov:Plan": "CreativeWork",
        "egov:Project": "Project",
        "egov:PublicService": "GovernmentService",
    }
)
"""The class of schema.org for a class of ours, where ``alignments.ttl`` has one."""


def dataset(imprint: Imprint, coverage: Coverage, files: Sequence[DumpFile], lang: str) -> dict[str, Any]:
    """Return the data set as a ``Dataset``, with what Google's Dataset Search asks for or takes.

    Args:
        imprint: Names, version, licence.
        coverage: What the graph is about.
        files: Those of the release; the dumps of everything are told.
        lang: The language of the page.
    """
    publisher = {"@type": "Organization", "name": imprint.publisher} if imprint.publisher else None
    found = {
        "@context": _CONTEXT,
        "@type": "Dataset",
        "@id": imprint.base,
        "name": f"{imprint.title}: {wording.message(lang, 'site.tagline')}",
        "alternateName": imprint.title,
        "description": wording.message(lang, "home.what"),
        "url": imprint.public_url,
        "sameAs": imprint.base,
        "identifier": [f"{imprint.base}catalog#{imprint.version}", imprint.release],
        "version": imprint.version,
        "datePublished": imprint.issued,
        "dateModified": imprint.issued,
        "license": imprint.licence,
        "isAccessibleForFree": True,
        "inLanguage": list(coverage.languages),
        "keywords": list(_KEYWORDS),
        "creator": publisher,
        "publisher": publisher,
        "temporalCoverage": "/".join(coverage.years),
        "spatialCoverage": [{"@type": "Place", "@id": place, "name": name} for place, name in coverage.places],
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "@id": f"{imprint.base}catalog",
            "name": imprint.title,
            "url": f"{imprint.public_url}catalog",
        },
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.name,
                "encodingFormat": file.media_type.partition(";")[0],
                "contentUrl": f"{imprint.public_url.rstrip('/')}{file.href}",
                "contentSize": f"{file.bytes} B",
                "sha256": file.sha256,
                "license": imprint.licence,
            }
            for file in files
            if "-all." in file.name and not file.name.endswith(".gz")
        ],
    }
    return {key: value for key, value in found.items() if value}


def page_of(
    imprint: Imprint, path: str, lang: str, *, thing: Mapping[str, Any], classes: Sequence[str], same: Sequence[str]
) -> dict[str, Any]:
    """Return the page of a thing as a ``WebPage`` that is about it.

    Args:
        imprint: Names and licence.
        path: Of the page.
        lang: Its language.
        thing: The thing with its labels.
        classes: Its most specific classes, as CURIEs.
        same: Addresses of others for the same thing.
    """
    labels: Mapping[str, str] = thing["labels"]
    name = wording.best_label(labels, lang, thing["curie"]).text
    about = {
        "@type": _kind(classes),
        "@id": thing["iri"],
        "name": name,
        "alternateName": sorted({text for text in labels.values() if text != name}),
        "sameAs": list(same),
    }
    address = f"{imprint.public_url.rstrip('/')}{path}"
    return {
        "@context": _CONTEXT,
        "@type": "WebPage",
        "@id": address,
        "url": address,
        "name": name,
        "inLanguage": lang,
        "license": imprint.licence,
        "isPartOf": {"@type": "Dataset", "@id": imprint.base, "name": imprint.title},
        "about": {key: value for key, value in about.items() if value},
    }


def _kind(classes: Sequence[str]) -> str:
    """Return the class of schema.org that fits the most specific of our classes.

    Example:
        >>> _kind(["egov:Country"]), _kind(["egov:Barrier"])
        ('AdministrativeArea', 'Thing')
    """
    known = [name for cls in classes if cls in vocab.CLASSES for name in vocab.superclasses(cls)]
    return next((KINDS[name] for name in known if name in KINDS), "Thing")
