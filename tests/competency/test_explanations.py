"""Every fact that a document is said to state is explained by the document, the passage and the rule that found it."""

from __future__ import annotations

import pyoxigraph as ox

from egov_kg import assets, iri
from egov_kg.extraction.catalogue import catalogue
from egov_kg.sparql.explaining import explain
from egov_kg.sparql.proving import StoreProver
from egov_kg.store import Release

LOADERS = ("label.", "resolved.", "type.")


def test_of_what_documents_assert_name_document_passage_and_rule(release: Release) -> None:
    """No triple of a document's graph is left out; each rule is on the page of the rules, or one of the loader's."""
    known = {one for entry in catalogue(assets.data("rules")) for one in entry.ids}
    base = iri.graph_iri("document/", release.base)
    opened = release.store()
    asserted = [
        quad for quad in opened if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.startswith(base)
    ]

    prover = StoreProver(opened, release.base)

    proofs = [explain(opened, quad.triple, prover=prover, base=release.base) for quad in asserted]

    assert len(proofs) > 500
    for proof in proofs:
        quoted = [one for one in proof["evidence"] if one["document"] is not None]
        assert quoted, proof["triple"]
        for one in quoted:
            assert all(quote["exact"] for quote in one["quotes"]), proof["triple"]
            assert one["rule"] in known or one["rule"].startswith(LOADERS), one["rule"]
