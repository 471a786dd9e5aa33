"""What a sentence names: each kind of name as a reader would cut it, and what is no name."""

from __future__ import annotations

import pytest

from egov_kg.assets import data
from egov_kg.extraction.gazetteer import read_gazetteer
from egov_kg.extraction.lexicon import read_lexicon
from egov_kg.extraction.mentions import Mention
from egov_kg.extraction.patterns import read_sentence

LEXICON = read_lexicon(data() / "rules")
GAZETTEER = read_gazetteer(data() / "gazetteer")


def mentions(text: str) -> tuple[Mention, ...]:
    """Return the outermost mentions of a sentence."""
    return read_sentence(text, 0, len(text), LEXICON, GAZETTEER).mentions


def named(text: str) -> list[tuple[str, str]]:
    """Return class and name of what a sentence names, heads alone left out."""
    return [(m.cls.removeprefix("egov:"), m.name) for m in mentions(text) if not m.is_bare]


class TestNorms:
    @pytest.mark.parametrize(
        ("text", "name", "number", "date"),
        [
            ("It rests on Law No. 6439 of 28 March 2001.", "Law No. 6439", "6439", "2001-03-28"),
            ("Law No. 18,331 on Ports and Harbours was passed.", "Law No. 18,331 on Ports and Harbours", "18,331", ""),
            ("Law No. 18,331 on ports was passed.", "Law No. 18,331", "18,331", ""),
            ("Decree No. 9,756 of 11 April 2019 set it up.", "Decree No. 9,756", "9,756", "2019-04-11"),
            ("The Ports Law, No. 18,331 (11 August 2008), binds all.", "Ports Law", "18,331", "2008-08-11"),
            ("The Data Law (Law No. 14,129) was signed.", "Data Law", "14,129", ""),
            (
                'The Law "On Harbours", No. 370-II of 7 January 2003, is short.',
                "Law on Harbours",
                "370-II",
                "2003-01-07",
            ),
            ("See Regulation (EU) No 910/2014.", "Regulation (EU) No 910/2014", "910/2014", ""),
            ("The new quay statute, Law No. 21.719, is long.", "Law No. 21.719", "21.719", ""),
            ("It was created by Law 17.930 there.", "Law 17.930", "17.930", ""),
            ("See Decree-Law 43/99/M of that kind.", "Decree-Law 43/99/M", "43/99/M", ""),
            ("He signed Executive Order 13356 there.", "Executive Order 13356", "13356", ""),
            ("The Decree of 18 October 2000 formed it.", "Decree of 18 October 2000", "", "2000-10-18"),
            ("The Ports and Data Act 25 of 2002 binds all.", "Ports and Data Act 25 of 2002", "25", "2002"),
            ("The Ports (Data) Act, 2016 binds all.", "Ports (Data) Act, 2016", "", "2016"),
        ],
    )
    def test_have_a_name_a_number_and_a_date(self, text: str, name: str, number: str, date: str) -> None:
        """A law is called by its title or its number; what stands behind the name is number and date of it."""
        found = next(m for m in mentions(text) if m.name == name)

        assert (found.number, [t.value.edtf for t in found.times]) == (number, [date] if date else [])

    def test_keep_their_year_where_it_is_part_of_the_title(self) -> None:
        """Two acts of one title are told apart by their years."""
        found = mentions("The Harbour Data Act 1998 was repealed by the Harbour Data Act 2018.")

        assert [m.name for m in found] == ["Harbour Data Act 1998", "Harbour Data Act 2018"]

    def test_have_titles_that_go_on_over_small_words(self) -> None:
        """A title may hold "of" and "to", and begins where its capitals begin."""
        found = named("The Freedom of Information Act and the Access to Public Registers Law apply.")

        assert found == [("Law", "Freedom of Information Act"), ("Law", "Access to Public Registers Law")]

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("Building Harbours Act (1998)", "Building Harbours Act"),
            ("Support for Harbours Act (2015)", "Support for Harbours Act"),
            ("The Sailors' Charter of 1991 was the first.", "Sailors' Charter"),
        ],
    )
    def test_begin_with_the_first_word_of_their_line(self, text: str, name: str) -> None:
        """A verb in front, or an owner, belongs to the title."""
        assert name in [n for _, n in named(text)]

    def test_have_titles_in_other_languages(self) -> None:
        """A bracket with words of no other kind of thing holds the title in the language of the country."""
        found = mentions("The Harbour Data Act (Wet digitale havens) and the Ports Law (Ministry of Ports) apply.")

        assert [m.alias for m in found] == ["Wet digitale havens", "", ""]

    def test_are_not_what_is_only_proposed(self) -> None:
        """A bill is no law."""
        assert named("A Harbour Data Bill was read.") == []


class TestBodies:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("The Ministry of Education, Culture and Sport agreed.", "Ministry of Education, Culture and Sport"),
            ("The National IT and Harbour Agency agreed.", "National IT and Harbour Agency"),
            ("It is run by the Federal Data Processing Service.", "Federal Data Processing Service"),
            ("It went to the Ministry of Health and AGESIC.", "Ministry of Health"),
            ("The Infocomm Authority (IDA) of Singapore agreed.", "Infocomm Authority of Singapore"),
            ('It passed to the State Corporation "Ports for All".', "State Corporation Ports for All"),
            ("It joined Local Government Denmark in May.", "Local Government Denmark"),
            ("The Ministry of Trade and Port Innovation (MTPI) agreed.", "Ministry of Trade and Port Innovation"),
            ("The Ministry of Ships & Digital Infrastructure agreed.", "Ministry of Ships & Digital Infrastructure"),
            ("The Ministry of Ships and the Quay Register agreed.", "Ministry of Ships"),
            ("It is an agency of the Danish state responsible for ports.", "agency of the Danish state"),
            ("The Department of Ports and the Arts agreed.", "Department of Ports and the Arts"),
            ("The Agency for Ports and Quay Society (APQS) agreed.", "Agency for Ports and Quay Society"),
            ("The Agency for Ports and Quay Society (QS) agreed.", "Agency for Ports"),
            ("It works with Portcom Limited on ships.", "Portcom Limited"),
            ("It is kept by the Civil Register and Notary Service.", "Civil Register and Notary Service"),
            ("It asked the Centre for Ships and Society in May.", "Centre for Ships and Society"),
            ("It asked the Ministry of Ships and Parliament in May.", "Ministry of Ships"),
            ("It was moved to Archives Norway in May.", "Archives Norway"),
            ("It joined the Directorate General of Ports.", "Directorate General of Ports"),
            ("The Federal Public Service Quays and Support (FPQS) agreed.", "Federal Public Service Quays and Support"),
            ("It asked the National Register and Pilots Authority in May.", "National Register and Pilots Authority"),
            ("It was once Ports Law, Data and Ships Authority (PLDSA).", "Ports Law, Data and Ships Authority"),
            ("It is run by PDA's Harbour Support Agency.", "Harbour Support Agency"),
            ("It went from the Department of Ports to Customs and the Navy.", "Department of Ports"),
            ("It helped the Harbour Agency get quay registers.", "Harbour Agency"),
            (
                "The Directorate of Ports and of the Quay System (DPQS) agreed.",
                "Directorate of Ports and of the Quay System",
            ),
            ("It reviews the plans of the Harbour Data Agency (HDA).", "Harbour Data Agency"),
            ("The Federal Government of Germany agreed.", "Federal Government of Germany"),
        ],
    )
    def test_are_cut_where_their_names_end(self, text: str, name: str) -> None:
        """A name goes on over "and" and commas as far as it is one name, and no further."""
        assert name in [n for _, n in named(text)]

    def test_have_acronyms_and_names_in_brackets(self) -> None:
        """The letters need not fit: the acronym may be that of another language; a long word is another name."""
        first, second = mentions(
            "The Harbour Agency for Ships (AGESIC, after its name in Spanish) met the Harbour Board (Havnestyrelsen)."
        )

        assert (first.acronym, first.alias, second.acronym, second.alias) == ("AGESIC", "", "", "Havnestyrelsen")

    @pytest.mark.parametrize(
        ("text", "acronym", "alias"),
        [
            ("The Agency for Quays, I.P. (AQ) agreed.", "AQ", ""),
            ("The Harbour Data Act (German: Hafendatengesetz, abbreviated HDG) is old.", "HDG", "Hafendatengesetz"),
            ("The Quay Ministry (Ukrainian: \u041f\u043e\u0440\u0442, romanized: Port) agreed.", "", ""),
            ("The Ports Restructuring Programme (PRP - Programa dos Portos) ended.", "PRP", "Programa dos Portos"),
            ("The Harbour Data Backbone, HDB, grew.", "HDB", ""),
            ("The Harbour Data Agency (Public Organisation) (HDA) grew.", "HDA", ""),
            ("The Harbour Data Agency's (HDA) staff grew.", "HDA", ""),
            ("The Harbour Data Plan (referred to as 'the Ports Plan') ended.", "", "Ports Plan"),
        ],
    )
    def test_have_brackets_that_lead_over_to_another_name(self, text: str, acronym: str, alias: str) -> None:
        """A language, a legal form or "abbreviated" is no part of the other name; other letters than ours are none."""
        found = mentions(text)[0]

        assert (found.acronym, found.alias) == (acronym, alias)

    @pytest.mark.parametrize(
        ("text", "name", "acronym", "alias"),
        [
            (
                "The Agência para os Portos (Agency for Ports, AP) agreed.",
                "Agency for Ports",
                "AP",
                "Agência para os Portos",
            ),
            ("The Jabatan Pelabuhan Negara (JPN) agreed.", "Jabatan Pelabuhan Negara", "JPN", ""),
            ("It is run by Hamnstyrelsen in the north.", "Hamnstyrelsen", "", ""),
            ("It was the Agenzia per l'Italia dei Porti.", "Agenzia per l'Italia dei Porti", "", ""),
        ],
    )
    def test_have_names_in_other_languages(self, text: str, name: str, acronym: str, alias: str) -> None:
        """A bracket that gives the name in English gives the name; the other one stays as another name."""
        found = next(m for m in mentions(text) if m.cls == "egov:Agency")

        assert (found.name, found.acronym, found.alias) == (name, acronym, alias)

    def test_have_acronyms_in_front(self) -> None:
        """The name behind the comma explains the acronym."""
        found = mentions("MAMPU, the Malaysian Administrative Modernisation and Management Planning Unit, agreed.")

        assert [(m.name, m.acronym) for m in found] == [
            ("Malaysian Administrative Modernisation and Management Planning Unit", "MAMPU")
        ]

    def test_are_not_what_is_named_after_them(self) -> None:
        """A bill, a report or a prize with the name of a body is no body."""
        assert not [n for cls, n in named("The Harbour Authority of Malta Bill was read.") if cls == "Agency"]

    def test_of_a_country_are_its_government(self) -> None:
        """A government is called as the text writes it."""
        found = named("The Government of Rwanda asked the Danish government.")

        assert found == [("Agency", "Government of Rwanda"), ("Agency", "Danish government")]

    def test_have_no_place_in_brackets_for_an_acronym(self) -> None:
        """A country in brackets says where, not how a body is also called."""
        found = mentions("The Ministry of Ports (Germany) agreed.")

        assert (found[0].acronym, found[0].alias) == ("", "")


class TestCoinedNames:
    @pytest.mark.parametrize(
        ("text", "cls", "name"),
        [
            ("X-Road, a secure data exchange layer, was built.", "InformationSystem", "X-Road"),
            ("Since then the state portal eesti.ee shows it.", "InformationSystem", "eesti.ee"),
            ("It opened a service called Harbour Post in May.", "InformationSystem", "Harbour Post"),
            ("Digital Isles is a flagship programme of the state.", "Programme", "Digital Isles"),
            ("It was developed by DanID for banks.", "Agency", "DanID"),
            ("In 2012 they replaced Portnet and nothing else.", "InformationSystem", "Portnet"),
            ("It was passed by the Folkemoot in May.", "Agency", "Folkemoot"),
            ("They sold iGov2010 abroad.", "Plan", "iGov2010"),
            ("Portnet, developed with ships in mind, has been in use since 2018.", "InformationSystem", "Portnet"),
            ("Portcode, the national quay system, goes into operation.", "InformationSystem", "Portcode"),
            (
                "It adopted Connected Quays 2030 at once.",
                "Plan",
                "Connected Quays 2030",
            ),
            ("The action plan Opening the Quays in Iceland is new.", "Plan", "Opening the Quays in Iceland"),
            ("It was launched by PDA last May.", "Agency", "PDA"),
            ("The card is issued by the Stampery in May.", "Agency", "Stampery"),
            ("It accepts PID 3.0 at once.", "InformationSystem", "PID 3.0"),
            ("In 2001 PDA announced it.", "Agency", "PDA"),
            ("It accepts Quay-ID at once.", "InformationSystem", "Quay-ID"),
            ('The "Digital Quays" initiative began.', "Initiative", "Digital Quays"),
            ('It opened a portal for ports, widely known there as "Portnet", in May.', "InformationSystem", "Portnet"),
            ("It serves agencies such as the Ports Board and PortHealth.", "Agency", "PortHealth"),
        ],
    )
    def test_are_classed_by_the_words_around_them(self, text: str, cls: str, name: str) -> None:
        """An apposition, a class word, a verb or the form of the word says what a name without a head names."""
        assert (cls, name) in named(text)

    @pytest.mark.parametrize(
        "text",
        [
            "Today, a system was built.",
            "Recently it offered e-services to SMEs.",
            "Estonia, a country of the north, agreed.",
            "McKinsey came in May.",
            "It cost Sh12 million and Rwf13 billion.",
            "It was paid by SMS and ICT developed fast.",
            "It cost Rs 4.5 in all.",
            "It cost PKR 4.5 million in all.",
            "Identify e-government services for citizens.",
            "It was published on 27 October, the agency said.",
            'He read "Towards a Better Digital Port Service for All".',
        ],
    )
    def test_are_no_plain_words(self, text: str) -> None:
        """A capital at the beginning, a generic word or a surname makes no system."""
        assert not [n for cls, n in named(text) if cls in ("InformationSystem", "Agency", "Plan")]


class TestPlans:
    @pytest.mark.parametrize(
        ("text", "name", "period"),
        [
            ("The Digital Strategy 2016-2020 followed.", "Digital Strategy 2016-2020", "2016/2020"),
            ("The Isles Digital Agenda 2030 followed.", "Isles Digital Agenda 2030", ""),
            ("The National IT Plan (2007-2011) followed.", "National IT Plan", "2007/2011"),
            ("The Harbour Action Plan II followed.", "Harbour Action Plan II", ""),
            ("The SMART Isles 2020 Masterplan followed.", "SMART Isles 2020 Masterplan", ""),
            ("The National Quay Plan Portus Magnus followed.", "National Quay Plan Portus Magnus", ""),
            ("The National Quay Policy and Strategy followed.", "National Quay Policy and Strategy", ""),
            ("The whole-of-government Quay Strategy followed.", "Quay Strategy", ""),
            ("The soon-to-be-published Quay Strategy followed.", "Quay Strategy", ""),
            (
                'The State Programme "Digital Isles" for 2018-2022 followed.',
                "State Programme Digital Isles",
                "2018/2022",
            ),
        ],
    )
    def test_keep_what_tells_one_edition_from_the_next(self, text: str, name: str, period: str) -> None:
        """A period, a year or a number behind the noun belongs to the name; a period in brackets does not."""
        found = mentions(text)[0]

        assert (found.name, [t.value.edtf for t in found.times]) == (name, [period] if period else [])

    def test_are_called_by_the_title_behind_what_they_are(self) -> None:
        """Words written small only say what it is; the quoted title is the name."""
        assert ("Plan", "Quays for All") in named('A first harbour strategy, "Quays for All", was presented in 2011.')
        assert ("Plan", "Quays for All") in named('A first harbour agenda, "Quays for All", was presented in 2011.')
        assert ("Plan", "Quays for All") in named('It was followed by the strategy "Quays for All", which is long.')

    def test_share_a_head(self) -> None:
        """Two ordinals before one noun are two plans."""
        found = mentions("The 1st and 2nd harbour master plans followed.")[0]

        assert found.names == ("1st harbour master plan", "2nd harbour master plan")


class TestPersons:
    @pytest.mark.parametrize(
        ("text", "name", "head"),
        [
            ("It was launched by Prime Minister Lee Hsien Loong.", "Lee Hsien Loong", "prime minister"),
            ("The Science Secretary, Peter Kyle, agreed.", "Peter Kyle", "science secretary"),
            (
                "The Minister of ICT and Innovation Paula Ingabire agreed.",
                "Paula Ingabire",
                "minister of ict and innovation",
            ),
            ("A review by Martha Lane Fox followed.", "Martha Lane Fox", ""),
            ("Its bureau, headed by Ylva Torkelund, moved.", "Ylva Torkelund", ""),
            ("It was presented by Anna-Ylva Torkelund in May.", "Anna-Ylva Torkelund", ""),
            ("President Tabaré Vázquez agreed.", "Tabaré Vázquez", "president"),
            ("A paper of Kim Dae-jung followed.", "Kim Dae-jung", ""),
            ("It was signed by Luiz Inácio Lula da Silva.", "Luiz Inácio Lula da Silva", ""),
            ("It was shown by Frau Ylva Torkelund there.", "Ylva Torkelund", "frau"),
            ("It was led by Minister Ylva Torkelund.", "Ylva Torkelund", "minister"),
            (
                "It was led by Martha Torkelund, Secretary of State for Quay Reform.",
                "Martha Torkelund",
                "secretary of state for quay reform",
            ),
            (
                "The Minister for Quays and Ships, Ylva Torkelund, agreed.",
                "Ylva Torkelund",
                "minister for quays and ships",
            ),
            ("It was signed by then-Prime Minister Tan Bee Low.", "Tan Bee Low", "then-prime minister"),
        ],
    )
    def test_are_known_by_title_or_given_name(self, text: str, name: str, head: str) -> None:
        """A title stands before the name, with what it is over, or behind a comma."""
        found = next(m for m in mentions(text) if m.cls == "egov:Person")

        assert (found.name, found.head) == (name, head)

    @pytest.mark.parametrize(
        "text",
        ["The Paul Scherrer Institute agreed.", "The Director Harbour Services agreed.", "It opened in San Francisco."],
    )
    def test_are_not_what_is_named_after_one(self, text: str) -> None:
        """A body with a person's name is a body; capitals behind a weak title are no name."""
        assert not [n for cls, n in named(text) if cls == "Person"]

    def test_lead_administrations(self) -> None:
        """An administration, a government or a cabinet is that of a person, not of a country or a party."""
        found = named("The Blair government and the second Abe cabinet met the Scottish government.")

        assert found == [("Administration", "Blair administration"), ("Administration", "Abe administration")]

    def test_lead_numbered_administrations(self) -> None:
        """A number tells one government from the others, whoever led it."""
        assert named("The XV Constitutional Government agreed.") == [("Administration", "XV Constitutional Government")]
