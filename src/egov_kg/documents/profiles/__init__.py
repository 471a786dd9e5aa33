"""How texts of one kind are laid out: Markdown, text copies of known sites, and any other text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from egov_kg.documents.outline import Outline
from egov_kg.documents.profiles import keyed, markdown, plain, stacked
from egov_kg.documents.sites import LIKELY, Sites, TextSite, choose_text_site

__all__ = ["outline_text"]

_LAYOUTS: Final[Mapping[str, Callable[[str, TextSite], Outline]]] = {
    "keyed-lines": keyed.outline,
    "stacked-keys": stacked.outline,
    "plain": plain.outline,
}


def outline_text(text: str, source: str, sites: Sites) -> Outline:
    r"""Return the outline of a text; its metadata names the profile.

    The profile with the highest score is taken: of Markdown, by its marks; of a site, by its signs. Of equal ones a
    site comes first, and a text that is sure of nothing is a plain one.

    Args:
        text: The text of a document.
        source: The name of its file, for errors.
        sites: The profiles of sites.

    Raises:
        UnreadableDocument: If it has a metadata block that is wrong.

    Example:
        >>> outline_text("# Acts\n\nThe first act.", "a.txt", Sites()).metadata["profile"]
        'markdown'
    """
    site, sureness = choose_text_site(text, sites.text)
    if site is not None and sureness >= max(markdown.sniff(text), LIKELY):
        result = _LAYOUTS[site.layout](text, site)
        result.metadata |= {"profile": site.name, **site.metadata}
    elif markdown.sniff(text) > plain.SURENESS:
        result = markdown.outline(text, source)
        result.metadata["profile"] = markdown.NAME
    else:
        result = plain.outline(text)
        result.metadata["profile"] = plain.NAME
    return result
