"""The mappings that may enter the graph: those that a person accepted, or a run did and no person said otherwise."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from egov_kg import iri
from egov_kg.errors import DataFileError, UsageError
from egov_kg.linking.paying import PaidRows, paid_rows
from egov_kg.linking.specification_files import read_specification
from egov_kg.linking.sssom import REVIEWERS, MappingRow, read_mappings
from egov_kg.ntriples import is_iri
from egov_kg.rdf.links import RESERVED, Link, LinkSet, statement_id

__all__ = ["AcceptedLinks", "accepted_links", "accepted_rows"]

_ENDING: Final = ".sssom.tsv"
_WORDS: Final = tuple(iri.PREFIXES[name] for name in ("rdf", "rdfs", "owl", "xsd"))
_ADDRESSES: Final = ("https://", "http://", "urn:", "mailto:")


@dataclass(frozen=True, slots=True)
class AcceptedLinks:
    """What mapping files let into the graph.

    Attributes:
        sets: The links by data set, sorted by its id.
        files: Every file that was read, with its name for the manifest.
    """

    sets: tuple[LinkSet, ...] = ()
    files: tuple[tuple[str, Path], ...] = ()


def accepted_links(folders: Iterable[Path], base: str = iri.BASE) -> AcceptedLinks:
    """Return the accepted links of all mapping files in some folders.

    Args:
        folders: Mapping files ``{dataset}.sssom.tsv``, mostly with the link specification of the data set beside
            them. A file in a later folder takes the place of one for the same data set in an earlier folder.
        base: The base of our IRIs.

    Raises:
        UsageError: If a folder is not there.
        DataFileError: If a file is wrong, or lacks what a link brings back.
        UnreadableTarget: If a data set that values come back from cannot be read.
    """
    paths: dict[str, Path] = {}
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"{folder} is no folder of mapping files; expected one with {{dataset}}{_ENDING}")
        for path in sorted(folder.glob(f"*{_ENDING}")):
            paths[path.name.removesuffix(_ENDING)] = path
    made = [_link_set(name, path, base) for name, path in sorted(paths.items())]
    return AcceptedLinks(tuple(one for one, _ in made), tuple(file for _, files in made for file in files))


def _link_set(name: str, path: Path, base: str) -> tuple[LinkSet, list[tuple[str, Path]]]:
    if not name or iri.slug(name) != name:
        raise DataFileError(path, 0, f"is named after the data set {name!r}, expected lower-case words with hyphens")
    found = read_mappings(path, base)
    beside = _specification_of(name, path.parent)
    specification = read_specification(beside) if beside is not None else None
    files = [(path.name, path)]
    titles, licence, version = {"en": name}, "", found.metadata.get("object_source_version", "")
    if specification is not None and beside is not None:
        dataset = specification.dataset
        titles, licence, version = dict(dataset.title), dataset.licence, dataset.version or version
        files.append((beside.name, beside))
    address = f"{base}mappings/{name}"
    people = {**REVIEWERS, **found.prefixes, "egovid": f"{base}id/"}
    links = tuple(_link(row, address, base, path, people) for row in accepted_rows(found.mappings))
    paid = paid_rows(specification, links, path) if specification is not None else PaidRows()
    if paid.paid and name in RESERVED:
        raise DataFileError(
            path, 0, f"brings values back into graph/background/{name}, which the build makes; rename it"
        )
    files += [(f"{name}/{file.name}", file) for file in paid.files]
    made = LinkSet(
        dataset=name,
        titles=titles,
        licence=licence,
        version=version,
        title=found.metadata.get("mapping_set_title", f"egov-kg and {titles.get('en', name)}"),
        set_licence=found.metadata.get("license", ""),
        set_version=found.metadata.get("mapping_set_version", ""),
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
        rows=len(found.mappings),
        links=links,
        paid=tuple(paid.paid),
        passed=dict(paid.passed),
    )
    return made, files


def _specification_of(name: str, folder: Path) -> Path | None:
    """Return the link specification of a data set, whatever its file is called, or None if there is none.

    Raises:
        DataFileError: If two files say that they are it.
    """
    found = []
    for path in sorted(folder.glob("*.toml")):
        try:
            dataset = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("dataset")
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            if path.stem == name:
                return path  # it is told with the place of the error when it is read
            continue
        if isinstance(dataset, dict) and dataset.get("id") == name:
            found.append(path)
    if len(found) > 1:
        raise DataFileError(found[1], 0, f"is about {name!r}, as {found[0].name} is; expected one file a data set")
    return found[0] if found else None


def accepted_rows(rows: Sequence[MappingRow]) -> tuple[MappingRow, ...]:
    """Return the mappings that may enter the graph, each pair and predicate once, in the order of the file.

    What a run accepted gives way to a decision of a person on the same pair, whatever it says.
    """
    decided = {(one.subject, one.object) for one in rows if one.is_decided}
    kept: dict[tuple[str, str, str], MappingRow] = {}
    for one in rows:
        if one.is_accepted and (one.is_decided or (one.subject, one.object) not in decided):
            kept.setdefault((one.subject, one.predicate, one.object), one)
    refused = {(one.subject, one.predicate, one.object) for one in rows if one.is_decided and one.negated}
    return tuple(row for key, row in kept.items() if key not in refused)


def _link(row: MappingRow, address: str, base: str, path: Path, people: Mapping[str, str]) -> Link:
    subject = iri.id_of(row.subject, base)
    if subject is None or not is_iri(row.subject):
        raise DataFileError(path, 0, f"subject_id {row.subject!r} is no thing of ours, expected one below {base}id/")
    if not is_iri(row.object):
        raise DataFileError(path, 0, f"object_id {row.object!r} is no IRI")
    if row.object.startswith(_WORDS) or (row.object.startswith(base) and iri.id_of(row.object, base) is None):
        raise DataFileError(path, 0, f"object_id {row.object!r} is a word of a vocabulary, expected a thing of others")
    return Link(
        subject=subject,
        predicate=row.predicate,
        object=row.object,
        statement=statement_id(address, subject, row.predicate, row.object, base),
        rule=row.justification,
        label=row.object_label,
        note=_note(row),
        reviewer=_person(row.reviewer, people),
    )


def _note(row: MappingRow) -> str:
    told: Mapping[str, str] = {
        "confidence": "" if row.confidence is None else f"{row.confidence:.4f}",
        "reviewer": row.reviewer,
        "decided": row.date,
    }
    parts = [f"{name}={value}" for name, value in told.items() if value]
    return "; ".join([*parts, *([row.comment] if row.comment else [])])


def _person(reviewer: str, people: Mapping[str, str]) -> str:
    """Return the IRI of a reviewer, or nothing if the words make none that a page may lead to."""
    prefix, _, local = reviewer.partition(":")
    name = people[prefix] + local if local and prefix in people else reviewer
    return name if name.startswith(_ADDRESSES) and is_iri(name) else ""
