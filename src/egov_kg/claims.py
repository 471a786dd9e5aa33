"""What documents claim: the facts of the rules, the proposals of other extractors, and what reviewers made of both."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from egov_kg import assets, iri
from egov_kg.config import Config, llm_key
from egov_kg.errors import FindingsError
from egov_kg.extraction import Registry
from egov_kg.extraction.ontology import load_ontology
from egov_kg.extraction.plugins import FactExtractor, Proposals, load_plugins, propose
from egov_kg.model import Document, Extraction, Fact, Thing
from egov_kg.rdf.evidence import span_hash
from egov_kg.review import Decision, Outcome, apply_decisions, read_decisions
from egov_kg.store import Input, digest
from egov_kg.validation import Finding

__all__ = ["Claims", "collect", "contradicted", "review_inputs"]

Tell = Callable[[str], None]
Reread = Callable[[], Iterator[Document]]


@dataclass(frozen=True, slots=True)
class Claims:
    """What documents claim, before it becomes a graph.

    Attributes:
        found: What the rules found, before any decision.
        proposals: What other extractors gave, before any decision.
        decisions: What reviewers decided, by the id of the fact.
        outcome: What these decisions left.
    """

    found: tuple[Extraction, ...]
    proposals: tuple[Proposals, ...] = ()
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    outcome: Outcome = field(default_factory=lambda: Outcome((), {}))

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing here but what the rules found."""
        return not self.proposals and not self.decisions

    def report(self) -> dict[str, Any]:
        """Return what a build tells of extractors and reviews; empty where there are none."""
        told: dict[str, Any] = {}
        if self.proposals:
            told["extractors"] = [self._of_extractor(one) for one in self.proposals]
        if self.decisions:
            stale = [
                {"fact": one.decision.fact, "place": one.decision.place, "reason": one.reason}
                for one in self.outcome.stale
            ]
            told["review"] = {**self.outcome.counts(), "stale_decisions": stale}
        return told

    def _of_extractor(self, proposals: Proposals) -> dict[str, Any]:
        left = {one.document.id: one for one in self.outcome.proposals.get(proposals.plugin.name, ())}
        return {
            "name": proposals.plugin.name,
            "version": proposals.plugin.version,
            "settings": dict(proposals.plugin.settings),
            "documents": [
                {
                    "id": one.document.id,
                    "proposed": len(one.facts),
                    "waiting": len(left[one.document.id].facts) if one.document.id in left else 0,
                    "dropped": dict(proposals.dropped.get(one.document.id, {})),
                    "failed": proposals.failures.get(one.document.id, ""),
                }
                for one in proposals.extractions
            ],
        }

    def manifest(self) -> dict[str, dict[str, str]]:
        """Return the extractors for the manifest."""
        return {one.plugin.name: {**one.plugin.settings, "version": one.plugin.version} for one in self.proposals}

    def digest(self) -> str:
        """Return a hash of everything besides rules and documents that decides what the graph holds; or nothing."""
        if self.is_plain:
            return ""
        lines = [f"{name} {sorted(settings.items())}" for name, settings in sorted(self.manifest().items())]
        for proposals in self.proposals:
            lines += [f"{fact!r}" for extraction in proposals.extractions for fact in extraction.facts]
        lines += [f"{one.fact} {one.verdict} {one.by}" for one in self.decisions.values()]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def refuse_failures(self) -> None:
        """Raise if an extractor failed for some document: what `strict` asks for.

        Raises:
            FindingsError: If one did; names the first.
        """
        failed = [(one.plugin.name, name, told) for one in self.proposals for name, told in one.failures.items()]
        if failed:
            name, document, told = failed[0]
            what = "documents that an extractor failed on, nothing was published"
            raise FindingsError(len(failed), f"{what}; first {name} on {document}: {told}")


def collect(
    extractions: Sequence[Extraction],
    config: Config,
    *,
    registry: Registry,
    extractors: Iterable[str] = (),
    reviews: Iterable[Path] = (),
    reread: Reread | None = None,
    tell: Tell | None = None,
) -> Claims:
    """Return what documents claim.

    Args:
        extractions: What the rules found.
        config: The settings of a language model, further extractors, a folder of decisions.
        registry: Where ids come from.
        extractors: The names of extractors besides those of the configuration.
        reviews: Folders with decisions besides those that come along and that of the configuration; later ones win.
        reread: Gives the documents again, with their blocks, one after the other; without it those of `extractions`
            are taken as they are. It is called once for each extractor.
        tell: Called with a line for each document that an extractor has read.

    Raises:
        UsageError: If an extractor or a folder does not exist.
        DataFileError: If a table of decisions is wrong.
        ConfigurationError: If an extractor lacks a setting or a package.
    """
    plugins = load_plugins({*config.chosen_extractors, *extractors}, _built_in(config))
    ontology = load_ontology(registry)
    proposals = []
    for plugin in plugins:
        done = itertools.count(1)

        def told(document: Document, facts: int, *, name: str = plugin.name, done: Iterator[int] = done) -> None:
            if tell is not None:
                tell(f"{name}: {next(done)} of {len(extractions)}, {document.source}: {facts} proposals")

        proposals.append(propose(plugin, _readable(extractions, reread), ontology, told))
    decisions = read_decisions(_folders(config, reviews))
    offered = {one.plugin.name: one.extractions for one in proposals}
    outcome = apply_decisions(tuple(extractions), offered, decisions)
    return Claims(tuple(extractions), tuple(proposals), decisions, outcome)


def _readable(extractions: Sequence[Extraction], reread: Reread | None) -> Iterator[Extraction]:
    """Yield extractions whose documents have blocks, which extractors read and nothing else after the rules does."""
    if reread is None:
        yield from extractions
        return
    known = {(one.document.id, one.document.source, one.document.text_digest): one for one in extractions}
    for document in reread():
        extraction = known.pop((document.id, document.source, document.text_digest), None)
        if extraction is not None:
            yield replace(extraction, document=document)


def _built_in(config: Config) -> Mapping[str, Callable[[], FactExtractor]]:
    def language_model() -> FactExtractor:
        from egov_kg.extraction.llm import LanguageModel, Settings  # noqa: PLC0415 - only who asks for it needs it

        return LanguageModel(
            Settings(
                model=config.llm_model,
                cache=Path(config.llm_cache) if config.llm_cache else config.out / ".llm",
                url=config.llm_url,
                key=llm_key(),
                prompt=Path(config.llm_prompt) if config.llm_prompt else None,
                seconds=config.llm_seconds,
                budget_seconds=config.llm_budget_seconds,
                max_tokens=config.llm_max_tokens,
                concurrency=config.llm_concurrency,
            )
        )

    return {"llm": language_model}


_SHIPPED: Final = "review"


def _folders(config: Config, reviews: Iterable[Path]) -> list[Path]:
    shipped = assets.data() / _SHIPPED
    own = [Path(config.review)] if config.review else []
    return [*([shipped] if shipped.is_dir() else []), *own, *reviews]


def review_inputs(config: Config, reviews: Iterable[Path]) -> tuple[Input, ...]:
    """Return the tables of decisions as inputs of a release."""
    paths = {
        path
        for folder in _folders(config, reviews)
        for path in ([folder] if folder.is_file() else [*folder.glob("*.tsv"), *folder.glob("*.csv")])
    }
    return tuple(
        sorted((Input("review", path.name, *digest(path)) for path in paths), key=lambda row: (row.name, row.sha256))
    )


def contradicted(
    quads: Iterable[ox.Quad], conflicts: Iterable[Finding], base: str = iri.BASE
) -> Callable[[Document, Fact], bool]:
    """Return a function that says whether a fact is one of those that a conflict sets against each other.

    Args:
        quads: The asserted dataset with its evidence.
        conflicts: What was found in it.
        base: The base of the dataset.
    """
    named = {name for conflict in conflicts for name in conflict.statements}
    about: dict[str, dict[str, set[str]]] = {}
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value in named:
            values = about.setdefault(quad.subject.value, {}).setdefault(iri.curie(quad.predicate.value), set())
            values.add(getattr(quad.object, "value", ""))
    keys = {
        (frozenset(values.get("oa:hasTarget", ())), end)
        for values in about.values()
        if iri.expand("rdf:type") not in values.get("rdf:predicate", ())
        for end in values.get("rdf:subject", ())
    }

    def is_contradicted(document: Document, fact: Fact) -> bool:
        if not keys:
            return False
        spans = frozenset(
            iri.thing_iri(f"span/{span_hash(document.text_digest, span.start, span.end)}", base)
            for span in fact.evidence
        )
        ends = [thing.id for thing in (fact.subject, fact.object) if isinstance(thing, Thing)]
        return any((spans, iri.thing_iri(end, base)) in keys for end in ends)

    return is_contradicted
