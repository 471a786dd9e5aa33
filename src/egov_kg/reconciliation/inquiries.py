"""One query of a protocol: it may allow several names or several types, which are questions of their own.

What versions of the protocol share stands here too: their limits, and how values are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from egov_kg.errors import BatchTooLarge
from egov_kg.reconciliation.json_text import Part
from egov_kg.reconciliation.model import Candidate, Question, Value, Wanted
from egov_kg.reconciliation.terms import curie_of

__all__ = [
    "BATCH",
    "LIMIT",
    "MOST",
    "NAMES",
    "Alternatives",
    "Extension",
    "Inquiry",
    "gathered",
    "questions_of",
    "read_extension",
    "read_values",
]

BATCH: Final = 50
"""How many queries a batch may have."""
LIMIT: Final = 5
"""How many candidates a query gets that does not say."""
MOST: Final = 25
"""How many it gets at most."""
NAMES: Final = 25
"""How many names and ids a query may ask for, all its conditions together."""
CONDITIONS: Final = 25
VALUES: Final = 25
TYPES: Final = 10
IDS: Final = 500
"""Of how many things values can be had at once."""
PROPERTIES: Final = 50
LONGEST: Final = 2000
"""Characters of a name or a value."""
LONGEST_ID: Final = 500


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Questions for the same thing.

    Attributes:
        questions: The questions.
        quantifier: Whether a candidate must answer ``any`` of them, ``all``, or ``none``.
        required: Whether other candidates are left out.
    """

    questions: tuple[Question, ...]
    quantifier: Literal["any", "all", "none"] = "any"
    required: bool = False


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One query.

    Attributes:
        parts: What it asks, each with all its conditions; a candidate is as good as its best answer.
        limit: How many candidates it wants.
    """

    parts: tuple[Alternatives, ...]
    limit: int = LIMIT


@dataclass(frozen=True, slots=True)
class Extension:
    """What is asked of things.

    Attributes:
        things: Their ids, as they were given.
        properties: The names of the properties, as they were given.
        wanted: The properties.
    """

    things: tuple[str, ...]
    properties: tuple[str, ...]
    wanted: tuple[Wanted, ...]


def questions_of(inquiries: Iterable[Inquiry]) -> list[Question]:
    """Return the questions of some queries, in their order: one for each name and each type of a query."""
    return [question for inquiry in inquiries for part in inquiry.parts for question in part.questions]


def gathered(inquiries: Sequence[Inquiry], answers: Sequence[Sequence[Candidate]]) -> list[list[Candidate]]:
    """Return the candidates of each query, best first.

    Args:
        inquiries: The queries.
        answers: To the questions of `questions_of`, in their order.
    """
    left = iter(answers)
    return [
        _gathered(inquiry, [[next(left) for _ in part.questions] for part in inquiry.parts]) for inquiry in inquiries
    ]


def _gathered(inquiry: Inquiry, answers: Sequence[Sequence[Sequence[Candidate]]]) -> list[Candidate]:
    if len(inquiry.parts) == 1 and len(inquiry.parts[0].questions) == 1:
        return list(answers[0][0])[: inquiry.limit]
    best: dict[str, Candidate] = {}  # a thing once, by the name of its best answer, whatever languages were asked for
    for part, found in zip(inquiry.parts, answers, strict=True):
        for candidate in (one for answer in found for one in answer if part.quantifier != "none"):
            if candidate.id not in best or candidate.score > best[candidate.id].score:
                best[candidate.id] = candidate
    for part, found in zip(inquiry.parts, answers, strict=True):
        if part.required or part.quantifier != "any":
            sets = [{one.id for one in answer} for answer in found]
            among = set.intersection(*sets) if part.quantifier == "all" else set.union(*sets)
            best = {key: one for key, one in best.items() if (key in among) != (part.quantifier == "none")}
    return sorted(best.values(), key=lambda one: (-one.score, one.id))[: inquiry.limit]


def read_values(part: Part) -> tuple[Value, ...]:
    """Return the values of a condition: one, or an array of them.

    Raises:
        UnreadableJson: If one is no string, number, truth value or object with an id.
    """
    if isinstance(part.value, list):
        return tuple(_read_value(one) for one in part.items(VALUES))
    return (_read_value(part),)


def _read_value(part: Part) -> Value:
    match part.value:
        case str():
            return Value(part.text(LONGEST))
        case bool():
            return Value("true" if part.value else "false")
        case int() | float():
            return Value(_written(part.value), number=float(part.value))
        case dict():
            thing = part.member("id", "the id of a thing").text(LONGEST_ID)
            name = part.members().get("name")
            return Value(name.text(LONGEST) if name is not None else "", id=thing)
    raise part.wrong('a string, a number, true, false or an object such as {"id": "jurisdiction/kr"}')


def _written(number: float) -> str:
    """Return a number as people write it: tables give years as 2013.0.

    Example:
        >>> _written(2013), _written(2013.0), _written(0.5)
        ('2013', '2013', '0.5')
    """
    return str(int(number)) if float(number).is_integer() and abs(number) < 1e15 else repr(number)


def read_extension(part: Part) -> Extension:
    """Return what is asked of things; both versions of the protocol ask it alike.

    Raises:
        UnreadableJson: If it is not what the protocol says.
        BatchTooLarge: If it is about more than `IDS` things, or more than `PROPERTIES` properties.

    Example:
        >>> from egov_kg.reconciliation.json_text import read_json
        >>> read_extension(read_json('{"ids": ["law/kr/act"], "properties": [{"id": "amends"}]}'))
        Extension(things=('law/kr/act',), properties=('amends',), wanted=(Wanted(property='egov:amends', limit=0),))
    """
    ids = _listed(part.member("ids", "the ids of things"), IDS, "things")
    asked = _listed(part.member("properties", "the properties that are wanted"), PROPERTIES, "properties")
    things = tuple(dict.fromkeys(one.text(LONGEST_ID) for one in ids))
    wanted: dict[str, Wanted] = {}
    for one in asked:
        given = one.member("id", "the id of a property")
        name = given.text(LONGEST_ID)
        if not name:
            raise given.wrong("the id of a property")
        wanted.setdefault(name, Wanted(curie_of(name), _read_limit(one)))
    return Extension(things, tuple(wanted), tuple(wanted.values()))


def _listed(part: Part, most: int, what: str) -> tuple[Part, ...]:
    if isinstance(part.value, list) and len(part.value) > most:
        raise BatchTooLarge(len(part.value), most, what)
    return part.items(most)


def _read_limit(part: Part) -> int:
    """Return how many values a property is wanted with; 0 for all. Other settings are somebody else's."""
    settings = part.members().get("settings")
    limit = settings.members().get("limit") if settings is not None else None
    if limit is None or limit.value == "":
        return 0
    number = limit.value
    if isinstance(number, str) and number.strip().isdecimal() and len(number) <= 9:
        number = int(number)
    if isinstance(number, bool) or not isinstance(number, int | float) or number != int(number) or number < 0:
        raise limit.wrong("a whole number; 0 is for all values")
    return min(int(number), 10**9)
