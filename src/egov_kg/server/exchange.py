"""One request and what answers it: handed to the functions behind the routes."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse

from egov_kg.server.html import HtmlPages, Visit
from egov_kg.server.requests import Parameters, parameters_of
from egov_kg.server.responses import PAGE_HEADERS
from egov_kg.server.serving import Served
from egov_kg.server.site import Site

__all__ = ["Exchange", "visit_of"]


def visit_of(request: Request) -> Visit:
    """Return what pages may know of a request."""
    return Visit(
        path=request.scope["path"],
        query_string=request.scope["query_string"].decode("ascii", "replace"),
        accept_language=request.headers.get("accept-language"),
        request_id=request.scope["state"]["request_id"],
    )


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and the release that answers it, which stays the same to the end.

    Attributes:
        request: The request.
        served: The release, its processes, its pages.
        visit: What pages may know of the request.
    """

    request: Request
    served: Served
    visit: Visit

    @classmethod
    def of(cls, request: Request) -> Exchange:
        """Return the exchange that a request begins."""
        return cls(request, request.scope["state"]["served"], visit_of(request))

    @property
    def site(self) -> Site:
        """What is served."""
        return self.served.site

    @property
    def pages(self) -> HtmlPages:
        """What makes pages."""
        return self.served.pages

    @property
    def client(self) -> str:
        """Who asks, as far as queues and budgets tell clients apart; see `egov_kg.server.limits.Client`."""
        key: str = self.request.state.client.key
        return key

    def header(self, name: bytes) -> str | None:
        """Return the value of a header, of several the list of all, or None.

        Args:
            name: In lower case.
        """
        values = [value for key, value in self.request.scope["headers"] if key == name]
        return b", ".join(values).decode("latin-1") if values else None

    @property
    def accept(self) -> str | None:
        """The header Accept."""
        return self.header(b"accept")

    @property
    def parameters(self) -> Parameters:
        """The parameters of the address.

        Raises:
            RequestRefused: ``bad-encoding``.
        """
        return parameters_of(self.request.scope["query_string"])

    def page(self, text: str, **headers: str) -> HTMLResponse:
        """Return a page as a response."""
        return HTMLResponse(text, headers={**PAGE_HEADERS, "Content-Language": self.visit.lang, **headers})
