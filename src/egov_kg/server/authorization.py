"""Who may: the token of a request, from the header Authorization alone, never from an address, a form or a cookie."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request

from egov_kg.server.problems import refused
from egov_kg.store.tokens import Scope, TokenFile

__all__ = ["authorize"]

_REALM: Final = 'Bearer realm="egov-kg"'
_HOW: Final = "send the header Authorization: Bearer TOKEN"


def authorize(request: Request, scope: Scope) -> str:
    """Return the id of the token that a request carries, if it allows what is wanted.

    The tokens are those of `app.state.tokens`, a `TokenFile`; a server that has none allows nothing.

    Args:
        request: Only its header Authorization is read.
        scope: What is wanted.

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
    if scope not in token.scopes:
        headers = {"WWW-Authenticate": f'{_REALM}, error="insufficient_scope", scope="{scope}"'}
        detail = f"token {token.id} allows {', '.join(token.scopes)}, and this needs {scope}"
        raise refused("insufficient-scope", detail, headers=headers, scope=scope)
    return token.id
