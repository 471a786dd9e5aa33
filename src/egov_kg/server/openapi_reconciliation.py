"""The addresses of reconciliation in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from egov_kg.server.reconciling import FORM, JSON, PREFIX

__all__ = ["reconciliation_paths"]


def reconciliation_paths(problem: dict[str, str]) -> dict[str, Any]:
    """Return the paths of both versions.

    Args:
        problem: Refers to what errors look like.
    """

    def operation(summary: str, *parameters: str, media_type: str = JSON, body: Any = None) -> dict[str, Any]:
        return {
            "summary": summary,
            "parameters": [_parameter(name) for name in parameters],
            **({"requestBody": {"required": True, "content": body}} if body else {}),
            "responses": {"200": {"description": summary, "content": {media_type: {}}}, "default": problem},
        }

    form = {"type": "object", "properties": {"queries": {"type": "string"}, "extend": {"type": "string"}}}
    paths: dict[str, Any] = {
        "/reconcile": {
            "get": operation("Reconciliation API 0.2: manifest, matches, values", "queries", "extend", "lang"),
            "post": operation("Reconciliation API 0.2: matches, values", "lang", body={FORM: {"schema": form}}),
        },
        "/reconcile/properties": {"get": operation("Properties of a type", "type", "limit", "lang")},
        "/reconcile/view": {
            "get": {
                "summary": "The way to a thing",
                "parameters": [_parameter("id")],
                "responses": {"303": {"description": "Its address"}, "default": problem},
            }
        },
        "/reconcile/preview": {"get": operation("A small page about a thing", "id", "lang", media_type="text/html")},
        "/reconcile/1.0": {"get": operation("Reconciliation API 1.0 (draft): manifest", "lang")},
        "/reconcile/1.0/match": {"post": operation("Matches", "lang", body={JSON: {"schema": {"type": "object"}}})},
        "/reconcile/1.0/extend": {"post": operation("Values", "lang", body={JSON: {"schema": {"type": "object"}}})},
        "/reconcile/1.0/extend/propose": {"get": operation("Properties of a type", "type", "limit", "lang")},
        "/reconcile/1.0/preview": {
            "get": operation("A small page about a thing", "id", "lang", media_type="text/html")
        },
    }
    for root, offset in (("/reconcile", "cursor"), ("/reconcile/1.0", "offset")):
        for kind in ("entity", "property", "type"):
            said = operation(f"Suggestions: {kind}", "prefix", "type", "limit", offset, "lang")
            paths[f"{root}/suggest/{kind}"] = {"get": said}
    return paths


def _parameter(name: str) -> dict[str, Any]:
    numbers = {"limit", "cursor", "offset"}
    schema: dict[str, Any] = {"type": "integer", "minimum": 0} if name in numbers else {"type": "string"}
    if name == "prefix":
        schema["maxLength"] = PREFIX
    return {"name": name, "in": "query", "required": name in {"prefix", "id"}, "schema": schema}
