"""Many documents into facts at once: in several processes, each document once, a bad one without harm to the others."""

from __future__ import annotations

from egov_kg.gathering.cache import FactCache
from egov_kg.gathering.gather import Failure, Gathered, Tick, gather

__all__ = ["FactCache", "Failure", "Gathered", "Tick", "gather"]
