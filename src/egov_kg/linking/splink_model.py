"""What Splink is told: comparisons with the m of our weights, u from the target's frequencies, and the blocks.

Nothing is trained: expectation maximisation finds no two classes where many rows share a title.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from egov_kg.linking.comparing import names_people
from egov_kg.linking.specification import Match
from egov_kg.linking.splink_records import BLOCKS, Records

__all__ = ["FEATURES", "settings"]

FEATURES: Final = ("name", "number", "code", "date", "kind", "jurisdiction", "parent")
"""The comparisons, named as the features of the own engine."""

_U: Final = 0.001
"""Of values whose frequency in the target takes its place."""

_NEAR, _ALIKE = 0.95, 0.88
"""Jaro-Winkler; what passes a block is alike already."""


def settings(
    records: Records, match: Match, weights: Mapping[str, float], dialect: str, blocks: Sequence[str]
) -> dict[str, Any]:
    """Return the settings of a linker.

    Args:
        records: Both sides.
        match: The block of the specification.
        weights: m by feature.
        dialect: ``duckdb`` or ``spark``.
        blocks: The names of the blocks that give pairs.
    """
    return {
        "link_type": "link_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": 1.0 / (records.rows + 1),
        "comparisons": [
            {"output_column_name": name, "comparison_levels": levels}
            for name, levels in _comparisons(records, match, weights, dialect)
        ],
        "blocking_rules_to_generate_predictions": [{"blocking_rule": BLOCKS[name].rule()} for name in blocks],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "additional_columns_to_retain": ["place"],
    }


def _comparisons(
    records: Records, match: Match, m: Mapping[str, float], dialect: str
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    counted = set(records.counted)
    yield "name", _name(m["name"], names_people(match), dialect)
    for name, column in (("number", "num"), ("code", "cod"), ("parent", "par"), ("kind", "knd")):
        if column in counted:
            yield name, [_null(column), _equal(column, m[name]), _else(1 - m[name], 0.5 if name == "kind" else 1 - _U)]
    if "jur" in counted:
        part = "jur_l LIKE concat(jur_r, '-%') OR jur_r LIKE concat(jur_l, '-%')"
        levels = [_equal("jur", m["jurisdiction"]), _level(part, m["jurisdiction"], 0.3)]
        yield "jurisdiction", [_null("jur"), *levels, _else(1 - m["jurisdiction"], 0.5)]
    if match.date is not None and match.is_of_our_level(match.date):
        yield "date", _date(m["date"])


def _name(m: float, people: bool, dialect: str) -> list[dict[str, Any]]:  # noqa: FBT001 - of one caller
    alike = "jaro_winkler_similarity" if dialect == "duckdb" else "jaro_winkler"
    return [
        _null("form"),
        _equal("form", m),
        {**_equal("core", m * (0.9 if people else 0.06)), "sql_condition": "core_l = core_r"},
        _level(f"{alike}(form_l, form_r) >= {_NEAR}", m * 0.05, 1e-5),
        _level(f"{alike}(form_l, form_r) >= {_ALIKE}", m * 0.03, 1e-4),
        _else(1 - m, 1.0),
    ]


def _date(m: float) -> list[dict[str, Any]]:
    apart = "fin_l < beg_r OR fin_r < beg_l"
    same = "beg_l = beg_r AND fin_l = fin_r AND beg_l = fin_l"
    month = "substr(beg_l, 1, 7) = substr(fin_r, 1, 7) AND substr(beg_r, 1, 7) = substr(fin_l, 1, 7)"
    year = "substr(beg_l, 1, 4) = substr(fin_r, 1, 4) AND substr(beg_r, 1, 4) = substr(fin_l, 1, 4)"
    return [
        _null("beg"),
        _level(apart, 1 - m, 0.94),
        _level(same, m, 0.01),
        _level(month, m, 0.02),
        _level(year, m, 0.05),
        _else(m, 0.3),
    ]


def _null(column: str) -> dict[str, Any]:
    return {"sql_condition": f"{column}_l IS NULL OR {column}_r IS NULL", "is_null_level": True}


def _equal(column: str, m: float) -> dict[str, Any]:
    return {**_level(f"{column}_l = {column}_r", m, _U), "tf_adjustment_column": column}


def _level(condition: str, m: float, u: float) -> dict[str, Any]:
    return {"sql_condition": condition, "m_probability": m, "u_probability": u}


def _else(m: float, u: float) -> dict[str, Any]:
    return _level("ELSE", m, u)
