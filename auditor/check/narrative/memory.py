"""What the reader of prose remembers while it reads a passage."""

from __future__ import annotations

from msgspec import Struct, field

from auditor.check.narrative.meaning import Meaning
from auditor.check.narrative.publisher import Publisher
from auditor.check.narrative.statement import Statement
from auditor.model.narrative import NarrativeWords


class Memory(Struct):
    """What is remembered: the topics named so far, in the passage and in the sentence, and the open list."""

    words: NarrativeWords
    publisher: Publisher
    heading: str | None = None
    passage_topic: str | None = None
    passage_body: str = ""
    topic: str | None = None
    body: str = ""
    period: str = ""
    year: int | None = None
    sticky: frozenset[str] = frozenset()
    shares: bool = False
    """Whether the sentence has said that shares follow (占比：…)."""
    timely: bool = False
    """Whether the clauses so far speak of time limits: a rate behind them is the rate in time."""
    told: Meaning | None = None
    """What the last clause without a number says."""
    wholes: tuple[int, ...] = ()
    """Several wholes whose members follow in the same order (复议33件、诉讼23件，其中本局8件、5件)."""
    whole: int | None = None
    first_member: Statement | None = None
    first_names: bool = False
    """Whether the first member of the open list names an event of its own."""
    lists: int = 0
    member: Statement | None = None
    """The last member of the open list."""
    behind: set[int] = field(default_factory=set)
    """Numbers whose event stands behind them (57件维持): it is not shared by what follows."""
    commas: int = 0
    top: list[int] = field(default_factory=list)
    """Numbers of the sentence that stand in no bracket."""
    around: frozenset[str] = frozenset()
    """What the sentence names anywhere (``t:`` ``e:`` ``g:`` ``a:``)."""
    scoped: bool = False
    """Whether a clause without a number has named whose requests the sentence tells of."""
    run: int = 0
    """Semicolons of the sentence so far."""
    earlier: list[int] = field(default_factory=list)
    """The same of the sentence before."""
