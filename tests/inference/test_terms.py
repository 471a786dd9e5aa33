"""Terms as numbers: one id a term, one value id for literals that mean the same."""

import numpy as np
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from egov_kg.inference import terms as numbers
from egov_kg.inference.terms import Dictionary, encode, encode_known

INTEGER = "<http://www.w3.org/2001/XMLSchema#integer>"
DECIMAL = "<http://www.w3.org/2001/XMLSchema#decimal>"


NUMBERS = [
    *(f'"{text}"^^{INTEGER}' for text in ("1", "01", "+1", "-0", "x", "12")),
    *(f'"{text}"^^{DECIMAL}' for text in ("1.0", "1", "0.0", "x")),
    *('"1"', '"a"@EN', '"a"@en', '"a"', '"a"^^<http://www.w3.org/2001/XMLSchema#token>', "<a:1>", "_:b"),
]


@pytest.fixture
def one_of_each() -> Dictionary:
    """An IRI, a blank node and five literals, three of which are the number one."""
    return Dictionary(
        ["<a:b>", f'"01"^^{INTEGER}', "_:b0", '"text"@en', f'"1.0"^^{DECIMAL}', '"text"', f'"1"^^{INTEGER}']
    )


class TestDictionary:
    def test_a_term_keeps_its_number(self, one_of_each: Dictionary) -> None:
        """Numbers are given once, from 0, in the order of addition."""
        assert [one_of_each.add("_:b0"), one_of_each.add("<a:c>"), one_of_each.find("<a:c>")] == [2, 7, 7]
        assert one_of_each.find("<a:d>") is None
        assert one_of_each.texts(np.array([7, 0], dtype=np.uint32)) == ["<a:c>", "<a:b>"]

    def test_literals_and_blank_nodes_are_told_apart_also_when_terms_are_added(self, one_of_each: Dictionary) -> None:
        """The masks are as long as the dictionary, whenever they are asked for."""
        before = np.flatnonzero(one_of_each.literal).tolist()

        one_of_each.add('"more"')
        one_of_each.add("_:more")

        assert before == [1, 3, 4, 5, 6]
        assert np.flatnonzero(one_of_each.literal).tolist() == [1, 3, 4, 5, 6, 7]
        assert np.flatnonzero(one_of_each.blank).tolist() == [2, 8]

    def test_literals_of_one_value_stand_for_the_least_of_them_in_term_order(self, one_of_each: Dictionary) -> None:
        """Not for the first: the choice must not depend on the order of the data."""
        before = one_of_each.values().tolist()

        one_of_each.add(f'"001"^^{INTEGER}')

        assert before == [0, 1, 2, 3, 1, 5, 1]
        assert one_of_each.values().tolist() == [0, 7, 2, 3, 7, 5, 7, 7]

    @given(st.lists(st.sampled_from(NUMBERS), max_size=30), st.integers(0, 30), st.sampled_from([0, 1000]))
    def test_values_are_the_same_however_terms_came(self, terms: list[str], asked: int, few: int) -> None:
        """Whenever values were asked for in between, and whether new terms are looked at singly or all at once."""
        known, numbers.FEW_TERMS = numbers.FEW_TERMS, few
        try:
            dictionary = Dictionary(terms[:asked])
            dictionary.values(), dictionary.ill_typed()
            for term in terms[asked:]:
                dictionary.add(term)
                dictionary.values(), dictionary.ill_typed()
        finally:
            numbers.FEW_TERMS = known
        anew = Dictionary(terms)

        assert dictionary.values().tolist() == anew.values().tolist()
        assert dictionary.ill_typed().tolist() == anew.ill_typed().tolist()

    @given(st.lists(st.sampled_from(NUMBERS), max_size=30), st.lists(st.sampled_from(NUMBERS), max_size=30))
    def test_many_at_once_are_numbered_as_one_by_one(self, first: list[str], second: list[str]) -> None:
        """In the order of their appearance; those that are only looked for get no number."""
        known, numbers.FEW_TERMS = numbers.FEW_TERMS, 0
        try:
            dictionary, one_by_one = Dictionary(first), Dictionary(first)
            dictionary.lines(np.arange(len(dictionary), dtype=np.uint32))
            found, is_known = dictionary.find_all(second)
            ids = dictionary.add_all(second)
        finally:
            numbers.FEW_TERMS = known

        assert [int(one) if there else None for one, there in zip(found, is_known, strict=True)] == [
            one_by_one.find(term) for term in second
        ]
        assert ids.tolist() == [one_by_one.add(term) for term in second]
        assert len(dictionary) == len(one_by_one)

    def test_literals_that_their_datatype_excludes_are_known(self, one_of_each: Dictionary) -> None:
        """A text, and a datatype that nobody knows, exclude nothing."""
        for term in (f'"one"^^{INTEGER}', '"one"^^<a:b>', '"one"', '"1.5"^^<http://www.w3.org/2001/XMLSchema#byte>'):
            one_of_each.add(term)

        assert one_of_each.ill_typed().tolist() == [7, 10]

    def test_ranks_are_places_in_the_order_of_bytes(self, one_of_each: Dictionary) -> None:
        """Letters beyond the first plane come after those of it, as in UTF-8."""
        for sign in ("\U00010000", "\uffee", "a", "aa", "<a"):
            one_of_each.add(f'"{sign}"')

        ranks = one_of_each.ranks()

        terms = one_of_each.texts(np.arange(len(one_of_each), dtype=np.uint32))
        assert [terms[number] for number in np.argsort(ranks)] == sorted(terms, key=str.encode)


class TestEncode:
    def test_triples_become_three_columns(self) -> None:
        """A term has one number wherever it stands."""
        a, b = ox.NamedNode("a:a"), ox.NamedNode("a:b")

        table = encode(iter([ox.Triple(a, b, a), ox.Triple(a, b, ox.Literal("a\n", language="en"))]))

        assert [table.subjects.tolist(), table.predicates.tolist(), table.objects.tolist()] == [[0, 0], [1, 1], [0, 2]]
        assert (len(table), table.dictionary.text(2)) == (2, '"a\\n"@en')

    def test_no_triples_are_a_table_too(self) -> None:
        """All three columns are there, and empty."""
        table = encode([])

        assert [len(table), len(table.subjects), len(table.predicates), len(table.objects)] == [0, 0, 0, 0]

    def test_unknown_terms_make_no_number(self) -> None:
        """A triple with a term that nobody knows is nowhere, and is passed over."""
        a, b, c = ox.NamedNode("a:a"), ox.NamedNode("a:b"), ox.NamedNode("a:c")
        dictionary = encode([ox.Triple(a, b, a)]).dictionary

        table = encode_known([ox.Triple(a, b, c), ox.Triple(b, a, b), ox.Triple(c, c, c)], dictionary)

        assert [table.subjects.tolist(), table.predicates.tolist(), table.objects.tolist()] == [[1], [0], [1]]
        assert len(dictionary) == 2
