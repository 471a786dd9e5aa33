"""What a link specification may say; everything else is an error with the line, the block, and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from egov_kg import assets
from egov_kg.errors import DataFileError
from egov_kg.linking.specification import Specification
from egov_kg.linking.specification_files import read_specification
from tests.linking.conftest import DATASET, LAWS

COPIED = {path.name for path in assets.data("external").iterdir() if path.is_dir()}
"""The data sets whose files ship; the others are fetched by whoever wants them."""


def read(folder: Path, text: str) -> Specification:
    """Write a specification and read it."""
    path = folder / "register.toml"
    path.write_text(text, encoding="utf-8")
    return read_specification(path)


class TestSpecification:
    def test_holds_what_it_says(self, tmp_path: Path) -> None:
        """Defaults are those of the reference."""
        found = read(tmp_path, LAWS)

        (match,) = found.matches
        assert (found.dataset.id, found.dataset.dialect and found.dataset.dialect.encoding) == ("register", "utf-8")
        assert (match.accept, match.review, match.margin_bits, match.max_pairs) == (0.95, 0.5, 4.0, 2_000_000)
        assert match.columns == ("id", "title", "kind", "number", "day")
        assert (match.source, match.predicate) == ("register.csv", "skos:exactMatch")
        assert found.mapping_path == tmp_path / "register.sssom.tsv"

    @pytest.mark.parametrize("path", sorted(assets.data("mappings").glob("*.toml")), ids=lambda path: path.stem)
    def test_that_ships_can_be_read(self, path: Path) -> None:
        """Each has a licence and a version, and is named as its data set."""
        found = read_specification(path)

        assert found.dataset.id == path.stem
        assert found.dataset.licence
        assert found.dataset.version or found.dataset.is_asked
        if path.stem in COPIED:
            assert all((assets.data("external") / path.stem / match.source).is_file() for match in found.matches)
        else:
            notes = "".join(note.read_text(encoding="utf-8") for note in path.parent.glob("*.md"))
            assert f"`{path.name}`" in notes


WRONG: dict[str, tuple[str, str, str]] = {
    "no TOML": ('id = "register"', "id = register", r":3: is not TOML"),
    "no data set": ("[dataset]", "[data]", r"there is no key 'data'.*did you mean 'dataset'"),
    "unknown key": ("licence =", "license =", r":5: \[dataset\]: there is no key 'license'; did you mean 'licence'"),
    "no licence": ('licence = "CC0"\n', "", r"\[dataset\]: the key 'licence' is missing, expected text"),
    "a name with capitals": (
        'id = "register"',
        'id = "Register"',
        r":3: \[dataset\]: 'id' is 'Register', expected lower",
    ),
    "unknown format": ('"csv"', '"xml"', r":8: \[dataset\]: 'format' is 'xml', expected one of: csv, tsv"),
    "no dialect": ("dialect =", "#dialect =", r"format 'csv' needs its dialect; a first look at a file misleads"),
    "half a dialect": (', encoding = "utf-8"', "", r"'encoding' is not stated; all of delimiter, quote, encoding"),
    "unknown encoding": ('"utf-8"', '"utf-9"', r"'encoding' is 'utf-9', expected one that Python knows"),
    "a long delimiter": ('delimiter = ","', 'delimiter = "||"', r"'delimiter' is '\|\|', expected one ASCII character"),
    "a prefix of ours": ("{ reg =", "{ skos =", r"the prefix 'skos' is one of ours"),
    "a relative prefix": ('"https://register.example/id/"', '"id/"', r"stands for 'id/', expected an absolute IRI"),
    "no block": ("[[match]]", "[[matches]]", r"there is no key 'matches'; did you mean 'match'"),
    "unknown class": ('"egov:Law"', '"egov:law"', r":13: \[\[match\]\] 1: 'ours' is 'egov:law', expected .*: egov:Law"),
    "unknown level": ('"work"', '"works"', r"'level' is 'works', expected one of: work, text, person"),
    "exact across levels": (
        'level = "work"',
        'level = "text"',
        r"egov:Law is a work and a row a text; identity across",
    ),
    "an id without a column": ('"reg:{id}"', '"reg:id"', r"'id' is 'reg:id', expected a column in it"),
    "an id that calls": ('"reg:{id}"', '"reg:{id!r}"', r"'id' is 'reg:\{id!r\}', expected a column"),
    "an id without a prefix": ('"reg:{id}"', '"gre:{id}"', r"'id' begins with 'gre:', expected a prefix"),
    "no label": ("label = [", "#label = [", r"'label' is missing, expected the columns of names"),
    "no language": (
        'lang = "ko"',
        'lang = "k"',
        r":16: \[\[match\]\] 1 label 1: 'lang' is 'k', expected a language tag",
    ),
    "a feature without a column": (
        '{ column = "day" }',
        '{ of = "work" }',
        r"date: expected 'column': where the values",
    ),
    "a key of another feature": (
        '{ column = "day" }',
        '{ column = "day", strip = "0" }',
        r"date: there is no key 'strip'",
    ),
    "a number among the words": ('strip = "0" }', 'words = ["no 5"] }', r"'words' are to stand around a number"),
    "an unknown path": ('strip = "0" }', 'strip = "0", ours = "egov:number" }', r"'egov:number' is no property"),
    "an unknown prefix": ('strip = "0" }', 'strip = "0", ours = "eg:number" }', r"'eg:number' has no prefix that is"),
    "a probability of two": (
        'level = "work"',
        'level = "work"\naccept = 2',
        r"'accept' is 2, expected a number from 0.5 to 1",
    ),
    "review above accept": (
        'level = "work"',
        'level = "work"\nreview = 0.99',
        r"'review' is 0.99, expected at most 'accept'",
    ),
    "a class in a table": ('level = "work"', 'level = "work"\nclass = "egov:Law"', r"'class' is for RDF"),
    "a source elsewhere": (
        '"register.csv"',
        '"../register.csv"',
        r"'source' is '../register.csv', expected the name of a",
    ),
    "an encoding that is none": ('"utf-8"', '"unicode_escape"', r"'encoding' is 'unicode_escape', expected one that"),
    "an encoding that fails": ('"utf-8"', '"undefined"', r"'encoding' is 'undefined', expected one that Python knows"),
    "a service": ('"csv"', '"reconciliation"', r"'source' is 'register.csv', expected the address that is asked"),
    "a key that calls": ('level = "work"', 'level = "work"\nkey = "{id!r}"', r"'key' is '\{id!r\}', expected a column"),
    "settings of a service": (
        'format = "csv"',
        'format = "csv"\nreconciliation = { batch = 5 }',
        r"a target of format 'csv' is no service; leave it out",
    ),
    "another type": ('level = "work"', 'level = "work"\nwhere = 5', r"'where' is 5, expected text"),
}


class TestMistakes:
    @pytest.mark.parametrize("name", WRONG)
    def test_are_told_with_their_place(self, tmp_path: Path, name: str) -> None:
        """File and line, block, key, value, what was expected."""
        right, wrong, told = WRONG[name]
        assert right in LAWS

        with pytest.raises(DataFileError, match=told):
            read(tmp_path, LAWS.replace(right, wrong, 1))

    def test_in_bytes_are_told(self, tmp_path: Path) -> None:
        """A specification is UTF-8."""
        (tmp_path / "register.toml").write_bytes(DATASET.encode() + b"# \xb9\xfd\n")

        with pytest.raises(DataFileError, match=r":11: is not UTF-8"):
            read_specification(tmp_path / "register.toml")
