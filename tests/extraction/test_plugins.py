"""Extractors of others: found by entry point, checked in everything, and no danger to a build."""

from __future__ import annotations

import importlib
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from egov_kg import iri, pipeline, store
from egov_kg.config import Config
from egov_kg.documents import document_from_text
from egov_kg.errors import ConfigurationError, FindingsError, UsageError
from egov_kg.extraction.ontology import Ontology, load_ontology
from egov_kg.extraction.plugins import Dropped, Plugin, load_plugins, propose
from egov_kg.model import Document, Extraction, Fact, Span, Thing, TimeValue, Value, View

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "write-an-extractor.md"
TEXT = "# Inventory\n\n## Fishing Permit Portal\n\nRun by: Harbour Authority\n\nIt opened on 28 March 2001.\n"
PORTAL = Thing("system/int/fishing-permit-portal", "egov:InformationSystem", "Fishing Permit Portal")
AUTHORITY = Thing("agency/int/harbour-authority", "egov:Agency", "Harbour Authority")


@pytest.fixture
def document() -> Document:
    """A page of an inventory."""
    return document_from_text(TEXT, "inventory.md")


def words(document: Document, text: str) -> tuple[Span, ...]:
    """Return where words stand."""
    start = document.text.index(text)
    return (Span(document.id, start, start + len(text)),)


def silent(document: Document) -> Extraction:
    """Return an extraction in which the rules found nothing."""
    return Extraction(document, {}, {}, {}, (), ())


def proposed(document: Document, *claims: object) -> Any:
    """Return what is made of an extractor that claims something of a document."""

    def extract(_document: Document, _ontology: Ontology) -> Iterator[Any]:
        yield from claims

    return proposed_by(document, extract)


def proposed_by(document: Document, extract: Any) -> Any:
    """Return what is made of an extractor."""
    return propose(Plugin("other", "1", extract), [silent(document)], load_ontology())


def install(folder: Path, name: str, code: str, *, package: str = "", version: str = "1.2") -> None:
    """Lay a package where Python looks, as an installer does: the module, its metadata, its entry point."""
    package = package or f"egov-kg-{name}"
    module = package.replace("-", "_")
    (folder / f"{module}.py").write_text(code, encoding="utf-8")
    info = folder / f"{module}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[egov_kg.extractors]\n{name} = {module}:extract\n", encoding="utf-8")
    importlib.invalidate_caches()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on Python's path."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    yield folder
    for name, module in list(sys.modules.items()):
        if Path(getattr(module, "__file__", "") or "").parent == folder:
            del sys.modules[name]


class TestExample:
    """The page that says how to write an extractor is true."""

    @pytest.fixture
    def installed(self, site: Path) -> None:
        """The package of the page, installed."""
        page = PAGE.read_text(encoding="utf-8")
        (code,) = re.findall(r"`inventory\.py`:\n\n```python run\n(.*?)```", page, re.DOTALL)
        (project,) = re.findall(r"`pyproject\.toml`:\n\n```toml\n(.*?)```", page, re.DOTALL)
        described = tomllib.loads(project)["project"]
        ((name, target),) = described["entry-points"]["egov_kg.extractors"].items()
        info = site / "egov_kg_inventory-1.0.dist-info"
        info.mkdir()
        head = f"Metadata-Version: 2.1\nName: {described['name']}\nVersion: {described['version']}\n"
        (info / "METADATA").write_text(head, encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[egov_kg.extractors]\n{name} = {target}\n", encoding="utf-8")
        (site / "inventory.py").write_text(code, encoding="utf-8")
        importlib.invalidate_caches()

    @pytest.mark.usefixtures("installed")
    def test_reads_the_inventory_of_the_page(self, document: Document) -> None:
        """One fact, with the words of heading and line."""
        (plugin,) = load_plugins(["inventory"])

        (found,) = propose(plugin, [silent(document)], load_ontology()).extractions

        (fact,) = found.facts
        assert (fact.subject, fact.property, fact.object) == (PORTAL, "egov:managedBy", AUTHORITY)
        assert [document.quote(span) for span in fact.evidence] == [
            "Fishing Permit Portal",
            "Run by: Harbour Authority",
        ]
        assert (fact.rule, plugin.version) == ("inventory.run-by.1", "1.0")

    @pytest.mark.usefixtures("installed")
    def test_builds_a_release_whose_default_graph_is_as_before(self, document: Document, tmp_path: Path) -> None:
        """The proposal stands in its own graph with its evidence; nothing else changes but the names of the build."""
        plain = pipeline.build([document], out=tmp_path / "plain").release

        result = pipeline.build([document], out=tmp_path / "other", extractors=["inventory"])

        release = result.release
        graphs = {graph: count for graph, count in release.counts["graphs"].items() if graph.startswith("document/")}
        assert set(graphs) == {"document/inventory", "document/inventory/inventory"}
        assert [*release.quads("default")] == [*plain.quads("default")]
        assert [*release.triples("entailed")] == [*plain.triples("entailed")]
        graph = ox.NamedNode(iri.graph_iri("document/inventory/inventory"))
        quads = [quad for quad in release.quads() if quad.graph_name == graph]
        managed = ox.NamedNode(iri.expand("egov:managedBy"))
        assert [(q.subject, q.object) for q in quads if q.predicate == managed] == [
            (ox.NamedNode(iri.thing_iri(PORTAL.id)), ox.NamedNode(iri.thing_iri(AUTHORITY.id)))
        ]
        certainties = {q.object for q in quads if q.predicate.value == iri.expand("egov:certainty")}
        assert certainties == {ox.Literal("proposed")}
        assert dict(release.manifest.extractors) == {"inventory": {"version": "1.0"}}
        (told,) = result.report["extractors"]
        assert told["documents"] == [{"id": document.id, "proposed": 1, "waiting": 1, "dropped": {}, "failed": ""}]
        assert store.open_release(release.path, deep=True).id == release.id

    @pytest.mark.usefixtures("installed")
    def test_finds_nothing_wrong_with_the_graph(self, document: Document, tmp_path: Path) -> None:
        """A proposal makes no finding, neither of shapes nor of integrity."""
        plain = pipeline.build([document], out=tmp_path / "plain").report

        report = pipeline.build([document], out=tmp_path / "other", config=Config(extractors="inventory")).report

        assert report["findings"] == plain["findings"]


class TestChecks:
    """Each fact is looked at; a bad one is counted with its reason."""

    def test_a_good_fact_stays(self, document: Document) -> None:
        """Its rule says whose it is."""
        fact = Fact(PORTAL, "egov:managedBy", AUTHORITY, words(document, "Run by: Harbour Authority"), "x.1")

        result = proposed(document, fact, fact)

        assert [(one.rule, one.certainty) for one in result.extractions[0].facts] == [("other.x.1", "stated")]
        assert result.dropped == {}

    @pytest.mark.parametrize(
        ("reason", "change"),
        [
            ("no-evidence", {"evidence": ()}),
            ("foreign-span", {"evidence": (Span("document/int/other", 0, 3),)}),
            ("span-out-of-range", {"evidence": (Span("document/int/inventory", 5, 5_000),)}),
            ("span-out-of-range", {"evidence": (Span("document/int/inventory", 9, 9),)}),
            ("outside-a-block", {"evidence": (Span("document/int/inventory", 2, 40),)}),
            ("undeclared-property", {"property": "egov:likes"}),
            ("undeclared-property", {"property": "egov:hasQualityNote"}),
            ("undeclared-property", {"property": "owl:sameAs"}),
            ("undeclared-class", {"object": Thing("agency/int/x", "egov:Bureau", "X")}),
            ("undeclared-class", {"object": Thing("note/int/x", "egov:QualityNote", "X")}),
            ("bad-id", {"object": Thing("law/int/x", "egov:Agency", "X")}),
            ("bad-id", {"object": Thing("agency/int/../x", "egov:Agency", "X")}),
            ("bad-id", {"object": Thing('agency/int/x"><b>', "egov:Agency", "X")}),
            ("no-label", {"object": Thing("agency/int/x", "egov:Agency", "  ")}),
            ("no-label", {"object": Thing("agency/int/x", "egov:Agency", "half of a pair \ud83d")}),
            ("no-label", {"object": Thing("agency/int/x", "egov:Agency", "a control \x00")}),
            ("no-evidence", {"evidence": ("words",)}),
            ("bad-value", {"property": "egov:beganIn", "object": TimeValue("2003", "\ud83d")}),
            ("no-rule", {"rule": "x\x00"}),
            ("range", {"object": Thing("law/int/x", "egov:Law", "X Act")}),
            ("range", {"object": Value("Harbour Authority")}),
            ("domain", {"property": "egov:initiated", "object": PORTAL}),
            ("range", {"property": "egov:statedYear", "object": Value("2001", "xsd:integer")}),
            ("bad-value", {"property": "egov:statedYear", "object": Value("200l", "xsd:gYear")}),
            ("bad-value", {"property": "egov:statedDate", "object": Value("2001-02-30", "xsd:date")}),
            ("range", {"property": "egov:beganIn", "object": Value("2001")}),
            ("bad-value", {"property": "egov:beganIn", "object": TimeValue("2007/2003", "2007 to 2003")}),
            ("itself", {"property": "egov:partOf", "object": PORTAL}),
            ("unknown-certainty", {"certainty": "sure"}),
            ("unknown-certainty", {"certainty": "background"}),
            ("no-rule", {"rule": ""}),
        ],
        ids=lambda value: value if isinstance(value, str) else "-".join(value),
    )
    def test_a_bad_fact_goes(self, document: Document, reason: str, change: dict[str, Any]) -> None:
        """The reason is the one that its author can act on."""
        good: dict[str, Any] = {
            "subject": PORTAL,
            "property": "egov:managedBy",
            "object": AUTHORITY,
            "evidence": words(document, "Run by: Harbour Authority"),
            "rule": "x.1",
        }

        result = proposed(document, Fact(**{**good, **change}))

        assert result.extractions[0].facts == ()
        assert result.dropped == {document.id: {reason: 1}}

    def test_words_in_navigation_are_none(self, document: Document) -> None:
        """Chrome yields nothing, whoever reads it."""
        head, *rest = document.blocks
        chrome = replace(head, kind="chrome", view=View("", ()))
        page = replace(document, blocks=(chrome, *rest))
        spans = (Span(document.id, head.start, head.start + 3),)

        result = proposed(page, Fact(PORTAL, "egov:managedBy", AUTHORITY, spans, "x.1"))

        assert result.dropped == {document.id: {"outside-a-block": 1}}

    def test_what_is_no_fact_is_counted(self, document: Document) -> None:
        """Foreign code may yield anything; what it drops itself is counted under its own word."""
        result = proposed(document, None, "a fact", Dropped("not-sure", "words"), Dropped("not-sure"))

        assert result.dropped == {document.id: {"no-fact": 2, "not-sure": 2}}

    def test_a_fact_of_the_rules_is_not_proposed_again(self, document: Document) -> None:
        """The extractor agrees; there is nothing to review."""
        fact = Fact(PORTAL, "egov:managedBy", AUTHORITY, words(document, "Harbour Authority"), "rule.1")
        known = Extraction(document, {PORTAL.id: PORTAL, AUTHORITY.id: AUTHORITY}, {}, {}, (fact,), ())

        result = propose(Plugin("other", "1", lambda _d, _o: [fact]), [known], load_ontology())

        assert result.dropped == {document.id: {"already-stated": 1}}

    def test_a_name_that_the_rules_know_means_the_thing_that_they_mean(self, document: Document) -> None:
        """An extractor need not know the jurisdiction that the document speaks of."""
        theirs = Thing("agency/kr/harbour-authority", "egov:StatutoryAgency", "Harbour Authority")
        known = Extraction(document, {theirs.id: theirs}, {}, {}, (), ())
        fact = Fact(PORTAL, "egov:managedBy", AUTHORITY, words(document, "Harbour Authority"), "x.1")

        result = propose(Plugin("other", "1", lambda _d, _o: [fact]), [known], load_ontology())

        assert result.extractions[0].facts[0].object == theirs


class TestHome:
    def test_a_new_thing_is_of_the_country_that_the_document_speaks_of(self, document: Document) -> None:
        """One that the extractor gave no jurisdiction; technologies have none, and a jurisdiction told stays."""
        ours = Thing("law/kr/records-act", "egov:Law", "Records Act")
        known = Extraction(document, {ours.id: ours}, {}, {}, (), ())
        ontology = load_ontology()
        cloud = ontology.thing("egov:Technology", "Cloud")
        abroad = ontology.thing("egov:Agency", "Harbour Authority", jurisdiction="fr")
        place = words(document, "Harbour Authority")
        facts = [
            Fact(PORTAL, "egov:managedBy", AUTHORITY, place, "x.1"),
            Fact(PORTAL, "egov:appliesTechnology", cloud, place, "x.2"),
            Fact(PORTAL, "egov:promotedBy", abroad, place, "x.3"),
        ]

        (found,) = propose(Plugin("other", "1", lambda _d, _o: facts), [known], ontology).extractions

        assert sorted(found.things) == [
            "agency/fr/harbour-authority",
            "agency/kr/harbour-authority",
            "system/kr/fishing-permit-portal",
            "technology/int/cloud",
        ]


class TestFailures:
    """An extractor that fails is a line in the report, never a lost build."""

    CODE = (
        "from egov_kg.extraction.plugins import Dropped\n"
        "def extract(document, ontology):\n"
        "    yield Dropped('seen')\n"
        "    if 'Portal' in document.text:\n"
        "        raise RuntimeError('out of ideas')\n"
    )

    def test_one_document_that_it_fails_on_is_listed(self, site: Path, document: Document, tmp_path: Path) -> None:
        """The other document is read, and the release is published."""
        install(site, "weak", self.CODE)
        other = document_from_text(
            "# Other\n\nThe Roh Moo-hyun administration launched the Deep Well project.\n", "o.md"
        )

        result = pipeline.build([document, other], out=tmp_path / "out", extractors=["weak"])

        (told,) = result.report["extractors"]
        assert {one["id"]: one["failed"] for one in told["documents"]} == {
            document.id: "RuntimeError: out of ideas",
            other.id: "",
        }
        assert (result.release.path / "report.json").exists()

    @pytest.mark.parametrize("line", ["raise SystemExit(3)", "raise RecursionError('deep')", "raise MemoryError"])
    def test_none_of_the_ways_to_stop_stops_the_build(self, document: Document, line: str) -> None:
        """Not even leaving the program."""
        scope: dict[str, Any] = {}
        exec(f"def extract(document, ontology):\n    {line}\n", scope)

        result = proposed_by(document, scope["extract"])

        assert list(result.failures) == [document.id]

    def test_reasons_of_others_stay_short(self, document: Document) -> None:
        """They stand in the report, whatever an extractor writes there."""
        result = proposed(document, Dropped("two words"), Dropped("x" * 1000), Dropped(""))

        assert result.dropped == {document.id: {"two-words": 1, "x" * 60: 1, "dropped": 1}}

    def test_with_strict_nothing_is_published(self, site: Path, document: Document, tmp_path: Path) -> None:
        """Whoever asks for strictness hears of it."""
        install(site, "weak", self.CODE)

        with pytest.raises(FindingsError, match="weak on document/int/inventory: RuntimeError: out of ideas"):
            pipeline.build([document], out=tmp_path / "out", extractors=["weak"], strict=True)

        assert not (tmp_path / "out" / "current").exists()

    def test_what_is_wrong_with_the_configuration_stops_the_build(self, document: Document) -> None:
        """A missing setting is missing for every document alike."""

        def extract(_document: Document, _ontology: Ontology) -> Iterator[Fact]:
            raise ConfigurationError("no address")

        with pytest.raises(ConfigurationError, match="no address"):
            propose(Plugin("other", "1", extract), [silent(document)], load_ontology())


class TestNames:
    """An extractor is asked for by name."""

    def test_an_unknown_one_names_those_that_there_are(self, site: Path) -> None:
        """Who mistypes sees what is installed."""
        install(site, "weak", TestFailures.CODE)

        with pytest.raises(UsageError, match=r"no extractor 'weka'; known are: .*weak"):
            load_plugins(["weka"])

    def test_two_of_one_name_are_refused(self, site: Path) -> None:
        """Which one runs must not depend on the order of folders."""
        install(site, "weak", TestFailures.CODE, package="one-of-them")
        install(site, "weak", TestFailures.CODE, package="the-other")

        with pytest.raises(UsageError, match="offered by one-of-them and the-other"):
            load_plugins(["weak"])

    def test_one_that_cannot_be_imported_says_why(self, site: Path) -> None:
        """The message names the package and the error."""
        install(site, "weak", "import a_package_that_is_not_there\n")

        with pytest.raises(UsageError, match=r"'weak' of egov-kg-weak cannot be loaded: ModuleNotFoundError"):
            load_plugins(["weak"])

    def test_an_object_tells_its_version_and_settings(self, site: Path) -> None:
        """They are what the manifest says."""
        code = (
            "class extract:\n"
            "    version = '7'\n"
            "    settings = {'depth': 3}\n"
            "    def extract(self, document, ontology):\n"
            "        return iter(())\n"
        )
        install(site, "deep", code)

        (plugin,) = load_plugins(["deep", "deep"])

        assert (plugin.name, plugin.version, dict(plugin.settings)) == ("deep", "7", {"depth": "3"})


class TestBytes:
    def test_proposals_are_the_same_for_any_order_in_which_they_come(
        self, document: Document, tmp_path: Path, site: Path
    ) -> None:
        """An extractor may work as it likes; the release is named by what it found."""
        code = (
            "from egov_kg.model import Fact, Span\n"
            "def extract(document, ontology):\n"
            "    bodies = ['Harbour Authority', 'Fishing Permit Portal', 'Inventory']\n"
            "    for name in ORDER(bodies):\n"
            "        start = document.text.index(name)\n"
            "        thing = ontology.thing('egov:Agency', name + ' Office')\n"
            "        system = ontology.thing('egov:InformationSystem', 'Portal')\n"
            "        yield Fact(system, 'egov:managedBy', thing, (Span(document.id, start, start + len(name)),), 'r')\n"
        )
        install(site, "there", f"ORDER = list\n{code}")
        first = pipeline.build([document], out=tmp_path / "one", extractors=["there"]).release
        (site / "egov_kg_there.py").write_text(f"ORDER = lambda names: names[::-1]\n{code}", encoding="utf-8")
        importlib.reload(importlib.import_module("egov_kg_there"))

        second = pipeline.build([document], out=tmp_path / "two", extractors=["there"]).release

        assert (
            json.loads((first.path / "report.json").read_text("utf-8"))["extractors"][0]["documents"][0]["proposed"]
            == 3
        )
        assert first.id == second.id


def test_the_ontology_of_extractors_has_words_for_every_term() -> None:
    """Who writes an extractor reads labels and definitions there."""
    ontology = load_ontology()

    assert [term.curie for term in ontology.classes.values() if not term.definition or not term.label] == []
    assert [term.curie for term in ontology.properties.values() if not term.definition or not term.label] == []
    assert ontology.properties["egov:beganIn"].kind == "time"
    assert "egov:Statement" not in ontology.classes
    assert "egov:hasMeasurement" not in ontology.properties
