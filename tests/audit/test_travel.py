"""A case as it stood, and as it was known; what changed it; and who draws a sample."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from hashlib import sha256

import pytest

from servicecore import Level, ServiceDesk
from servicecore.audit.causes import why
from servicecore.audit.checking import fsck
from servicecore.audit.notes import Checkpoint
from servicecore.audit.refusals import AnotherLogError, UnknownFactError
from servicecore.audit.sampling import sample
from servicecore.audit.seals import Seals
from servicecore.audit.travel import course_of, differences, facts, stood
from servicecore.desk.registry import fold_of
from servicecore.storage import open_log

from .conftest import CATALOGUE, KEY, live, note, seal

NINE = datetime(2026, 1, 5, 1, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
FOLD = fold_of("ticket/T-1")


@pytest.fixture
def desk():
    moments = iter(NINE + n * timedelta(minutes=1) for n in range(100_000))
    with ServiceDesk.open("memory:", clock=lambda: next(moments)) as desk:
        desk.tickets.open(
            "T-1", customer_id="Acme", product="pump", model="P-200", fault="it leaks",
            contact="Lin", priority="A", at=NINE, actor="Wu", command_id="open T-1",
        )  # fmt: skip
        desk.run_due(NINE + 3 * HOUR)
        yield desk


def history(desk, **cut):
    return desk.log.history("ticket/T-1", **cut)


class TestTimeTravel:
    """As it was, as it was known, and both."""

    def test_a_case_stands_as_its_history_up_to_then_left_it(self, desk):
        assert stood(history(desk), FOLD) == desk.tickets.get("T-1")
        assert stood(history(desk, upto_occurred=NINE), FOLD).level is Level.STAFF
        assert stood(history(desk, upto_position=1), FOLD).level is Level.STAFF
        assert stood([], FOLD) is None
        assert facts(None) == {}

    def test_what_was_learnt_late_was_true_before_it_was_known(self, desk):
        head = desk.log.head()
        desk.tickets.assign("T-1", to="Zhao", at=NINE + HOUR / 2)
        as_it_was = stood(history(desk, upto_occurred=NINE + HOUR), FOLD)
        as_known = stood(history(desk, upto_occurred=NINE + HOUR, upto_position=head), FOLD)
        assert (as_it_was.assignee, as_known.assignee) == ("Zhao", None)

    def test_each_difference_names_its_event(self, desk):
        before = history(desk, upto_version=1)
        changes = {each.field: each for each in differences(before, history(desk), FOLD)}
        level = changes["level"]
        assert (level.before, level.after) == (Level.STAFF, Level.SUPERVISOR)
        assert level.name == "TicketEscalated"
        (escalated,) = [each for each in history(desk) if each.id == level.event]
        assert type(escalated.event).__name__ == "TicketEscalated"
        assert "customer_id" not in changes

    def test_there_is_no_difference_to_itself(self, desk):
        assert list(differences(history(desk), history(desk), FOLD)) == []

    def test_the_course_of_one_fact_is_every_value_it_had(self, desk):
        course = course_of("level", history(desk), FOLD)
        values = [(each.before, each.after, each.name) for each in course]
        assert values[:2] == [
            (None, Level.STAFF, "TicketOpened"),
            (Level.STAFF, Level.SUPERVISOR, "TicketEscalated"),
        ]
        assert (course[0].actor, course[0].occurred_at) == ("Wu", NINE)
        assert course[1].occurred_at > NINE + 2 * HOUR
        assert course_of("level", history(desk, upto_position=1), FOLD) == course[:1]
        assert course_of("level", [], FOLD) == []

    def test_a_fact_that_there_is_not_is_named(self, desk):
        with pytest.raises(UnknownFactError, match=r"ticket/T-1 has no fact 'mood'; it has id, "):
            course_of("mood", history(desk), FOLD)

    def test_all_of_it_is_new_at_first(self, desk):
        changes = list(differences([], history(desk, upto_version=1), FOLD))
        assert {each.event for each in changes} == {"ticket/T-1#1"}
        assert len(changes) > 5


class TestWhyACaseWentUp:
    """From the escalation back to the request, with rule, clause and figures."""

    def test_leads_to_the_command(self, desk):
        (escalated,) = [
            each.id for each in history(desk) if type(each.event).__name__ == "TicketEscalated"
        ]
        first, *_, last = why(desk.log, escalated)
        assert first.name == "ticket.escalated"
        assert (first.rule, bool(first.rule_version)) == ("escalation", True)
        assert first.clause.startswith("om2025:")
        assert first.inputs["due"] == NINE + 2 * HOUR
        assert (last.actor, last.command_id, last.rule) == ("Wu", "open T-1", None)
        assert last.inputs["at"] == NINE


class TestAnHonestDesk:
    """What a desk puts on record is sound, policies and deadlines included."""

    def test_is_sound(self, desk):
        desk.tickets.answer("T-1", by="Zhao", at=NINE + 4 * HOUR)
        assert desk.log.head() > 4
        assert list(fsck(desk.log)) == []


class TestASample:
    """Drawn by a checkpoint, and drawn again by anybody."""

    @pytest.fixture
    def log(self):
        with open_log("memory:", catalogue=CATALOGUE) as log:
            live(log, tickets=30, notes=2)
            yield log

    def under(self, log, size=None):
        size = size or seal(log).size
        return Checkpoint(KEY.name, size, Seals(log.tables).tiles().root(size))

    def test_is_the_same_for_everybody(self, log):
        checkpoint = self.under(log)
        drawn = sample(log, checkpoint, 5)
        assert drawn == sample(log, checkpoint, 5)
        assert (drawn.population, len(set(drawn.drawn))) == (30, 5)

    def test_follows_a_rule_that_can_be_done_by_hand(self, log):
        checkpoint = self.under(log)
        subjects = [f"ticket/T-{n}" for n in range(1, 31)]
        seed = b"servicecore/sample/v1" + checkpoint.root_hash
        subjects.sort(key=lambda each: sha256(seed + each.encode()).digest())
        assert list(sample(log, checkpoint, 7).drawn) == subjects[:7]

    def test_is_another_under_another_root(self, log):
        checkpoint = self.under(log)
        earlier = self.under(log, size=checkpoint.size - 1)
        one, other = (sample(log, each, 10) for each in (checkpoint, earlier))
        assert one.population == other.population
        assert one.drawn != other.drawn

    def test_is_not_drawn_by_a_checkpoint_of_another_log(self, log):
        other = self.under(log)._replace(root_hash=bytes(32))
        with pytest.raises(AnotherLogError, match="this log is not the one of 60 events"):
            sample(log, other, 10)

    def test_is_not_drawn_by_a_checkpoint_from_the_future(self, log):
        with pytest.raises(AnotherLogError, match="not the one of 99 events"):
            sample(log, self.under(log)._replace(size=99), 10)

    def test_draws_only_what_was_sealed(self, log):
        self.under(log)
        drawn = sample(log, self.under(log, size=10), 99)
        assert sorted(drawn.drawn) == sorted(f"ticket/T-{n}" for n in range(1, 11))

    def test_may_draw_one_kind_only(self, log):
        checkpoint = self.under(log)
        assert sample(log, checkpoint, 5, kind="ticket").population == 30
        assert sample(log, checkpoint, 5, kind="tick").drawn == ()

    def test_goes_on_being_the_same_when_the_log_grows(self, log):
        checkpoint = self.under(log)
        before = sample(log, checkpoint, 5)
        note(log, "T-new", "later")
        assert sample(log, checkpoint, 5) == before
