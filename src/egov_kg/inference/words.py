"""The rules in words, English and Korean, for people who never read the tables of OWL 2 Profiles."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from egov_kg.inference import rules as tables

__all__ = ["RULES", "rule_in_words"]

_CHAINS: Final[Mapping[str, tuple[str, str]]] = {
    "egov:enactedUnder ( egov:enactedIn egov:insideTerm egov:termOf )": (
        "enacted in a time that lies inside the term of the administration",
        "제정 시점이 그 정부의 임기 안에 있음",
    ),
    "egov:possiblyEnactedUnder ( egov:enactedIn egov:meetsTerm egov:termOf )": (
        "enacted in a time that touches the term of the administration",
        "제정 시점이 그 정부의 임기와 겹침",
    ),
    "egov:enactedUnderHead ( egov:enactedUnder egov:headedBy )": (
        "enacted under an administration that this person headed",
        "이 인물이 이끈 정부에서 제정됨",
    ),
    "egov:datedUnder ( egov:dated egov:insideTerm egov:termOf )": (
        "dated in a time that lies inside the term of the administration",
        "시점이 그 정부의 임기 안에 있음",
    ),
    "egov:possiblyDatedUnder ( egov:dated egov:meetsTerm egov:termOf )": (
        "dated in a time that touches the term of the administration",
        "시점이 그 정부의 임기와 겹침",
    ),
    "egov:begunUnder ( egov:beganIn egov:insideTerm egov:termOf )": (
        "begun in a time that lies inside the term of the administration",
        "시작 시점이 그 정부의 임기 안에 있음",
    ),
    "egov:possiblyBegunUnder ( egov:beganIn egov:meetsTerm egov:termOf )": (
        "begun in a time that touches the term of the administration",
        "시작 시점이 그 정부의 임기와 겹침",
    ),
    "egov:endedUnder ( egov:endedIn egov:insideTerm egov:termOf )": (
        "ended in a time that lies inside the term of the administration",
        "종료 시점이 그 정부의 임기 안에 있음",
    ),
    "egov:possiblyEndedUnder ( egov:endedIn egov:meetsTerm egov:termOf )": (
        "ended in a time that touches the term of the administration",
        "종료 시점이 그 정부의 임기와 겹침",
    ),
    "egov:activeUnder ( egov:ranDuring egov:meetsTerm egov:termOf )": (
        "ran during a time that touches the term of the administration",
        "수행 기간이 그 정부의 임기와 겹침",
    ),
    "egov:mainlyUnder ( egov:ranDuring egov:mainlyInTerm egov:termOf )": (
        "ran during a time most of which lies in the term of the administration",
        "수행 기간의 대부분이 그 정부의 임기에 속함",
    ),
    "egov:underAdministration ( egov:partOf egov:underAdministration )": (
        "part of a whole that came under the administration",
        "그 정부 소관인 전체의 일부임",
    ),
    "egov:initiatedBy ( egov:begunWith egov:initiatedBy )": (
        "first brought in with a whole that the administration initiated",
        "그 정부가 착수한 전체와 함께 처음 도입됨",
    ),
    "egov:continuedBy ( egov:partOf egov:continuedBy )": (
        "part of a whole that the administration continued",
        "그 정부가 계승한 전체의 일부임",
    ),
    "egov:proposedBy ( egov:begunWith egov:proposedBy )": (
        "first brought in with a whole that this actor proposed",
        "그 행위자가 제안한 전체와 함께 처음 도입됨",
    ),
    "egov:currentForm ( egov:successor egov:inUse )": (
        "succeeded by a body that exists today",
        "현재 존속하는 기관이 후신임",
    ),
    "egov:hasMission ( egov:sameBodyAs egov:hasMission )": (
        "the same body under another name has this mission",
        "명칭만 다른 동일 기관이 이 임무를 가짐",
    ),
    "egov:holdsOffice ( egov:hasTenure egov:tenureOffice )": (
        "has a tenure in this office",
        "이 직위에 재직함",
    ),
    "egov:hampersUseOf ( egov:hampers egov:appliesTechnology )": (
        "hampers something that applies this technology",
        "이 기술을 적용한 대상을 저해함",
    ),
    "egov:recommendedFor ( egov:addresses egov:hampers )": (
        "addresses a barrier that hampers it",
        "이 대상을 저해하는 장애요인에 대응함",
    ),
    "egov:recommendedFor ( egov:addresses egov:hampersUseOf )": (
        "addresses a barrier that hampers the use of this technology",
        "이 기술의 활용을 저해하는 장애요인에 대응함",
    ),
    "egov:cites ( egov:hasPart egov:cites )": (
        "a part of it cites the work",
        "그 일부가 이 저작을 인용함",
    ),
}

# Variables are those of the rule's axioms in `rules.RULES`; {members} are those of its list, {path} the same as a path.
RULES: Final[Mapping[str, tuple[str, str]]] = {
    "asserted": ("stated", "명시됨"),
    "eq-ref": ("everything is the same as itself", "모든 것은 자기 자신과 같음"),
    "eq-sym": ("sameness holds in both directions", "동일성은 대칭임"),
    "eq-trans": ("sameness carries over", "동일성은 추이적임"),
    "eq-rep-s": ("what is true of a thing is true under its other name", "같은 것은 다른 이름으로도 성립함"),
    "eq-rep-p": (
        "what a relation says is true under the other name of the relation",
        "같은 관계는 다른 이름으로도 성립함",
    ),
    "eq-rep-o": ("what is said of a thing is true under its other name", "같은 것을 가리키면 다른 이름으로도 성립함"),
    "eq-diff1": ("{x} and {y} are two different things", "{x}와(과) {y}은(는) 서로 다름"),
    "eq-diff2": ("these are all different things: {members}", "다음은 모두 서로 다름: {members}"),
    "eq-diff3": ("these are all different things: {members}", "다음은 모두 서로 다름: {members}"),
    "prp-ap": ("this property only annotates", "이 속성은 주석용임"),
    "prp-dom": ("only {c} can have “{p}”", "“{p}” 관계의 주체는 {c}임"),
    "prp-rng": ("whatever “{p}” points at is {c}", "“{p}” 관계의 대상은 {c}임"),
    "prp-fp": ("a thing has only one “{p}”", "“{p}” 값은 하나뿐임"),
    "prp-ifp": ("only one thing has this “{p}”", "같은 “{p}” 값을 가진 것은 하나뿐임"),
    "prp-irp": ("nothing has “{p}” to itself", "어떤 것도 자기 자신과 “{p}” 관계일 수 없음"),
    "prp-symp": ("“{p}” holds in both directions", "“{p}” 관계는 대칭임"),
    "prp-asyp": ("“{p}” never holds in both directions", "“{p}” 관계는 양쪽으로 성립할 수 없음"),
    "prp-trp": ("“{p}” carries over from one to the next", "“{p}” 관계는 추이적임"),
    "prp-spo1": ("“{p}” implies “{q}”", "“{p}” 관계는 “{q}” 관계를 함의함"),
    "prp-spo2": ("“{path}”, one after the other, give “{p}”", "“{path}” 관계가 차례로 이어지면 “{p}” 관계가 됨"),
    "prp-eqp1": ("“{p}” and “{q}” mean the same", "“{p}” 관계와 “{q}” 관계는 같음"),
    "prp-eqp2": ("“{p}” and “{q}” mean the same", "“{p}” 관계와 “{q}” 관계는 같음"),
    "prp-pdw": ("“{p}” and “{q}” never hold together", "“{p}” 관계와 “{q}” 관계는 함께 성립할 수 없음"),
    "prp-adp": ("no two of these hold together: {members}", "다음 관계는 둘이 함께 성립할 수 없음: {members}"),
    "prp-inv1": ("“{q}” is “{p}” read the other way round", "“{q}” 관계는 “{p}” 관계의 역임"),
    "prp-inv2": ("“{p}” is “{q}” read the other way round", "“{p}” 관계는 “{q}” 관계의 역임"),
    "prp-key": ("{c} with the same {members} are one thing", "{members} 값이 같은 {c}은(는) 하나임"),
    "prp-npa1": ("it is denied that {x} has “{p}” to {y}", "{x}에 대한 “{p}” {y} 관계는 부정되었음"),
    "prp-npa2": ("it is denied that {x} has “{p}” {y}", "{x}의 “{p}” 값이 {y}임은 부정되었음"),
    "cls-thing": ("whatever there is, is a thing", "존재하는 모든 것은 사물임"),
    "cls-nothing1": ("there is a class without members", "구성원이 없는 부류가 있음"),
    "cls-nothing2": ("nothing is a member of the class without members", "공집합인 부류에는 아무것도 속할 수 없음"),
    "cls-int1": ("what is all of {members} is {c}", "{members} 모두에 속하면 {c}임"),
    "cls-int2": ("every {c} is each of {members}", "모든 {c}은(는) {members} 각각에 속함"),
    "cls-uni": ("every one of {members} is {c}", "{members} 중 하나에 속하면 {c}임"),
    "cls-com": ("nothing is both {c} and {d}", "{c}이면서 동시에 {d}인 것은 없음"),
    "cls-svf1": ("what has “{p}” to some {d} is {c}", "“{p}” 관계의 대상이 {d}이면 {c}임"),
    "cls-svf2": ("what has “{p}” at all is {c}", "“{p}” 관계가 있으면 {c}임"),
    "cls-avf": ("whatever “{p}” of {c} points at is {d}", "{c}의 “{p}” 관계 대상은 모두 {d}임"),
    "cls-hv1": ("every {c} has “{p}” {y}", "모든 {c}의 “{p}” 값은 {y}임"),
    "cls-hv2": ("what has “{p}” {y} is {c}", "“{p}” 값이 {y}이면 {c}임"),
    "cls-maxc1": ("no {c} has “{p}”", "{c}에는 “{p}” 관계가 있을 수 없음"),
    "cls-maxc2": ("every {c} has only one “{p}”", "{c}의 “{p}” 값은 하나뿐임"),
    "cls-maxqc1": ("no {c} has “{p}” to any {d}", "{c}에는 {d}을(를) 가리키는 “{p}” 관계가 있을 수 없음"),
    "cls-maxqc2": ("no {c} has “{p}”", "{c}에는 “{p}” 관계가 있을 수 없음"),
    "cls-maxqc3": ("every {c} has “{p}” to only one {d}", "{c}의 “{p}” 관계 대상인 {d}은(는) 하나뿐임"),
    "cls-maxqc4": ("every {c} has only one “{p}”", "{c}의 “{p}” 값은 하나뿐임"),
    "cls-oo": ("these are {c}: {members}", "다음은 {c}임: {members}"),
    "cax-sco": ("every {c} is a {d}", "모든 {c}은(는) {d}임"),
    "cax-eqc1": ("{c} and {d} are the same class", "{c}와(과) {d}은(는) 같은 부류임"),
    "cax-eqc2": ("{c} and {d} are the same class", "{c}와(과) {d}은(는) 같은 부류임"),
    "cax-dw": ("nothing is both {c} and {d}", "{c}이면서 동시에 {d}인 것은 없음"),
    "cax-adc": ("nothing is two of these at once: {members}", "다음 중 둘에 동시에 속하는 것은 없음: {members}"),
    "dt-type1": ("this is a datatype of the language", "언어가 정한 자료형임"),
    "dt-type2": ("the value lies in the datatype", "값이 이 자료형에 속함"),
    "dt-eq": ("the two are written differently and mean one value", "표기는 다르나 같은 값임"),
    "dt-diff": ("the two are different values", "두 값은 서로 다름"),
    "dt-not-type": ("the value lies outside the datatype", "값이 이 자료형에 속하지 않음"),
    "scm-cls": ("a class is a subclass of itself", "부류는 자기 자신의 하위 부류임"),
    "scm-sco": ("a subclass of a subclass is a subclass", "하위 부류의 하위 부류는 하위 부류임"),
    "scm-eqc1": ("two classes that are the same lie in one another", "같은 부류는 서로를 포함함"),
    "scm-eqc2": ("two classes that lie in one another are the same", "서로를 포함하는 부류는 같음"),
    "scm-op": ("a relation implies itself", "관계는 자기 자신을 함의함"),
    "scm-dp": ("a property implies itself", "속성은 자기 자신을 함의함"),
    "scm-spo": ("what implies a relation implies all that this one implies", "하위 관계는 추이적임"),
    "scm-eqp1": ("two relations that mean the same imply one another", "같은 관계는 서로를 함의함"),
    "scm-eqp2": ("two relations that imply one another mean the same", "서로를 함의하는 관계는 같음"),
    "scm-dom1": ("the class of what has a relation may be widened", "주체의 부류는 그 상위 부류이기도 함"),
    "scm-dom2": (
        "what has a relation is what the relations that it implies ask for",
        "하위 관계의 주체는 상위 관계의 주체이기도 함",
    ),
    "scm-rng1": ("the class of what a relation points at may be widened", "대상의 부류는 그 상위 부류이기도 함"),
    "scm-rng2": (
        "what a relation points at is what the relations that it implies ask for",
        "하위 관계의 대상은 상위 관계의 대상이기도 함",
    ),
    "scm-hv": ("the same value of a relation that implies more", "더 넓은 관계의 같은 값임"),
    "scm-svf1": ("the same relation to some of a wider class", "같은 관계가 더 넓은 부류를 가리킴"),
    "scm-svf2": ("a wider relation to some of the same class", "더 넓은 관계가 같은 부류를 가리킴"),
    "scm-avf1": ("the same relation to nothing but a wider class", "같은 관계의 대상이 모두 더 넓은 부류임"),
    "scm-avf2": ("a narrower relation to nothing but the same class", "더 좁은 관계의 대상이 모두 같은 부류임"),
    "scm-int": ("what is all of several classes is each of them", "교집합은 각 부류에 포함됨"),
    "scm-uni": ("each of several classes lies in what is any of them", "각 부류는 합집합에 포함됨"),
}
"""Each rule of the tables of OWL 2 RL as a clause in English and Korean."""

_WORD: Final = re.compile(r'"(?:[^"\\]|\\.)*"\S*|\S+')
_NAMELESS: Final = ("(unnamed class)", "(이름 없는 부류)")


def rule_in_words(rule: str, axiom: str = "", lang: str = "en", name: Callable[[str], str] | None = None) -> str:
    """Return what a rule did with an axiom, as a clause.

    Args:
        rule: The name of a rule, or ``asserted``.
        axiom: Its axiom in CURIEs, in the order of the rule, as `egov_kg.inference.proof.axiom_text` spells it.
        lang: ``ko``, else English.
        name: Gives the label of a CURIE in that language; without it the CURIE stands in the clause.

    Raises:
        KeyError: If there is no such rule.

    Example:
        >>> chain = "egov:enactedUnder owl:propertyChainAxiom ( egov:enactedIn egov:insideTerm egov:termOf )"
        >>> rule_in_words("prp-spo2", chain)
        'enacted in a time that lies inside the term of the administration'
        >>> rule_in_words("cax-sco", "egov:Law rdfs:subClassOf egov:Enactable .")
        'every egov:Law is a egov:Enactable'
        >>> some = "ex:Mother owl:someValuesFrom ex:Girl . ex:Mother owl:onProperty ex:child ."
        >>> rule_in_words("cls-svf1", some)
        'what has “ex:child” to some ex:Girl is ex:Mother'
        >>> rule_in_words("cls-hv1", '_:b1 owl:hasValue "two words"@en . _:b1 owl:onProperty ex:motto .')
        'every (unnamed class) has “ex:motto” "two words"@en'
    """
    korean = int(lang.startswith("ko"))
    triples = _triples(axiom)
    if rule == "prp-spo2" and triples:
        prop, _, members = triples[0]
        own = _CHAINS.get(f"{prop} ( {' '.join(members)} )")
        if own:
            return own[korean]

    def shown(term: str) -> str:
        if term.startswith("_:"):
            return _NAMELESS[korean]
        return term if name is None or term.startswith('"') else name(term)

    bound = {key: [shown(term) for term in terms] for key, terms in _bound(rule, triples).items()}
    words = {key: ", ".join(terms) for key, terms in bound.items()}
    return RULES[rule][korean].format_map(_Words(words, path=" → ".join(bound.get("members", ()))))


class _Words(dict[str, str]):
    """What stands for the variables of a clause; an ellipsis where the axiom is not known."""

    def __missing__(self, key: str) -> str:
        return "…"


def _triples(axiom: str) -> list[tuple[str, str, list[str]]]:
    """Return the triples of an axiom: subject, predicate, and the object or the members of the list."""
    found: list[tuple[str, str, list[str]]] = []
    words: list[str] = []
    for word in [*_WORD.findall(axiom), "."]:
        if word != ".":
            words.append(word)
        elif words:
            subject, predicate, *objects = (one for one in words if one not in {"(", ")"})
            found.append((subject, predicate, objects))
            words = []
    return found


def _bound(rule: str, triples: Sequence[tuple[str, str, list[str]]]) -> dict[str, list[str]]:
    """Return what stands for each variable of a rule's axioms, by its name without the question mark."""
    bound: dict[str, list[str]] = {}
    atoms = tables.RULES[rule].axioms if rule in tables.RULES else ()
    patterns = [atom for atom in atoms if isinstance(atom, tables.Pattern)]
    lists = {atom.head for atom in atoms if isinstance(atom, tables.ListOf)}
    for pattern, (subject, _, objects) in zip(patterns, triples, strict=False):
        bound[pattern.subject[1:]] = [subject]
        bound["members" if pattern.object in lists else pattern.object[1:]] = objects
    return bound
