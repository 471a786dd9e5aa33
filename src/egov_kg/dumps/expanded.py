"""A dump in which facts stand under every name of a thing; the dumps of a release have them on one."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from egov_kg import iri
from egov_kg.dumps.files import Format, serialise
from egov_kg.store import Release
from egov_kg.store.expansion import SAME_AS, groups_in, under_every_name

__all__ = ["expanded_dump"]

_MOST: Final = 10_000_000
_DEFAULT: Final = ox.DefaultGraph()


def expanded_dump(release: Release, form: Format) -> bytes | None:
    """Return a release in a format, facts under every name of a thing; None if its dump is just that.

    What is added is entailed: in a format of quads it stands in ``graph/entailed`` and, as every fact, in the default
    graph.

    Args:
        release: The release, read whole.
        form: The format.

    Raises:
        ExpansionTooLarge: Above 10 million triples under other names.
    """
    quads = [quad for quad in release.quads() if form.quads or quad.graph_name == _DEFAULT]
    facts = {quad.triple for quad in quads if quad.graph_name == _DEFAULT}
    groups = groups_in(((fact.subject, fact.object) for fact in facts if fact.predicate == SAME_AS), release.base)
    more = [fact for fact in under_every_name(facts, groups, most=_MOST) if fact not in facts]
    if not more:
        return None
    graphs: list[ox.NamedNode | ox.DefaultGraph] = [_DEFAULT]
    if form.quads:
        graphs.append(ox.NamedNode(iri.graph_iri("entailed", release.base)))
    made = {ox.Quad(fact.subject, fact.predicate, fact.object, graph) for fact in more for graph in graphs}
    manifest = release.manifest
    comment = f"{manifest.title} {manifest.version}, {manifest.issued}; facts under every name of a thing"
    return serialise(sorted({*quads, *made}, key=str), form, release.base, comment=comment)
