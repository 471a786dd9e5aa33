"""The command line as people and scripts use it: real processes, real releases; data on stdout, words on stderr."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import pytest
import zstandard

from tests.commands import run

PAGE = """# Digital administration in Korea

The Kim Dae-jung administration launched the Bright Window project in 2001.

Nothing in this paragraph says who did what to whom.
"""
ASK_LAW = "ASK { <https://w3id.org/egov-kg/id/law/kr/e-government-act> a egov:Law }"
PREFIX = "PREFIX egov: <https://w3id.org/egov-kg/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
_TICKS = os.sysconf("SC_CLK_TCK")
LONG = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?s{i} ?p{i} ?o{i} ." for i in range(5)) + " FILTER(?o1 = ?o3) }"


def text(*words: str | Path, code: int = 0) -> str:
    """Return what a command prints on stdout, after its exit code was compared."""
    done = run(*words)
    assert done.returncode == code, done.stderr.decode()
    return done.stdout.decode()


def _until_it_has_worked(pid: int, *, seconds: float) -> None:
    """Wait until a process has used so many seconds of a processor, however loaded the machine is."""
    until = time.monotonic() + 120
    while sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13])) < seconds * _TICKS:
        assert time.monotonic() < until
        time.sleep(0.05)


class TestShell:
    """What holds for every command."""

    def test_help_names_every_verb(self) -> None:
        """The verbs that scripts rely on are there."""
        printed = text("--help")

        for verb in (
            "build",
            "extract",
            "evaluate",
            "query",
            "explain",
            "stats",
            "validate",
            "dump",
            "serve",
            "doctor",
            "releases",
        ):
            assert f" {verb} " in printed

    def test_version(self) -> None:
        """One line."""
        assert text("--version") == "egov-kg 0.1.0\n"

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["bild"], "Did you mean 'build'?"),
            (["build", "--documnts", "x"], "--documents"),
            (["dump", "--format", "pdf"], "'jsonld'"),
            (["build", "--workers", "0"], "greater than or equal to 1"),
            (["serve", "--port", "70000"], "less than or equal to 65535"),
            (["query"], "--list shows the named queries"),
            (["query", "ASK {}", "--format", "jso"], "did you mean json?"),
            (["query", "ASK {}", "--param", "x"], "NAME=VALUE"),
            (["explain", "a", "b"], "Missing argument"),
        ],
    )
    def test_a_mistake_in_the_words_is_2(self, words: Sequence[str], said: str) -> None:
        """The message says what was meant, or what there is."""
        done = run(*words)

        assert done.returncode == 2
        assert said in done.stderr.decode()
        assert done.stdout == b""

    def test_a_wrong_setting_is_2(self, tmp_path: Path) -> None:
        """An unknown key names the nearest one."""
        done = run("config", "show", cwd=tmp_path, env={"EGOVKG_PRT": "1"})

        assert done.returncode == 2
        assert "unknown key 'prt'; did you mean 'port'?" in done.stderr.decode()

    def test_settings_are_shown_with_their_origin(self, tmp_path: Path) -> None:
        """Variables win over the file, the file over the default."""
        (tmp_path / "egov-kg.toml").write_text('title = "Mine"\nport = 9000\n', encoding="utf-8")

        done = run("config", "show", "--json", cwd=tmp_path, env={"EGOVKG_PORT": "9100"})

        table = json.loads(done.stdout)
        assert table["title"] == {"value": "Mine", "origin": "egov-kg.toml"}
        assert table["port"] == {"value": 9100, "origin": "EGOVKG_PORT"}
        assert table["host"]["origin"] == "default"

    def test_no_release_is_2_and_says_what_to_type(self, tmp_path: Path) -> None:
        """The remedy is a command."""
        done = run("stats", "--from", tmp_path)

        assert done.returncode == 2
        assert f"egov-kg build --out {tmp_path}" in done.stderr.decode()

    def test_a_damaged_release_is_3(self, built: Path, tmp_path: Path) -> None:
        """The file is named."""
        release = (built / "current").resolve()
        copy = tmp_path / release.name
        copy.mkdir()
        (copy / "manifest.json").write_bytes((release / "manifest.json").read_bytes())

        done = run("stats", "--from", copy)

        assert done.returncode == 3
        assert "is missing" in done.stderr.decode()

    def test_a_reader_that_goes_away_is_success(self, built: Path) -> None:
        """``| head -1`` is no error, and nothing is complained about."""
        for words in (["dump", "--format", "nq", "--from", str(built)], ["--help"]):
            process = subprocess.Popen(
                [sys.executable, "-m", "egov_kg", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            assert process.stdout is not None
            process.stdout.readline()
            process.stdout.close()

            assert process.wait() == 0
            assert process.stderr is not None
            assert process.stderr.read() == b""
            process.stderr.close()

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
    def test_an_output_that_is_full_is_2(self, built: Path) -> None:
        """A table that was cut off must not look complete to a script, and is no defect of ours."""
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [sys.executable, "-m", "egov_kg", "stats", "--from", built],
                stdout=full,
                stderr=subprocess.PIPE,
                check=False,
            )

        assert done.returncode == 2
        assert done.stderr == b"egov-kg: the output cannot be written: No space left on device\n"

    def test_a_stdout_that_is_closed_is_nowhere(self) -> None:
        """Some schedulers start programs so."""
        words = [sys.executable, "-m", "egov_kg", "--version"]

        done = subprocess.run(["/bin/sh", "-c", 'exec "$@" >&-', "sh", *words], capture_output=True, check=False)

        assert (done.returncode, done.stderr) == (0, b"")

    def test_a_reader_that_never_comes_is_success(self, built: Path) -> None:
        """Also where all of the output fits into one buffer."""
        read, write = os.pipe()
        os.close(read)

        done = subprocess.run(
            [sys.executable, "-m", "egov_kg", "stats", "--from", built],
            stdout=write,
            stderr=subprocess.PIPE,
            check=False,
        )
        os.close(write)

        assert (done.returncode, done.stderr) == (0, b"")

    def test_a_defect_of_ours_is_70_and_asks_for_a_report(self) -> None:
        """One sentence, not a traceback; the traceback with -v."""
        code = (
            "import sys, egov_kg.config as c; c.load = lambda: 1 / 0\n"
            "from egov_kg.__main__ import main; sys.exit(main(sys.argv[1:]))"
        )
        plain = subprocess.run([sys.executable, "-c", code, "stats"], capture_output=True, text=True, check=False)
        verbose = subprocess.run(
            [sys.executable, "-c", code, "stats", "-v"], capture_output=True, text=True, check=False
        )

        assert plain.returncode == verbose.returncode == 70
        assert "this is a defect of egov-kg" in plain.stderr
        assert plain.stderr.count("\n") == 1
        assert "Traceback" in verbose.stderr

    def test_output_is_utf_8_whatever_the_locale(self, built: Path) -> None:
        """A machine without a locale prints Hangul all the same."""
        done = run(
            *("explain", "전자정부법", "egov:statedYear", "2001", "--lang", "ko", "--from", built),
            env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"},
        )

        assert done.returncode == 0, done.stderr.decode()
        assert "전자정부법" in done.stdout.decode()


class TestBuild:
    """``build`` and what tells of it."""

    @pytest.fixture
    def page(self, tmp_path: Path) -> Path:
        """Return a document."""
        (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
        return tmp_path / "page.md"

    def test_prints_the_folder_and_tells_of_its_stages(self, page: Path, tmp_path: Path) -> None:
        """The folder alone is on stdout; stderr has a line a stage, with seconds."""
        done = run("build", "--documents", page, "--out", tmp_path / "out")

        assert done.returncode == 0
        folder = Path(done.stdout.decode().strip())
        assert folder.parent == tmp_path / "out" / "releases"
        assert (folder / "manifest.json").exists()
        said = done.stderr.decode()
        assert [line.split()[0] for line in said.splitlines()[:3]] == ["documents", "extraction", "rdf"]
        assert "page.md: " in said

    def test_json_is_one_document_and_quiet_is_silent(self, page: Path, tmp_path: Path) -> None:
        """A script gets numbers, and nothing on stderr if it does not want it."""
        done = run("build", "-q", "--json", "--documents", page, "--out", tmp_path / "out")

        table = json.loads(done.stdout)
        assert table["documents"][0]["source"] == "page.md"
        assert table["totals"]["facts"] > 0
        assert set(table["seconds"]) >= {"extraction", "store"}
        assert done.stderr == b""

    def test_the_folder_comes_from_the_settings(self, page: Path, tmp_path: Path) -> None:
        """``out`` of the configuration is where ``--out`` is not given."""
        done = run("build", "-q", "--documents", page, cwd=tmp_path, env={"EGOVKG_OUT": "elsewhere"})

        assert done.returncode == 0
        assert (tmp_path / "elsewhere" / "current").exists()

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("missing.md", None, "does not exist"),
            ("empty.md", b"", "empty"),
            ("binary.md", b"\x00\x01\x02" * 100, "not text"),
            ("latin.md", "Ökonomie".encode("latin-1") * 10, "UTF-8"),
        ],
    )
    def test_a_document_that_cannot_be_read_is_3(
        self, tmp_path: Path, name: str, content: bytes | None, said: str
    ) -> None:
        """The file is named with the reason; nothing is published."""
        if content is not None:
            (tmp_path / name).write_bytes(content)

        done = run("build", "--documents", tmp_path / name, "--out", tmp_path / "out")

        assert done.returncode == 3
        assert name in done.stderr.decode()
        assert said in done.stderr.decode()
        assert not (tmp_path / "out" / "current").exists()

    def test_ctrl_c_is_130_and_leaves_nothing(self, tmp_path: Path) -> None:
        """The staging folder goes with the process."""
        (tmp_path / "documents").mkdir()
        for number in range(40):
            words = PAGE.replace("Digital", f"Digital {number}").replace("Bright", f"Bright {number}")
            (tmp_path / "documents" / f"{number}.md").write_text(words * 5, encoding="utf-8")
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "egov_kg",
                "build",
                "--documents",
                tmp_path / "documents",
                "--out",
                tmp_path / "out",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stderr is not None
        process.stderr.readline()

        process.send_signal(signal.SIGINT)
        _, said = process.communicate()

        assert process.returncode == 130
        assert said.decode().endswith("egov-kg: stopped\n")
        assert [p.name for p in (tmp_path / "out" / "releases").iterdir()] == [".lock"]

    def test_a_killed_build_takes_its_processes_with_it(self, page: Path, tmp_path: Path) -> None:
        """What it started would wait for work for ever, and hold whatever it inherited."""
        words = ("build", "--workers", "2", "--documents", page, "--out", tmp_path / "out")
        process = subprocess.Popen([sys.executable, "-m", "egov_kg", *words], stderr=subprocess.PIPE)
        assert process.stderr is not None
        while not process.stderr.readline().startswith(b"dumps"):
            assert process.poll() is None

        process.kill()

        process.communicate(timeout=60)  # ends when nobody holds the pipe any more
        assert process.returncode == -signal.SIGKILL
        assert not (tmp_path / "out" / "current").exists()


class TestExtract:
    """``extract`` shows what would be understood."""

    @pytest.fixture
    def page(self, tmp_path: Path) -> Path:
        """Return a document."""
        (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
        return tmp_path / "page.md"

    def test_a_folder_stands_for_its_documents(self, page: Path) -> None:
        """They come under their own names; a name of the caller's stands for one document alone."""
        assert text("extract", page.parent) == text("extract", page)

        refused = run("extract", f"mine={page.parent}")
        assert refused.returncode == 2
        assert b"a name stands for one document" in refused.stderr

    def test_a_table_with_the_columns_of_the_scorer(self, page: Path) -> None:
        """Tab-separated, a header, the name that was given in the first column."""
        printed = text("extract", f"mine={page}")

        rows = list(csv.DictReader(io.StringIO(printed), delimiter="\t", quoting=csv.QUOTE_NONE))
        assert list(rows[0])[:4] == ["doc", "subject", "relation", "object"]
        assert {row["doc"] for row in rows} == {"mine"}
        found = {(row["subject"], row["relation"], row["object"]) for row in rows}
        assert ("Bright Window project", "egov:initiatedBy", "Kim Dae-jung administration") in found

    def test_json_lines_quote_verbatim(self, page: Path) -> None:
        """Offsets are code points, the quote is what stands there."""
        rows = [json.loads(line) for line in text("extract", page, "--format", "jsonl").splitlines()]

        for row in rows:
            for evidence in row["evidence"]:
                assert PAGE[evidence["start"] : evidence["end"]] == evidence["quote"]
                assert PAGE.count("\n", 0, evidence["start"]) + 1 == evidence["line"]

    def test_the_trace_shows_rules_and_silence(self, page: Path) -> None:
        """Block by block: what each gave, by which rule, and what gave nothing."""
        printed = text("extract", page, "--format", "trace")

        assert "page.md:3  paragraph  The Kim Dae-jung administration launched" in printed
        assert "    + Bright Window project | egov:initiatedBy | Kim Dae-jung administration  <" in printed
        assert "    - " in printed.partition("page.md:5")[2]

    def test_a_file_appears_whole(self, page: Path, tmp_path: Path) -> None:
        """``-o`` writes aside and renames; stdout stays empty."""
        done = run("extract", page, "-o", tmp_path / "facts.tsv")

        assert done.stdout == b""
        assert (tmp_path / "facts.tsv").read_bytes() == run("extract", page).stdout
        assert sorted(p.name for p in tmp_path.iterdir()) == ["facts.tsv", "page.md"]

    def test_a_place_that_cannot_be_written_is_2(self, page: Path, tmp_path: Path) -> None:
        """The file is named."""
        done = run("extract", page, "-o", tmp_path / "no" / "facts.tsv")

        assert done.returncode == 2
        assert "facts.tsv cannot be written" in done.stderr.decode()

    def test_a_document_without_facts_gives_the_header(self, tmp_path: Path) -> None:
        """A table is a table, even without rows."""
        (tmp_path / "dull.txt").write_text("Grass grows.\n\nWater flows.\n", encoding="utf-8")

        assert text("extract", tmp_path / "dull.txt").splitlines()[0].startswith("doc\tsubject\trelation\tobject\t")


class TestQuery:
    """``query`` in its forms."""

    def test_a_named_query_is_csv_in_a_pipe(self, built: Path) -> None:
        """The same bytes as over HTTP: W3C CSV, no BOM."""
        printed = text("query", "--name", "laws-by-administration", "--from", built)

        rows = list(csv.DictReader(io.StringIO(printed, newline="")))
        assert {"law", "administration", "certainty"} <= set(rows[0])
        assert ("E-Government Act", "certain") in {(row["lawLabel"], row["certainty"]) for row in rows}

    def test_parameters_narrow_the_answer(self, built: Path) -> None:
        """An id is enough where an IRI is meant."""
        words = ("query", "--name", "laws-by-administration", "--from", built, "--param")

        printed = text(*words, "administration=administration/kr/kim-dae-jung")

        names = {row["administrationLabel"] for row in csv.DictReader(io.StringIO(printed, newline=""))}
        assert names == {"Kim Dae-jung administration"}

    @pytest.mark.parametrize(
        ("value", "said"),
        [("administration=", ""), ("administration=a b", "administration"), ("nonsense=1", "no such parameter")],
    )
    def test_a_value_that_does_not_fit_is_3(self, built: Path, value: str, said: str) -> None:
        """The parameter is named; an empty value counts as none."""
        done = run("query", "--name", "laws-by-administration", "--from", built, "--param", value)

        assert done.returncode == (3 if said else 0)
        assert said in done.stderr.decode()

    def test_an_unknown_name_suggests_the_nearest(self, built: Path) -> None:
        """A typo costs a second."""
        done = run("query", "--name", "laws-by-adminstration", "--from", built)

        assert done.returncode == 2
        assert "did you mean laws-by-administration?" in done.stderr.decode()

    def test_a_file_stdin_and_words_ask_the_same(self, built: Path, tmp_path: Path) -> None:
        """Whichever is at hand."""
        query = PREFIX + "SELECT ?label { ?law a egov:Law ; skos:prefLabel ?label } ORDER BY ?label"
        (tmp_path / "q.rq").write_text(query, encoding="utf-8")

        from_file = text("query", tmp_path / "q.rq", "--from", built)

        assert text("query", query, "--from", built) == from_file
        assert run("query", "-", "--from", built, stdin=query.encode()).stdout.decode() == from_file
        assert from_file.startswith("label\r\n")

    @pytest.mark.parametrize(
        ("form", "start"),
        [
            ("json", '{"head"'),
            ("xml", "<?xml"),
            ("tsv", "?label"),
            ("csv-excel", "\ufefflabel"),
            ("table", "┏"),
        ],
    )
    def test_formats_of_rows(self, built: Path, form: str, start: str) -> None:
        """Those of the endpoint, and a table for people."""
        query = PREFIX + "SELECT ?label { ?law a egov:Law ; skos:prefLabel ?label }"

        assert text("query", query, "--from", built, "--format", form).startswith(start)

    @pytest.mark.parametrize(("form", "start"), [("ttl", "@prefix"), ("nt", "<"), ("jsonld", "[{"), ("rdf", "<?xml")])
    def test_formats_of_graphs(self, built: Path, form: str, start: str) -> None:
        """CONSTRUCT gives RDF."""
        query = PREFIX + "CONSTRUCT { ?law a egov:Law } { ?law a egov:Law }"

        assert text("query", query, "--from", built, "--format", form).startswith(start)

    def test_a_description_needs_no_braces(self, built: Path) -> None:
        """DESCRIBE of an IRI is SPARQL and no file."""
        query = "DESCRIBE <https://w3id.org/egov-kg/id/law/kr/e-government-act>"

        assert '"전자정부법"@ko' in text("query", query, "--from", built)

    def test_a_table_has_no_format_of_graphs(self, built: Path) -> None:
        """One sentence says so, and the engine does not complain behind it."""
        done = run("query", "SELECT * { ?s ?p ?o } LIMIT 5", "--from", built, "--format", "ttl")

        assert done.returncode == 3
        assert [line[:32] for line in done.stderr.decode().splitlines()] == ["egov-kg: the answer to SELECT co"]

    def test_a_truth_is_a_word(self, built: Path) -> None:
        """ASK on a terminal says yes or no."""
        assert text("query", PREFIX + ASK_LAW, "--from", built, "--format", "table") == "yes\n"

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("SELECT ?x\nWHERE { ?x }", "line 2, column "),
            ("SELECT * { ?x foo:a 1 }", "foo:"),
            ("INSERT DATA { <urn:a> <urn:b> <urn:c> }{}", "INSERT begins an update"),
            ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE"),
            ("SELECT (<http://example.org/f>(1) AS ?x) {}", "http://example.org/f"),
        ],
    )
    def test_a_query_that_cannot_be_answered_is_3(self, built: Path, query: str, said: str) -> None:
        """The place or the reason is told, in one line."""
        done = run("query", query, "--from", built)

        assert done.returncode == 3
        assert said in done.stderr.decode()
        assert done.stdout == b""

    def test_a_file_that_is_not_there_is_3(self, built: Path) -> None:
        """A name that is no file is not taken for SPARQL."""
        done = run("query", "nowhere.rq", "--from", built)

        assert done.returncode == 3
        assert "nowhere.rq cannot be read" in done.stderr.decode()

    def test_a_limit_may_be_without_end(self, built: Path) -> None:
        """``inf`` is never, as 0 is."""
        assert text("query", PREFIX + ASK_LAW, "--from", built, "--timeout", "inf").split() == ["true"]

    def test_a_closed_stdin_is_3(self, built: Path) -> None:
        """Some schedulers start programs so."""
        words = [sys.executable, "-m", "egov_kg", "query", "-", "--from", str(built)]

        done = subprocess.run(["/bin/sh", "-c", 'exec "$@" <&-', "sh", *words], capture_output=True, check=False)

        assert done.returncode == 3
        assert "stdin is closed" in done.stderr.decode()

    def test_a_query_that_takes_too_long_is_4(self, built: Path) -> None:
        """The limit holds whatever the engine does."""
        done = run("query", LONG, "--from", built, "--timeout", "1")

        assert done.returncode == 4
        assert "did not end within 1 seconds" in done.stderr.decode()

    def test_ctrl_c_stops_the_engine(self, built: Path) -> None:
        """The engine cannot be interrupted; the process can."""
        process = subprocess.Popen(
            [sys.executable, "-m", "egov_kg", "query", LONG, "--from", built, "--timeout", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        _until_it_has_worked(process.pid, seconds=4)

        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)

        assert process.returncode == 130

    def test_nesting_does_not_kill_the_process(self, built: Path) -> None:
        """Deep queries have a stack of their own."""
        query = "SELECT * { " + "{" * 5000 + "?s ?p ?o" + "}" * 5000 + " } LIMIT 1"

        assert run("query", query, "--from", built).returncode in {0, 3}

    def test_the_named_queries_are_listed(self) -> None:
        """Name and question, one a line."""
        lines = text("query", "--list").splitlines()

        assert len(lines) >= 25
        assert any(line.startswith("laws-by-administration  ") and line.endswith("?") for line in lines)


class TestExplain:
    """``explain`` goes down to words."""

    def test_a_derived_triple_has_rule_and_premises(self, built: Path) -> None:
        """The chain through the calendar, down to the registers."""
        words = ("law/kr/e-government-act", "egov:enactedUnder", "administration/kr/kim-dae-jung")

        printed = text("explain", *words, "--from", built)

        assert "rule: prp-spo2  egov:enactedUnder owl:propertyChainAxiom" in printed
        assert "time/kr/2001-03-28 egov:insideTerm term/kr/kim-dae-jung" in printed
        assert "stated in: " in printed

    def test_an_asserted_triple_has_document_and_passage(self, built: Path) -> None:
        """The quote is told with its place in the document."""
        printed = text("explain", "law/kr/e-government-act", "statedYear", "2001", "--from", built)

        assert 'E-Government act (2001)"' in printed
        assert "stated in: Digest of Visionary" in printed
        assert "rule law.title-year.1, stated" in printed

    def test_what_the_build_asserts_itself_says_where(self, built: Path) -> None:
        """The first day of a year has no witness."""
        printed = text("explain", "time/kr/2001", "firstDay", "2001-01-01", "--from", built)

        assert "asserted by the build itself, in background/calendar: no document has to say it" in printed

    @pytest.mark.parametrize(
        "words",
        [
            ("전자정부법", "enactedUnder", "Kim Dae-jung administration"),
            (
                "<https://w3id.org/egov-kg/id/law/kr/e-government-act>",
                "https://w3id.org/egov-kg/ontology#enactedUnder",
                "id/administration/kr/kim-dae-jung",
            ),
            ("law/kr/e-government-act", "rdf:type", "egov:Law"),
            ("law/kr/e-government-act", "a", "egov:Law"),
            ("egovid:law/kr/e-government-act", "enactedUnder", "egovid:administration/kr/kim-dae-jung"),
            ("law/kr/e-government-act", "skos:prefLabel", '"전자정부법"@ko'),
            ("law/kr/e-government-act", "egov:statedYear", '"2001"^^xsd:gYear'),
        ],
    )
    def test_names_come_in_many_forms(self, built: Path, words: Sequence[str]) -> None:
        """Ids, CURIEs, IRIs, labels, literals."""
        assert "law/kr/e-government-act" in text("explain", *words, "--from", built)

    def test_json_is_the_tree(self, built: Path) -> None:
        """The same as over HTTP."""
        words = ("law/kr/e-government-act", "egov:enactedUnder", "administration/kr/kim-dae-jung")

        tree = json.loads(text("explain", *words, "--json", "--from", built))

        assert tree["step"]["rule"] == "prp-spo2"
        assert len(tree["premises"]) == 3

    def test_a_proof_is_a_graph_of_steps(self, built: Path) -> None:
        """JSON for the checker; with all steps the other ways to the triple stand below its tree."""
        words = ("law/kr/e-government-act", "egov:enactedUnder", "administration/kr/kim-dae-jung")

        proof = json.loads(text("explain", *words, "--proof", "--from", built))
        tree = text("explain", *words, "--all", "--from", built)
        possible = text("explain", words[0], "possiblyEnactedUnder", words[2], "--all", "--from", built)

        assert (proof["status"], proof["nodes"][proof["root"]]["rule"]) == ("entailed", "prp-spo2")
        assert tree == text("explain", *words, "--from", built)
        assert "\nalso derived: “enacted under” implies “possibly enacted under”\n" in possible

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("law/kr/e-goverment-act", "rdf:type", "egov:Law"), "did you mean law/kr/e-government-act?"),
            (("law/kr/e-government-act", "egov:enactedUndr", "x"), "did you mean egov:enactedUnder?"),
            (
                ("law/kr/e-government-act", "enactedUnder", "administration/kr/roh-moo-hyun"),
                "<https://w3id.org/egov-kg/id/administration/kr/roh-moo-hyun>: it is neither asserted nor entailed",
            ),
        ],
    )
    def test_what_is_not_there_is_2(self, built: Path, words: Sequence[str], said: str) -> None:
        """The nearest name is offered."""
        done = run("explain", *words, "--from", built)

        assert done.returncode == 2
        assert said in done.stderr.decode()


class TestReadingReleases:
    """``stats``, ``dump``, ``validate``, ``releases``, ``diff``, ``doctor``."""

    def test_stats_are_those_of_the_manifest(self, built: Path) -> None:
        """Numbers for people and for programs."""
        manifest = json.loads((built / "current" / "manifest.json").read_bytes())

        assert json.loads(text("stats", "--json", "--from", built))["counts"] == manifest["counts"]
        assert "egov:Law " in text("stats", "--from", built)

    @pytest.mark.parametrize("form", ["ttl", "nt", "nq", "trig", "rdf", "jsonld"])
    def test_a_dump_is_the_file_of_the_release(self, built: Path, form: str) -> None:
        """Byte for byte, both subsets."""
        folder = built / "current" / "dumps"

        whole = run("dump", "--format", form, "--from", built)
        asserted = run("dump", "--format", form, "--asserted", "--from", built)

        assert whole.stdout == (folder / f"egov-kg-all.{form}").read_bytes()
        assert asserted.stdout == (folder / f"egov-kg-asserted.{form}").read_bytes()

    def test_a_dump_goes_to_a_file(self, built: Path, tmp_path: Path) -> None:
        """``-o``."""
        run("dump", "--format", "ttl", "--from", built, "-o", tmp_path / "graph.ttl")

        assert (tmp_path / "graph.ttl").read_bytes() == (built / "current" / "dumps" / "egov-kg-all.ttl").read_bytes()

    def test_the_shipped_graph_has_no_violation(self, built: Path) -> None:
        """Doubts about the sources are told; flaws of the graph are none."""
        printed = text("validate", "--from", built)

        assert printed.splitlines()[-1].startswith("0 violations, ")

    def test_violations_are_1(self, tmp_path: Path) -> None:
        """RDF of the user, against our shapes; in three forms."""
        law = (
            b'<urn:a> a <https://w3id.org/egov-kg/ontology#Law> ; <https://w3id.org/egov-kg/ontology#statedYear> "x" .'
        )
        (tmp_path / "mine.ttl").write_bytes(law)

        printed = text("validate", tmp_path / "mine.ttl", code=1)
        table = json.loads(text("validate", tmp_path / "mine.ttl", "--json", code=1))
        report = text("validate", tmp_path / "mine.ttl", "--format", "ttl", code=1)

        assert "violation  stated-year-value: " in printed
        assert table["conforms"] is False
        assert "sh:conforms false" in report

    def test_releases_are_listed_and_gone_back_to(self, tmp_path: Path) -> None:
        """A rollback is one command, and checks what it goes back to."""
        (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
        build = ("build", "-q", "--documents", tmp_path / "page.md", "--out", tmp_path / "out")
        first = Path(text(*build).strip()).name
        second = Path(run(*build, env={"EGOVKG_VERSION": "2027.1.0"}).stdout.decode().strip()).name

        rows = json.loads(text("releases", "--json", "--verify", "--from", tmp_path / "out"))
        assert {row["release"]: row["current"] for row in rows} == {first: False, second: True}

        listed = text("releases", "--use", first[:8], "--from", tmp_path / "out")
        assert [line.split()[0] for line in listed.splitlines() if line.endswith("current")] == [first[:12]]
        assert (tmp_path / "out" / "current").resolve().name == first

        changed = run("diff", first[:8], second[:8], "--from", tmp_path / "out")
        assert changed.returncode == 1
        lines = changed.stdout.decode().splitlines()
        assert any(line.startswith("+ ") and '"2027.1.0"' in line for line in lines)
        same = run("diff", first[:8], "current", "--from", tmp_path / "out")
        assert (same.returncode, same.stdout) == (0, b"")
        missing = run("diff", "0000", "current", "--from", tmp_path / "out")
        assert missing.returncode == 2

    def test_releases_are_listed_where_one_is_broken(self, tmp_path: Path) -> None:
        """Who looks for the way back needs the list most when ``current`` is gone or a release is damaged."""
        (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
        build = ("build", "-q", "--documents", tmp_path / "page.md", "--out", tmp_path / "out")
        first = Path(text(*build).strip())
        second = Path(run(*build, env={"EGOVKG_VERSION": "2027.1.0"}).stdout.decode().strip())
        (tmp_path / "out" / "current").unlink()

        listed = run("releases", "--from", tmp_path / "out")
        assert listed.returncode == 0
        assert [line[:12] for line in listed.stdout.decode().splitlines()[1:]] == sorted(
            [first.name[:12], second.name[:12]]
        )
        assert "none of them is the current one" in listed.stderr.decode()

        (second / "egov.nq").unlink()
        damaged = run("releases", "--from", tmp_path / "out")
        assert damaged.returncode == 3
        assert f"{second / 'egov.nq'} is damaged" in damaged.stderr.decode()
        back = text("releases", "--use", first.name[:8], "--from", tmp_path / "out")
        assert [line.split()[0] for line in back.splitlines() if line.endswith("current")] == [first.name[:12]]

    def test_the_doctor_finds_all_well(self, built: Path) -> None:
        """Every check has an outcome; all of them are good, but for what only a server needs of its machine."""
        checks = json.loads(text("doctor", "--json", "--from", built))

        of_machine = {"walls", "memory", "spool", "descriptors", "clock", "port", "user"}
        assert {check["name"] for check in checks} >= {"python", "packages", "queries", "disk", "release", *of_machine}
        assert {check["status"] for check in checks if check["name"] not in of_machine} == {"ok"}
        assert "fail" not in {check["status"] for check in checks}

    def test_the_doctor_names_the_remedy(self, tmp_path: Path) -> None:
        """A missing release is a warning, a folder that is a file a failure."""
        (tmp_path / "file").write_text("", encoding="ascii")

        warned = run("doctor", "--from", tmp_path / "none")
        failed = run("doctor", "--from", tmp_path / "file")

        assert warned.returncode == 0
        assert f"-> egov-kg build --out {tmp_path / 'none'}" in warned.stdout.decode()
        assert failed.returncode == 1
        assert "is not a folder" in failed.stdout.decode()


class TestAnyRdf:
    """``infer`` and ``convert`` need no release."""

    @pytest.fixture
    def graph(self, tmp_path: Path) -> Path:
        """Return a small file of ours."""
        (tmp_path / "mine.ttl").write_text(
            "@prefix egov: <https://w3id.org/egov-kg/ontology#> .\n"
            "<urn:law> egov:enactedIn <urn:day> . <urn:day> egov:insideTerm <urn:term> .\n"
            "<urn:term> egov:termOf <urn:a> .\n",
            encoding="utf-8",
        )
        return tmp_path / "mine.ttl"

    @pytest.mark.parametrize("reasoner", ["own", "owlrl"])
    def test_infer_joins_the_calendar(self, graph: Path, reasoner: str) -> None:
        """The chain holds under both reasoners."""
        printed = text("infer", graph, "--entailed", "--format", "nt", "--reasoner", reasoner)

        assert "<urn:law> <https://w3id.org/egov-kg/ontology#enactedUnder> <urn:a> ." in printed.splitlines()
        assert "<urn:day> <https://w3id.org/egov-kg/ontology#insideTerm> <urn:term> ." not in printed.splitlines()

    @pytest.mark.parametrize(
        "options", [("--engine", "duckdb"), ("--merge-same-as", "urn:"), ("--memory", "1G")], ids=lambda one: one[0]
    )
    def test_owlrl_refuses_what_it_cannot_honour(self, graph: Path, options: tuple[str, str]) -> None:
        """Before it derives anything, and by the name of the option."""
        done = run("infer", graph, "--reasoner", "owlrl", *options)

        assert done.returncode == 2
        assert done.stdout == b""
        assert f"owlrl knows no {options[0]}" in done.stderr.decode()

    def test_owlrl_reads_and_writes_what_our_reasoner_does(self, tmp_path: Path) -> None:
        """Axioms of other files, packed ones, standard input; the same triples, sorted."""
        axioms = "<urn:A> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <urn:B> .\n"
        fact = "<urn:x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:A> .\n"
        (tmp_path / "axioms.nt.gz").write_bytes(gzip.compress(axioms.encode()))
        (tmp_path / "facts.nt.zst").write_bytes(zstandard.compress(fact.encode()))
        words = ("--ontology", tmp_path / "axioms.nt.gz", "--format", "nt", "--reasoner")

        ours, theirs = (text("infer", tmp_path / "facts.nt.zst", *words, name) for name in ("own", "owlrl"))
        piped = run("infer", "-", "--format", "nt", "--reasoner", "owlrl", stdin=(axioms + fact).encode())

        assert theirs == ours == fact + fact.replace("urn:A", "urn:B")
        assert piped.stdout.decode() == axioms + theirs

    def test_a_contradiction_that_owlrl_tells_is_1_if_it_counts(self, tmp_path: Path) -> None:
        """In its own words, on stderr and in the report."""
        (tmp_path / "wrong.ttl").write_text(
            "@prefix owl: <http://www.w3.org/2002/07/owl#> . <urn:A> owl:disjointWith <urn:B> ."
            " <urn:x> a <urn:A>, <urn:B> ."
        )
        words = ("--ontology", tmp_path / "wrong.ttl", "--reasoner", "owlrl", "--report", tmp_path / "report.json")

        done = run("infer", tmp_path / "wrong.ttl", *words, "--strict")

        assert done.returncode == 1
        assert "contradiction: Disjoint classes" in done.stderr.decode()
        assert len(json.loads((tmp_path / "report.json").read_bytes())["errors"]) == 1

    def test_a_contradiction_is_told_and_is_1_if_it_counts(self, tmp_path: Path) -> None:
        """A country is no administration; the closure is written all the same."""
        (tmp_path / "wrong.ttl").write_text(
            "@prefix egov: <https://w3id.org/egov-kg/ontology#> . <urn:x> a egov:Country, egov:Administration .",
            encoding="utf-8",
        )

        done = [run("infer", tmp_path / "wrong.ttl", *more) for more in ((), ("--strict",))]

        assert [one.returncode for one in done] == [0, 1]
        assert done[0].stdout == done[1].stdout != b""
        assert "contradiction: <urn:x> " in done[1].stderr.decode()
        assert "(cax-" in done[1].stderr.decode()

    def test_infer_reads_axioms_from_the_files_and_from_others(self, tmp_path: Path) -> None:
        """Of our own ontology nothing is told that does not concern the data."""
        axiom = "<urn:A> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <urn:B> .\n"
        fact = "<urn:x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:A> .\n"
        (tmp_path / "axioms.ttl").write_text(axiom)
        (tmp_path / "facts.nt").write_text(fact)
        (tmp_path / "both.nt").write_text(axiom + fact)

        apart = text("infer", tmp_path / "facts.nt", "--ontology", tmp_path / "axioms.ttl", "--format", "nt")
        together = text("infer", tmp_path / "both.nt", "--entailed", "--format", "nt")

        entailed = "<urn:x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:B> .\n"
        assert apart == fact + entailed
        assert together == entailed

    def test_infer_reads_and_writes_packed_files_and_streams(self, tmp_path: Path) -> None:
        """The same graph in every packing."""
        inverse = "<urn:p> <http://www.w3.org/2002/07/owl#inverseOf> <urn:q> .\n<urn:a> <urn:p> <urn:b> .\n"
        expected = "<urn:b> <urn:q> <urn:a> .\n"
        (tmp_path / "a.ttl.zst").write_bytes(zstandard.compress(inverse.encode()))

        run("infer", tmp_path / "a.ttl.zst", "-o", tmp_path / "b.nt.gz")
        run("infer", tmp_path / "b.nt.gz", "-o", tmp_path / "c.nt.zst")
        piped = run("infer", "-", "--format", "nt", stdin=inverse.encode())

        packed = [gzip.decompress((tmp_path / "b.nt.gz").read_bytes()), piped.stdout]
        packed.append(zstandard.ZstdDecompressor().decompressobj().decompress((tmp_path / "c.nt.zst").read_bytes()))
        assert all(expected in one.decode() for one in packed)
        assert packed[0] == packed[1] == packed[2]

    def test_infer_writes_a_report(self, tmp_path: Path) -> None:
        """Rounds, counts by rule, contradictions, axioms that no rule reads."""
        (tmp_path / "a.ttl").write_text(
            "@prefix owl: <http://www.w3.org/2002/07/owl#> . <urn:R> owl:hasSelf true . <urn:x> owl:sameAs <urn:y> ;"
            " owl:differentFrom <urn:y> ; a <urn:A> . <urn:A> owl:equivalentClass <urn:B> ."
        )

        run("infer", tmp_path / "a.ttl", "--report", tmp_path / "report.json", "-o", tmp_path / "out.nt")

        report = json.loads((tmp_path / "report.json").read_bytes())
        assert [one["rule"] for one in report["contradictions"]] == ["eq-diff1"]
        assert ["<urn:x>", "<http://www.w3.org/2002/07/owl#sameAs>", "<urn:y>"] in report["contradictions"][0][
            "triples"
        ]
        assert report["made"]["cax-sco"] == 1
        assert report["same_as"]["groups"] == 1
        assert [line.split()[0] for line in report["ignored"]] == ["<urn:R>"]
        assert report["rounds"] >= 1

    def test_infer_writes_facts_for_every_name_if_asked_for(self, tmp_path: Path) -> None:
        """And merges only the names of a namespace, if one is given."""
        (tmp_path / "a.nt").write_text(
            "<urn:x> <http://www.w3.org/2002/07/owl#sameAs> <urn:y> .\n<urn:y> <urn:p> <urn:z> .\n"
        )

        once, each, apart = (
            text("infer", tmp_path / "a.nt", "--entailed", "--format", "nt", *more)
            for more in ((), ("--expand-same-as",), ("--merge-same-as", "http://example.org/"))
        )

        assert "<urn:x> <urn:p> <urn:z> ." in once
        assert "<urn:y> <http://www.w3.org/2002/07/owl#sameAs> <urn:x> ." in each
        assert apart == ""

    def test_infer_refuses_what_does_not_fit_its_memory(self, tmp_path: Path) -> None:
        """Before it starts, with the way out."""
        (tmp_path / "a.nt").write_text("".join(f"<urn:{n}> <urn:p> <urn:b> .\n" for n in range(1000)))

        full = run("infer", tmp_path / "a.nt", "--memory", "1K")
        wrong = run("infer", tmp_path / "a.nt", "--memory", "much")

        assert (full.returncode, wrong.returncode) == (4, 2)
        assert "give it more memory" in full.stderr.decode()
        assert "'much' is no size" in wrong.stderr.decode()

    @pytest.mark.parametrize("form", ["nt", "nq", "trig", "rdf", "jsonld", "ttl"])
    def test_convert_and_back(self, graph: Path, tmp_path: Path, form: str) -> None:
        """No triple is lost or made on the way; the ending names the format."""
        run("convert", graph, "-o", tmp_path / f"there.{form}")
        back = text("convert", tmp_path / f"there.{form}", "--format", "nt")

        assert back == text("convert", graph, "--format", "nt")
        assert len(back.splitlines()) == 3

    def test_blank_nodes_have_the_same_names_in_each_run(self, tmp_path: Path) -> None:
        """The same graph gives the same file."""
        (tmp_path / "blank.ttl").write_text("[] <urn:p> [ <urn:q> 1 ] .", encoding="utf-8")

        assert text("convert", tmp_path / "blank.ttl") == text("convert", tmp_path / "blank.ttl")

    @pytest.mark.parametrize(
        ("name", "content", "code", "said"),
        [
            ("broken.ttl", b"<urn:a> <urn:b>", 3, "broken.ttl:1"),
            ("missing.ttl", None, 3, "missing.ttl cannot be read"),
            ("graph.txt", b"", 2, "names no RDF format"),
            ("zip.ttl.gz", b"no gzip", 3, "cannot be read"),
        ],
    )
    def test_a_file_that_is_none(self, tmp_path: Path, name: str, content: bytes | None, code: int, said: str) -> None:
        """File, line and reason."""
        if content is not None:
            (tmp_path / name).write_bytes(content)

        done = run("convert", tmp_path / name)

        assert done.returncode == code
        assert said in done.stderr.decode()


class TestInit:
    """``init`` begins a graph of one's own."""

    def test_makes_settings_that_are_the_defaults(self, tmp_path: Path) -> None:
        """The file lists every setting, commented out."""
        text("init", tmp_path / "mine")

        shown = run("config", "show", "--json", cwd=tmp_path / "mine")
        assert shown.returncode == 0
        assert {row["origin"] for row in json.loads(shown.stdout).values()} == {"default"}
        assert (tmp_path / "mine" / "documents").is_dir()

    def test_overwrites_nothing(self, tmp_path: Path) -> None:
        """A configuration that is there stays."""
        (tmp_path / "egov-kg.toml").write_text('title = "Mine"\n', encoding="utf-8")

        done = run("init", tmp_path)

        assert done.returncode == 2
        assert "is there already" in done.stderr.decode()
        assert (tmp_path / "egov-kg.toml").read_text(encoding="utf-8") == 'title = "Mine"\n'


class TestServe:
    """``serve`` prints its address when it answers."""

    def test_a_free_port_and_ctrl_c(self, built: Path) -> None:
        """``--port 0``; the address on stdout is one line, and the page answers."""
        process = subprocess.Popen(
            [sys.executable, "-m", "egov_kg", "serve", "--from", built, "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            with urllib.request.urlopen(f"{address}healthz", timeout=10) as answer:
                assert answer.status == 200
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)

        assert process.returncode == 130

    def test_a_port_in_use_is_2(self, built: Path) -> None:
        """The remedy is told."""
        import socket  # noqa: PLC0415 - only here

        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()

            done = run("serve", "--from", built, "--port", str(taken.getsockname()[1]))

        assert done.returncode == 2
        assert "--port" in done.stderr.decode()
