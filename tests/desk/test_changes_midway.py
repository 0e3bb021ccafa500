"""What happens to promises when the ground moves under a ticket.

Another standard, another calendar, another ticket, or news that come too late.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import attrs
import pytest

from servicecore import ServiceDesk, load_standard
from servicecore.desk import TicketExistsError
from servicecore.domain.notice import NotTheNextVersionError
from servicecore.domain.standard import UnknownStandardError
from servicecore.domain.ticket import TicketEndedError, decisions
from servicecore.standards import parse_standard
from tests.regulations import complaints as regulations

HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 12, 28, 1, tzinfo=timezone.utc)  # Nine o'clock in Shanghai.
NOTICE_OUT = date(2027, 12, 31)

CONTRACT = parse_standard(
    """
    extends = "operations_manual_2025"
    id = "contract"
    title = "a customer's own contract"
    version = 1
    allowed_delay = "24 h"

    [[clock]]
    name = "inspection"
    within = "5 working days"
    stops = ["resolved"]
    clause = "contract:1"
    """,
    source="contract.toml",
)
REQUEST = {
    "customer_id": "Acme",
    "product": "pump",
    "model": "P-200",
    "fault": "it leaks",
    "contact": "Lin",
}


WORKING_DAYS = parse_standard(
    """
    extends = "operations_manual_2025"
    id = "working_days"
    title = "every answer within five working days"
    """
    + "".join(
        f"""
        [[clock]]
        name = "answer"
        of = "{of}"
        within = "5 working days"
        starts = ["{begin}"]
        stops = ["{end}"]
        clause = "ours:1"
        """
        for of, begin, end in (
            ("complaint", "received", "closed"),
            ("feedback", "collected", "answered"),
            ("order", "ordered", "confirmed"),
        )
    ),
    source="working_days.toml",
)


class Hands:
    """A clock whose hands are set by the test."""

    def __init__(self):
        self.now = MONDAY

    def __call__(self):
        return self.now


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture(params=["memory:", "sqlite"])
def url(request, tmp_path):
    return request.param if request.param == "memory:" else f"sqlite:///{tmp_path / 'desk.db'}"


@pytest.fixture
def desk(url, hands):
    with ServiceDesk.open(url, standard=CONTRACT, clock=hands) as desk:
        yield desk


def due(desk, ticket_id, clock):
    return desk.tickets.get(ticket_id).readings[clock, 1].due


def happened_to(desk, ticket_id):
    return [type(each.event).__name__ for each in desk.tickets.history(ticket_id)]


def next_calendar(desk):
    current = desk.calendars.current
    return attrs.evolve(
        current,
        version=current.version + 1,
        holidays=(*current.holidays, date(2027, 1, 1)),
        special=dict(current.special),
        week=dict(current.week),
        breaks=dict(current.breaks),
        published_through=NOTICE_OUT,
    )


def begun(desk, kind):
    """Promise a customer something about a record of this kind."""
    match kind:
        case "complaint":
            desk.complaints.receive("C-1", customer_id="Acme", what="nobody calls", channel="mail")
        case "improvement":
            said = {"source": "conversation", "about": "nobody calls", "customer_id": "Acme"}
            desk.improvements.collect("C-1", **said)
        case "order":
            desk.orders.place("C-1", customer_id="Acme", what="a pump")


def ended(desk, kind):
    match kind:
        case "complaint":
            desk.complaints.register("C-1", by="Li", contact="Ms Lin", demand="a call")
            regulations.handled(desk, at=MONDAY)
            desk.complaints.satisfy("C-1", asked_by="Li")
            desk.complaints.close("C-1", by="Li")
        case "improvement":
            desk.improvements.drop("C-1", by="Gao", reason="said twice")
        case "order":
            desk.orders.cancel("C-1", reason="bought elsewhere")


def record(desk, kind):
    counters = {
        "complaint": desk.complaints,
        "improvement": desk.improvements,
        "order": desk.orders,
    }
    return counters[kind].get("C-1")


def nothing_disagrees(desk):
    return list(desk.projects.check()) == []


class TestAnOfficialNotice:
    """A due date past the notice is provisional; a new notice is a new version, and replans."""

    def test_a_deadline_past_the_last_notice_says_so(self, desk):
        desk.tickets.open("T-1", priority="A", **REQUEST)

        readings = desk.tickets.get("T-1").readings

        # Tuesday 29 December to Monday 4 January: New Year's Day is not known to be off.
        assert datetime(2027, 1, 4, 10, tzinfo=timezone.utc) == readings["inspection", 1].due
        assert readings["inspection", 1].provisional
        assert not readings["resolution", 1].provisional

    def test_the_notice_moves_what_is_still_open(self, desk):
        desk.tickets.open("T-1", priority="A", **REQUEST)

        desk.calendars.publish(next_calendar(desk), at=MONDAY + HOUR)

        reading = desk.tickets.get("T-1").readings["inspection", 1]
        assert datetime(2027, 1, 5, 10, tzinfo=timezone.utc) == reading.due
        assert not reading.provisional
        assert desk.tickets.get("T-1").calendar == "china_office@2"
        assert nothing_disagrees(desk)

    @pytest.mark.parametrize("kind", ["complaint", "improvement", "order"])
    def test_the_notice_moves_every_kind_of_promise(self, hands, kind):
        with ServiceDesk.open("memory:", standard=WORKING_DAYS, clock=hands) as desk:
            begun(desk, kind)
            hands.now = MONDAY + HOUR
            desk.calendars.publish(next_calendar(desk))
            case = record(desk, kind)
            assert case.calendar == "china_office@2"
            assert case.readings["answer", 1].due == datetime(2027, 1, 5, 10, tzinfo=timezone.utc)
            head = desk.log.head()
            desk.calendars.publish(desk.calendars.current)
            assert desk.log.head() == head
            receipts = desk.run_due(datetime(2027, 1, 5, 10, 0, 1, tzinfo=timezone.utc))
            late = [e for each in receipts for e in each.events if e.clock == "answer"]
            assert late[-1].due == case.readings["answer", 1].due

    @pytest.mark.parametrize("kind", ["complaint", "improvement", "order"])
    def test_what_is_over_is_promised_nothing_anew(self, hands, kind):
        with ServiceDesk.open("memory:", standard=WORKING_DAYS, clock=hands) as desk:
            begun(desk, kind)
            ended(desk, kind)
            desk.calendars.publish(next_calendar(desk))
            assert record(desk, kind).calendar == "china_office@1"

    def test_what_has_ended_stays_as_it_was(self, desk):
        desk.tickets.open("T-1", priority="A", **REQUEST)
        desk.tickets.resolve("T-1", by="Wu", solution="seal", at=MONDAY + HOUR)
        desk.tickets.confirm("T-1", at=MONDAY + 2 * HOUR)

        desk.calendars.publish(next_calendar(desk), at=MONDAY + 3 * HOUR)

        assert desk.tickets.get("T-1").calendar == "china_office@1"

    def test_publishing_twice_changes_nothing(self, desk):
        desk.tickets.open("T-1", priority="A", **REQUEST)
        desk.calendars.publish(next_calendar(desk))
        head = desk.log.head()

        assert [] == desk.calendars.publish(desk.calendars.current)
        assert head == desk.log.head()

    def test_a_command_of_its_own_is_followed_by_what_it_causes(self, desk):
        desk.tickets.open("T-1", priority="A", **REQUEST)
        following = next_calendar(desk)

        desk.calendars.publish(following, command_id="notice-2027", expected_version=0)

        changed = desk.tickets.history("T-1")[-1]
        assert type(changed.event).__name__ == "TicketTermsChanged"
        assert changed.provenance.causation_id == "desk/calendars#1"
        assert changed.provenance.command_id is None

    def test_a_version_cannot_be_left_out(self, desk):
        calendar = attrs.evolve(desk.calendars.current, version=7)

        with pytest.raises(NotTheNextVersionError, match="at version 1; expected 2, got 7"):
            desk.calendars.publish(calendar)
        assert desk.log.head() == 0

    def test_the_desk_remembers_it_when_it_opens_again(self, tmp_path, hands):
        url = f"sqlite:///{tmp_path / 'kept.db'}"
        with ServiceDesk.open(url, standard=CONTRACT, clock=hands) as desk:
            desk.calendars.publish(next_calendar(desk))
        with ServiceDesk.open(url, standard=CONTRACT, clock=hands) as desk:
            desk.tickets.open("T-1", priority="A", **REQUEST)

            assert desk.calendars.current.reference == "china_office@2"
            assert desk.tickets.get("T-1").calendar == "china_office@2"


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
class TestSeveralDesks:
    """What one of them publishes holds at every other, also at those that are open."""

    @pytest.fixture
    def other(self, url, hands):
        with ServiceDesk.open(url, standard=CONTRACT, clock=hands) as other:
            yield other

    def test_a_case_that_was_promised_anew_goes_on_at_the_others(self, desk, other):
        desk.tickets.open("T-1", priority="A", **REQUEST)
        desk.calendars.publish(next_calendar(desk))

        other.tickets.answer("T-1", by="Wu", at=MONDAY + HOUR)

        assert happened_to(desk, "T-1")[-1] == "TicketAnswered"

    def test_the_others_open_new_cases_on_it(self, desk, other):
        desk.calendars.publish(next_calendar(desk))

        other.tickets.open("T-1", priority="A", **REQUEST)

        assert other.tickets.get("T-1").calendar == "china_office@2"
        assert other.calendars.current == desk.calendars.current

    def test_policies_of_the_others_deal_with_what_was_promised_on_it(self, url, hands, other):
        opened = {"standard": CONTRACT, "clock": hands}
        with ServiceDesk.open(url, react="worker", **opened) as desk:
            desk.calendars.publish(next_calendar(desk))
            desk.tickets.open("T-1", priority="A", **REQUEST)

        other.run_due(MONDAY)

        assert "TicketAcknowledged" in happened_to(other, "T-1")
        assert [each.name for each in other.projects.status() if each.dead_letters] == []

    def test_two_that_publish_the_same_at_once_publish_it_once(self, desk, other, monkeypatch):
        following = next_calendar(desk)
        publish = type(desk.log).execute
        published = []

        def publish_behind_the_other(log, *args, **kwargs):
            if log is desk.log and not published:
                published.append(None)
                published.extend(other.calendars.publish(following))
            return publish(log, *args, **kwargs)

        monkeypatch.setattr(type(desk.log), "execute", publish_behind_the_other)

        assert desk.calendars.publish(following) == []
        assert len(desk.log.history("desk/calendars")) == 1


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
class TestTwoTicketsAtOnce:
    """What becomes of one ticket is decided on the other as it is then, not as it was."""

    @pytest.fixture
    def desks(self, url, hands):
        opened = {"standard": CONTRACT, "clock": hands, "react": "worker"}
        with ServiceDesk.open(url, **opened) as desk, ServiceDesk.open(url, **opened) as other:
            desk.tickets.open("T-1", **REQUEST)
            yield desk, other

    @pytest.fixture
    def meanwhile(self, monkeypatch):
        """Let another desk do something while one decides to merge or split."""

        def let(other_acts, verb):
            decide, waiting = getattr(decisions, verb), [other_acts]

            def decide_meanwhile(*args, **facts):
                if waiting:
                    waiting.pop()()
                return decide(*args, **facts)

            monkeypatch.setattr(decisions, verb, decide_meanwhile)

        return let

    def test_two_merged_into_each_other_leave_one(self, desks, meanwhile):
        desk, other = desks
        desk.tickets.open("T-2", **REQUEST)
        meanwhile(lambda: other.tickets.merge("T-2", into="T-1"), "merge")

        with pytest.raises(TicketEndedError, match="T-2 is merged"):
            desk.tickets.merge("T-1", into="T-2")
        desk.run_due(MONDAY)

        assert happened_to(desk, "T-1")[-1] == "TicketAbsorbed"

    def test_nothing_is_split_off_into_what_somebody_else_opened(self, desks, meanwhile):
        desk, other = desks
        meanwhile(lambda: other.tickets.open("T-2", **REQUEST), "split")

        with pytest.raises(TicketExistsError, match="T-2"):
            desk.tickets.split("T-1", into="T-2", fault="it hums")

        assert "TicketSplit" not in happened_to(desk, "T-1")


class TestAnotherStandard:
    """Counted from the start, with what was decided left as it was."""

    def test_open_promises_are_made_anew_and_others_fall_away(self, desk):
        desk.tickets.open("T-1", priority="B", **REQUEST)
        desk.tickets.answer("T-1", by="Wu", at=MONDAY + HOUR)

        desk.tickets.change_terms(
            "T-1",
            to="operations_manual_2025@1",
            reason="contract ended",
            at=MONDAY + 2 * HOUR,
        )

        ticket = desk.tickets.get("T-1")
        assert ticket.readings["inspection", 1].state.value == "cancelled"
        assert ticket.promises["first_response", 1].standard == "contract@1"
        assert ticket.promises["resolution", 1].standard == "operations_manual_2025@1"
        assert due(desk, "T-1", "resolution") == MONDAY + 72 * HOUR
        assert nothing_disagrees(desk)

    def test_an_agreement_attached_late_counts_from_the_opening(self, url, hands):
        book = [CONTRACT]
        with ServiceDesk.open(url, standards=book, clock=hands) as desk:
            desk.tickets.open("T-1", priority="B", **REQUEST)

            desk.tickets.change_terms(
                "T-1", to="contract@1", reason="signed today", at=MONDAY + 30 * HOUR
            )

            assert due(desk, "T-1", "inspection") == datetime(2027, 1, 4, 10, tzinfo=timezone.utc)
            assert nothing_disagrees(desk)

    def test_the_same_terms_change_nothing(self, desk):
        desk.tickets.open("T-1", **REQUEST)

        receipt = desk.tickets.change_terms("T-1", to="contract@1", reason="again")

        assert receipt.events == ()

    def test_a_standard_that_the_desk_does_not_know_is_refused(self, desk):
        desk.tickets.open("T-1", **REQUEST)
        head = desk.log.head()

        with pytest.raises(UnknownStandardError, match="'other@1'"):
            desk.tickets.change_terms("T-1", to="other@1", reason="so they say")
        assert head == desk.log.head()


class TestMerging:
    """Earliest start, carried pauses."""

    def test_the_customer_who_waited_longest_decides(self, desk):
        desk.tickets.open("T-1", priority="B", at=MONDAY, **REQUEST)
        desk.tickets.open("T-2", priority="B", at=MONDAY + 5 * HOUR, **REQUEST)

        desk.tickets.merge("T-1", into="T-2", at=MONDAY + 6 * HOUR)

        assert due(desk, "T-2", "first_response") == MONDAY + 24 * HOUR
        assert happened_to(desk, "T-2")[-1] == "TicketAbsorbed"
        assert nothing_disagrees(desk)

    def test_its_pauses_come_along(self, desk):
        desk.tickets.open("T-1", priority="B", at=MONDAY, **REQUEST)
        desk.tickets.pause("T-1", reason="parts", at=MONDAY + HOUR)
        desk.tickets.resume("T-1", at=MONDAY + 3 * HOUR)
        desk.tickets.open("T-2", priority="B", at=MONDAY + 5 * HOUR, **REQUEST)

        desk.tickets.merge("T-1", into="T-2", at=MONDAY + 6 * HOUR)

        assert due(desk, "T-2", "resolution") == MONDAY + (72 + 2) * HOUR

    def test_a_younger_one_moves_nothing(self, desk):
        desk.tickets.open("T-1", priority="B", at=MONDAY, **REQUEST)
        desk.tickets.open("T-2", priority="B", at=MONDAY + 5 * HOUR, **REQUEST)

        desk.tickets.merge("T-2", into="T-1", at=MONDAY + 6 * HOUR)

        assert due(desk, "T-1", "first_response") == MONDAY + 24 * HOUR

    def test_the_same_command_twice_is_carried_out_once(self, desk):
        desk.tickets.open("T-1", **REQUEST)
        desk.tickets.open("T-2", **REQUEST)
        desk.tickets.merge("T-1", into="T-2", command_id="c-1")
        desk.tickets.cancel("T-2", reason="a test")

        assert desk.tickets.merge("T-1", into="T-2", command_id="c-1").repeated

    def test_nothing_goes_on_in_a_ticket_that_is_over(self, desk):
        desk.tickets.open("T-1", **REQUEST)
        desk.tickets.open("T-2", **REQUEST)
        desk.tickets.cancel("T-2", reason="a test")

        with pytest.raises(TicketEndedError, match="T-2 is cancelled"):
            desk.tickets.merge("T-1", into="T-2")
        assert desk.tickets.get("T-1").merged_into is None


class TestSplitting:
    """A second request found in a ticket is promised anew."""

    def test_the_new_ticket_serves_the_same_customer_from_now_on(self, desk):
        desk.tickets.open("T-1", priority="A", kind="complex", at=MONDAY, **REQUEST)

        desk.tickets.split("T-1", into="T-2", fault="it hums", at=MONDAY + 3 * HOUR)

        new = desk.tickets.get("T-2")
        assert (new.customer_id, new.fault, new.kind.value) == ("Acme", "it hums", "complex")
        assert due(desk, "T-2", "first_response") == MONDAY + 5 * HOUR
        assert due(desk, "T-1", "first_response") == MONDAY + 2 * HOUR
        assert nothing_disagrees(desk)

    def test_the_same_command_twice_is_carried_out_once(self, desk):
        desk.tickets.open("T-1", **REQUEST)
        desk.tickets.split("T-1", into="T-2", fault="it hums", command_id="c-1")

        assert desk.tickets.split("T-1", into="T-2", fault="it hums", command_id="c-1").repeated

    def test_a_number_that_is_taken_is_refused(self, desk):
        desk.tickets.open("T-1", **REQUEST)
        desk.tickets.open("T-2", **REQUEST)

        with pytest.raises(TicketExistsError, match="T-2"):
            desk.tickets.split("T-1", into="T-2", fault="it hums")


class TestLateRegistration:
    """occurred_at counts, if registered within the allowed delay; else recorded_at."""

    def test_within_the_delay_the_moment_itself_counts(self, desk, hands):
        hands.now = MONDAY + 24 * HOUR

        desk.tickets.open("T-1", priority="A", at=MONDAY, **REQUEST)

        assert due(desk, "T-1", "first_response") == MONDAY + 2 * HOUR

    def test_a_second_later_the_registration_counts(self, desk, hands):
        hands.now = MONDAY + 24 * HOUR + timedelta(seconds=1)

        desk.tickets.open("T-1", priority="A", at=MONDAY, **REQUEST)

        assert due(desk, "T-1", "first_response") == hands.now + 2 * HOUR
        assert desk.tickets.get("T-1").opened_at == MONDAY
        assert nothing_disagrees(desk)

    def test_an_answer_told_too_late_counts_from_its_registration(self, desk, hands):
        desk.tickets.open("T-1", priority="A", at=MONDAY, **REQUEST)
        hands.now = MONDAY + 30 * HOUR

        desk.tickets.answer("T-1", by="Wu", at=MONDAY + HOUR)

        reading = desk.tickets.get("T-1").readings["first_response", 1]
        assert (reading.state.value, reading.spent) == ("missed", 30 * HOUR)

    def test_without_a_limit_everything_counts_from_when_it_happened(self, url, hands):
        with ServiceDesk.open(url, standard=load_standard("tender_standard"), clock=hands) as desk:
            hands.now = MONDAY + 1000 * HOUR
            desk.tickets.open("T-1", priority="A", at=MONDAY, **REQUEST)

            assert all(
                each.started_at == MONDAY for each in desk.tickets.get("T-1").promises.values()
            )
