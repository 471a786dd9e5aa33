"""All rows of a mapping file as one page in one file: no script, nothing loaded, the same bytes for the same rows."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from markupsafe import Markup

import egov_kg.server
from egov_kg import iri
from egov_kg.link_review.cards import Cards, card_data
from egov_kg.link_review.desk import Desk
from egov_kg.linking.verdicts import open_rows
from egov_kg.server.link_cards import sections
from egov_kg.server.pages import Imprint, Pages, Reader
from egov_kg.store import Release

__all__ = ["page"]

_STYLE: Final = Path(egov_kg.server.__file__).parent / "static" / "site.css"


@dataclass(frozen=True, slots=True)
class _FileReader(Reader):
    """Who reads a file: its links lead to the server, or to the IRIs themselves where there is none.

    Attributes:
        site: The address of the server with its closing slash, or empty.
        base: The base of our IRIs.
    """

    site: str = ""
    base: str = iri.BASE

    def link(self, path: str) -> str:
        """Return a whole address for a local one."""
        if self.site:
            return f"{self.site.rstrip('/')}{path}"
        if path.startswith("/ontology#"):
            return f"{iri.ONTOLOGY}{path.removeprefix('/ontology#')}"
        for local, name in (("/page/", "id/"), ("/graph/", "graph/")):
            if path.startswith(local):
                return f"{self.base}{name}{path.removeprefix(local)}"
        return f"{self.base.rstrip('/')}{path}"


def page(cards: Cards, desk: Desk, release: Release, *, lang: str = "en", site: str = "") -> str:
    """Return all rows of a mapping file as one page.

    Args:
        cards: Makes the cards.
        desk: The mapping file.
        release: Ours.
        lang: The language of the words around them, ``en`` or ``ko``; names are shown in all their languages.
        site: Where a server shows the release, or empty; links lead there.
    """
    mappings = desk.read()
    rows = (*open_rows(mappings), *open_rows(mappings, decided=True, order="subject"))
    found = [card_data(card, release.base) for card in cards.cards(rows, mappings)]
    style = _STYLE.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    manifest = release.manifest
    imprint = Imprint(manifest.title, release.id, manifest.version, manifest.issued, release.base, site)
    dataset = desk.specification.dataset if desk.specification else None
    title = dataset.title.get(lang) or next(iter(dataset.title.values())) if dataset else desk.dataset
    return Pages(imprint).render(
        "links_file",
        _FileReader(lang, "", "/", "", site, release.base),
        title=title,
        dataset=desk.dataset,
        version=dataset.version if dataset else mappings.metadata.get("object_source_version", ""),
        licence=dataset.licence if dataset else "",
        sections=sections(found),
        style=Markup(style),  # noqa: S704 - our own file
        style_hash=f"sha256-{digest}",
    )
