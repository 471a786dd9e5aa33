"""Page profiles: how pages of one kind are laid out. Each module has ``NAME``, ``sniff`` and ``outline``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from egov_kg.documents.outline import Outline
from egov_kg.documents.profiles import kdevelopedia, krila, markdown, plain

__all__ = ["PROFILES", "Profile", "choose"]


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of page.

    Attributes:
        name: As it stands in the metadata of a document.
        sniff: How surely a text is of this kind, from 0 to 1.
        outline: Draws the outline of a text of this kind; it takes any text without raising, but for a metadata block
            that is wrong.
    """

    name: str
    sniff: Callable[[str], float]
    outline: Callable[[str, str], Outline]


PROFILES: tuple[Profile, ...] = tuple(
    Profile(module.NAME, module.sniff, module.outline) for module in (kdevelopedia, krila, markdown, plain)
)


def choose(text: str) -> Profile:
    r"""Return the profile with the highest score; of equal ones the first, and plain text where none is sure.

    Example:
        >>> choose("# Acts\n\nThe first act.").name, choose("The first act.").name
        ('markdown', 'plain')
    """
    return max(PROFILES, key=lambda profile: profile.sniff(text))
