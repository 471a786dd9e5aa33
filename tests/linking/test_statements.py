"""Tables as RDF: so much as they say, each row under the IRI of its own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from egov_kg import assets, iri
from egov_kg.errors import DataFileError, UnreadableTarget
from egov_kg.linking import read_specification
from egov_kg.linking.statements import Statements, column_namespace

HEAD = """
[dataset]
id = "acts"
title = { en = "Acts" }
licence = "CC0"
source = "acts.csv"
format = "csv"
dialect = { delimiter = ";", quote = '"', encoding = "utf-8", header = true }
prefix = { act = "https://acts.example/id/" }
[[match]]
ours = "egov:Law"
level = "work"
"""
COLUMNS = f"{iri.BASE}beside/acts#"
XSD = "http://www.w3.org/2001/XMLSchema#"
DATE, IDENTIFIER = iri.expand("dcterms:date"), iri.expand("dcterms:identifier")
PREFERRED, OTHER = iri.expand("skos:prefLabel"), iri.expand("skos:altLabel")


def statements(folder: Path, block: str, table: str) -> Statements:
    """Return the statements of a table by a specification with one block."""
    (folder / "acts.toml").write_text(HEAD + block, encoding="utf-8")
    (folder / "acts.csv").write_text(table, encoding="utf-8")
    return Statements(read_specification(folder / "acts.toml"), folder)


def told(found: Statements) -> set[tuple[str, str, str]]:
    """Return the triples as texts: the end of the subject, the property, the object."""
    return {(t.subject.value.rpartition("/")[2], t.predicate.value, str(t.object)) for t in found}  # type: ignore[union-attr]


class TestRows:
    def test_what_the_specification_explains_and_every_cell(self, tmp_path: Path) -> None:
        """Values as they stand there: no map, no zeros cut off; dates with the precision that they have."""
        block = """
id = "act:{no}"
label = [{ column = "title", lang = "ko", split = "|" }, { column = "english", lang = "en" }]
kind = { column = "type", map = { "Act" = "act" } }
number = { column = "act_no", strip = "0" }
date = { column = "enacted" }
"""
        table = "no;title;english;type;act_no;enacted;remark\n1;전자서명법|서명법;;Act;05792;1999-02;\n"

        found = told(statements(tmp_path, block, table))

        assert found == {
            ("1", PREFERRED, '"전자서명법"@ko'),
            ("1", OTHER, '"서명법"@ko'),
            ("1", IDENTIFIER, '"05792"'),
            ("1", "http://purl.org/dc/elements/1.1/type", '"Act"'),
            ("1", DATE, f'"1999-02"^^<{XSD}gYearMonth>'),
            ("1", f"{COLUMNS}no", '"1"'),
            ("1", f"{COLUMNS}title", '"전자서명법|서명법"'),
            ("1", f"{COLUMNS}type", '"Act"'),
            ("1", f"{COLUMNS}act_no", '"05792"'),
            ("1", f"{COLUMNS}enacted", '"1999-02"'),
        }

    @pytest.mark.parametrize(
        ("cell", "said"),
        [
            ("2001-03-28", f'"2001-03-28"^^<{XSD}date>'),
            ("2001", f'"2001"^^<{XSD}gYear>'),
            ("soon", ""),
            ("2001-02-30", ""),
        ],
    )
    def test_a_date_that_is_none_stays_a_cell(self, tmp_path: Path, cell: str, said: str) -> None:
        """Nothing is made up."""
        block = 'id = "act:{no}"\nlabel = [{ column = "title" }]\ndate = { column = "day" }\n'

        found = told(statements(tmp_path, block, f"no;title;day\n1;a;{cell}\n"))

        assert {value for _, prop, value in found if prop == DATE} == ({said} if said else set())
        assert ("1", f"{COLUMNS}day", f'"{cell}"') in found

    def test_names_of_columns_and_values_cannot_break_out(self, tmp_path: Path) -> None:
        """They are escaped in IRIs; in literals they are what they are."""
        block = 'id = "act:{no}"\nlabel = [{ column = "ti tle/>" }]\n'

        found = told(statements(tmp_path, block, 'no;ti tle/>\n1> <x> .;"a "" . <b>"\n'))

        assert found == {
            ("1%3E%20%3Cx%3E%20.", PREFERRED, '"a \\" . <b>"'),
            ("1%3E%20%3Cx%3E%20.", f"{COLUMNS}no", '"1> <x> ."'),
            ("1%3E%20%3Cx%3E%20.", f"{COLUMNS}ti%20tle%2F%3E", '"a \\" . <b>"'),
        }

    def test_one_preferred_name_a_language(self, tmp_path: Path) -> None:
        """SKOS wants it so; the first one stays, and is told once."""
        block = 'id = "act:{no}"\nrepeats = true\nlabel = [{ column = "title", lang = "en" }]\n'

        found = list(statements(tmp_path, block, "no;title\n1;first\n1;second\n1;first\n"))

        assert Counter((t.predicate.value, t.object) for t in found) == {
            (PREFERRED, ox.Literal("first", language="en")): 2,
            (OTHER, ox.Literal("second", language="en")): 1,
        }


class TestOwnership:
    """A row is told if its IRI names it alone."""

    BLOCK = 'id = "act:{no}"\nlabel = [{ column = "title" }]\n'

    def test_rows_that_differ_have_no_common_iri(self, tmp_path: Path) -> None:
        """Neither is told, and both are counted; the same row twice is one."""
        found = statements(tmp_path, self.BLOCK, "no;title\n1;a\n1;b\n2;c\n2;c\n;d\n")

        assert {name for name, _, _ in told(found)} == {"2"}
        assert (found.rows, found.nameless) == (5, 3)

    def test_rows_that_a_block_leaves_out_are_told_where_they_can_be(self, tmp_path: Path) -> None:
        """What the condition means is a matter of links; but the IRI is that of the row which fulfils it."""
        block = f"{self.BLOCK}where = \"title <> 'b'\"\n"

        found = statements(tmp_path, block, "no;title\n1;b\n1;a\n2;b\n")

        assert {(n, v) for n, p, v in told(found) if p == PREFERRED} == {("1", '"a"'), ("2", '"b"')}
        assert found.nameless == 1

    def test_where_rows_speak_of_one_thing_together_only_names_are_told(self, tmp_path: Path) -> None:
        """A cell is of the row: the first day of a tenure is no date of the person."""
        block = f'{self.BLOCK}repeats = true\ndate = {{ column = "day" }}\n'

        found = told(statements(tmp_path, block, "no;title;day\n1;a;2001\n1;a;2002\n"))

        assert found == {("1", PREFERRED, '"a"')}


class TestShipped:
    @pytest.mark.parametrize(
        ("name", "rows", "nameless"), [("kr-iso", 249, 0), ("kr-law-history", 10_176, 0), ("kr-offices", 724, 12)]
    )
    def test_all_rows_are_told(self, name: str, rows: int, nameless: int) -> None:
        """But for the second offices that six persons took on one day."""
        specification = read_specification(assets.data(f"mappings/{name}.toml"))

        found = Statements(specification, assets.data(f"external/{name}"))
        subjects = {triple.subject for triple in found}

        assert (found.rows, found.nameless) == (rows, nameless)
        assert column_namespace(specification) == f"{iri.BASE}beside/{name}#"
        assert all(isinstance(subject, ox.NamedNode) for subject in subjects)

    def test_a_whole_revision_is_told_although_it_enacts_nothing(self) -> None:
        """The links leave it out; questions want it."""
        found = Statements(
            read_specification(assets.data("mappings/kr-law-history.toml")), assets.data("external/kr-law-history")
        )
        revision = ox.NamedNode(f"{iri.BASE}id/text/law-go-kr/102476")

        triples = {(t.predicate.value.rpartition("#")[2], t.object.value) for t in found if t.subject == revision}  # type: ignore[union-attr]

        assert {("action", "전부개정"), ("title_ko", "전자정부법"), ("promulgated", "2010-02-04")} <= triples


class TestRefusals:
    def test_rdf_needs_no_specification(self, tmp_path: Path) -> None:
        """It is served as it is."""
        (tmp_path / "x.toml").write_text(
            '[dataset]\nid = "x"\ntitle = { en = "X" }\nlicence = "CC0"\nsource = "x.ttl"\nformat = "rdf"\n'
            '[[match]]\nours = "egov:Law"\nlevel = "work"\nlabel = [{ column = "skos:prefLabel" }]\n'
        )

        with pytest.raises(UnreadableTarget, match="is no table"):
            Statements(read_specification(tmp_path / "x.toml"), tmp_path)

    def test_a_wrong_column_and_a_wrong_condition(self, tmp_path: Path) -> None:
        """As for links."""
        block = 'id = "act:{no}"\nlabel = [{ column = "name" }]\n'

        with pytest.raises(UnreadableTarget, match="has no column 'name'"):
            list(statements(tmp_path, block, "no;title\n1;a\n"))
        with pytest.raises(DataFileError, match="'where' is"):
            list(statements(tmp_path, f"{TestOwnership.BLOCK}where = \"1); ATTACH 'x'; (1\"\n", "no;title\n1;a\n"))
