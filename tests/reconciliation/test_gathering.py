"""What of a graph the search folder holds, and how it is asked for: suggestions, values, previews."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from egov_kg.errors import ReleaseDamaged
from egov_kg.reconciliation.carried import packed, unpacked
from egov_kg.reconciliation.gathering import gathered
from egov_kg.reconciliation.model import Day, Number, PartialDate, Question, Reference, Text, Truth, Wanted
from egov_kg.reconciliation.reconciler import Reconciler
from egov_kg.reconciliation.table import Table, write_search
from tests.reconciliation.worlds import LAWS, quads_of, reconciler_of, written


@pytest.fixture(scope="module")
def reconciler(tmp_path_factory: pytest.TempPathFactory) -> Reconciler:
    """Laws, orders, persons, administrations."""
    return reconciler_of(LAWS, tmp_path_factory.mktemp("laws"))


class TestFolder:
    def test_holds_what_people_have_columns_of(self, reconciler: Reconciler) -> None:
        """No days, no measurements."""
        kinds = {reconciler.table.things[place].split("/")[-3] for place in range(len(reconciler.table))}

        assert kinds == {"law", "order", "person", "administration", "law-group", "id", "document"}

    def test_the_same_graph_gives_the_same_bytes(self, tmp_path: Path) -> None:
        """In whatever order its quads come."""
        quads = quads_of(LAWS)
        for name, seed in (("one", 1), ("other", 2)):
            random.Random(seed).shuffle(quads)
            write_search(gathered(quads), tmp_path / name)

        for name in ("about.json", "columns.bin"):
            assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()

    @pytest.mark.parametrize("turtle", ["", "<https://x.example/a> <https://x.example/b> <https://x.example/c> ."])
    def test_a_graph_without_names_has_one_too(self, tmp_path: Path, turtle: str) -> None:
        """In which nothing is found."""
        reconciler = reconciler_of(turtle, tmp_path)

        assert reconciler.match([Question("act")], ("en",)) == [[]]
        assert reconciler.suggest_entities("a") == []
        assert reconciler.suggest_types("") == []
        assert reconciler.describe("law/kr/x") is None

    def test_a_damaged_folder_is_named(self, tmp_path: Path) -> None:
        """Also one of a later version."""
        folder = written(LAWS, tmp_path)
        about = json.loads((folder / "about.json").read_bytes())
        for wrong in ("{", "[]", json.dumps({**about, "format": 99}), json.dumps({**about, "columns": []})):
            (folder / "about.json").write_text(wrong, encoding="utf-8")
            with pytest.raises(ReleaseDamaged, match=r"about\.json"):
                Table.open(folder)


class TestSuggestions:
    @pytest.mark.parametrize(
        ("typed", "first"),
        [
            ("e-gov", "law/kr/e-government-act"),
            ("전자", "law/kr/e-government-act"),
            ("public inf", "law/ee/public-information-act"),
            ("law/kr/public-data-act", "law/kr/public-data-act"),
            ("정부법 시행", "order/kr/e-government-decree"),
        ],
    )
    def test_things(self, reconciler: Reconciler, typed: str, first: str) -> None:
        """The beginning of a name, its middle, an id."""
        assert reconciler.suggest_entities(typed, langs=("en",))[0].id == first

    def test_things_of_a_class_page_by_page(self, reconciler: Reconciler) -> None:
        """Each is offered once."""
        pages = [reconciler.suggest_entities("p", langs=("en",), limit=1, offset=offset) for offset in range(4)]
        found = [one.id for page in pages for one in page]

        assert len(found) == len(set(found)) == 2
        assert [one.id for one in reconciler.suggest_entities("p", cls="egov:Administration")] == [
            "administration/kr/park"
        ]
        assert reconciler.suggest_entities("") == reconciler.suggest_entities("p", cls="egov:NoSuch") == []

    def test_types(self, reconciler: Reconciler) -> None:
        """By label in any language or name; those that many things have first."""
        found = reconciler.suggest_types("", langs=("ko",))

        assert found[0].count >= found[1].count > 0
        assert [one.type for one in reconciler.suggest_types("law")][:2] == ["egov:Law", "egov:LawGroup"]
        assert [one.name for one in reconciler.suggest_types("법률", langs=("ko",))][:1] == ["법률"]

    def test_properties(self, reconciler: Reconciler) -> None:
        """Those that things of a class have, with the class of their values and how they are compared."""
        laws = {one.property: one for one in reconciler.suggest_properties("", cls="egov:Law", limit=50)}

        assert laws["egov:promulgatedOn"].qualifiers == ("ExactMatch", "EDTF:Level-0")
        assert laws["egov:promulgatedOn"].type is None
        assert laws["egov:enactedUnder"].type == ("egov:Administration", "administration")
        assert "egov:startYear" not in laws
        assert not any(name.startswith("~") for name in laws)
        assert [one.property for one in reconciler.suggest_properties("promulgated")] == ["egov:promulgatedOn"]
        assert [one.property for one in reconciler.properties_of("egov:Law", limit=2)] == [
            "egov:inJurisdiction",
            "egov:promulgatedOn",
        ]


class TestValues:
    def test_values_have_kinds(self, reconciler: Reconciler) -> None:
        """A full day is a day; a year or a month is no day; things have names in the language that is asked for."""
        names = ("promulgatedOn", "memberCount", "approximate", "actNumber", "enactedUnder", "noSuch")
        wanted = [Wanted(f"egov:{name}") for name in names]
        infos, rows = reconciler.extend(["law/kr/public-data-act", "law/kr/none"], wanted, langs=("ko",))

        day, members, approximate, number, under, nothing = rows["law/kr/public-data-act"]
        assert (day, members, approximate) == ((Day("2013-07-30"),), (Number(31),), (Truth(holds=True),))
        assert (number, nothing) == ((Text("11956"),), ())
        [administration] = under
        assert isinstance(administration, Reference)
        assert (administration.id, administration.name) == ("administration/kr/park", "박근혜 정부")
        assert rows["law/kr/none"] == [()] * 6
        assert [one.property for one in infos] == [f"egov:{name}" for name in names]

    def test_a_year_stays_a_year(self, reconciler: Reconciler) -> None:
        """Nobody makes a first of January of it."""
        things = ["order/kr/e-government-decree", "law/ee/public-information-act"]
        _, rows = reconciler.extend(things, [Wanted("egov:promulgatedOn")])

        assert [rows[thing] for thing in things] == [[(PartialDate("2001"),)], [(PartialDate("2000-11"),)]]

    def test_values_can_be_limited(self, reconciler: Reconciler) -> None:
        """0 is all."""
        thing = "law/kr/public-data-act"
        _, rows = reconciler.extend([thing], [Wanted("skos:definition", 1), Wanted("skos:definition", 0)])

        assert [len(values) for values in rows[thing]] == [1, 1]

    def test_a_preview_shows_names_and_values(self, reconciler: Reconciler) -> None:
        """All names, the definition, and what it says itself."""
        found = reconciler.describe("law/kr/public-data-act", langs=("en",))

        assert found is not None
        assert found.definition == "An act that opens data."
        assert ("공공데이터법", "ko") in found.names
        shown = {info.property: values for info, values in found.values}
        assert shown["egov:promulgatedOn"] == (Day("2013-07-30"),)
        assert reconciler.describe("law/kr/none") is None


class TestCarried:
    def test_everything_comes_back_as_it_went(self, reconciler: Reconciler) -> None:
        """Between two processes, whatever the answer."""
        answers = (
            reconciler.match([Question("E-Government Act", "en", "egov:Law"), Question("")], ("ko",)),
            reconciler.suggest_types("", langs=("ko",)),
            reconciler.properties_of("egov:Law"),
            reconciler.describe("law/kr/public-data-act"),
            reconciler.describe("law/kr/none"),
        )

        assert unpacked(packed(answers)) == tuple(
            tuple(tuple(part) if isinstance(part, list) else part for part in one) if isinstance(one, list) else one
            for one in answers
        )
        assert unpacked(packed(Question("\ud800\x00\u2028가"))) == Question("\ud800\x00\u2028가")
