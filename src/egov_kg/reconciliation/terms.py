"""How classes, properties and things are called in answers, and what else they may be called in questions.

A thing is its path below the base of ids, a term of our ontology its local name, any other term its CURIE. In a
question each may also be a whole IRI or a CURIE.
"""

from __future__ import annotations

from egov_kg import iri

__all__ = ["curie_of", "local_name", "path_of", "thing_path"]

_OURS = "egov:"
_PREFIXES = ("id/", "egovid:", _OURS)
"""What may stand before the path of a thing: mapping files write ``egovid:``."""


def local_name(curie: str) -> str:
    """Return what a class or property is called in answers.

    Example:
        >>> local_name("egov:Law"), local_name("dcterms:issued")
        ('Law', 'dcterms:issued')
    """
    return curie.removeprefix(_OURS)


def curie_of(name: str) -> str:
    """Return the CURIE of the class or property that a question names; a name that is none comes back as it is.

    Example:
        >>> [curie_of(name) for name in ("Law", "egov:Law", "https://w3id.org/egov-kg/ontology#Law", "dcterms:issued")]
        ['egov:Law', 'egov:Law', 'egov:Law', 'dcterms:issued']
        >>> curie_of("http://example.org/Law"), curie_of("")
        ('http://example.org/Law', '')
    """
    name = name.strip()
    if not name or "://" in name:
        return iri.curie(name)
    prefix, colon, _ = name.partition(":")
    if colon:
        return iri.curie(iri.expand(name)) if prefix in iri.PREFIXES else name
    return f"{_OURS}{name}" if name.replace("-", "").replace("_", "").isalnum() else name


def thing_path(name: str, base: str = iri.BASE) -> str:
    """Return the path of a thing below the base of ids, by any of its names; what is none of ours comes back as it is.

    Args:
        name: A path, an IRI, or a CURIE with the prefix ``egovid`` or ``egov``, with white space around it.
        base: The base of the deployment.

    Example:
        >>> names = ("law/kr/act", " https://w3id.org/egov-kg/id/law/kr/act ", "egov:law/kr/act", "egovid:law/kr/act")
        >>> {thing_path(name) for name in names}
        {'law/kr/act'}
        >>> thing_path("http://example.org/id/law/kr/act")
        'http://example.org/id/law/kr/act'
    """
    name = name.strip()
    found = next((name.removeprefix(prefix) for prefix in _PREFIXES if name.startswith(prefix)), name)
    return iri.id_of(name, base) or (found if "/" in found else name)


def path_of(name: str, base: str = iri.BASE) -> str | None:
    """Return the path below ``/id/`` that a view of a thing is found at, or None if the name can be none of ours.

    Args:
        name: As in `thing_path`.
        base: The base of the deployment.

    Example:
        >>> path_of("time/kr/2003..2007")
        'time/kr/2003..2007'
        >>> [path_of(name) for name in ("../../etc/passwd", "//example.org/x", "http://example.org/", "a", "law//x")]
        [None, None, None, None, None]
    """
    path = thing_path(name, base)
    parts = path.split("/")
    if "://" in path or len(parts) < 2 or any(part in {"", ".", ".."} for part in parts) or not path.isprintable():
        return None
    return path
