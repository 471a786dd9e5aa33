"""Links for machines (RFC 8288), as FAIR Signposting has them, and all of them in one document (RFC 9264).

Addresses of this server are paths, so that a reader of a local copy stays there; in the document, which may be read
anywhere, they are whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from egov_kg.sparql import Format

__all__ = ["LINKSET_FORMATS", "Context", "Signpost", "alternates", "header", "linkset", "linkset_text"]

LINKSET_FORMATS: Final[Mapping[str, Format]] = {
    "json": Format("json", "application/linkset+json", ("application/json",), "json"),
    "txt": Format("txt", "application/linkset", ("text/plain",), "txt"),
}
"""The formats of the document of links."""


@dataclass(frozen=True, slots=True)
class Signpost:
    """One link.

    Attributes:
        href: A path of this server, or an IRI.
        rel: What is there: ``cite-as``, ``item`` ...
        type: Its media type, or empty.
    """

    href: str
    rel: str
    type: str = ""

    def __str__(self) -> str:
        """Return it as it stands in the header Link.

        Example:
            >>> print(Signpost("/catalog.ttl", "describedby", "text/turtle"))
            </catalog.ttl>; rel="describedby"; type="text/turtle"
        """
        return f'<{self.href}>; rel="{self.rel}"' + (f'; type="{self.type}"' if self.type else "")


Context = tuple[str, Sequence[Signpost]]
"""An address, and the links that lead away from it."""


def header(signposts: Iterable[Signpost]) -> dict[str, str]:
    """Return links as a header; none without links."""
    value = ", ".join(map(str, signposts))
    return {"Link": value} if value else {}


def alternates(place: str, forms: Iterable[Format], *, rel: str = "alternate", but: str = "") -> list[Signpost]:
    """Return links to the forms of what stands at a place.

    Args:
        place: Its path, without an extension.
        forms: The forms.
        rel: What they are.
        but: The name of a form that is left out: the one that is being sent.

    Example:
        >>> from egov_kg.sparql import GRAPH
        >>> print(*alternates("/void", [GRAPH["ttl"], GRAPH["nt"]], but="ttl"))
        </void.nt>; rel="alternate"; type="application/n-triples"
    """
    return [Signpost(f"{place}.{form.extension}", rel, form.media_type) for form in forms if form.name != but]


def linkset(contexts: Iterable[Context], public_url: str) -> dict[str, list[dict[str, object]]]:
    """Return contexts with their links as RFC 9264 has them in JSON.

    Args:
        contexts: The addresses and their links.
        public_url: What paths are paths of.
    """
    made: list[dict[str, object]] = []
    for anchor, signposts in contexts:
        relations: dict[str, object] = {"anchor": urljoin(public_url, anchor)}
        for one in signposts:
            target = {"href": urljoin(public_url, one.href), **({"type": one.type} if one.type else {})}
            found = relations.setdefault(one.rel, [])
            assert isinstance(found, list)
            found.append(target)
        made.append(relations)
    return {"linkset": made}


def linkset_text(contexts: Iterable[Context], public_url: str) -> str:
    """Return the same in the form of the header Link, one link a line."""
    lines = [
        f'{Signpost(urljoin(public_url, one.href), one.rel, one.type)}; anchor="{urljoin(public_url, anchor)}"'
        for anchor, signposts in contexts
        for one in signposts
    ]
    return ",\n".join(lines) + "\n"
