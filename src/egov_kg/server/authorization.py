"""Who may: the token of a request, from the header Authorization alone, never from an address, a form or a cookie."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request

from egov_kg.server.problems import refused
from egov_kg.store.tokens import SCOPES, Scope, TokenFile

__all__ = ["OPEN", "authorize", "authorize_asking", "authorize_query"]

OPEN: Final = frozenset({"/healthz", "/readyz", "/robots.txt", "/.well-known/security.txt"})
"""What everybody may ask for in any case: balancers, crawlers, and who has found a weakness."""

_OWN_RULES: Final = ("/admin/", "/updates/", "/metrics")
_MANIFESTS: Final = frozenset({"/reconcile", "/reconcile/", "/reconcile/1.0", "/reconcile/1.0/"})
"""Who wants to ask finds here how; a question at such an address is for its handler to refuse."""

_REALM: Final = 'Bearer realm="egov-kg"'
_HOW: Final = "send the header Authorization: Bearer TOKEN"


def authorize(request: Request, *scopes: Scope) -> str:
    """Return the id of the token that a request carries, if it allows what is wanted.

    The tokens are those of `app.state.tokens`, a `TokenFile`; a server that has none allows nothing.

    Args:
        request: Only its header Authorization is read.
        *scopes: What is wanted; one of several is enough.

    Raises:
        RequestRefused: ``token-required`` (401) without a token; ``token-invalid`` (401) if it is unknown, revoked or
            expired, which are not told apart; ``insufficient-scope`` (403) if it allows other things. All name the
            scheme in WWW-Authenticate.
    """
    tokens: TokenFile | None = getattr(request.app.state, "tokens", None)
    sent = request.headers.getlist("authorization")
    if not sent:
        raise refused("token-required", f"this needs a token: {_HOW}", headers={"WWW-Authenticate": _REALM})
    scheme, _, secret = sent[0].strip().partition(" ")
    if scheme.lower() != "bearer":
        detail = f"the scheme {scheme[:20]!r} is not known here: {_HOW}"
        raise refused("token-required", detail, headers={"WWW-Authenticate": _REALM})
    token = tokens.find(secret.strip()) if tokens is not None and len(sent) == 1 else None
    if token is None:
        headers = {"WWW-Authenticate": f'{_REALM}, error="invalid_token"'}
        raise refused("token-invalid", "the token is unknown, revoked or expired", headers=headers)
    if not set(scopes) & set(token.scopes):
        headers = {"WWW-Authenticate": f'{_REALM}, error="insufficient_scope", scope="{scopes[0]}"'}
        detail = f"token {token.id} allows {', '.join(token.scopes)}, and this needs {' or '.join(scopes)}"
        raise refused("insufficient-scope", detail, headers=headers, scope=scopes[0])
    return token.id


def authorize_asking(request: Request, method: str) -> None:
    """Let a request pass on a server on which asking needs a token.

    What has a rule of its own, such as ``/admin``, decides for itself. A form may hold a query or an update, so that
    at first any token will do for methods that send one; `authorize_query` and the handlers of changes have the last
    word.

    Args:
        request: Its path and its header Authorization are read.
        method: As it was asked with.

    Raises:
        RequestRefused: As in `authorize`.
    """
    path: str = request.scope["path"]
    if method == "OPTIONS" or path in OPEN or path.startswith(_OWN_RULES):
        return
    if method in {"GET", "HEAD"}:
        if path not in _MANIFESTS:
            authorize(request, "read")
    else:
        authorize(request, *SCOPES)


def authorize_query(request: Request) -> None:
    """Let a query pass that was sent by POST, or to the address of a manifest, on whatever server.

    Raises:
        RequestRefused: As in `authorize`, on a server on which asking needs a token.
    """
    if request.app.state.reading_needs_token:
        authorize(request, "read")
