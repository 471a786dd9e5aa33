"""Files of releases: dumps, checksums, manifests, served from a fixed table of names."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from egov_kg.errors import NotFound, ReleaseDamaged, ReleaseNotFound
from egov_kg.server import negotiation
from egov_kg.server.compression import chosen
from egov_kg.server.html import DumpFile
from egov_kg.server.problems import refused
from egov_kg.server.requests import parameters_of
from egov_kg.server.responses import PAGE_HEADERS, BodyResponse, cache_headers, is_known, not_modified
from egov_kg.sparql import Format
from egov_kg.store import MANIFEST, RELEASES, Release, list_releases, open_release
from egov_kg.store.history import earlier

__all__ = ["LIST_FORMATS", "Downloads", "media_type"]

LIST_FORMATS: Final[Mapping[str, Format]] = {
    "json": Format("json", "application/json", (), "json"),
    "html": Format("html", "text/html", ("application/xhtml+xml",), "html"),
}
"""The formats of a list of files or queries."""

_TYPES: Final = {
    "ttl": "text/turtle; charset=utf-8",
    "nt": "application/n-triples",
    "nq": "application/n-quads",
    "trig": "application/trig",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "gz": "application/gzip",
    "json": "application/json",
    "tsv": "text/tab-separated-values; charset=utf-8",
}
# proofs.tsv is of releases that were built before explanations were found when asked.
_TOP: Final = ("egov.nq", "registry.tsv", "proofs.tsv", "report.json", "void.ttl", "catalog.ttl")
_RANGE: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_LATEST: Final = "latest"
_EARLIER: Final = 50
_FOLDERS: Final = ("dumps", "mappings")
_FOREVER: Final = "public, max-age=31536000, immutable"


MakePage = Callable[[str, Sequence[DumpFile]], Awaitable[str]]
"""Makes the page of the files of a release."""


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    listed: DumpFile


def media_type(name: str) -> str:
    """Return what a file is served as, by its name.

    Example:
        >>> media_type("egov-kg-all.ttl.gz"), media_type("SHA256SUMS")
        ('application/gzip', 'text/plain; charset=utf-8')
    """
    return _TYPES.get(name.rpartition(".")[2], "text/plain; charset=utf-8")


class Downloads:
    """The files of the releases in a folder; `release` is the one being served."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self._out = release.path.parent.parent if release.path.parent.name == RELEASES else None
        self._tables: dict[str, dict[str, _File]] = {release.id: _table(release)}
        self._earlier: tuple[int, tuple[str, ...]] | None = None

    def releases(self) -> tuple[str, ...]:
        """Return the ids of the releases whose files can be had."""
        return tuple(sorted({self.release.id, *(list_releases(self._out) if self._out else ())}))

    async def earlier(self) -> tuple[str, ...]:
        """Return the ids of the releases that led to the one being served, the newest first; the last fifty."""
        if self._out is None:
            return ()
        state = _state_of(self._out / RELEASES)
        if self._earlier is None or self._earlier[0] != state:
            found = await asyncio.to_thread(earlier, self._out, self.release.id)
            self._earlier = (state, tuple(found[:_EARLIER]))
        return self._earlier[1]

    def files(self, release: str) -> dict[str, _File]:
        """Return the files of a release by name.

        Raises:
            NotFound: If there is no such release, or it is damaged.
        """
        if release not in self.releases():
            raise NotFound(f"there is no release {release[:80]!r}")
        if release not in self._tables:
            assert self._out is not None
            try:
                self._tables[release] = _table(open_release(self._out / RELEASES / release))
            except (ReleaseNotFound, ReleaseDamaged) as error:
                raise NotFound(f"the release {release[:12]} cannot be read") from error
        return self._tables[release]

    async def respond(self, request: Request, path: str, make_page: MakePage) -> Response:
        """Answer a request below ``/dumps/``.

        Args:
            request: The request.
            path: What stands after ``/dumps/``.
            make_page: Makes the list for people.

        Raises:
            NotFound: If there is no such release or file.
        """
        release, slash, name = path.partition("/")
        if release == _LATEST and slash and name:
            if name not in self.files(self.release.id):
                raise NotFound(f"the release has no file {name[:80]!r}")
            return Response(
                status_code=302, headers={"Location": f"/dumps/{self.release.id}/{name}", **cache_headers()}
            )
        if release in {"", _LATEST} and not name:
            return await self._listed(request, self.release.id, make_page)
        if not name:
            return await self._listed(request, release, make_page)
        file = self.files(release).get(name)
        if file is None:
            raise NotFound(f"release {release[:12]} has no file {name[:80]!r}")
        return self._sent(request, release, file)

    def _sent(self, request: Request, release: str, file: _File) -> Response:
        """Return a file, or what stands beside it with gzip to whoever prefers that; a range is one of the file."""
        packed = self.files(release).get(f"{file.listed.name}.gz")
        etags = [f'"{found.listed.sha256}"' for found in (file, packed) if found is not None]
        if any(is_known(request, etag, is_there=True) for etag in etags):
            known = next(etag for etag in etags if is_known(request, etag, is_there=True))
            return not_modified(known, {"Cache-Control": _FOREVER})
        encoding = None
        if "range" not in request.headers:
            encoding = chosen(request.headers.get("accept-encoding"), ("gzip",) if packed is not None else ())
        found = file if encoding is None or packed is None else packed
        headers = {"Cache-Control": _FOREVER, "ETag": f'"{found.listed.sha256}"'}
        if encoding is not None:
            headers["Content-Encoding"] = encoding
        if not found.path.is_file():
            raise NotFound(f"release {release[:12]} has lost its file {found.listed.name[:80]!r}")
        return _file_response(request, found, {**headers, "Content-Type": file.listed.media_type})

    async def _listed(self, request: Request, release: str, make_page: MakePage) -> Response:
        form = negotiation.chosen(
            request.headers.get("accept"), parameters_of(request.scope["query_string"]).format, LIST_FORMATS
        )
        files = [file.listed for file in self.files(release).values()]
        if form.name == "html":
            return HTMLResponse(await make_page(release, files), headers=PAGE_HEADERS)
        listing = {
            "release": release,
            "current": self.release.id,
            "releases": list(self.releases()),
            "version": self.release.manifest.version if release == self.release.id else None,
            "files": [asdict(file) for file in files],
        }
        return JSONResponse(listing, headers=cache_headers())


def _state_of(folder: Path) -> int:
    """Return what changes when a release comes or goes."""
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


def _file_response(request: Request, file: _File, headers: Mapping[str, str]) -> Response:
    """Return a file, or the part of it that one range asks for; what is no such range is ignored."""
    size = file.listed.bytes
    headers = {**headers, "Accept-Ranges": "bytes"}
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    condition = request.headers.get("if-range", headers["ETag"])
    if asked is None or asked.groups() == ("", "") or condition != headers["ETag"]:
        return BodyResponse(file.path.open("rb"), size, headers)
    first, last = asked.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        detail = f"the range {asked[0][:40]} lies outside the file, which has {size} bytes"
        raise refused("range-not-satisfiable", detail, headers={"Content-Range": f"bytes */{size}"})
    body = file.path.open("rb")
    body.seek(start)
    headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    return BodyResponse(body, end - start + 1, headers, status=206)


def _table(release: Release) -> dict[str, _File]:
    """Return the files that may be had, by name: nothing else has an address."""
    table: dict[str, _File] = {}
    for file in release.manifest.files:
        folder, _, name = file.path.rpartition("/")
        if folder in _FOLDERS or file.path in _TOP:
            href = f"/dumps/{release.id}/{name}"
            table[name] = _File(
                release.path / file.path, DumpFile(name, href, media_type(name), file.bytes, file.sha256)
            )
    manifest = release.path / MANIFEST
    href = f"/dumps/{release.id}/{MANIFEST}"
    listed = DumpFile(MANIFEST, href, media_type(MANIFEST), manifest.stat().st_size, release.id)
    return {**table, MANIFEST: _File(manifest, listed)}
