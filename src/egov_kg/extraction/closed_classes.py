"""Closed classes of words by which the parts of a clause find their verb."""

from __future__ import annotations

from typing import Final

__all__ = [
    "AIMS",
    "BINDS_TIME",
    "CLAUSE_PREPOSITIONS",
    "DEMANDING",
    "ENTRUSTING",
    "INTRANSITIVE",
    "MOMENTS",
    "NAMING",
    "SAYING",
    "SETTING",
]

CLAUSE_PREPOSITIONS: Final = frozenset({"after", "before", "since", "until", "as", "than", "following"})
BINDS_TIME: Final = frozenset({"in", "on", "since", "from", "at", "during", "by", "until", "after", "", "of", "as of"})
# "X, later renamed Y": with one object these are passive, whatever their form says.
NAMING: Final = frozenset({"rename", "rebrand", "call"})
# "Two years earlier, ..." opens no clause with a subject.
MOMENTS: Final = frozenset(["earlier", "later", "ago", "year", "years", "month", "months", "decade", "decades", "time"])
DEMANDING: Final = frozenset(
    ["recommend", "propose", "suggest", "demand", "require", "plan", "hope", "expect", "urge", "request", "intend",
     "agree", "decide", "promise", "envisage", "claim", "allege", "deny", "doubt"]
)  # fmt: skip
INTRANSITIVE: Final = frozenset(
    {
        "contribute", "respond", "result", "point", "suffer", "struggle", "stem", "collaborate", "cooperate",
        "date", "relate", "derive", "serve", "act", "lie", "partner", "participate", "migrate", "switch", "shift",
        "transition", "aim", "provide", "follow", "rest", "exist", "appear", "begin", "start", "commence", "end",
        "cease", "continue", "open", "close", "operate", "merge", "evolve", "grow", "emerge", "expire", "fail",
        "succeed", "come", "go", "enter", "join", "work", "remain", "rise", "fall", "help", "consist", "belong",
        "depend", "rely", "focus", "become", "change", "develop", "expand", "move", "pass",
    }
)  # fmt: skip
# "with the aim of cutting queues": what follows is what the whole is for.
AIMS: Final = frozenset({"aim", "aims", "goal", "goals", "objective", "objectives", "purpose", "view", "intention"})
# "is tasked with guarding registers", "aims at shorter queues": what follows is the purpose.
ENTRUSTING: Final = frozenset({"task", "charge", "entrust", "tasked", "charged", "entrusted", "aim"})
# "set the goal of connecting schools"
SETTING: Final = frozenset({"set", "have", "pursue", "share", "adopt"})
# "It is said that the portal was opened" claims nothing.
SAYING: Final = frozenset({"say", "believe", "think", "report", "claim", "allege", "estimate", "assume", "rumour"})
