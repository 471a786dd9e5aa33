"""One class and one label for each thing, over all documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from egov_kg import vocab
from egov_kg.model import Extraction, Fact, Label, Thing

__all__ = ["unified"]


def unified(extractions: list[Extraction]) -> tuple[Extraction, ...]:
    """Return the extractions with one class and one label for each thing: the most specific class, the first label."""
    chosen: dict[str, Thing] = {}
    for extraction in extractions:
        for name, thing in extraction.things.items():
            known = chosen.get(name)
            if known is None:
                chosen[name] = thing
            elif known.cls != thing.cls and vocab.is_subclass(thing.cls, known.cls):
                chosen[name] = replace(known, cls=thing.cls)
    result = []
    for extraction in extractions:
        facts = tuple(_with(f, chosen) for f in extraction.facts)
        labels = {}
        for name, names in extraction.labels.items():
            want = chosen[name].label
            lang = chosen[name].lang
            kept = []
            for label in names:
                if label.kind == "pref" and label.lang == lang and label.text != want:
                    kept.append(Label(label.text, label.lang, "alt", label.evidence))
                elif label.text == want and label.lang == lang:
                    kept.append(Label(label.text, label.lang, "pref", label.evidence))
                else:
                    kept.append(label)
            if not any(k.kind == "pref" and k.lang == lang for k in kept):
                kept.insert(0, Label(want, lang, "pref"))
            labels[name] = tuple(kept)
        result.append(replace(extraction, things={n: chosen[n] for n in extraction.things}, facts=facts, labels=labels))
    return tuple(result)


def _with(fact: Fact, chosen: Mapping[str, Thing]) -> Fact:
    obj = chosen[fact.object.id] if isinstance(fact.object, Thing) else fact.object
    qualifiers = tuple((p, chosen.get(v.id, v) if isinstance(v, Thing) else v) for p, v in fact.qualifiers)
    return replace(fact, subject=chosen[fact.subject.id], object=obj, qualifiers=qualifiers)
