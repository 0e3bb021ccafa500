"""A log beside a plain list: whatever one does, they must agree."""
# ruff: noqa: D102, S101 - these are tests; the rules have names that speak

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, ClassVar

import attrs
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ...domain.events import Recorded
from ...storage import Change, CommandReusedError, ConflictError, EventLog
from .events import CATALOGUE, FOLD, LIN, Case, Noted, Opened, evolve, noted

_SUBJECTS = st.sampled_from(["case/1", "case/2", "case/3"])
_COMMANDS = st.sampled_from([None, "c-1", "c-2", "c-3", "c-4", "c-5"])
_TEXTS = st.lists(st.text("ab", max_size=2), max_size=3)


class ALogAndAList(RuleBasedStateMachine):
    """What clerks do to a log, written down beside it.

    The log may hold events already; the machine looks at what comes after them,
    under subjects of its own.
    """

    open_log: ClassVar[Callable[..., EventLog]]
    runs: ClassVar[Iterator[int]]

    def __init__(self) -> None:
        super().__init__()
        self.log = self.open_log(catalogue=CATALOGUE)
        self.run, self.start = next(self.runs), self.log.head()
        self.written: list[tuple[str, Opened | Noted]] = []
        self.commands: dict[str, tuple[str, int]] = {}

    def teardown(self) -> None:
        self.log.close()

    # --- What may happen ------------------------------------------------------

    @rule(subject=_SUBJECTS, texts=_TEXTS, off_by=st.sampled_from([0, 0, 0, -1, 1]))
    def somebody_appends(self, subject: str, texts: list[str], off_by: int) -> None:
        count = len(self.history(subject))
        change = Change(self.mine(subject), map(noted, texts), after=count + off_by)
        if off_by:
            with pytest.raises(ConflictError):
                self.log.append(change, provenance=LIN)
            return
        self.log.append(change, provenance=LIN)
        self.written += [(subject, each) for each in change.events]

    @rule(subjects=st.lists(_SUBJECTS, min_size=2, max_size=4), stale=st.booleans())
    def several_change_together(self, subjects: list[str], *, stale: bool) -> None:
        counts = {each: len(self.history(each)) for each in subjects}
        changes = []
        for subject in subjects:
            changes.append(Change(self.mine(subject), [Opened()], after=counts[subject]))
            counts[subject] += 1
        if stale:
            changes.append(Change(self.mine(subjects[0]), [Opened()], after=0))
            with pytest.raises(ConflictError):
                self.log.append(*changes, provenance=LIN)
            return
        self.log.append(*changes, provenance=LIN)
        self.written += [(subject, Opened()) for subject in subjects]

    @rule(subject=_SUBJECTS, command=_COMMANDS, texts=_TEXTS)
    def somebody_decides(self, subject: str, command: str | None, texts: list[str]) -> None:
        asked: list[Case | None] = []

        def decide(case: Case | None) -> list[Noted]:
            asked.append(case)
            return [noted(each) for each in texts]

        def execute() -> Any:
            told = attrs.evolve(LIN, command_id=command and self.mine(command))
            return self.log.execute(self.mine(subject), decide, fold=FOLD, provenance=told)

        before = self.state(subject)
        if command not in self.commands:
            assert not execute().repeated
            assert [before] == asked
            self.written += [(subject, noted(each)) for each in texts]
            if command:
                self.commands[command] = (subject, len(texts))
        elif self.commands[command][0] == subject:
            then = execute()
            assert (True, self.commands[command][1]) == (then.repeated, len(then.events))
            assert asked == []
        else:
            with pytest.raises(CommandReusedError):
                execute()

    @rule(subject=_SUBJECTS)
    def a_snapshot_is_taken(self, subject: str) -> None:
        kept = self.log.take_snapshot(self.mine(subject), FOLD)
        assert kept == (self.state(subject) is not None)

    @rule()
    def snapshots_are_forgotten(self) -> None:
        self.log.forget_snapshots()

    # --- What must hold -------------------------------------------------------

    @invariant()
    def the_log_reads_as_the_list(self) -> None:
        read = list(self.log.since(self.start))
        mine = [(self.mine(subject), happened) for subject, happened in self.written]
        assert mine == [(each.subject, each.event) for each in read]
        assert [each.position for each in read] == sorted({each.position for each in read})

    @invariant()
    def every_history_is_whole(self) -> None:
        for subject in ("case/1", "case/2", "case/3"):
            read: list[Recorded] = self.log.history(self.mine(subject))
            assert self.history(subject) == [each.event for each in read]
            assert list(range(1, len(read) + 1)) == [each.version for each in read]
            loaded = self.log.load(self.mine(subject), FOLD)
            assert (self.state(subject), len(read)) == loaded

    # -----------------------------------------------------------------------------------

    def mine(self, name: str) -> str:
        return f"{name}-{self.run}"

    def history(self, subject: str) -> list[Opened | Noted]:
        return [happened for each, happened in self.written if each == subject]

    def state(self, subject: str) -> Case | None:
        case: Case | None = None
        for happened in self.history(subject):
            case = evolve(case, happened)
        return case


def log_machine(open_log: Callable[..., EventLog]) -> type[RuleBasedStateMachine]:
    """Return the state machine for the logs that *open_log* opens."""

    class ThisLogAndAList(ALogAndAList):
        runs = count()

    ThisLogAndAList.open_log = staticmethod(open_log)
    return ThisLogAndAList
