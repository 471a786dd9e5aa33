"""A release over HTTP: SPARQL, pages, downloads, data of things. Nothing here changes the graph."""

from __future__ import annotations

from egov_kg.server.app import create_app
from egov_kg.server.running import run, run_scratch

__all__ = ["create_app", "run", "run_scratch"]
