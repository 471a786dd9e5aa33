"""A data set of others, read and written as a store: what a server serves beside its release.

Started by the server as ``python -m egov_kg.companions``, so that the process that faces the network reads nothing. RDF
of strangers is read in the box (`egov_kg.rdf_box`), tables by DuckDB as for links. The quads go into a folder as a
release has them; nothing of them comes near a release.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from egov_kg import assets, linking
from egov_kg.dumps import FORMATS
from egov_kg.errors import ConfigurationError, EgovKGError, UnreadableDocument
from egov_kg.linking.statements import Statements
from egov_kg.rdf_box import boxed_quads
from egov_kg.rdf_files import format_of
from egov_kg.sparql.evaluation import graphs_of
from egov_kg.store import QUADS, STORE
from egov_kg.store.loading import write_file

__all__ = ["Companion", "read_companion", "shipped"]

_BATCH: Final = 1000
_MOST_GRAPHS: Final = 1000
_SPECIFICATION: Final = ".toml"


@dataclass(frozen=True, slots=True)
class Companion:
    """What became of a data set.

    Attributes:
        id: The SHA-256 of what it was read from, with its name; hexadecimal.
        title: By language.
        licence: In words or as an IRI, or empty.
        version: Of the copy, or empty.
        quads: How many there are, each once.
        graphs: How many of them stand in each named graph.
        rows: How many rows of tables were read.
        nameless: How many of these are left out, because no IRI names them alone.
    """

    id: str
    title: dict[str, str]
    licence: str = ""
    version: str = ""
    quads: int = 0
    graphs: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    nameless: int = 0


def shipped() -> tuple[str, ...]:
    """Return the names of the data sets that come with egov-kg, sorted."""
    folder = assets.data("mappings")
    return tuple(sorted(path.stem for path in folder.glob(f"*{_SPECIFICATION}") if _copy(path.stem).is_dir()))


def _copy(name: str) -> Path:
    return assets.data("external") / name


def read_companion(name: str, path: Path | None, folder: Path, *, most: int, base: str) -> Companion:
    """Read a data set, and write it as the quads and the store that query processes open.

    Args:
        name: Of the data set beside the release.
        path: An RDF file, a folder with RDF files, or a link specification with its table beside it; None for the data
            set of that name that comes along.
        folder: Where the quads and the store are written; it is empty.
        most: The most quads.
        base: The base of our IRIs; relative IRIs in the files are below it.

    Raises:
        ConfigurationError: If there is none of that name, or it has too many quads or graphs.
        EgovKGError: If a file cannot be read; names the file and, where there is one, the line.
    """
    title, licence, version = {"en": name}, "", ""
    files: Iterable[Path]
    tables: Statements | None = None
    if path is None or path.suffix == _SPECIFICATION:
        specification, target = _specified(name, path)
        read = linking.read_specification(specification)
        title, licence, version = dict(read.dataset.title), read.dataset.licence, read.dataset.version
        tables = Statements(read, target)
        files = (specification, *tables.files)
        quads: Iterator[ox.Quad] = (ox.Quad(*triple) for triple in tables)
    else:
        files = _rdf_files(name, path)
        quads = _quads(files, f"{base}beside/{name}/")
    identifier = _digest(name, files)
    with (folder / QUADS).open("wb") as sink:
        _write(quads, sink, name, most)
    if identifier != _digest(name, files):
        raise ConfigurationError(f"the data set {name} changed while it was read; start again when it is complete")
    quads_in_all, graphs = _load(folder, name)
    rows, nameless = (tables.rows, tables.nameless) if tables is not None else (0, 0)
    return Companion(identifier, title, licence, version, quads_in_all, graphs, rows, nameless)


def _specified(name: str, path: Path | None) -> tuple[Path, Path]:
    """Return a link specification, and the folder in which its tables stand."""
    if path is not None:
        return path, path.parent
    if name not in shipped():
        raise ConfigurationError(
            f"no data set {name!r} comes along; there are {', '.join(shipped())}; another one is given as {name}=FILE"
        )
    return assets.data("mappings") / f"{name}{_SPECIFICATION}", _copy(name)


def _rdf_files(name: str, path: Path) -> tuple[Path, ...]:
    if path.is_dir():
        endings = tuple(f".{ending}{packed}" for ending in FORMATS for packed in ("", ".gz"))
        found = tuple(sorted(p for p in path.iterdir() if p.name.lower().endswith(endings) and p.is_file()))
        if not found:
            raise ConfigurationError(f"{path}, the data set {name}, holds no RDF; endings are {', '.join(FORMATS)}")
        return found
    if not path.is_file():  # a pipe or a device might never end
        raise UnreadableDocument(path, "is no file", f"Check what the data set {name} is.")
    format_of(path.name)
    return (path,)


def _quads(files: Iterable[Path], base: str) -> Iterator[ox.Quad]:
    for path in files:
        yield from boxed_quads(path, format_of(path.name).extension, base=base)


def _digest(name: str, files: Iterable[Path]) -> str:
    digest = hashlib.sha256(name.encode())
    for path in files:
        try:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise UnreadableDocument(path, f"cannot be read: {error.strerror}", "Check its rights.") from error
        digest.update(f"\n{content} {path.name}".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _write(quads: Iterator[ox.Quad], sink: IO[bytes], name: str, most: int) -> None:
    batch: list[ox.Quad] = []
    for count, quad in enumerate(quads, 1):
        batch.append(quad)
        if len(batch) == _BATCH:
            ox.serialize(batch, sink, ox.RdfFormat.N_QUADS)
            batch.clear()
        if count > most:
            raise ConfigurationError(
                f"the data set {name} has more than {most} quads, which is beside_quads; set it higher, or serve less"
            )
    ox.serialize(batch, sink, ox.RdfFormat.N_QUADS)


def _load(folder: Path, name: str) -> tuple[int, dict[str, int]]:
    """Write the store; return how many quads there are, and how many of them in each named graph."""
    write_file(folder / QUADS, folder / STORE)
    store = ox.Store.read_only(str(folder / STORE))
    named = graphs_of(store)
    if len(named) > _MOST_GRAPHS:
        raise ConfigurationError(f"the data set {name} has {len(named)} named graphs; the most is {_MOST_GRAPHS}")
    return len(store), {graph: _count(store, graph) for graph in sorted(named)}


def _count(store: ox.Store, graph: str) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, None, None, ox.NamedNode(graph)))


def _main(arguments: str) -> int:
    """Read the data set that the arguments name, and say in JSON on standard output what became of it."""
    asked = json.loads(arguments)
    path = Path(asked["path"]) if asked["path"] else None
    try:
        told = asdict(
            read_companion(asked["name"], path, Path(asked["folder"]), most=asked["most"], base=asked["base"])
        )
    except EgovKGError as error:
        told = {"error": str(error), "exit": error.exit_code}
    except MemoryError:
        told = {"error": f"the data set {asked['name']} needs too much memory to be read", "exit": 2}
    except OSError as error:
        told = {"error": f"the data set {asked['name']} cannot be kept: {error.strerror}", "exit": 2}
    with contextlib.suppress(BrokenPipeError):
        print(json.dumps(told))  # noqa: T201 - to the server
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
