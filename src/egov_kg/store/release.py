"""An immutable release, opened for reading: quads, queries, counts, labels, evidence, proofs.

The engine is imported by what uses it: the process that faces the network opens releases without loading it.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from egov_kg import iri
from egov_kg.errors import NotFound, QueryError, QuerySyntaxError, ReleaseDamaged, ReleaseNotFound
from egov_kg.store.manifest import MANIFEST, Manifest, digest

if TYPE_CHECKING:
    import pyoxigraph as ox
    import rdflib

    from egov_kg.store.values import Term

__all__ = [
    "CURRENT",
    "QUADS",
    "RELEASES",
    "STORE",
    "Prepared",
    "Release",
    "current_id",
    "find_release",
    "list_releases",
    "open_release",
]

CURRENT: Final = "current"
RELEASES: Final = "releases"
QUADS: Final = "egov.nq"
STORE: Final = "store"

_SHORTEST: Final = 4
_ID: Final = re.compile(r"[0-9a-f]{64}\Z")


class Prepared(NamedTuple):
    """A query, ready to run: its text and the terms that stand for some of its variables."""

    text: str
    substitutions: Mapping[ox.Variable, Term]


Prepare = Callable[[str, Mapping[str, object]], Prepared]


def _as_text(query: str, parameters: Mapping[str, object]) -> Prepared:
    import pyoxigraph as ox  # noqa: PLC0415 - see above

    from egov_kg.store.values import term  # noqa: PLC0415 - see above

    return Prepared(query, {ox.Variable(name): term(value) for name, value in parameters.items()})


class Release:
    """One build of the whole graph. Made by `open_release`; safe to share between threads that only read.

    Attributes:
        path: Its folder, without links.
        id: The SHA-256 of its manifest, hexadecimal.
        manifest: What it was made from and what it holds.
    """

    def __init__(self, path: Path, identifier: str, manifest: Manifest, prepare: Prepare | None = None) -> None:
        self.path = path
        self.id = identifier
        self.manifest = manifest
        self._prepare = prepare or _as_text

    def __repr__(self) -> str:
        return f"<Release {self.id[:12]} of {self.manifest.title} {self.manifest.version}>"

    @property
    def base(self) -> str:
        """The base of its IRIs, with the closing slash."""
        return self.manifest.base

    @property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """How many quads each graph holds, things each class has, triples each rule gave, and the totals."""
        return self.manifest.counts

    @functools.cached_property
    def report(self) -> Mapping[str, Any]:
        """The report of the build: facts and silent blocks of each document, findings, what had no expression."""
        report: dict[str, Any] = json.loads(self.file("report.json").read_bytes())
        return report

    def file(self, path: str) -> Path:
        """Return where a file of the release stands.

        Args:
            path: As in the manifest: ``egov.nq``, ``dumps/egov-kg-all.ttl``.

        Raises:
            NotFound: If the manifest does not name it.
        """
        if path != MANIFEST and all(file.path != path for file in self.manifest.files):
            raise NotFound(f"release {self.id[:12]} has no file {path!r}")
        return self.path / path

    @functools.cached_property
    def _store(self) -> ox.Store:
        import pyoxigraph as ox  # noqa: PLC0415 - see above

        folder = self.path / STORE
        try:
            return ox.Store.read_only(str(folder))
        except (OSError, RuntimeError) as error:
            raise ReleaseDamaged(folder, f"it cannot be opened ({error})") from error

    def store(self) -> ox.Store:
        """Return the store of the release, opened for reading once.

        The engine folds numbers and language tags; for the exact literals see `quads`.

        Raises:
            ReleaseDamaged: If it cannot be opened.
        """
        return self._store

    @functools.cached_property
    def _expanded(self) -> ox.Store:
        from egov_kg.store.expansion import expanded_copy  # noqa: PLC0415 - see above

        return expanded_copy(self._store, self.base)

    def expanded_store(self) -> ox.Store:
        """Return a store whose default graph has facts under every name of a thing, for names that are ours.

        It is `store` itself if no thing has two names; else a copy in memory, made once.

        Raises:
            ExpansionTooLarge: If that takes too many triples.
            ReleaseDamaged: As `store`.
        """
        return self._expanded

    def quads(self, graph: str | None = None) -> Iterator[ox.Quad]:
        """Yield the quads exactly as they were built, in canonical order.

        Args:
            graph: ``default``, the name of a graph (``entailed``, ``document/…``), its IRI, or None for all quads.

        Raises:
            ReleaseDamaged: If the file cannot be parsed.
        """
        import pyoxigraph as ox  # noqa: PLC0415 - see above

        wanted = None if graph is None else self._graph(graph)
        place = self.path / QUADS
        try:
            with place.open("rb") as file:
                for quad in ox.parse(file, format=ox.RdfFormat.N_QUADS):
                    if isinstance(quad, ox.Quad) and wanted in (None, quad.graph_name):
                        yield quad
        except SyntaxError as error:
            raise ReleaseDamaged(place, f"it is no N-Quads ({error})") from error

    def _graph(self, name: str) -> ox.NamedNode | ox.DefaultGraph:
        import pyoxigraph as ox  # noqa: PLC0415 - see above

        if name == "default":
            return ox.DefaultGraph()
        return ox.NamedNode(name if ":" in name else iri.graph_iri(name, self.base))

    def triples(self, graph: str = "default") -> Iterator[ox.Triple]:
        """Yield the triples of one graph, in canonical order; the default graph holds all facts, each once."""
        return (quad.triple for quad in self.quads(graph))

    def graphs(self) -> tuple[str, ...]:
        """Return the names of the named graphs, sorted: ``background/terms``, ``catalogue``, ``document/…`` ..."""
        import pyoxigraph as ox  # noqa: PLC0415 - see above

        start = iri.graph_iri("", self.base)
        names = (graph.value for graph in self.store().named_graphs() if isinstance(graph, ox.NamedNode))
        return tuple(sorted(name.removeprefix(start) for name in names))

    def select(
        self, query: str, /, *, as_terms: bool = False, expand_same_as: bool = False, **parameters: object
    ) -> list[dict[str, Any]]:
        """Return the rows of a SELECT query.

        Args:
            query: SPARQL, or the name of a named query (``laws-by-administration``).
            as_terms: Give `pyoxigraph` terms instead of Python values.
            expand_same_as: Let the default graph have facts under every name of a thing: see `expanded_store`.
            **parameters: Values of the query's variables, or of the parameters of a named query.

        Returns:
            One dict a row with every selected variable in order; None where it is unbound.

        Raises:
            QuerySyntaxError: If the text does not parse.
            QueryError: If it is no SELECT, or fails while it runs.
        """
        import pyoxigraph as ox  # noqa: PLC0415 - see above

        from egov_kg.store.values import python_value  # noqa: PLC0415 - see above

        with _translated():
            result = self._run(query, parameters, expands=expand_same_as)
            if not isinstance(result, ox.QuerySolutions):
                raise QueryError("select() takes a SELECT query; use ask() or construct() for the other forms")
            names = [variable.value for variable in result.variables]
            rows = [dict(zip(names, solution, strict=True)) for solution in result]
        return rows if as_terms else [{name: python_value(value) for name, value in row.items()} for row in rows]

    def ask(self, query: str, /, *, expand_same_as: bool = False, **parameters: object) -> bool:
        """Return the answer to an ASK query; arguments and errors as in `select`."""
        import pyoxigraph as ox  # noqa: PLC0415 - see above

        with _translated():
            result = self._run(query, parameters, expands=expand_same_as)
        if not isinstance(result, ox.QueryBoolean):
            raise QueryError("ask() takes an ASK query; use select() or construct() for the other forms")
        return bool(result)

    def construct(self, query: str, /, *, expand_same_as: bool = False, **parameters: object) -> list[ox.Triple]:
        """Return the triples of a CONSTRUCT or DESCRIBE query, sorted, each once; otherwise as `select`."""
        import pyoxigraph as ox  # noqa: PLC0415 - see above

        with _translated():
            result = self._run(query, parameters, expands=expand_same_as)
            if not isinstance(result, ox.QueryTriples):
                raise QueryError("construct() takes a CONSTRUCT or DESCRIBE query; use select() for rows")
            return sorted(set(result), key=str)

    def _run(
        self, query: str, parameters: Mapping[str, object], *, expands: bool
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        prepared = self._prepare(query, parameters)
        store = self._expanded if expands else self.store()
        return store.query(
            prepared.text, base_iri=self.base, prefixes=dict(iri.PREFIXES), substitutions=dict(prepared.substitutions)
        )

    def labels(self, lang: str = "en") -> dict[str, str]:
        """Return the preferred label of everything that has one, by IRI.

        Args:
            lang: The language wanted; English, then any other stands in where there is none.
        """
        import pyoxigraph as ox  # noqa: PLC0415 - see above

        found: dict[str, tuple[tuple[bool, bool, str], str]] = {}
        for quad in self.store().quads_for_pattern(
            None, ox.NamedNode(iri.expand("skos:prefLabel")), None, ox.DefaultGraph()
        ):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                tag = quad.object.language or ""
                rank = (tag != lang, tag != "en", tag)
                name = quad.subject.value
                if name not in found or rank < found[name][0]:
                    found[name] = (rank, quad.object.value)
        return {name: label for name, (_, label) in sorted(found.items())}

    def graph(self) -> rdflib.Graph:
        """Return the default graph - all facts, each once - for rdflib, exactly as built."""
        from egov_kg.rdf.convert import rdflib_graph  # noqa: PLC0415 - rdflib is slow to import

        return rdflib_graph(self.triples())

    def dataset(self) -> rdflib.Dataset:
        """Return the default graph and all named graphs for rdflib, exactly as built."""
        from egov_kg.rdf.convert import rdflib_dataset  # noqa: PLC0415 - rdflib is slow to import

        return rdflib_dataset(self.quads())


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Turn the engine's errors into ours."""
    try:
        yield
    except SyntaxError as error:
        found = re.match(r"error at (\d+):(\d+): (.*)", str(error), re.DOTALL)
        line, column, message = (int(found[1]), int(found[2]), found[3]) if found else (0, 0, str(error))
        raise QuerySyntaxError(" ".join(message.split())[:200], line=line, column=column) from error
    except (RuntimeError, ValueError) as error:
        if isinstance(error, QueryError):
            raise
        raise QueryError(f"the query cannot be answered: {error}") from error


def open_release(path: Path | str, *, deep: bool = False, prepare: Prepare | None = None) -> Release:
    """Open a release for reading.

    Args:
        path: A release folder, or the folder that holds ``current``.
        deep: Also read every file and compare its SHA-256, and scan the store. Without it the manifest must match the
            name of the folder, and every file must have its size.
        prepare: Turns a query or its name, and parameters, into what the engine runs; by default the text is run.

    Raises:
        ReleaseNotFound: If there is none.
        ReleaseDamaged: If a file is missing or is not what the manifest says; names the file.
    """
    folder = _folder(Path(path))
    place = folder / MANIFEST
    try:
        data = place.read_bytes()
    except OSError as error:
        raise ReleaseDamaged(place, f"it cannot be read ({error.strerror})") from error
    identifier = hashlib.sha256(data).hexdigest()
    if _ID.match(folder.name) and folder.name != identifier:
        raise ReleaseDamaged(place, "its SHA-256 is not the name of the folder")
    manifest = Manifest.from_bytes(data, place)
    for file in manifest.files:
        _check(folder / file.path, file.bytes, file.sha256 if deep else None)
    if not (folder / STORE / "CURRENT").is_file():
        raise ReleaseDamaged(folder / STORE, "the store is missing")
    release = Release(folder, identifier, manifest, prepare)
    if deep:
        from egov_kg.store.checking import check_store  # noqa: PLC0415 - see above

        check_store(release.store(), release.quads(), folder / STORE)
    return release


def list_releases(out: Path) -> tuple[str, ...]:
    """Return the ids of the releases in a folder, sorted; nothing is opened or checked."""
    folder = out / RELEASES
    return tuple(sorted(p.name for p in folder.iterdir() if _ID.match(p.name))) if folder.is_dir() else ()


def current_id(out: Path) -> str:
    """Return the id that ``current`` names, whether it is there or not; an empty string if nothing names one."""
    pointer = out / CURRENT
    try:
        named = pointer.readlink().name if pointer.is_symlink() else pointer.read_text("utf-8", "replace")
    except OSError:
        return ""
    return named.strip() if _ID.match(named.strip()) else ""


def find_release(out: Path, name: str) -> Release:
    """Open a release by name.

    Args:
        out: The folder that holds the releases.
        name: ``current``, the beginning of an id (at least four digits), or a folder as for `open_release`.

    Raises:
        NotFound: If no release, or more than one, has such an id.
    """
    if name == CURRENT:
        return open_release(out)
    if Path(name).is_dir():
        return open_release(Path(name))
    known = list_releases(out)
    found = [one for one in known if len(name) >= _SHORTEST and one.startswith(name)]
    if len(found) != 1:
        what = f"{len(found)} releases begin with" if found else "there is no release"
        shown = ", ".join(one[:12] for one in found or known) or "none"
        raise NotFound(f"{what} {name!r} in {out}; there are {shown}")
    return open_release(out / RELEASES / found[0])


def _folder(path: Path) -> Path:
    if (path / MANIFEST).exists() or _ID.match(path.name):
        if not path.is_dir():
            raise ReleaseNotFound(path)
        return path.resolve()
    pointer = path / CURRENT
    if pointer.is_file():
        target = path / RELEASES / pointer.read_text(encoding="utf-8", errors="replace").strip()
    elif pointer.is_symlink() or pointer.is_dir():
        target = Path(os.path.realpath(pointer))
    else:
        raise ReleaseNotFound(path)
    if not target.is_dir():
        raise ReleaseDamaged(pointer, f"it points to {target.name[:64]!r}, which is not there")
    return target.resolve()


def _check(path: Path, size: int, sha256: str | None) -> None:
    try:
        found = path.stat().st_size
    except OSError as error:
        raise ReleaseDamaged(path, "it is missing") from error
    if found != size:
        raise ReleaseDamaged(path, f"it has {found} bytes and should have {size}")
    if sha256 is not None and digest(path)[0] != sha256:
        raise ReleaseDamaged(path, "its SHA-256 is not the one of the manifest")
