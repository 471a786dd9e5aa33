"""From mentions to things: exact keys first, then what the document defines, known names, and last a new id."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final

from egov_kg import vocab
from egov_kg.extraction.gazetteer import Gazetteer, class_of
from egov_kg.extraction.lexicon import Lexicon
from egov_kg.extraction.naming import alike, digits, family, key_of, number_key, own_name, surname_of
from egov_kg.extraction.patterns import Mention
from egov_kg.extraction.registry import Registry
from egov_kg.extraction.tokens import fold, singular
from egov_kg.model import Thing

__all__ = ["Resolver", "family", "surname_of"]

_WORLDWIDE: Final = frozenset(
    {
        "egov:Technology",
        "egov:ServiceDomain",
        "egov:Context",
        "egov:Document",
        "egov:DocumentPart",
        "egov:Table",
        "egov:Figure",
        "egov:Concept",
        "egov:ActorGroup",
        "egov:GovernmentLevel",
    }
)
"""Classes whose things belong to no jurisdiction."""

_LONG_NAME: Final = 5
"""Words from which on a name may differ by one from another spelling of itself."""

_TITLE: Final = 3
"""Words of a title that can stand for the one edition of it that the document names in full."""

_EDITION: Final = re.compile(r"\s(?:(?:19|20)\d\d)(?:\W?(?:20)?\d\d)?")

_FIELDS_OF_LAW: Final = frozenset(
    ["public", "private", "civil", "criminal", "common", "case", "international", "labour", "administrative", "tax"]
)
"""What a field of law is called by: "a body of public law" names no act."""


@dataclass
class Resolver:
    """Gives each mention of one document its thing, and mints things for what the text alone names.

    Attributes:
        registry: Where ids come from.
        gazetteer: The known names.
        lexicon: The word tables.
        jurisdiction: The jurisdiction that the document speaks of, or ``int``.
    """

    registry: Registry
    gazetteer: Gazetteer
    lexicon: Lexicon
    jurisdiction: str
    acronyms: dict[str, Thing] = field(default_factory=dict)
    by_name: dict[tuple[str, str], Thing] = field(default_factory=dict)
    full_names: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    things: dict[str, Thing] = field(default_factory=dict)
    own: dict[str, Thing] = field(default_factory=dict)
    countries: frozenset[str] = frozenset()
    norms: dict[str, list[tuple[str, str, Thing]]] = field(default_factory=dict)
    numbered: dict[tuple[str, ...], Thing] = field(default_factory=dict)
    called: dict[str, Thing] = field(default_factory=dict)
    bare: frozenset[str] = frozenset()
    _countries: dict[str, Thing] = field(default_factory=dict, repr=False)
    _longer: dict[tuple[str, str, str], list[tuple[str, tuple[str, str]]]] = field(default_factory=dict, repr=False)

    # --- reading the whole document first -----------------------------------------------------------------------

    def learn(self, mentions: Iterable[Mention]) -> None:
        """Take in every mention of the document: its own definitions, and the longest form of each name."""
        kept = [m for m in mentions if not m.is_bare]
        for m in kept:
            for name in m.names or (m.name,):
                self.full_names.setdefault((family(m.cls), self.key(name, m)), (name, m.cls))
        self._longer.clear()
        for (group, key), full in sorted(self.full_names.items()):
            first, _, rest = key.partition(" ")
            self._longer.setdefault((group, first, rest.partition(" ")[0]), []).append((key, full))
        for m in kept:
            if (m.acronym or m.alias) and m.det not in ("each", "every"):
                thing = self.thing(m)
                if thing is not None:
                    if m.acronym:
                        self.acronyms.setdefault(m.acronym, thing)
                    if m.alias:
                        self.by_name.setdefault((family(m.cls), fold(m.alias)), thing)
                        self.called.setdefault(m.alias.casefold(), thing)

    def key(self, name: str, mention: Mention) -> str:
        """Return the key under which a name is one with others."""
        return key_of(name, mention, self.lexicon, self.jurisdiction)

    # --- things -------------------------------------------------------------------------------------------------

    def make(self, cls: str, label: str, *, jurisdiction: str | None = None, lang: str = "en") -> Thing:
        """Return the thing of a class and name, minted through the registry."""
        where = jurisdiction or ("int" if cls in _WORLDWIDE else self.jurisdiction)
        known = self.by_name.get((family(cls), self._placed(fold(label), where)))
        if known is not None:
            return known
        thing = Thing(self.registry.id_for(cls, where, label), cls, label, lang)
        return self.keep(thing)

    def _placed(self, key: str, where: str) -> str:
        """Return the key of a name in a jurisdiction: bare in that of the document, so that names of others differ."""
        return key if where in (self.jurisdiction, "int") else f"{where}/{key}"

    def where(self, mention: Mention) -> str:
        """Return the jurisdiction of what a mention names.

        That of its own words; else that of a sentence which opens with a country; else the document's; else, in a
        document on several countries, that of the only country in the sentence; else ``int``.
        """
        if mention.cls in _WORLDWIDE:
            return "int"
        if mention.country:
            return mention.country
        if mention.place and not mention.place.startswith("?"):
            return mention.place
        return mention.place[1:] if mention.place and self.jurisdiction == "int" else self.jurisdiction

    @staticmethod
    def _elsewhere(thing: Thing, mention: Mention) -> bool:
        """Whether a mention is for sure of another country than a thing: the same letters stand for others there."""
        country, own = thing.id.split("/")[1].split("-")[0], mention.country or mention.place
        return bool(own) and own[0] != "?" and country not in ("int", own.split("-")[0])

    def keep(self, thing: Thing) -> Thing:
        """Return the one value that stands for a thing's id in this document."""
        known = self.things.get(thing.id)
        if known is None:
            self.things[thing.id] = thing
            return thing
        if known.cls != thing.cls and vocab.is_subclass(thing.cls, known.cls):
            known = Thing(known.id, thing.cls, known.label, known.lang)
            self.things[thing.id] = known
        return known

    def known(self, thing: str, cls: str | None = None, fallback: str = "") -> Thing:
        """Return a thing of the gazetteer, under its preferred name."""
        label = self.gazetteer.label(thing)
        lang = "en"
        if label is None:
            label, lang = self.gazetteer.label(thing, "ko"), "ko"
        return self.keep(
            Thing(self.registry.current(thing), cls or class_of(thing), label or fallback, lang if label else "en")
        )

    def country(self, code: str) -> Thing:
        """Return a country by its code."""
        thing = self._countries.get(code)
        if thing is None:
            country = next(c for c in self.lexicon.countries if c.code == code)
            thing = Thing(self.registry.id_for("egov:Country", code, country.name), "egov:Country", country.name)
            self._countries[code] = thing
        return self.keep(thing)

    def government_of(self, country: Thing) -> Thing:
        """Return the government of a country: what acts when a country does."""
        code = country.id.split("/")[1]
        known = self.gazetteer.label(f"agency/{code}/government")
        label = known or f"Government of {country.label}"
        return self.keep(Thing(self.registry.current(f"agency/{code}/government"), "egov:Agency", label))

    def _government(self, mention: Mention) -> Thing | None:
        """Return the government of the country that a mention names, or of the document's own; None if it has none."""
        code = mention.country or self.where(mention)
        if code == "eu":
            return None
        if not any(c.code == code for c in self.lexicon.countries):
            return None
        thing = self.government_of(self.country(code))
        if mention.country and self.gazetteer.label(thing.id) is None and thing.label.startswith("Government of "):
            # as the document writes it
            thing = Thing(
                thing.id, thing.cls, self.own.setdefault(thing.id, Thing(thing.id, thing.cls, mention.name)).label
            )
            self.things[thing.id] = thing
        return thing

    def person(self, name: str) -> Thing:
        """Return a person by full name: a known one, in either order of names, else a new one."""
        for hit in self._people_named(name):
            return self.known(hit)
        return self.make("egov:Person", name)

    def _people_named(self, name: str) -> list[str]:
        rows = self.gazetteer.named(name)
        return sorted({n.thing for n in rows if n.thing.startswith("person/") and self.applies(n.thing)})

    def administration_of(self, person: Thing) -> Thing:
        """Return the administration under a head, named after the head."""
        slug = person.id.rpartition("/")[2]
        label = f"{person.label} administration"
        jurisdiction = self.jurisdiction if self.jurisdiction != "int" else person.id.split("/")[1]
        identifier = self.registry.current(f"administration/{jurisdiction}/{slug}")
        return self.keep(Thing(identifier, "egov:Administration", label))

    def office(self, title: str, jurisdiction: str) -> Thing:
        """Return the office of a title in a jurisdiction: the known one of that title and country, else a new one."""
        upper = self.lexicon.field_acronyms
        name = " ".join(
            w.upper()
            if w in upper or any(c.isdigit() for c in w)
            else w.capitalize()
            if w not in ("of", "and", "for", "the")
            else w
            for w in title.split()
        )
        country = next((c.name for c in self.lexicon.countries if c.code == jurisdiction), "")
        for row in self.gazetteer.named(f"{name} of {country}") if country else ():
            if row.thing.startswith(f"office/{jurisdiction}/"):
                return self.known(row.thing)
        return self.make("egov:Office", name, jurisdiction=jurisdiction)

    def applies(self, thing: str) -> bool:
        """Whether a known thing can be meant here: one of a country that the document does not speak of cannot.

        Where a document names no country at all, people and agencies are still themselves; but titles of acts and
        names of committees are alike in many countries.
        """
        segment, jurisdiction = thing.split("/")[:2]
        country = jurisdiction.split("-")[0]
        if country in ("int", self.jurisdiction):
            return True
        if self.jurisdiction != "int":
            return False
        return country in self.countries or (not self.countries and segment in ("person", "agency", "system"))

    def thing(self, mention: Mention, name: str | None = None) -> Thing | None:
        """Return what a mention names, or None for an anaphor and for words that name nothing by themselves."""
        if mention.thing in self.own:
            return self.keep(self.own[mention.thing])
        if mention.thing and self.applies(mention.thing):
            cls = mention.cls if vocab.is_subclass(mention.cls, class_of(mention.thing)) else None
            return self.known(mention.thing, cls, mention.name)
        if mention.cls == "egov:Country":
            return self.country(mention.country)
        if mention.pattern.startswith("government."):
            return self._government(mention)
        if mention.pattern == "administration.number":
            return self.make(mention.cls, mention.name)
        if mention.cls == "egov:Administration":
            return self.administration_of(self.person(mention.name.removesuffix(" administration")))
        if mention.cls == "egov:Person":
            return self.person(mention.name) if len(mention.name.split()) > 1 else None
        if mention.is_bare and mention.head != "executive order" and not self.is_topic(mention):
            return None
        if self._is_generic(mention):
            return None
        name = name or mention.name
        group = family(mention.cls)
        where = self.where(mention)
        own = own_name(mention, name, self.lexicon, self.acronyms)
        if own and (own in self.bare or own in self.acronyms):
            # "the Irembo platform", where the text also says "Irembo"
            name = own
        for acronym in (mention.acronym, name):
            short = self.acronyms.get(acronym)
            alike = short is not None and (family(short.cls) == group or mention.pattern.startswith("coined."))
            if short is not None and alike and not self._elsewhere(short, mention):
                return short
        key = self._placed(self.key(name, mention), where)
        if group == "egov:Enactable":
            norm = self._norm(key, name, mention, where)
            if norm is not None:
                return norm
        known = self.by_name.get((group, key))
        if known is None and not mention.country and mention.place.startswith("?"):
            # named before, where no country stood near
            known = self.by_name.get((group, self.key(name, mention)))
        known = known or self._near(group, key)
        if known is not None:
            return known
        if group in ("egov:Enactable", "egov:Plan") and not mention.number and not mention.times:
            known = self._only_edition(group, key)
            if known is not None:
                self.by_name[group, key] = known
                return known
        name, cls = self._longest_form(group, key, mention, name)
        thing = self.make(cls, re.sub(r"\s+", " ", name), jurisdiction=where)
        self.by_name[(group, key)] = thing
        return thing

    def _norm(self, key: str, name: str, mention: Mention, where: str) -> Thing | None:
        """Return the norm of a title, told from others of the same title by number or year; None without either."""
        year = next((t.value.edtf[:4] for t in mention.times if "/" not in t.value.edtf), "")
        found = self.norms.setdefault(key, [])
        for i, (number, stated, thing) in enumerate(found):
            if mention.number and number:
                same = digits(mention.number) == digits(number)
            else:
                same = not (year and stated) or year == stated
            if same:
                found[i] = (number or mention.number, stated or year, thing)
                return thing
        if not mention.number and not year:
            return None
        numbered = number_key(mention, where)
        if numbered in self.numbered:
            found.append((mention.number, year, self.numbered[numbered]))
            return self.numbered[numbered]
        cls = mention.cls
        title = re.sub(r"\s+", " ", name)
        known = self.by_name.get(("egov:Enactable", key)) if not found else None
        label = f"{title} ({year})" if found and year else f"{title} (No. {mention.number})" if found else title
        thing = known or self.make(cls, label, jurisdiction=where)
        found.append((mention.number, year, thing))
        if numbered:
            self.numbered[numbered] = thing
        self.by_name.setdefault(("egov:Enactable", key), thing)
        return thing

    def _only_edition(self, group: str, key: str) -> Thing | None:
        """Return the act or the plan of a title with a year behind it, if the document knows one such edition only."""
        if len(key.split()) < _TITLE:
            return None
        dated = [k for g, k in self.full_names if g == group and k.startswith(key) and _EDITION.fullmatch(k, len(key))]
        if len(dated) != 1:
            return None
        name, cls = self.full_names[group, dated[0]]
        thing = self.by_name.get((group, dated[0])) or self.make(cls, re.sub(r"\s+", " ", name))
        self.by_name.setdefault((group, dated[0]), thing)
        return thing

    def _near(self, group: str, key: str) -> Thing | None:
        """Return the only thing of a family whose name has the same words but for one in eleven, numbers all equal."""
        words = key.split()
        if len(words) < _LONG_NAME:
            return None
        near = [
            (other, thing)
            for (kind, other), thing in self.by_name.items()
            if kind == group and other.count(" ") >= _LONG_NAME - 1
            if len(other.split()) >= _LONG_NAME and alike(words, other.split())
        ]
        return min(near, key=itemgetter(0))[1] if len({thing.id for _, thing in near}) == 1 else None

    def _is_generic(self, mention: Mention) -> bool:
        """Whether words name a kind and no thing: "government websites", "existing systems"."""
        first, _, last = mention.name.rpartition(" ")
        if mention.head == "law" and mention.cls == "egov:Law" and first in _FIELDS_OF_LAW:
            return True
        several = mention.name.islower() and singular(last) != last
        kinds = ("website", "system", "portal", "platform")
        return several and mention.head in kinds and not (mention.count or mention.acronym or mention.thing)

    def _longest_form(self, group: str, key: str, mention: Mention, name: str) -> tuple[str, str]:
        """Return the full name that a short one stands for: the only longer name that begins with it."""
        words = key.split()
        cls = mention.cls
        if len(words) < 2 or mention.count:
            return self._labelled(group, key, name, cls)
        longer = [
            (k, full)
            for k, full in self._longer.get((group, words[0], words[1]), ())
            if k != key and k.split()[: len(words)] == words
        ]
        tails = {k for k, _ in longer}
        if mention.ordinal and len(tails) == 1:
            return longer[0][1]
        return self._labelled(group, key, name, cls)

    def _labelled(self, group: str, key: str, name: str, cls: str) -> tuple[str, str]:
        """Return the fullest spelling that the document gives a name ("E-Government" is "E-Government initiative")."""
        if vocab.is_subclass(cls, "egov:Initiative"):
            full = self.full_names.get((group, key))
            if full is not None and full[0].casefold().split()[-1] in ("initiative", "initiatives"):
                return full
        return name, cls

    def is_topic(self, mention: Mention) -> bool:
        """Whether a bare head is a topic of the genre that stands for the push made for it ("E-Government")."""
        return mention.cls == "egov:Initiative" and mention.head not in ("initiative", "campaign")
