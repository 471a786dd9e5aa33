"""Entailment over SQL: triples into tables of numbers, the fixpoint, and what may go out back as triples."""
# ruff: noqa: S608 - the text holds names of tables and numbers of ours, no text of anybody

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from egov_kg.inference import owl
from egov_kg.inference.border import ORDERS, lean_schema
from egov_kg.inference.findings import Finding
from egov_kg.inference.plan import AUXILIARY, Kind, Plan, SchemaTriple, Term
from egov_kg.inference.recompiling import recompiled
from egov_kg.inference.sql_equality import SqlEquality
from egov_kg.inference.sql_findings import find_by_sql
from egov_kg.inference.sql_fixpoint import Database, Places, SqlFixpoint
from egov_kg.inference.sql_source import Placing, Source, SqlDatabase, TableSource
from egov_kg.inference.statements import rule_tables
from egov_kg.inference.terms import Table

__all__ = ["SqlClosure", "SqlDatabase", "SqlRun", "derive", "derive_in"]

Told = Callable[[str], object]
_GROUP: Final = "(SELECT id, r FROM rep UNION SELECT r AS id, r FROM rep)"
_CELLS: Final = frozenset({owl.FIRST, owl.REST})
_UNSAID: Final = (owl.THING, owl.rdfs("Resource"))


@dataclass(frozen=True, slots=True)
class SqlRun:
    """What an engine of SQL has found, in its table ``entailed(s, p, o)``: each triple once, in no order.

    Attributes:
        count: How many triples there are.
        plan: The ontology as it was applied.
        rounds: Of the last run.
        compilations: How often the ontology was compiled.
        foreign: Terms of other namespaces that were not merged.
        report: See `SqlClosure`.
        findings: What cannot be true together, sorted.
    """

    count: int
    plan: Plan
    rounds: int
    compilations: int
    foreign: tuple[tuple[Term, Term], ...]
    report: Mapping[str, Any]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class SqlClosure:
    """What follows, as an engine of SQL found it.

    Attributes:
        table: The entailed triples of the lean closure, in term order.
        plan: The ontology as it was applied.
        rounds: Of the last run.
        compilations: How often the ontology was compiled.
        foreign: Terms of other namespaces that were not merged.
        report: ``asserted``, ``terms``, ``rounds``, ``compilations``, ``foreign``, ``schema_from_data`` and
            ``ignored``, as that of `egov_kg.inference.entailment.Closure`.
        findings: What cannot be true together, sorted.
    """

    table: Table
    plan: Plan
    rounds: int
    compilations: int
    foreign: tuple[tuple[Term, Term], ...]
    report: Mapping[str, Any]
    findings: tuple[Finding, ...]


def derive(
    asserted: Table,
    plan: Plan,
    database: SqlDatabase,
    *,
    expand: bool = False,
    schema: bool = True,
    namespace: str | None = None,
    merge: Iterable[str] = (),
    progress: Told | None = None,
) -> SqlClosure:
    """Return what follows from given triples, the same triples as the NumPy engine gives.

    Args:
        asserted: The triples.
        plan: The compiled ontology.
        database: Empty.
        expand: Whether to write facts for every name of a thing; otherwise they stand on one, and the others are the
            same as it.
        schema: Whether to add the schema triples that follow.
        namespace: What counts as our own, if terms of others are not to be merged with it.
        merge: Namespaces that may be merged all the same.
        progress: Called with a sentence after each round.
    """
    source = TableSource(asserted)
    found = derive_in(
        source,
        plan,
        database,
        expand=expand,
        schema=schema,
        namespace=namespace,
        merge=merge,
        progress=progress,
    )
    rows = database.columns("SELECT s, p, o FROM entailed ORDER BY s, p, o")
    table = Table(asserted.dictionary, *(source.ids(rows[name]) for name in "spo"))
    return SqlClosure(table, found.plan, found.rounds, found.compilations, found.foreign, found.report, found.findings)


def derive_in(
    source: Source,
    plan: Plan,
    database: Database,
    *,
    expand: bool = False,
    schema: bool = True,
    namespace: str | None = None,
    merge: Iterable[str] = (),
    progress: Told | None = None,
) -> SqlRun:
    """Derive what follows from given triples into a table of the database; see `derive`."""
    given, compilations = plan.schema, 1
    while True:
        run = _Run(source, plan, database, namespace=namespace, merge=tuple(merge), progress=progress)
        more = run.derived_schema()
        if not more:
            break
        plan = recompiled(plan, more)
        compilations += 1
    count = run.border(given, expand=expand, schema=schema)
    foreign = run.foreign()
    report = {
        "asserted": len(source),
        "terms": source.terms,
        "rounds": run.fixpoint.rounds,
        "compilations": compilations,
        "foreign": [list(pair) for pair in foreign],
        "schema_from_data": [f"{' '.join(triple)} ." for triple in sorted(plan.schema - given)],
        "ignored": [f"{' '.join(one.triple)} .: {one.reason}" for one in plan.ignored],
    }
    return SqlRun(count, plan, run.fixpoint.rounds, compilations, foreign, report, run.findings())


class _Run:
    """One plan at work on the triples."""

    def __init__(
        self,
        source: Source,
        plan: Plan,
        database: Database,
        *,
        namespace: str | None,
        merge: tuple[str, ...],
        progress: Told | None,
    ) -> None:
        self._source, self._plan, self._database = source, plan, database
        source.number_all(_terms_of(plan))
        self._text = source.text
        self._auxiliary: dict[Term, int] = {}
        self.places = Places(
            literals=source.literals,
            auxiliary=source.terms,
            type=self.number(owl.TYPE),
            same_as=self.number(owl.SAME),
        )
        self._load()
        self._own = None if namespace is None else self._range(f"<{namespace}")
        allowed = (
            None
            if namespace is None
            else [self._range(one) for one in ("_:", f"<{namespace}", *(f"<{m}" for m in merge))]
        )
        tables = rule_tables(plan, self.number, self._equal_literals)
        equality = SqlEquality(
            database,
            plan,
            self.number,
            self.places,
            own=self._own,
            allowed=allowed,
            different=source.find(owl.DIFFERENT),
        )
        transitive = sorted({self.number(one.prop) for one in plan.transitive})
        self.fixpoint = SqlFixpoint(
            database, plan, tables, equality, places=self.places, transitive=transitive, told=progress
        )
        self.fixpoint.run()

    def number(self, term: Term) -> int:
        """Return the number of a term, its place in term order; auxiliary names come after all terms."""
        if term.startswith(AUXILIARY):
            return self._auxiliary.setdefault(term, self._source.terms + len(self._auxiliary))
        found = self._source.find(term)
        assert found is not None, term
        return found

    def _equal_literals(self, term: Term) -> list[int]:
        number = self.number(term)
        if term[0] != '"':
            return [number]
        head = next((v for (v,) in self._database.rows(f"SELECT v FROM lit WHERE id = {number}")), number)
        return sorted({head, *(n for (n,) in self._database.rows(f"SELECT id FROM lit WHERE v = {head}"))})

    def _range(self, prefix: str) -> tuple[int, int]:
        """Return the first and the last number of the terms with a prefix; nothing lies between them if none has."""
        lowest = self._place(prefix)
        end = self._place(prefix + "\U0010ffff")
        return lowest, end - 1

    def _place(self, text: str) -> int:
        if isinstance(self._source, Placing):
            return self._source.place(text)
        low, high = 0, self._source.terms
        key = text.encode()
        while low < high:
            middle = (low + high) // 2
            if self._text(middle).encode() < key:
                low = middle + 1
            else:
                high = middle
        return low

    # Facts.

    def _load(self) -> None:
        """Make the tables of given triples, of facts, and of literals that another one of their value stands for."""
        database, plan = self._database, self._plan
        aliases = {self.number(one): self.number(other) for one, other in plan.aliases.items() if one != other}
        database.put("r_alias", "n, c", sorted(aliases.items()))
        self._source.fill(database)
        kind = self.places.type
        facts = "given"
        if plan.bridges:
            database.put("bridged", "p, s, o", [self._numbers(triple) for triple in self._bridged()])
            database.make("facts", "SELECT p, s, o FROM given UNION SELECT p, s, o FROM bridged")
            facts = "facts"
        members = [
            (self.number(one.individual), self.number(plan.aliases.get(one.cls, one.cls))) for one in plan.members
        ]
        database.put("members", "x, c", members)
        database.make(
            "ty",
            f"SELECT t.s AS x, COALESCE(m.c, t.o) AS c FROM {facts} t LEFT JOIN r_alias m ON m.n = t.o"
            f" WHERE t.p = {kind}"
            " UNION SELECT x, c FROM members",
        )
        database.make(
            "pr",
            f"SELECT DISTINCT COALESCE(m.c, t.p) AS p, t.s AS s, t.o AS o FROM {facts} t"
            f" LEFT JOIN r_alias m ON m.n = t.p WHERE t.p <> {kind}",
        )

    def _bridged(self) -> Iterator[SchemaTriple]:
        plan = self._plan
        props = {column.name for column in plan.bridges if column.kind is Kind.PROPERTY}
        classes = {column.name for column in plan.bridges if column.kind is Kind.CLASS}
        for triple in {*plan.schema, *plan.entailed}:
            if triple[1] in props or (triple[1] == owl.TYPE and triple[2] in classes):
                yield triple

    def _numbers(self, triple: SchemaTriple) -> tuple[int, int, int]:
        subject, predicate, value = map(self.number, triple)
        return predicate, subject, value

    # The schema that follows from data.

    def derived_schema(self) -> frozenset[SchemaTriple]:
        """Return the schema triples among the facts that the plan was not compiled from."""
        found = set(self._schema_facts())
        plan = self._plan
        new = {one for one in found if owl.is_schema(*one) and one not in plan.schema and one not in plan.entailed}
        return frozenset(new | set(self._equal_names()))

    def _schema_facts(self) -> Iterator[SchemaTriple]:
        find = self._source.find
        classes = [n for name in owl.META_CLASSES if (n := find(name)) is not None]
        # The cells of lists as they were given: with a second first member a list would be none any more.
        for table, names in (("pr", owl.SCHEMA_PREDICATES - _CELLS), ("given", _CELLS)):
            query = f"SELECT s, p, o FROM {table} WHERE p IN ({self._known(names)})"
            yield from ((self._text(s), self._text(p), self._text(o)) for s, p, o in self._database.rows(query))
        if classes:
            query = f"SELECT x, c FROM ty WHERE c IN ({', '.join(map(str, sorted(classes)))})"
            yield from ((self._text(x), owl.TYPE, self._text(c)) for x, c in self._database.rows(query))

    def _equal_names(self) -> Iterator[SchemaTriple]:
        """Return which classes and properties the data makes the same as another term."""
        if not self.fixpoint.equality.found:
            return
        names = "SELECT c FROM ty UNION SELECT p AS c FROM pr"
        rows = self._database.rows(
            "SELECT t.id, t.r FROM rep t JOIN (SELECT DISTINCT g.r FROM"
            f" {_GROUP} g JOIN ({names}) n ON n.c = g.id) h ON h.r = t.r"
        )
        plan = self._plan
        for number, head in rows:
            other, name = self._text(number), self._text(head)
            triple = (other, owl.SAME, name)
            if plan.aliases.get(other, other) != plan.aliases.get(name, name) and triple not in plan.schema:
                yield triple

    def foreign(self) -> tuple[tuple[Term, Term], ...]:
        """Return the terms of other namespaces that were not merged."""
        rows = self._database.rows("SELECT DISTINCT a, b FROM apart")
        return tuple(sorted((self._text(a), self._text(b)) for a, b in rows))

    def findings(self) -> tuple[Finding, ...]:
        """Return what cannot be true together."""

        def number(term: Term) -> int | None:
            return self._auxiliary.get(term) if term.startswith(AUXILIARY) else self._source.find(term)

        return find_by_sql(self._plan, self._source, self._database, self.places, number)

    # What goes out.

    def border(self, schema_given: frozenset[SchemaTriple], *, expand: bool, schema: bool) -> int:
        """Make ``entailed(s, p, o)``, the derived triples that the lean closure shows; return how many there are.

        Args:
            schema_given: The schema that was given, without what data have added to the plan's.
            expand: As in `derive`.
            schema: As in `derive`.
        """
        database, places = self._database, self.places
        first_iri, last_iri = self._range("<")
        unsaid = [self.number(term) for term in _UNSAID if self._source.find(term) is not None]
        hidden = "".join(f" AND t.c <> {number}" for number in unsaid)
        named = f"{{}} BETWEEN {first_iri} AND {last_iri}"
        nameless = f"p IN ({self._known(owl.SCHEMA_PREDICATES)}) AND (s > {last_iri} OR o > {last_iri})"
        classes = (
            f"SELECT t.x AS s, CAST({places.type} AS BIGINT) AS p, t.c AS o FROM ty t"
            f" WHERE t.x > {places.literals} AND {named.format('t.c')}{hidden}"
        )
        pairs = (
            f"SELECT t.s AS s, t.p AS p, t.o AS o FROM pr t WHERE t.s > {places.literals} AND {named.format('t.p')}"
            f" AND t.p NOT IN ({places.type}, {places.same_as})"
            f" AND NOT (t.p IN ({self._known(ORDERS)}) AND (t.s = t.o OR t.o IN ({self._known(_UNSAID)})))"
        )
        same = f"SELECT s, p, o FROM pr WHERE p = {places.same_as} AND s > {places.literals} AND s <> o"
        values = f" UNION ALL {same} AND o <= {places.literals}" if expand else ""
        database.make("shown", f"{classes} UNION ALL {pairs}{values}")
        if expand:
            self._expand(named)
        alike = self._all_names() if expand else "SELECT id AS s, r AS o FROM rep"
        database.make(
            "said",
            f"SELECT s, p, o FROM shown WHERE NOT ({nameless}) UNION {same} UNION"
            f" SELECT e.s AS s, CAST({places.same_as} AS BIGINT) AS p, e.o AS o FROM ({alike}) e",
        )
        triples = [self._numbers(one) for one in (lean_schema(self._plan) if schema else ())]
        database.put("schema_said", "p, s, o", triples)
        stated = [one for one in schema_given if all(self._source.find(term) is not None for term in one)]
        database.put("schema_given", "p, s, o", [self._numbers(one) for one in stated])
        return database.make(
            "entailed",
            "SELECT s, p, o FROM (SELECT s, p, o FROM said UNION SELECT s, p, o FROM schema_said)"
            " EXCEPT SELECT s, p, o FROM given EXCEPT SELECT s, p, o FROM schema_given",
        )

    def _known(self, terms: Iterable[Term]) -> str:
        """Return the numbers of those terms that have one, for ``IN``."""
        numbers = sorted(number for term in terms if (number := self._source.find(term)) is not None)
        return ", ".join(map(str, numbers)) or "-1"

    def _all_names(self) -> str:
        return f"SELECT a.id AS s, b.id AS o FROM {_GROUP} a JOIN {_GROUP} b ON a.r = b.r WHERE a.id <> b.id"

    def _expand(self, named: str) -> None:
        """Write facts for all names of their subjects, objects, properties and classes."""
        database, kind = self._database, self.places.type
        if self.fixpoint.equality.found:
            database.make(
                "wide",
                "SELECT DISTINCT COALESCE(a.id, t.s) AS s, t.p AS p, COALESCE(b.id, t.o) AS o FROM shown t"
                f" LEFT JOIN {_GROUP} a ON a.r = t.s LEFT JOIN {_GROUP} b ON b.r = t.o AND t.p <> {kind}",
            )
            database.make("shown", "SELECT * FROM wide")
        if any(one != other for one, other in self._plan.aliases.items()):
            database.make(
                "wide",
                "SELECT s, p, o FROM shown"
                f" UNION SELECT t.s, m.n AS p, t.o FROM shown t JOIN r_alias m ON m.c = t.p WHERE {named.format('m.n')}"
                " UNION SELECT t.s, t.p, m.n AS o FROM shown t JOIN r_alias m ON m.c = t.o"
                f" WHERE t.p = {kind} AND {named.format('m.n')}",
            )
            database.make("shown", "SELECT * FROM wide")


def _terms_of(plan: Plan) -> set[Term]:
    """Return every term that a plan names, without auxiliary names."""
    found: set[Term] = {owl.TYPE, owl.SAME}
    for edge in plan.edges:
        found |= {edge.source.name, edge.target.name}
    for triple in plan.schema:
        found |= set(triple)
    for triple in lean_schema(plan):
        found |= set(triple)
    for rule in (*plan.some_values, *plan.all_values, *plan.has_values, *plan.chains, *plan.intersections):
        found |= {one for one in rule if isinstance(one, str)}
    for one in (*plan.functional, *plan.inverse_functional, *plan.transitive, *plan.keys, *plan.members):
        found |= _names_in(one)
    found |= {*plan.aliases, *plan.aliases.values()}
    return {term for term in found if not term.startswith(AUXILIARY)}


def _names_in(rule: Any) -> set[Term]:
    names = {getattr(rule, name, None) for name in ("prop", "cls", "filler", "individual")}
    return {name for name in names if name} | set(getattr(rule, "props", ()))
