"""The rules in words, English and Korean, for people who never read the tables of OWL 2 Profiles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

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

# {a} is the subject of the axiom, {b} its object; {path} the members of a chain.
RULES: Final[Mapping[str, tuple[str, str]]] = {
    "asserted": ("stated", "명시됨"),
    "prp-dom": ("only {b} can have “{a}”", "“{a}” 관계의 주체는 {b}임"),
    "prp-rng": ("whatever “{a}” points at is {b}", "“{a}” 관계의 대상은 {b}임"),
    "prp-spo1": ("“{a}” implies “{b}”", "“{a}” 관계는 “{b}” 관계를 함의함"),
    "prp-spo2": ("“{path}”, one after the other, give “{a}”", "“{path}” 관계가 차례로 이어지면 “{a}” 관계가 됨"),
    "prp-inv1": ("“{b}” is “{a}” read the other way round", "“{b}” 관계는 “{a}” 관계의 역임"),
    "prp-inv2": ("“{a}” is “{b}” read the other way round", "“{a}” 관계는 “{b}” 관계의 역임"),
    "prp-symp": ("“{a}” holds in both directions", "“{a}” 관계는 대칭임"),
    "prp-trp": ("“{a}” carries over from one to the next", "“{a}” 관계는 추이적임"),
    "prp-eqp1": ("“{a}” and “{b}” mean the same", "“{a}” 관계와 “{b}” 관계는 같음"),
    "prp-eqp2": ("“{a}” and “{b}” mean the same", "“{a}” 관계와 “{b}” 관계는 같음"),
    "cax-sco": ("every {a} is a {b}", "모든 {a}은(는) {b}임"),
    "cax-eqc1": ("{a} and {b} are the same class", "{a}와(과) {b}은(는) 같은 부류임"),
    "cax-eqc2": ("{a} and {b} are the same class", "{a}와(과) {b}은(는) 같은 부류임"),
    "eq-sym": ("sameness holds in both directions", "동일성은 대칭임"),
    "eq-trans": ("sameness carries over", "동일성은 추이적임"),
    "eq-rep-s": ("what is true of a thing is true under its other name", "같은 것은 다른 이름으로도 성립함"),
    "eq-rep-p": ("what is true of a thing is true under its other name", "같은 것은 다른 이름으로도 성립함"),
    "eq-rep-o": ("what is true of a thing is true under its other name", "같은 것은 다른 이름으로도 성립함"),
    "cax-dw": ("nothing is both {a} and {b}", "{a}이면서 동시에 {b}인 것은 없음"),
    "cax-adc": ("nothing is both {a} and {b}", "{a}이면서 동시에 {b}인 것은 없음"),
    "eq-diff1": ("{a} and {b} are two different things", "{a}와(과) {b}은(는) 서로 다름"),
    "eq-diff2": ("{a} and {b} are two different things", "{a}와(과) {b}은(는) 서로 다름"),
}
"""Each rule as a sentence in English and Korean."""


def rule_in_words(rule: str, axiom: str = "", lang: str = "en", name: Callable[[str], str] | None = None) -> str:
    """Return what a rule did with an axiom, as a clause.

    Args:
        rule: The name of a rule, or ``asserted``.
        axiom: Its axiom in CURIEs, as steps and inconsistencies carry it.
        lang: ``ko``, else English.
        name: Gives the label of a CURIE in that language; without it the CURIE stands in the clause.

    Raises:
        KeyError: If there is no such rule.

    Example:
        >>> chain = "egov:enactedUnder owl:propertyChainAxiom ( egov:enactedIn egov:insideTerm egov:termOf )"
        >>> rule_in_words("prp-spo2", chain)
        'enacted in a time that lies inside the term of the administration'
        >>> rule_in_words("cax-sco", "egov:Law rdfs:subClassOf egov:Enactable")
        'every egov:Law is a egov:Enactable'
    """
    korean = int(lang.startswith("ko"))
    words = [word for word in axiom.split() if word not in {"(", ")"}]
    if rule == "prp-spo2" and len(words) > 2:
        own = _CHAINS.get(f"{words[0]} ( {' '.join(words[2:])} )")
        if own:
            return own[korean]
    show = name or str
    if len(words) == 3 and rule in {"cax-adc", "eq-diff1", "eq-diff2"}:
        words = [words[1], words[0], words[2]]
    path = " → ".join(map(show, words[2:]))
    first, last = (show(words[0]), show(words[-1])) if words else ("", "")
    return RULES[rule][korean].format(a=first, b=last, path=path)
