"""A thing of ours as it is compared: values alone, so that who has no RDF compares as well."""

from __future__ import annotations

from typing import NamedTuple

from egov_kg.linking.periods import Period

__all__ = ["Alias", "Entity"]


class Alias(NamedTuple):
    """One name of a thing.

    Attributes:
        text: As it is written.
        lang: Its language tag in lower case, or empty.
        form: As `egov_kg.linking.forms.folded` gives it.
        preferred: Whether it is the preferred name of its language.
    """

    text: str
    lang: str
    form: str
    preferred: bool = False


class Entity(NamedTuple):
    """A thing of ours, as it is compared.

    Attributes:
        iri: Its IRI.
        cls: The class that was asked for.
        label: Its own preferred name: in English, else in another language; its IRI if it has none.
        aliases: The names that are compared, sorted; preferred ones first.
        kind: What its names say that it is, else what its class is, or empty.
        jurisdiction: The ISO code of where it belongs, lower case, or empty.
        dates, numbers, codes, parents: What the paths of the specification lead to, sorted; of a parent, its folded
            names.
    """

    iri: str
    cls: str
    label: str
    aliases: tuple[Alias, ...]
    kind: str = ""
    jurisdiction: str = ""
    dates: tuple[Period, ...] = ()
    numbers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
