"""The one byte form of a dataset: N-Quads, sorted, each quad once, no blank node."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import BlankNode, Quad, RdfFormat, parse

from egov_kg.errors import RdfSyntaxError

__all__ = ["canonical_lines", "canonical_quads", "from_nquads", "to_nquads"]


def to_nquads(quads: Iterable[Quad]) -> bytes:
    r"""Return the canonical N-Quads of a dataset.

    Args:
        quads: In any order, repeated or not. Their literals are taken as they are: no Unicode normalisation, no
            change of lexical forms.

    Returns:
        UTF-8, one quad a line, sorted by code point, each once, with a line feed after the last. Equal datasets give
        equal bytes.

    Raises:
        RdfSyntaxError: If a quad holds a blank node, which would have no name that lasts.

    Example:
        >>> from pyoxigraph import Literal, NamedNode
        >>> title = NamedNode("http://purl.org/dc/terms/title")
        >>> to_nquads([Quad(NamedNode("urn:law:1"), title, Literal("전자정부법", language="ko"))]).decode()
        '<urn:law:1> <http://purl.org/dc/terms/title> "전자정부법"@ko .\n'
    """
    lines = set()
    for quad in quads:
        if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
            raise RdfSyntaxError("the dataset", f"a blank node in {quad}; name the node")
        lines.add(f"{quad} .\n".encode())
    return b"".join(sorted(lines))


def from_nquads(data: bytes, *, source: str = "the N-Quads") -> tuple[Quad, ...]:
    """Return the quads of an N-Quads document, in its order.

    Args:
        data: UTF-8.
        source: The name of the document in error messages.

    Raises:
        RdfSyntaxError: If it does not parse, or holds a blank node.
    """
    try:
        quads = tuple(parse(data, format=RdfFormat.N_QUADS))
    except SyntaxError as error:
        raise RdfSyntaxError(source, error.msg, line=error.lineno or 0, column=error.offset or 0) from error
    for quad in quads:
        if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
            raise RdfSyntaxError(source, f"a blank node in {quad}; name the node")
    return quads


def canonical_quads(quads: Iterable[Quad]) -> tuple[Quad, ...]:
    """Return the quads of a dataset in canonical order, each once."""
    return tuple(canonical_lines(quads).values())


def canonical_lines(quads: Iterable[Quad]) -> dict[bytes, Quad]:
    """Return the quads of a dataset in canonical order, each once, by their lines of N-Quads."""
    return dict(sorted({f"{quad} .\n".encode(): quad for quad in quads}.items()))
