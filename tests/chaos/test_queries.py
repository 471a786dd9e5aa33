"""Queries that are made to harm: each is answered or ended at the deadline, and others are answered meanwhile."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.chaos.attacking import LONG, Reply, at_once, controlled, post, processes, settled
from tests.chaos.shapes import ENDLESS, NESTED, PLANNING, filled
from tests.server.conftest import QUERY_BYTES, RESULT_BYTES, SECONDS, Server, publish, start, stop

LATE: Final = SECONDS + 0.5 + 2.5
"""When an answer is too late on a busy machine; on a quiet one it comes at the deadline and half a second."""

WITHIN: Final = str(SECONDS if LONG else SECONDS / 2)
"""The deadline that most of these queries ask for."""

SIZES: Final = (300, 5_000, 20_000)


def bounded(reply: Reply, *, kinds: tuple[str, ...] = ("", "time-limit", "memory-limit", "result-too-large")) -> bool:
    """Whether a query was answered, refused or ended in time."""
    return reply.status in {200, 400, 422, 503} and reply.kind in kinds and reply.seconds < LATE


class TestNesting:
    @pytest.mark.parametrize("shape", NESTED)
    def test_no_shape_ends_the_engine(self, server: Server, shape: str) -> None:
        """300, 5,000 and 20,000 of it, and as many as fit: an answer, a syntax error, or the deadline; no crash."""
        texts = [NESTED[shape](size) for size in SIZES]
        queries = [text for text in texts if len(text) <= QUERY_BYTES]
        queries.insert(0, filled(NESTED[shape], QUERY_BYTES))
        with controlled(server):
            replies = at_once(server, queries, clients=3, timeout=str(SECONDS if LONG else 0.3))

        kinds = ("", "syntax", "time-limit", "memory-limit", "result-too-large")
        assert [reply for reply in replies if not bounded(reply, kinds=kinds)] == []

    @pytest.mark.skipif(not LONG, reason="it takes minutes")
    @pytest.mark.parametrize("shape", NESTED)
    def test_no_shape_ends_the_engine_in_a_minute(self, patient_server: Server, shape: str) -> None:
        """The longest deadline that can be set: what is killed at 10 s might overflow the stack later."""
        (reply,) = at_once(patient_server, [filled(NESTED[shape], QUERY_BYTES)], clients=1)

        assert (reply.status, reply.kind) != (503, "worker-crashed")
        assert reply.status in {200, 400, 422, 503}
        assert reply.seconds < 63


@pytest.fixture(scope="module")
def patient_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a deadline of 60 s."""
    out = tmp_path_factory.mktemp("patient")
    running = start(out, publish(out).id, seconds=60)
    yield running
    stop(running)


class TestPlans:
    def test_no_plan_outlives_the_deadline(self, server: Server) -> None:
        """The clock runs while the engine has not looked at one triple."""
        with controlled(server):
            replies = at_once(server, PLANNING.values(), timeout=WITHIN)

        assert [reply for reply in replies if not bounded(reply)] == []


CROSS: Final = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
MEMORY: Final = {
    "ORDER BY": f"SELECT * {{ {CROSS} }} ORDER BY ?a ?f ?i LIMIT 3",
    "DISTINCT": f"SELECT DISTINCT * {{ {CROSS} }}",
    "GROUP BY": f"SELECT ?a ?d ?g (COUNT(*) AS ?n) {{ {CROSS} }} GROUP BY ?a ?d ?g",
    "GROUP_CONCAT": f"SELECT (STRLEN(GROUP_CONCAT(STR(?a))) AS ?n) {{ {CROSS} }}",
    "doubling": "SELECT (STRLEN(?x40) AS ?n) { BIND('xxxxxxxxxxxxxxxx' AS ?x0) "
    + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
    + "}",
    "REPLACE": "SELECT (STRLEN(?x9) AS ?n) { BIND('" + "x" * 100 + "' AS ?x0) "
    + " ".join(f"BIND(REPLACE(?x{n}, 'x', ?x{n}) AS ?x{n + 1})" for n in range(9))
    + "}",
    "CONSTRUCT": f"CONSTRUCT {{ ?a ?e ?i }} {{ {CROSS} }}",
}  # fmt: skip


class TestMemory:
    def test_no_query_takes_more_than_its_share(self, server: Server) -> None:
        """What would need gigabytes is ended by the deadline or by the limit of memory."""
        with controlled(server):
            replies = at_once(server, MEMORY.values(), clients=3, timeout=WITHIN)

        assert [reply for reply in replies if reply.status not in {503, 422} or not bounded(reply)] == []


def spooled(server: Server) -> int:
    """Return how many bytes the files without a name hold that the processes of a server have open."""
    found: dict[tuple[int, int], int] = {}
    for pid in processes(server.process.pid):
        for descriptor in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                if " (deleted)" in str(descriptor.readlink()):
                    status = descriptor.stat()
                    found[status.st_dev, status.st_ino] = status.st_size
            except OSError:
                continue  # it was closed meanwhile
    return sum(found.values())


class TestTime:
    def test_what_never_ends_is_ended(self, server: Server) -> None:
        """Sorting out all fours of triples: 503 at the deadline, and the processors are idle after it."""
        with controlled(server):
            replies = at_once(server, [ENDLESS, ENDLESS.replace("ASK", "SELECT (COUNT(*) AS ?n)"), ENDLESS])

        assert {(reply.status, reply.kind) for reply in replies} == {(503, "time-limit")}
        assert max(reply.seconds for reply in replies) < LATE
        settled(server)

    def test_rows_without_end_are_refused(self, server: Server) -> None:
        """Fifty million rows or triples are no answer: 422, or the deadline on a busy machine; no file is left."""
        queries = [
            f"SELECT * {{ {CROSS} }}",
            f"CONSTRUCT {{ ?a ?e ?i }} {{ {CROSS} }}",
            "SELECT ('" + "x" * 100_000 + "' AS ?x) { ?s ?p ?o }",
        ]
        for form in ("json", "xml", "csv", "tsv", "csv-excel", "ttl", "nt", "rdf", "jsonld", "trig", "nq", "html"):
            graph = form in {"ttl", "nt", "rdf", "jsonld", "trig", "nq"}
            for reply in at_once(
                server, queries[1:2] if graph else [queries[0], queries[2]], format=form, timeout="0.4"
            ):
                assert reply.status in {422, 503} or (form == "html" and reply.status == 200)
                assert len(reply.body) < RESULT_BYTES
                assert reply.seconds < LATE
        (rows,) = at_once(server, [f"{queries[0]} # with the whole deadline"])
        assert (rows.status, rows.kind) == (422, "result-too-large")
        assert spooled(server) <= 3 * RESULT_BYTES

    @pytest.mark.parametrize(
        "path",
        [
            "((<x:p>*)*)*",
            "((egov:amends*)*)*",
            "egov:amends*/egov:amends*/egov:amends*",
            "(!<x:x>|^!<x:x>)*",
            "(!<x:x>|^!<x:x>)+/(!<x:x>|^!<x:x>)+",
            "(<x:p>|!<x:q>)*",
            "^(egov:amends|^egov:amends)*",
        ],
    )
    def test_paths_over_all_pairs(self, server: Server, path: str) -> None:
        """From every node to every node, without end if it must be."""
        query = f"PREFIX egov: <https://w3id.org/egov-kg/ontology#> SELECT (COUNT(*) AS ?n) {{ ?a {path} ?b }}"

        (reply,) = at_once(server, [query], timeout=WITHIN)

        assert bounded(reply)

    @pytest.mark.parametrize(
        "condition",
        [
            "REGEX('" + "a" * 30_000 + "!', '^(a+)+$')",
            "REGEX('" + "a" * 30_000 + "', '(a{900}){900}')",
            "REGEX('" + "a" * 30_000 + "', '" + "(a|" * 5_000 + "a" + ")" * 5_000 + "')",
            "REGEX('" + "a" * 30_000 + "', '" + "a?" * 5_000 + "a" * 5_000 + "')",
            "REGEX('" + "é" * 30_000 + "', '(?i)\\\\p{L}{1,1000}\\\\p{L}{1,1000}x')",
            "REPLACE('" + "a" * 30_000 + "', '(a*)*', '$1$1$1$1') = ''",
            "REGEX(STR(?s), CONCAT('^(', STR(?o), '|', STR(?s), '+)+$'))",
            "REGEX('a', '[[[[[')",
            "REGEX('a', '(?<x>a)\\\\k<x>')",
        ],
        ids=range(9),
    )
    def test_regular_expressions(self, server: Server, condition: str) -> None:
        """Ones that take for ever elsewhere, that grow, that change from row to row, that are none."""
        (reply,) = at_once(server, [f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o FILTER({condition}) }}"], timeout=WITHIN)

        assert bounded(reply)


EDGES: Final = {
    "10^40": "1" + "0" * 40,
    "5,000 digits": "9" * 5_000,
    "a decimal of 5,000 digits": "0." + "1" * 5_000,
    "1E99999999": "1E99999999",
    "-1E99999999": "-1E99999999",
    "the least integer": "-9223372036854775808 - 1",
    "the product of large ones": "9223372036854775807 * 9223372036854775807",
    "a division by nothing": "1/0",
    "a double by nothing": "1e0/0e0",
    "nothing by nothing": "0e0/0e0",
    "the least by minus one": "-9223372036854775808 / -1",
    "year 0": "YEAR('0000-01-01T00:00:00Z'^^<http://www.w3.org/2001/XMLSchema#dateTime>)",
    "year 999999": "'999999-12-31T23:59:60Z'^^<http://www.w3.org/2001/XMLSchema#dateTime>",
    "year -999999999999": "'-999999999999-01-01'^^<http://www.w3.org/2001/XMLSchema#date>",
    "a day that is none": "'2001-02-30'^^<http://www.w3.org/2001/XMLSchema#date>",
    "a span of time": "'P99999999999Y'^^<http://www.w3.org/2001/XMLSchema#duration>",
    "NUL": '"a\\u0000b"',
    "control characters": '"\\u0001\\u0008\\u000B\\u001F\\u007F\\u0085\\u2028"',
    "what XML cannot hold": '"\\uFFFE\\uFFFF\\uFFFD"',
    "beyond the first plane": '"\\U0010FFFF\\U0001F1F0\\U0001F1F7"',
    "text that turns around": '"\\u202E\\u202Bgnp.exe\\u2066\\u200F"',
    "a mark on nothing": '"\\u0301\\u0301\\u0301"',
    "markup": '"]]></literal><!--&amp;<script>alert(1)</script>"',
    "quotes": '"\\"\'\\\\\\n\\r\\t,;"',
    "an empty text": '""',
    "a language that is none": '"a"@x-99999999-very-long',
    "a datatype that is none": '"a"^^<urn:x:y%20z>',
    "an address that runs": "IRI('javascript:alert(1)')",
    "a part that is not there": "SUBSTR('abc', -5, 1e99)",
    "a part from nowhere": "SUBSTR('abc', 0e0/0e0)",
    "a number as a text": "STRDT('1', <http://www.w3.org/2001/XMLSchema#integer>)",
    "a number that is none": "'x'^^<http://www.w3.org/2001/XMLSchema#integer>",
    "half of a character": '"\\uD800"',
    "a character that is none": '"\\U00110000"',
}


def is_whole(reply: Reply) -> bool:
    """Whether a body parses to its end as what it says it is."""
    text = reply.body.decode("utf-8")
    match reply.headers["content-type"].partition(";")[0]:
        case "application/sparql-results+json":
            return len(json.loads(text)["results"]["bindings"]) == 1
        case "application/sparql-results+xml":
            return len(list(ET.fromstring(text).iter("{http://www.w3.org/2005/sparql-results#}result"))) == 1
        case "text/csv":
            return len(list(csv.reader(io.StringIO(text, newline="")))) == 2
        case "text/tab-separated-values":
            return text.count("\n") == 2 and text.endswith("\n")
    return False


class TestEdges:
    @pytest.mark.parametrize("edge", EDGES)
    def test_values_at_the_edge(self, client: httpx.Client, edge: str) -> None:
        """An answer that parses in every format, or 400; 406 where XML has no such character."""
        for form in ("json", "xml", "csv", "tsv", "html", "csv-excel"):
            reply = post(client, f"SELECT ({EDGES[edge]} AS ?x) {{}}", format=form)

            assert reply.status in ({200, 400, 406} if form == "xml" else {200, 400})
            if reply.status == 200 and form != "html":
                assert is_whole(reply), form

    @pytest.mark.parametrize("edge", EDGES)
    def test_values_at_the_edge_in_a_graph(self, client: httpx.Client, edge: str) -> None:
        """The same as objects of triples."""
        query = f"CONSTRUCT {{ <x:s> <x:p> ?x }} {{ BIND({EDGES[edge]} AS ?x) }}"
        for form in ("ttl", "nt", "rdf", "jsonld", "trig", "nq", "html"):
            reply = post(client, query, format=form)

            assert reply.status in ({200, 400, 406} if form == "rdf" else {200, 400})
            reply.body.decode("utf-8")
            if reply.status == 200 and form == "rdf":
                ET.fromstring(reply.body)
            if reply.status == 200 and form == "jsonld":
                json.loads(reply.body)

    @pytest.mark.parametrize(
        ("tail", "statuses"),
        [
            ("LIMIT 99999999999999999999999", {400}),
            ("LIMIT 18446744073709551616", {400}),
            ("LIMIT -1", {400}),
            ("OFFSET 18446744073709551615", {200}),
            ("LIMIT 18446744073709551615 OFFSET 18446744073709551615", {200}),
            ("LIMIT 0", {200}),
        ],
    )
    def test_limits_at_the_edge(self, client: httpx.Client, tail: str, statuses: set[int]) -> None:
        """No sum of two of them wraps around."""
        for head in ("SELECT ?s ?o", "SELECT DISTINCT ?s ?o"):
            reply = post(client, f"{head} {{ ?s ?p ?o }} {tail}", format="csv")

            assert reply.status in statuses
            if reply.status == 200:
                assert reply.body == b"s,o\r\n"
