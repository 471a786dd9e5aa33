"""What a Korean sentence says that somebody did: verbs with their endings, and verbal nouns without any."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from egov_kg.extraction.korean.words import Stem, Words
from egov_kg.values import replace, value

__all__ = ["Predicate", "find_predicates", "hedged"]


@value
class Predicate:
    """A verb or verbal noun in a sentence.

    Attributes:
        start, end: Its half-open range, endings included.
        stems: What it is; several where verbal nouns share an ending ("제정·공포").
        voice: ``active``, ``passive`` or ``nominal``.
        form: ``final``, ``linked`` (a clause goes on behind), ``before`` (it qualifies the noun behind) or ``nominal``.
        mood: Empty for a claim, else why it is none: ``negated``, ``plan``, ``modal``, ``need``, ``condition``,
            ``purpose``, ``hedge``.
        present: Whether it stands in the present tense.
        causative: Whether somebody makes it happen ("출범시켰다").
    """

    start: int
    end: int
    stems: tuple[Stem, ...]
    voice: str
    form: str
    mood: str = ""
    present: bool = False
    causative: bool = False

    def is_any(self, group: str) -> bool:
        """Return whether the predicate belongs to a group of verbs."""
        return any(group in s.groups for s in self.stems)


# The auxiliaries that make a verb of a verbal noun, by kind of form; "하" acts, "되" undergoes.
_AUX: Final = re.compile(
    r"(?P<link>(?:을|를|이|가|도)?\s?)(?:"
    r"(?P<past>하였|했|되었|됐|되였|시켰|받았|이루어졌|이뤄졌|당하였|당했)"
    r"|(?P<adn>한(?!국|글|때|편|해|계)|된|시킨|받은|이루어진|이뤄진)"
    r"|(?P<fut>할|될|시킬|받을|이루어질|이뤄질)"
    r"|(?P<nom>함|됨|시킴|받음|이루어짐|이뤄짐)"
    r"|(?P<formal>합니다|됩니다|했습니다|됐습니다)"
    r"|(?P<inf>하여|해|되어|돼|시켜|받아|이루어져|이뤄져)"
    r"|(?P<base>하|되|시키|받|이루어지|이뤄지))"
)
_PASSIVE: Final = ("되", "됐", "된", "될", "됨", "됩", "돼", "받", "이루", "이뤄", "당")
_SPACED_LINKS: Final = frozenset(["", " ", "을 ", "를 ", "이 ", "가 ", "도 ", "을", "를"])


def _tails(**parts: str) -> tuple[tuple[re.Pattern[str], str, str], ...]:
    found = []
    for key, pattern in parts.items():
        form, _, mood = key.rstrip("0123456789").partition("_")
        found.append((re.compile(pattern), form, mood))
    return tuple(found)


_WORD_END: Final = r"(?![가-힣])"
_TAILS: Final = {
    "past": _tails(
        linked_condition=r"다면|더라면|을\s?(?:때|경우)",
        linked_hedge=r"을(?:\s?것|지)",
        final_reported=r"다(?:고|는|며|면서)",
        final=r"(?:다|습니다|었다|음|었음|던\s?것이다)" + _WORD_END,
        linked=r"으며|고|으나|지만|는데|다가|으므로|기\s?때문에|기에|을뿐|던\s?(?:것|반면)",
        before=r"던" + _WORD_END,
    ),
    "adn": _tails(
        linked_condition=r"다면|\s?(?:경우|때)" + r"(?![가-힣]*년)",
        final_negated=r"\s?(?:적이\s?없|바\s?없|것은\s?아니|것이\s?아니)",
        final_hedge=r"\s?(?:것으로|것이라고|것이라는)\s?(?:보이|보인|보여|추정|알려|전해|예상|전망|추측|관측|여겨)|\s?듯|\s?셈|\s?것\s?같",
        final_present=r"다" + _WORD_END,
        final_present1=r"다(?:고|는|며)",
        linked=r"\s(?:뒤|후|이후|이래|다음|직후|결과|가운데|데|채|바|것|점|사실|이유|만큼|끝에|덕분)",
        before=_WORD_END,
    ),
    "fut": _tails(
        linked_modal=r"\s?수" + r"(?:\s?(?:있|없|는|도|가))",
        linked_need=r"\s?필요",
        linked_condition=r"\s?(?:경우|때|시\s)",
        linked_plan=r"",
    ),
    "nom": _tails(
        linked=r"으로써|으로서|에\s?따라|에\s?따른|과\s?동시에|과\s?함께|에\s?이어|에도",
        final_need=r"(?:이|은)?\s?(?:필요|바람직|시급)",
        final_plan=r"을\s?(?:목표|목적|검토|원칙)",
        final=_WORD_END,
    ),
    "formal": _tails(final=r""),
    "inf": _tails(
        linked_need=r"야",
        final=r"\s?(?:왔|온\s?것|오고\s?있|왔으며|왔고|나갔|놓았|두었|있다|있으며|있고|갔)",
        before=r"\s?온" + _WORD_END,
        linked_plan=r"\s?(?:나갈|나가기|줄|달라)",
        linked=r"서?" + r"(?![가-힣])",
    ),
    "base": _tails(
        final_negated=r"지\s?(?:는|도|를)?\s?(?:않|못|아니|말)|지\s?(?:는|도|를)",
        linked_condition=r"(?:면|거든)" + r"(?!서)",
        linked_plan=r"(?:려|겠|자고|자는|라고|라는|기로|도록|고자|려고|려는|기\s?전)",
        linked_purpose=r"기\s?(?:위|에\s?앞)",
        linked_need=r"(?:어|여)야",
        final=r"(?:기\s?시작(?:하였|했|한))|게\s?(?:되었|됐)(?:다|습니다)",
        linked_plan1=r"게\s?(?:하|할|될|되면)",
        linked1=r"게\s?(?:되었|됐)(?:으며|고|으나|는데)",
        before_present=r"고\s?있(?:는|던)" + _WORD_END,
        linked_present=r"고\s?있(?:으며|고|는데|으나|어)",
        final_present=r"는다|고\s?있|기도\s?(?:하|했)|는\s?(?:것이다|중이다)",
        linked_idea=r"는\s(?:것|방안|방법|문제|과제|작업|일|쪽|방향|과정)|는\s?게|는가|는지|느냐",
        linked=r"는\s(?:등|한편|데|가운데|동시에|반면)|면서|며|고|자(?:\s|마자)|되\s|므로|나\s|거나|기\s?때문|기까지|지만|는데",
        before_present1=r"는" + _WORD_END,
        before=r"던" + _WORD_END,
    ),
}

# What follows a verbal noun without an ending, and takes the claim away or carries it on.
_NOT_DONE: Final = re.compile(
    r"(?:을|를|이|가|에|의|은|는|도)?\s?(?:예정|계획(?!을\s?(?:수립|발표|확정))|방침|검토|준비|필요|여부|논의|요구|촉구|제안|건의|실패|포기|무산|좌절|보류|철회|연기|지연|취소"
    r"|불발|중단|반대|방안|방향|목표|목적|전망|예상|기대|가능|시도|노력|위해|위한|위하여|전(?:에|까지|의|\s)|이전|시(?:에|까지|\s)|안\b|대상|대비|미|못|없|불가|안이|법안|의지|과정|절차|기준|요건|방식|근거|중\b|관련|개선|강화|이유|배경|취지)"
)
_GOING: Final = re.compile(r"\s?중(?P<form>이다|이며|이고|인|입니다|에\s?있다|$)")
_LIGHT: Final = re.compile(
    r"(?:을|를|에|이|가)?\s(?:(?:본격|적극|전면|공식|단계)적으로\s)?(?P<verb>추진|시작|착수|완료|마무리|주도|담당|총괄|개시|주관|수행|지원|시행|나서|나섰|들어가|들어갔|이루어|이뤄|맡|성공|실시|진행)"
)
_NOMINAL_AFTER: Final = re.compile(
    r"\s?(?:$|[,.;:()\[\]\u00b7\u318d/]|(?:19|20)\d\d|['\u2019]\d\d|및\s|등|이후|후(?:\s|에|,)|뒤(?:\s|에|,)|이래|직후|과\s?함께|와\s?함께|에\s?따라|에\s?따른|으로\s|로\s|을\s?계기로|를\s?계기로"
    r"|을\s?통해|를\s?통해|을\s?통하여|를\s?통하여|이었다|이다|되|의\s|\s-|[-\u2013→])"
)
_PREFIX: Final = re.compile(
    r"(?:전면|전부|일부|확대|조기|공동|신규|최초|정식|본격|시범|자체|전격|통합|단계적|추가|잇따라|직접|전|재|새로|독자|국제|공식|일괄|단독|순차|별도)\s?$"
)
_HEDGED: Final = re.compile(
    r"(?:것으로\s?(?:보인|보이|추정|예상|전망|추측|관측|여겨)|추정(?:된|된다|됨|하고)|전망(?:이다|된다|이며)|예상된다|예상이다|가능성이|듯하다|듯\s?하다|지도\s?모른다|것\s?같다|할\s?것이다|될\s?것이다"
    r"|소문|주장이\s?있|설이\s?있|할지|될지|여부는|불투명|미지수)"
)
_IF: Final = re.compile(r"(?<![가-힣])(?:만약|만일|가령|설령|비록\s?[^,]{0,30}더라도)(?![가-힣])")


def hedged(sentence: str) -> str:
    """Return why a whole sentence is no claim (``question``, ``condition``, ``hedge``), or an empty string.

    Example:
        >>> hedged("포털은 개통된 것으로 추정된다."), hedged("포털이 개통되었는가?"), hedged("포털이 개통되었다.")
        ('hedge', 'question', '')
    """
    if sentence.rstrip().endswith(("?", "？")):
        return "question"
    if _IF.search(sentence):
        return "condition"
    return "hedge" if _HEDGED.search(sentence) else ""


def find_predicates(text: str, words: Words, covered: Callable[[int], bool]) -> tuple[Predicate, ...]:
    """Return the verbs and verbal nouns of a sentence, in order.

    Args:
        text: The sentence.
        words: The word tables.
        covered: Whether a place lies inside a name; a verb in a name is none.
    """
    found: list[Predicate] = []
    place = 0
    while place < len(text):
        if not ("\uac00" <= text[place] <= "\ud7a3") or covered(place) or not _begins(text, place, covered):
            place += 1
            continue
        predicate = _verb(text, place, words) or _noun(text, place, words, covered)
        if predicate is None:
            place += 1
        else:
            found.append(predicate)
            place = max(predicate.end, place + 1)
    return tuple(_with_moods(text, found))


_SAID: Final = re.compile(r"[했었았였됐렸꿨꼈졌켰][가-힣]{0,2}$")
_GOES_ON: Final = re.compile(r"[고며여해서돼어아켜워춰려]$")
"""How a verb ends that the next one goes on with; "시행됨에 따라" tells what is done already."""
_OPEN: Final = ("plan", "modal", "need", "condition", "purpose")


def _with_moods(text: str, found: list[Predicate]) -> list[Predicate]:
    """Return verbs, those that a verb goes on with that is no claim being none either: "구성해 선정할 예정이다"."""
    mood = ""
    result: list[Predicate] = []
    for predicate in reversed(found):
        kept = predicate
        if predicate.form == "final":
            mood = predicate.mood
        elif predicate.form == "linked":
            if predicate.mood or _SAID.search(text[predicate.start : predicate.end]):
                mood = predicate.mood
            elif mood in _OPEN and _GOES_ON.search(text[predicate.start : predicate.end].rstrip()):
                kept = replace(predicate, mood=mood)
        result.append(kept)
    return result[::-1]


def _begins(text: str, place: int, covered: Callable[[int], bool]) -> bool:
    if place == 0 or not ("\uac00" <= text[place - 1] <= "\ud7a3") or covered(place - 1):
        return True
    start = place
    while start > 0 and place - start < 5 and "\uac00" <= text[start - 1] <= "\ud7a3" and not covered(start - 1):
        start -= 1
    return _PREFIX.fullmatch(text[start:place]) is not None


def _verb(text: str, place: int, words: Words) -> Predicate | None:
    for spelling, kind, stem in words.verb_forms.get(text[place], ()):
        if not text.startswith(spelling, place):
            continue
        end = place + len(spelling)
        voice = "passive" if stem.lemma in _PASSIVE_VERBS else "active"
        form = kind
        if kind == "inf" and re.match(r"졌|진(?![가-힣])|지(?:고|는|며)|져", text[end:]):
            voice = "passive"
            more = re.match(r"(?P<past>졌)|(?P<adn>진)|(?P<inf>져)|(?P<base>지)", text[end:])
            if more is not None and more.lastgroup is not None:
                form, end = more.lastgroup, end + more.end()
        ending = _ending(text, end, form)
        if ending is not None:
            stop, shape, mood, present = ending
            return Predicate(place, stop, (stem,), voice, shape, mood, present)
    return None


_PASSIVE_VERBS: Final = frozenset(["바뀌다", "나뉘다", "열리다", "이루어지다", "이어지다", "갈라지다"])


def _ending(text: str, place: int, kind: str) -> tuple[int, str, str, bool] | None:
    for pattern, form, mood in _TAILS[kind]:
        match = pattern.match(text, place)
        if match is not None:
            present = mood == "present"
            return match.end(), form, "" if mood in ("present", "reported") else mood, present
    return None


_LONGEST_NOUN: Final = 5


def _noun(text: str, place: int, words: Words, covered: Callable[[int], bool]) -> Predicate | None:
    stems: list[Stem] = []
    end = place
    while True:
        stem = next(
            (
                words.verbal_nouns[text[end : end + n]]
                for n in range(_LONGEST_NOUN, 1, -1)
                if text[end : end + n] in words.verbal_nouns
            ),
            None,
        )
        if stem is None:
            break
        stems.append(stem)
        end += len(stem.lemma)
        joint = re.match(r"\s?[\u00b7\u318d\u30fb,/]\s?|\s및\s", text[end:])
        if joint is None or not any(
            text[end + joint.end() : end + joint.end() + n] in words.verbal_nouns for n in range(2, _LONGEST_NOUN + 1)
        ):
            break
        if not _joined(text, end + joint.end(), words):
            break
        end += joint.end()
    if not stems:
        return None
    return _inflected(text, place, end, tuple(stems)) or _bare(text, place, end, tuple(stems), words, covered)


def _joined(text: str, place: int, words: Words) -> bool:
    """Return whether verbal nouns with a sign between them share what follows ("제정·공포되면서")."""
    return any(
        text[place : place + n] in words.verbal_nouns and _AUX.match(text, place + n) is not None
        for n in range(_LONGEST_NOUN, 1, -1)
    ) or bool(re.match(r"[가-힣]{2,4}(?:[\u00b7(,.]|\s|$)", text[place:]))


def _inflected(text: str, place: int, end: int, stems: tuple[Stem, ...]) -> Predicate | None:
    aux = _AUX.match(text, end)
    if aux is None or aux["link"] not in _SPACED_LINKS:
        return None
    kind = aux.lastgroup or ""
    if aux["link"] in ("을", "를") and kind not in ("past", "base"):
        return None
    ending = _ending(text, aux.end(), kind)
    if ending is None:
        return None
    stop, form, mood, present = ending
    word = aux[0][len(aux["link"]) :]
    voice = "passive" if word.startswith(_PASSIVE) else "active"
    return Predicate(place, stop, stems, voice, form, mood, present, word.startswith("시"))


def _bare(  # noqa: PLR0917 - each is a different thing
    text: str, place: int, end: int, stems: tuple[Stem, ...], words: Words, covered: Callable[[int], bool]
) -> Predicate | None:
    light = _LIGHT.match(text, end)
    if light is not None:
        verb = _verb(text, light.start("verb"), words) or _noun(text, light.start("verb"), words, covered)
        if verb is not None and verb.voice != "nominal":
            mood = verb.mood or ("plan" if light["verb"] == "추진" and stems[-1].lemma in _MAKING else "")
            carried = (
                verb.stems
                if light["verb"] in ("시작", "착수", "추진", "개시", "나서", "나섰", "들어가", "들어갔")
                else stems
            )
            if light["verb"] in ("담당", "총괄", "주관", "주도", "맡", "지원"):
                carried = verb.stems
            return Predicate(place, verb.end, carried, verb.voice, verb.form, mood, verb.present)
    going = _GOING.match(text, end)
    if going is not None:
        form = "before" if going["form"] == "인" else "linked" if going["form"] in ("이며", "이고") else "final"
        return Predicate(place, going.end(), stems[-1:], "active", form, present=True)
    if _NOT_DONE.match(text, end):
        return None
    after = _NOMINAL_AFTER.match(text, end)
    if after is None:
        return None
    return Predicate(place, end, stems, "nominal", "nominal")


_MAKING: Final = frozenset(["제정", "개정", "입법", "법제화", "폐지", "통합", "설립", "설치", "신설", "개편"])
