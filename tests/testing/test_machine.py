"""The office machine finds what it is there to find."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import initialize, run_state_machine_as_test

from servicecore.domain.ticket import TicketAnswered
from servicecore.extending import Extension, Provenance, ReadModel
from servicecore.policies import Wanted
from servicecore.storage import Change
from servicecore.testing import MONDAY, OfficeMachine

FEW = settings(max_examples=8, stateful_step_count=15, deadline=None, phases=[Phase.generate])


def played(machine):
    run_state_machine_as_test(machine, settings=FEW)


class TestAnOfficeInOrder:
    """Nothing is found where nothing is wrong."""

    @pytest.mark.parametrize("standard", ["operations_manual_2025", "project_service_plan"])
    def test_passes(self, standard):
        class Office(OfficeMachine):
            options = {"standard": standard}  # noqa: RUF012

        played(Office)


class CountsWhoLooks:
    """A read model that tells more than the log: how often somebody looked."""

    def __init__(self):
        self.times = 0

    def observe(self, batch, _):
        self.times += 1
        batch.put_many([("times", self.times, b"")])


class TestAReadModelThatCannotBeBuiltAnew:
    """It holds something that the log does not tell."""

    def test_is_found(self):
        class Office(OfficeMachine):
            @initialize()
            def the_office_opens(self):
                counts = ReadModel(name="looks", observe=CountsWhoLooks().observe)
                self.options = {"extensions": [Extension(name="x", read_models=[counts])]}
                super().the_office_opens()

        with pytest.raises(AssertionError, match="looks, built anew, is not what it had become"):
            played(Office)


class AnswersForEver:
    """A policy that answers every answer."""

    name, version, listens = "chatter", "1", (TicketAnswered,)

    def __init__(self, rulebook):
        self.rulebook = rulebook

    def react(self, recorded):
        return [Wanted(recorded.subject, lambda _: [recorded.event])]


class TestAPolicyThatSetsItselfOff:
    """It is set aside with its error, and the office goes on."""

    def test_is_seen_in_the_state_of_the_desk(self):
        class Office(OfficeMachine):
            options = {"extensions": [Extension(name="x", policies=[AnswersForEver])]}  # noqa: RUF012

            def teardown(self):
                status = {each.name: each for each in self.desk.projects.status()}
                seen.append(status["chatter"].dead_letters)
                super().teardown()

        seen = []
        played(Office)
        assert max(seen) > 0


class TestALogThatIsNotSound:
    """An effect stands in it without its cause."""

    def test_is_found(self):
        class Office(OfficeMachine):
            @initialize()
            def the_office_opens(self):
                super().the_office_opens()
                because = Provenance(actor="Wu", causation_id="ticket/T-77#1")
                answered = TicketAnswered(ticket_id="T-9", by="Wu", is_first=True, at=MONDAY)
                self.desk.log.append(Change("note/T-9", [answered], after=0), provenance=because)

        with pytest.raises(AssertionError, match="the log is not sound"):
            played(Office)


class TestADeadlineThatNobodyTakesOffTheList:
    """What is due is decided by nobody, so it would be looked at for ever."""

    def test_is_found(self):
        class Office(OfficeMachine):
            @initialize()
            def the_office_opens(self):
                super().the_office_opens()
                office = self.desk._office
                office._escalation = attrs.evolve(
                    office._escalation,
                    verbs={**office._escalation.verbs, "ticket": lambda *_, **__: []},
                )

        with pytest.raises(AssertionError, match=r"what was due at .* is still to do"):
            played(Office)
