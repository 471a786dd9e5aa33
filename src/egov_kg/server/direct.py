"""Queries answered on the connection: made by a query process, without parser, routing, tasks or futures.

It is for the common case alone: one GET with a query and nothing else, in a head that the application has read before
(`egov_kg.server.shapes`), answered completely, small, and sent as it is. It goes through the same queue, budgets,
cache, deadline and counters as all others. Whatever turns out otherwise goes on in the application as the request that
it was, with what became of the query (`egov_kg.server.link.Made`): no query runs twice, and an error looks as it always
does.
"""

from __future__ import annotations

import contextlib
import logging
import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from egov_kg.errors import EgovKGError, EngineStopped
from egov_kg.server import logs, metrics
from egov_kg.server.cache import Content, Presence, key_of
from egov_kg.server.compression import chosen, is_worth_it
from egov_kg.server.limits import Client, Meter
from egov_kg.server.link import Made
from egov_kg.server.outgoing import head_lines
from egov_kg.server.problems import RequestRefused
from egov_kg.server.responses import cache_headers, data_headers, etag_of, form_of
from egov_kg.server.shapes import BEGINNING, Shape
from egov_kg.server.watching import Record
from egov_kg.sparql import Pool, Request
from egov_kg.sparql.course import Course

if TYPE_CHECKING:
    from egov_kg.server.connection import HttpToolsConnection
    from egov_kg.server.serving import Served

__all__ = ["LONGEST_BODY", "Direct"]

_LOG = logging.getLogger(__name__)

LONGEST_BODY: Final = 32 << 10
"""The largest body that is sent from here."""

_USUAL: Final = re.compile(rb"(?:[A-Za-z0-9._~!$'()*+,;:@/?=-]|%[0-9A-Fa-f]{2})+")
"""A query in an address, written so that nobody can read it in another way."""

_HOLES: Final = ("\x01", "\x02", "\x03", "\x04")


class Direct:
    """One query on its way; `begin` makes it, and then it is the `direct` of its connection.

    Args:
        connection: Where it came from.
        asked: The bytes of the request.
        shape: What is known of them.
        client: Who asks.
        served: The release that answers.
        text: The query.
    """

    __slots__ = (
        "_asked",
        "_began",
        "_budgets",
        "_client",
        "_connection",
        "_course",
        "_id",
        "_key",
        "_meter",
        "_place",
        "_presence",
        "_served",
        "_shape",
        "_text",
        "_watch",
    )

    def __init__(
        self, connection: HttpToolsConnection, asked: bytes, *, shape: Shape, client: Client, served: Served, text: str
    ) -> None:
        self._began = time.perf_counter()
        self._connection: HttpToolsConnection | None = connection
        self._asked, self._shape, self._client, self._served, self._text = asked, shape, client, served, text
        self._budgets, self._watch = connection.budgets, connection.watch
        self._key = (text, None, None, shape.table, shape.graph)
        self._place = key_of(served.site.state, *self._key)
        self._presence = Presence(self)
        self._presence.client = client.key
        self._id = connection.next_id()
        self._course: Course | None = None

    @classmethod
    def begin(cls, connection: HttpToolsConnection, asked: bytes, served: Served) -> bool:
        """Begin to answer a request, or return that it is no usual one, and then nothing has happened.

        Args:
            connection: Where it came from; nothing else is being answered on it.
            asked: What was received.
            served: The release that answers.
        """
        end = asked.find(b" ", len(BEGINNING))
        shape = connection.shapes.find(asked[end:])
        if shape is None or not isinstance(pool := served.site.pool, Pool):
            return False
        text = _decoded(asked[len(BEGINNING) : end], served.site.config.query_bytes)
        client = connection.client_of(shape)
        if text is None or not connection.budgets.lets_through(client):
            return False
        direct = cls(connection, asked, shape=shape, client=client, served=served, text=text)
        connection.direct = direct
        if direct._start(pool):
            return True
        connection.direct = None
        return False

    def _start(self, pool: Pool) -> bool:
        if not self._served.cache.lead(self._place, self._presence):
            return False
        self._meter = Meter()
        request = Request(
            self._text,
            table=self._shape.table,
            graph=self._shape.graph,
            started=self._started,
            patient=self._client.is_exempt,
        )
        try:
            self._course = pool.begin(request, self._client.key, self._done)
        except EgovKGError as error:  # the application will hear the same
            self._meter.stop()
            self._served.cache.fail(self._place, self._presence, error)
            return False
        return True

    def _started(self) -> None:
        self._presence.begin()
        self._meter.start()

    def leave(self) -> None:
        """Note that the client has gone."""
        self._connection = None
        self._presence.leave()

    def cancel(self) -> None:
        """End the query: nobody waits for it."""
        assert self._course is not None
        self._course.cancel()
        self._budgets.charge(self._client, self._meter.stop())
        gone = EngineStopped("the run was ended")
        self._served.cache.fail(self._place, self._presence, gone)
        self._note(0, 0, "", {}, "")

    def _done(self, course: Course) -> None:
        """Answer; a failure of ours must not reach the process that answered."""
        connection = self._connection
        try:
            self._answer(course)
        except Exception:  # noqa: BLE001 - it has told the log
            _LOG.exception("request %s failed", self._id)
            if self._presence.is_leading:  # whoever waits for the same
                self._served.cache.fail(self._place, self._presence, EngineStopped("the answer could not be read"))
            if connection is not None:
                connection.direct = None
                connection.transport.abort()

    def _answer(self, course: Course) -> None:
        """Send what came of the query, or hand it to the application."""
        self._course = None
        self._presence.works(None)
        self._budgets.charge(self._client, self._meter.stop())
        cache, place = self._served.cache, self._place
        content: Content | None = None
        error, origin = course.error, "miss"
        if course.answer is not None:
            try:
                content = Content.of(course.answer)
            except OSError as failure:
                error = failure
        if content is None:
            assert error is not None
            cache.fail(place, self._presence, error)
        else:
            origin = cache.land(place, self._presence, content)
        connection, self._connection = self._connection, None
        if connection is None:  # others waited for the same
            if content is None:
                self._note(0, 0, "", {}, "")
            else:
                self._note(200, content.length, content.form, content.seconds, origin)
                content.close()
        elif content is None or not self._is_plain(content):
            connection.hand_over(self._asked, Made(self._served, self._began, self._text, content, error, origin))
        else:
            self._send(connection, content, origin)

    def _is_plain(self, content: Content) -> bool:
        if content.data is None or not content.cacheable or content.length > LONGEST_BODY:
            return False
        form, wanted = form_of(content.form, content.format), self._shape.encodings
        if not is_worth_it(form.content_type, content.length, wanted):
            return True
        try:
            return chosen(wanted) is None
        except RequestRefused:
            return False

    def _send(self, connection: HttpToolsConnection, content: Content, origin: str) -> None:
        body = content.data
        assert body is not None
        heads = self._served.heads
        kind = content.form in {"CONSTRUCT", "DESCRIBE"}, content.format
        head = heads.get(kind)
        if head is None:
            head = heads[kind] = _template(content, self._served.release)
        seconds = content.seconds
        timing = b"queue;dur=%.1f, run;dur=%.1f, write;dur=%.1f" % (
            1000 * seconds["queue"],
            1000 * seconds["run"],
            1000 * seconds["write"],
        )
        etag = etag_of(self._served.site.state, *self._key, None, None)
        lines = head % (timing, etag.encode(), b"%d" % content.length, self._id.encode())
        metrics.cache_requests(origin).inc()
        metrics.CACHE_BYTES.set(self._served.cache.used)
        connection.finish_direct(200, lines, body)
        self._note(200, content.length, content.form, seconds, origin)

    def _note(self, status: int, length: int, form: str, seconds: Mapping[str, float], cache: str) -> None:
        """Take notice of the answer, as of every one."""
        if not logs.ACCESS.isEnabledFor(logging.INFO):
            took = time.perf_counter() - self._began
            metrics.observe(form.lower() or "sparql", status, "", took=took, length=length, phases=seconds)
            return
        record = Record(self._client, "GET", "/sparql", self._shape.agent, status, length, "", form)
        record.seconds, record.cache, record.query, record.began = seconds, cache, self._text, self._began
        told = logs.REQUEST.set(self._id)
        try:
            self._watch.done(record)
        finally:
            logs.REQUEST.reset(told)


def _decoded(value: bytes, most: int) -> str | None:
    """Return the query that stands in an address, or None if the application has something to say to it."""
    if not _USUAL.fullmatch(value):
        return None
    data = unquote_to_bytes(value.replace(b"+", b" "))
    if len(data) > most or b"\x00" in data:
        return None
    with contextlib.suppress(UnicodeDecodeError):
        return data.decode()
    return None


def _template(content: Content, release: str) -> bytes:
    """Return the head of answers of a kind, with holes for timings, tag, length and id of the request in this order."""
    timing, etag, length, request_id = _HOLES
    form = form_of(content.form, content.format)
    keeping = cache_headers()
    headers = data_headers(form, timing=timing, cacheable=True, keeping=keeping, etag=etag, filename="answer")
    headers["Content-Length"] = length
    lines = head_lines(headers, release, request_id)
    assert [chr(byte) for byte in lines if byte < 5] == list(_HOLES)
    lines = lines.replace(b"%", b"%%")
    for hole in _HOLES:
        lines = lines.replace(hole.encode(), b"%b")
    return lines
