"""What is asked and answered, as it is carried between two of our processes: JSON, short and read fast."""

from __future__ import annotations

import json
from typing import Any, Final

from egov_kg.reconciliation import inquiries, model
from egov_kg.reconciliation.model import Candidate, Feature

__all__ = ["packed", "unpacked"]

_CLASSES: Final[dict[str, Any]] = {
    cls.__name__: cls
    for cls in (
        inquiries.Alternatives,
        inquiries.Inquiry,
        model.Condition,
        model.Day,
        model.Described,
        model.Number,
        model.PartialDate,
        model.PropertyInfo,
        model.Question,
        model.Reference,
        model.Text,
        model.Truth,
        model.TypeInfo,
        model.Value,
        model.Wanted,
    )
}
_FIELDS: Final = {name: tuple(cls.__dataclass_fields__) for name, cls in _CLASSES.items()}


def packed(value: Any) -> bytes:
    """Return the bytes of a value of the model, or of tuples, lists, texts, numbers and None.

    Example:
        >>> unpacked(packed(("a", model.Day("2013-07-30"), [model.Wanted("egov:dated", 2)])))
        ('a', Day(day='2013-07-30'), (Wanted(property='egov:dated', limit=2),))
    """
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def unpacked(data: bytes) -> Any:
    """Return the value that bytes stand for; lists come back as tuples."""
    return _tupled(json.loads(data.decode("utf-8", "surrogatepass"), object_hook=_made))


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Candidate):  # most of what is carried
        features = [(one.id, one.name, one.value) for one in value.features]
        head = (value.thing, value.id, value.name, value.lang, value.description, value.types)
        return {"c": (*head, value.score, value.match, features)}
    name = type(value).__name__
    return {name: [_plain(getattr(value, field)) for field in _FIELDS[name]]}


def _made(plain: dict[str, Any]) -> Any:
    [(name, values)] = plain.items()
    if name == "c":
        *head, types, score, match, features = values
        found = tuple([Feature(*one) for one in features])
        made: Any = Candidate
        return made(*head, tuple(map(tuple, types)), score, match, found)
    return _CLASSES[name](*map(_tupled, values))


def _tupled(value: Any) -> Any:
    return tuple(map(_tupled, value)) if isinstance(value, list) else value
