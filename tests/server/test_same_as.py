"""Facts under every name of a thing, where that is asked for: over HTTP, on the command line, in Python."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from egov_kg import dumps, iri, store
from egov_kg.__main__ import main
from egov_kg.errors import UsageError
from egov_kg.rdf.canonical import to_nquads
from tests.conformance.serving import scratch_server
from tests.server.conftest import Ask, node, publish, slug, start, stop

ACT, OLD, LAW = (node(f"law/kr/{name}") for name in ("act", "old-act", "law-0"))
OUTSIDE = ox.NamedNode("http://out.example/act")
WHO = "SELECT ?s { ?s egov:amends <https://w3id.org/egov-kg/id/law/kr/law-0> } ORDER BY ?s"
PREFIXED = f"PREFIX egov: <{iri.ONTOLOGY}> {WHO}"
ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
TSV = "text/tab-separated-values"


def publish_with(out: Path, *more: ox.Triple) -> store.Release:
    """Publish the small release with further triples in its default graph, one name for each thing."""
    first = publish(out)
    same = [ox.Quad(one.subject, one.predicate, one.object) for one in more]
    quads = [*first.quads(), *same]
    with store.Staging(out) as staging:
        for path in first.path.iterdir():
            if path.is_dir() and path.name not in {"store", "dumps"}:
                shutil.copytree(path, staging.path / path.name)
            elif path.is_file() and path.name not in {store.MANIFEST, store.QUADS}:
                shutil.copyfile(path, staging.path / path.name)
        (staging.path / store.QUADS).write_bytes(to_nquads(quads))
        dumps.write_dumps(quads, staging.path / "dumps", iri.BASE)
        store.write_store(quads, staging.path / store.STORE)
        head = store.Manifest("small", iri.BASE, "2026.2.0", "2026-02-28", counts=first.counts)
        return store.publish(staging, head)


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> store.Release:
    """A release in which the act has a second name and is said to be something outside, too."""
    same = node("owl:sameAs")
    return publish_with(tmp_path_factory.mktemp("named"), ox.Triple(OLD, same, ACT), ox.Triple(ACT, same, OUTSIDE))


@pytest.fixture(scope="module")
def asked(named: store.Release) -> Iterator[httpx.Client]:
    """A client of a server of it."""
    server = start(named.path.parent.parent, named.id)
    with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as found:
        yield found
    stop(server)


def names(client: httpx.Client, **parameters: str) -> list[str]:
    """Who amends the first law."""
    answer = client.get("sparql", params={"query": PREFIXED, **parameters}, headers={"Accept": TSV})
    assert answer.status_code == 200, answer.text
    return [line.rpartition("/")[2].rstrip(">") for line in answer.text.splitlines()[1:]]


class TestQueries:
    def test_a_thing_has_one_name_unless_all_are_asked_for(self, asked: httpx.Client) -> None:
        """Before and after such a query, and by its other value, others see what they always see."""
        for _ in range(3):
            assert names(asked) == ["act", "law-299"]
            assert names(asked, **{"same-as": "expand"}) == ["act", "law-299", "old-act"]
            assert names(asked, **{"same-as": "representative", "timeout": "1"}) == ["act", "law-299"]

    def test_it_may_be_posted(self, asked: httpx.Client) -> None:
        """In a form, or in the address beside the query."""
        form = asked.post("sparql", data={"query": PREFIXED, "same-as": "expand"}, headers={"Accept": TSV})
        body = asked.post(
            "sparql?same-as=expand",
            content=PREFIXED,
            headers={"Accept": TSV, "Content-Type": "application/sparql-query"},
        )

        assert form.text == body.text
        assert "old-act" in form.text

    def test_the_tags_differ(self, asked: httpx.Client) -> None:
        """What is kept of one answer is never given for the other."""
        plain = asked.get("sparql", params={"query": PREFIXED})
        every = asked.get("sparql", params={"query": PREFIXED, "same-as": "expand"})

        tag = every.headers["etag"]
        again = asked.get("sparql", params={"query": PREFIXED, "same-as": "expand"}, headers={"If-None-Match": tag})
        other = asked.get("sparql", params={"query": PREFIXED}, headers={"If-None-Match": tag})

        assert plain.headers["etag"] != tag
        assert (again.status_code, other.status_code) == (304, 200)

    def test_outside_names_are_not_expanded(self, asked: httpx.Client) -> None:
        """The link to the outside name is there; facts are not brought under it."""
        query = f"SELECT ?p {{ {{ {OUTSIDE} ?p ?o }} UNION {{ ?s ?p {OUTSIDE} FILTER(?s != {ACT}) }} }}"

        answer = asked.get("sparql", params={"query": query, "same-as": "expand"}, headers={"Accept": TSV})

        assert answer.text.splitlines()[1:] == []

    def test_named_graphs_stay_as_they_are(self, asked: httpx.Client) -> None:
        """GRAPH and a dataset of the request see what was said."""
        query = f"ASK {{ GRAPH ?g {{ {OLD} ?p ?o }} }}"

        answer = asked.get("sparql", params={"query": query, "same-as": "expand"})

        assert answer.json()["boolean"] is False

    def test_a_value_that_is_none_is_told(self, asked: httpx.Client) -> None:
        """With the values that there are."""
        answer = asked.get("sparql", params={"query": PREFIXED, "same-as": "yes"})

        assert (answer.status_code, slug(answer)) == (400, "bad-parameter")
        assert "'expand'" in answer.json()["detail"]

    def test_what_it_costs_says_so(self, asked: httpx.Client) -> None:
        """The dataset of the report."""
        answer = asked.get("sparql", params={"query": PREFIXED, "same-as": "expand", "explain": "1"})

        assert answer.json()["dataset"]["expanded"] is True
        assert answer.json()["answer"]["rows"] == 3

    def test_the_default_graph_as_a_whole(self, asked: httpx.Client) -> None:
        """The dump over HTTP: sorted, with a tag of its own."""
        plain, every = (asked.get(f"graph?default&format=nt{more}") for more in ("", "&same-as=expand"))

        before, after = set(plain.text.splitlines()), set(every.text.splitlines())
        assert before < after
        assert all("old-act" in line for line in after - before)
        assert plain.headers["etag"] != every.headers["etag"]

    def test_named_queries_take_it_too(self, asked: httpx.Client) -> None:
        """Their answers are kept apart as well."""
        plain, every = (asked.get(f"queries/administrations.tsv{more}") for more in ("", "?same-as=expand"))

        assert (plain.status_code, every.status_code) == (200, 200)
        assert plain.headers["etag"] != every.headers["etag"]

    def test_without_second_names_nothing_changes(self, ask: Ask) -> None:
        """A graph without any answers the same bytes."""
        plain, every = ask(ALL, format="nt"), ask(ALL, format="nt", **{"same-as": "expand"})

        assert plain.content == every.content
        assert len(plain.content) > 1000


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> store.Release:
    """A release with 400 names of one thing, which is said to be beside itself."""
    same, crowd = node("owl:sameAs"), [node(f"law/kr/name-{number}") for number in range(400)]
    links = [ox.Triple(name, same, crowd[0]) for name in crowd[1:]]
    return publish_with(tmp_path_factory.mktemp("crowd"), *links, ox.Triple(crowd[0], node("egov:amends"), crowd[1]))


class TestLimits:
    def test_too_many_triples_are_refused(self, crowd: store.Release) -> None:
        """With what to do instead; the next query is answered."""
        server = start(crowd.path.parent.parent, crowd.id)
        with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
            refused = client.get("sparql", params={"query": "ASK {}", "same-as": "expand"})
            other = client.get("sparql", params={"query": "ASK {}"})
        stop(server)

        assert (refused.status_code, slug(refused)) == (422, "expansion-refused")
        assert "more than 100000" in refused.json()["detail"]
        assert other.json()["boolean"] is True

    def test_a_release_that_stands_on_the_disk_is_not_expanded(self, named: store.Release) -> None:
        """Its processes share no memory that could be changed."""
        server = start(named.path.parent.parent, named.id, held_quads=0)
        with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
            refused = client.get("sparql", params={"query": "ASK {}", "same-as": "expand"})
        stop(server)

        assert (refused.status_code, slug(refused)) == (422, "expansion-refused")
        assert "held_quads" in refused.json()["detail"]


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux")
class TestScratch:
    def test_names_below_the_base_are_expanded(self) -> None:
        """After a change too: each state has its own names."""
        with scratch_server() as (url, token), httpx.Client(base_url=url) as client:
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sparql-update"}
            found = []
            for name in (OLD, OUTSIDE):
                update = f"DROP ALL; INSERT DATA {{ {ACT} {node('owl:sameAs')} {name} ; {node('egov:amends')} {LAW} }}"
                assert client.post("sparql", content=update, headers=headers).status_code == 204
                found.append(names(client, **{"same-as": "expand"}))
            graph = client.get("graph?default&same-as=expand")

        assert found == [["act", "old-act"], ["act"]]
        assert graph.status_code == 200


class TestPython:
    def test_it_is_a_word_beside_the_query(self, named: store.Release) -> None:
        """Of all three forms."""
        ask = f"ASK {{ {OLD} egov:amends ?o }}"

        rows = named.select(WHO, expand_same_as=True)

        assert [row["s"].rpartition("/")[2] for row in rows] == ["act", "law-299", "old-act"]
        assert (named.ask(ask), named.ask(ask, expand_same_as=True)) == (False, True)
        assert len(named.construct(ALL, expand_same_as=True)) > len(named.construct(ALL))

    def test_without_second_names_it_is_the_same_store(self, tmp_path: Path) -> None:
        """Nothing is copied."""
        release = publish(tmp_path)

        assert release.expanded_store() is release.store()


class TestCommands:
    def test_queries_see_every_name(self, named: store.Release, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
        """With the option alone."""
        assert main(["query", PREFIXED, "--from", str(named.path)]) == 0
        plain = capfdbinary.readouterr().out
        assert main(["query", PREFIXED, "--from", str(named.path), "--expand-same-as"]) == 0

        assert (plain.count(b"\r\n"), capfdbinary.readouterr().out.count(b"\r\n")) == (3, 4)

    @pytest.mark.parametrize("form", list(dumps.FORMATS))
    def test_dumps_hold_every_name(self, named: store.Release, tmp_path: Path, form: str) -> None:
        """In each format the default graph of the query; in formats of quads what was added is entailed."""
        path = tmp_path / f"dump.{form}"

        assert main(["dump", "--format", form, "--from", str(named.path), "--expand-same-as", "-o", str(path)]) == 0

        quads = set(ox.parse(path=str(path)))
        default = {quad.triple for quad in quads if quad.graph_name == ox.DefaultGraph()}
        assert default == set(named.construct(ALL, expand_same_as=True))
        if dumps.FORMATS[form].quads:
            added = default - set(named.construct(ALL))
            entailed = {q.triple for q in quads if q.graph_name == ox.NamedNode(iri.graph_iri("entailed"))}
            assert added
            assert added < entailed

    def test_without_second_names_it_is_the_dump(self, tmp_path: Path) -> None:
        """Byte for byte."""
        release = publish(tmp_path / "out")
        words = ["dump", "--format", "ttl", "--from", str(release.path), "--expand-same-as"]

        assert main([*words, "-o", str(tmp_path / "a.ttl")]) == 0

        assert (tmp_path / "a.ttl").read_bytes() == release.file("dumps/egov-kg-all.ttl").read_bytes()

    def test_what_is_asserted_has_the_names_that_were_given(self, named: store.Release) -> None:
        """Facts under other names are derived."""
        words = ["dump", "--format", "nt", "--from", str(named.path), "--asserted", "--expand-same-as"]

        assert main(words) == UsageError.exit_code
