from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from servicecore.domain.ticket import (
    Kind,
    Priority,
    TicketAcknowledged,
    TicketAnswered,
    TicketAssigned,
    TicketCancelled,
    TicketClassified,
    TicketClosed,
    TicketOpened,
    TicketPaused,
    TicketPriorityChanged,
    TicketReopened,
    TicketResolved,
    TicketResumed,
)
from servicecore.exchange.cases import Case
from servicecore.exchange.mappings import TICKET_MAPPINGS
from servicecore.exchange.quarantine import Reason
from servicecore.exchange.reading import Row
from servicecore.exchange.ticket_telling import TicketHistory, history_of
from tests.exchange.foreign_files import row, volvo


def history(*rows: dict[str, str], mapping: str = "uci_incident") -> TicketHistory:
    numbered = [Row(number, values) for number, values in enumerate(rows, start=2)]
    case = Case("INC1", numbered)
    return history_of(case, TICKET_MAPPINGS.load(mapping), standard="manual@1", calendar="office@1")


def at(hour: int, minute: int = 0, day: int = 5) -> datetime:
    return datetime(2016, 3, day, hour, minute, tzinfo=timezone.utc)


def told(history: TicketHistory) -> list[str]:
    return [type(step).__name__.removeprefix("Ticket") for step in history.steps]


def steps_of(kind, history):
    return [step for step in history.steps if isinstance(step, kind)]


class TestOpening:
    """The first row of a number opens the ticket, at the time it names as opened."""

    def test_what_the_customer_asked_for_stands_in_the_opening(self):
        opened = history(row("09:10", "New")).steps[0]
        assert opened == TicketOpened(
            ticket_id="INC1",
            customer_id="Caller 7",
            channel="telephone",
            product="Pump",
            model="P-100",
            fault="leaks",
            contact="Caller 7",
            standard="manual@1",
            calendar="office@1",
            at=at(9),
        )

    def test_a_missing_symptom_falls_back_to_the_category(self):
        (opened,) = steps_of(TicketOpened, history(row("09:10", "New", u_symptom="?")))
        assert opened.fault == "Pump"

    def test_what_nobody_told_is_said_to_be_not_recorded(self):
        (opened,) = steps_of(TicketOpened, history(row("09:10", "New", caller_id="?")))
        assert opened.customer_id == "not recorded"

    def test_a_channel_the_mapping_does_not_know_stays_as_it_is(self):
        (opened,) = steps_of(TicketOpened, history(row("09:10", "New", contact_type="Fax")))
        assert opened.channel == "Fax"

    def test_a_later_row_opens_nothing_and_changes_no_opening(self):
        rows = row("09:10", "New"), row("09:20", "New", opened_at="5/3/2016 09:15")
        assert [step.at for step in steps_of(TicketOpened, history(*rows))] == [at(9)]

    def test_days_come_before_months(self):
        told = row("4/5/2016 10:00", "New", opened_at="3/4/2016 10:00")
        assert history(told).steps[0].at == datetime(2016, 4, 3, 10, tzinfo=timezone.utc)

    def test_a_file_without_opening_times_opens_with_its_first_event(self):
        opened = history(volvo("16:59", "In Progress"), mapping="bpic2013_incidents").steps[0]
        assert opened.at == datetime(2010, 3, 31, 14, 59, tzinfo=timezone.utc)


class TestAcknowledgement:
    """The registration in the other system told the customer that the request arrived."""

    def test_it_is_automatic_and_at_the_moment_of_registration(self):
        told = history(row("09:30", "New", sys_created_at="5/3/2016 09:07"))
        assert steps_of(TicketAcknowledged, told) == [
            TicketAcknowledged(ticket_id="INC1", automatic=True, at=at(9, 7))
        ]

    def test_without_a_registration_it_is_at_the_first_row(self):
        (acknowledged,) = steps_of(TicketAcknowledged, history(row("09:30", "New")))
        assert acknowledged.at == at(9, 30)

    @pytest.mark.parametrize("registered", ["5/3/2016 08:59", "5/3/2016 09:31"])
    def test_a_registration_before_the_opening_or_after_the_row_is_not_believed(self, registered):
        told = history(row("09:30", "New", sys_created_at=registered))
        assert [step.at for step in steps_of(TicketAcknowledged, told)] == [at(9, 30)]

    def test_a_mapping_without_registrations_acknowledges_nothing(self):
        told = history(volvo("16:59", "In Progress"), mapping="bpic2013_incidents")
        assert steps_of(TicketAcknowledged, told) == []


class TestPriority:
    """The other system's words become our classes; the kind is general."""

    @pytest.mark.parametrize(
        ("word", "priority"),
        [
            ("1 - Critical", Priority.A),
            ("2 - High", Priority.A),
            ("3 - Moderate", Priority.B),
            ("4 - Low", Priority.C),
        ],
    )
    def test_incident_priorities(self, word, priority):
        (classified,) = steps_of(TicketClassified, history(row("09:10", "New", priority=word)))
        assert (classified.priority, classified.kind) == (priority, Kind.GENERAL)

    @pytest.mark.parametrize(
        ("word", "priority"),
        [("Major", Priority.A), ("High", Priority.A), ("Medium", Priority.B), ("Low", Priority.C)],
    )
    def test_impacts(self, word, priority):
        told = history(volvo("17:00", "Assigned", impact=word), mapping="bpic2013_incidents")
        assert [step.priority for step in steps_of(TicketClassified, told)] == [priority]

    def test_a_change_says_from_what_to_what(self):
        told = history(row("09:10", "New"), row("10:00", "Active", priority="1 - Critical"))
        assert steps_of(TicketPriorityChanged, told) == [
            TicketPriorityChanged(
                ticket_id="INC1",
                priority=Priority.A,
                reason="3 - Moderate > 1 - Critical",
                at=at(10),
            )
        ]

    def test_a_change_within_our_class_is_none(self):
        rows = (
            row("09:10", "New", priority="1 - Critical"),
            row("10:00", "New", priority="2 - High"),
        )
        assert steps_of(TicketPriorityChanged, history(*rows)) == []

    def test_a_row_without_a_priority_keeps_the_one_before(self):
        rows = row("09:10", "New"), row("09:20", "New", priority="?"), row("09:30", "New")
        assert steps_of(TicketPriorityChanged, history(*rows)) == []

    def test_a_ticket_whose_priority_comes_late_is_classified_late(self):
        rows = row("09:10", "New", priority="?"), row("09:20", "New")
        assert [each.at for each in steps_of(TicketClassified, history(*rows))] == [at(9, 20)]

    def test_an_unknown_priority_goes_to_the_quarantine(self):
        (rejected,) = history(row("09:10", "New", priority="5 - Planning")).rejected
        assert rejected.reason is Reason.UNKNOWN_PRIORITY
        assert "'5 - Planning'; expected 1 - Critical" in rejected.because


class TestFirstAnswer:
    """The first row that is neither new nor waiting is the first answer."""

    def test_who_takes_it_up_has_answered(self):
        told = history(row("09:10", "New"), row("10:00", "Active", sys_updated_by="Mei"))
        assert steps_of(TicketAnswered, told) == [
            TicketAnswered(ticket_id="INC1", by="Mei", is_first=True, at=at(10))
        ]

    def test_waiting_is_no_answer(self):
        told = history(row("09:10", "Awaiting User Info"), row("11:00", "Resolved"))
        assert [step.at for step in steps_of(TicketAnswered, told)] == [at(11)]

    def test_there_is_only_one(self):
        told = history(row("09:10", "Active"), row("10:00", "Resolved"), row("11:00", "Active"))
        assert len(steps_of(TicketAnswered, told)) == 1


class TestAssignment:
    """A change of the person or of the team is an assignment."""

    def test_a_person_in_a_team(self):
        told = history(row("09:10", "New", assigned_to="Wu", assignment_group="G1"))
        assert steps_of(TicketAssigned, told) == [
            TicketAssigned(ticket_id="INC1", to="Wu", team="G1", at=at(9, 10))
        ]

    def test_a_team_alone_looks_after_it_as_a_whole(self):
        (assigned,) = steps_of(TicketAssigned, history(row("09:10", "New", assignment_group="G1")))
        assert (assigned.to, assigned.team) == ("G1", "G1")

    def test_nobody_is_no_assignment(self):
        assert steps_of(TicketAssigned, history(row("09:10", "New"))) == []

    def test_only_changes_count(self):
        rows = (
            row("09:10", "New", assigned_to="Wu"),
            row("09:20", "Active", assigned_to="Wu"),
            row("09:30", "Active", assigned_to="Wu", assignment_group="G2"),
            row("09:40", "Active", assigned_to="An", assignment_group="G2"),
        )
        changes = [(each.to, each.team) for each in steps_of(TicketAssigned, history(*rows))]
        assert changes == [("Wu", ""), ("Wu", "G2"), ("An", "G2")]

    def test_the_line_of_support_stays_in_the_name_of_the_team(self):
        event = volvo("17:00", "Assigned", **{"org:group": "G230 2nd"})
        (assigned,) = steps_of(TicketAssigned, history(event, mapping="bpic2013_incidents"))
        assert assigned.team == "G230 2nd"


class TestWaiting:
    """A waiting state pauses the ticket with its reason, and leaving it resumes."""

    @pytest.mark.parametrize(
        ("state", "reason"),
        [
            ("Awaiting User Info", "customer"),
            ("Awaiting Evidence", "customer"),
            ("Awaiting Vendor", "third_party"),
            ("Awaiting Problem", "third_party"),
        ],
    )
    def test_incident_states(self, state, reason):
        told = history(row("09:10", state), row("10:00", "Active"))
        assert steps_of(TicketPaused, told) == [
            TicketPaused(ticket_id="INC1", reason=reason, at=at(9, 10))
        ]
        assert steps_of(TicketResumed, told) == [TicketResumed(ticket_id="INC1", at=at(10))]

    @pytest.mark.parametrize(
        ("state", "reason"),
        [
            ("Wait - User", "customer"),
            ("Wait - Customer", "customer"),
            ("Wait - Vendor", "third_party"),
            ("Wait - Implementation", "parts"),
            ("Wait", "third_party"),
        ],
    )
    def test_volvo_states(self, state, reason):
        told = history(volvo("17:00", state), mapping="bpic2013_incidents")
        assert [step.reason for step in steps_of(TicketPaused, told)] == [reason]

    def test_waiting_for_somebody_else_is_another_pause(self):
        rows = row("09:10", "Awaiting Vendor"), row("10:00", "Awaiting User Info")
        assert told(history(*rows))[-3:] == ["Paused", "Resumed", "Paused"]

    def test_waiting_longer_for_the_same_is_one_pause(self):
        rows = row("09:10", "Awaiting Vendor"), row("10:00", "Awaiting Problem")
        assert told(history(*rows)).count("Paused") == 1

    def test_it_ends_with_the_solution_too(self):
        rows = row("09:10", "Awaiting Vendor"), row("10:00", "Resolved")
        assert told(history(*rows))[-3:] == ["Resumed", "Answered", "Resolved"]

    def test_all_its_pauses_together_are_its_waiting(self):
        rows = (
            row("09:10", "Awaiting Vendor"),
            row("09:15", "Awaiting User Info"),
            row("09:30", "Active"),
            row("10:00", "Awaiting Vendor"),
            row("10:01", "Resolved"),
        )
        assert history(*rows).waiting == timedelta(minutes=21)


class TestTheEnd:
    """Resolved, closed and reopened as they stand, also where today's rules would refuse."""

    def test_resolved_then_closed(self):
        rows = row("09:10", "New"), row("10:00", "Resolved"), row("11:00", "Closed")
        assert told(history(*rows))[-3:] == ["Answered", "Resolved", "Closed"]

    def test_closed_without_a_solution(self):
        assert told(history(row("09:10", "New"), row("10:00", "Closed")))[-2:] == [
            "Answered",
            "Closed",
        ]

    @pytest.mark.parametrize("end", ["Resolved", "Closed"])
    def test_reopened_says_from_what_to_what(self, end):
        told = history(row("09:10", end), row("10:00", "Active"))
        assert steps_of(TicketReopened, told) == [
            TicketReopened(ticket_id="INC1", reason=f"{end} > Active", at=at(10))
        ]

    def test_reopened_to_wait(self):
        rows = row("09:10", "Resolved"), row("10:00", "Awaiting User Info")
        assert told(history(*rows))[-2:] == ["Reopened", "Paused"]

    def test_a_second_row_in_the_same_state_tells_nothing(self):
        rows = row("09:10", "Resolved"), row("10:00", "Resolved")
        assert told(history(*rows)).count("Resolved") == 1

    def test_closed_then_resolved_is_told_as_it_is(self):
        rows = row("09:10", "Closed"), row("10:00", "Resolved")
        assert told(history(*rows))[-2:] == ["Closed", "Resolved"]

    def test_settled_in_the_call_is_answered_and_resolved(self):
        rows = volvo("17:00", "In Progress"), volvo("17:05", "In Call")
        assert told(history(*rows, mapping="bpic2013_incidents"))[-1] == "Resolved"

    def test_cancelled(self):
        (cancelled,) = steps_of(
            TicketCancelled,
            history(volvo("17:00", "Cancelled"), mapping="bpic2013_incidents"),
        )
        assert cancelled.reason == "Cancelled"

    def test_an_unchanged_state_moves_nothing(self):
        rows = [
            {"time:timestamp": f"2012-10-09T14:5{n}:00+00:00", "concept:name": activity}
            for n, activity in enumerate(["Take in charge ticket", "Wait", "VERIFIED", "Closed"])
        ]
        assert told(history(*rows, mapping="helpdesk_italy")) == [
            "Opened",
            "Answered",
            "Paused",
            "Resumed",
            "Closed",
        ]


class TestNoLeakOfTheFuture:
    """A row counts at its own time: what was filled in afterwards is never read."""

    def test_backfilled_columns_change_nothing(self):
        rows = row("09:10", "New"), row("10:00", "Resolved"), row("11:00", "Closed")
        other = [
            {
                **each,
                "resolved_at": "?",
                "closed_at": "1/1/2020 00:00",
                "resolved_by": "?",
                "closed_code": "?",
            }
            for each in rows
        ]
        assert history(*rows).steps == history(*other).steps

    def test_a_ticket_is_resolved_when_its_row_says_so(self):
        told = history(row("09:10", "New"), row("10:00", "Resolved", resolved_at="5/3/2016 17:00"))
        assert [step.at for step in steps_of(TicketResolved, told)] == [at(10)]

    def test_a_prefix_of_the_file_tells_a_prefix_of_the_history(self):
        rows = [
            row("09:10", "New"),
            row("10:00", "Awaiting Vendor", assigned_to="Wu"),
            row("11:00", "Resolved"),
            row("12:00", "Active", priority="4 - Low"),
            row("13:00", "Closed"),
        ]
        whole = history(*rows).steps
        for n in range(1, len(rows)):
            part = history(*rows[:n]).steps
            assert part == whole[: len(part)]


class TestTraps:
    """What cannot be used goes to the quarantine with its reason; the ticket goes on without."""

    def test_an_unknown_state(self):
        told_rows = row("09:10", "New"), row("10:00", "-100"), row("11:00", "Resolved")
        found = history(*told_rows)
        assert told(found)[-2:] == ["Answered", "Resolved"]
        (rejected,) = found.rejected
        assert (rejected.row.number, rejected.reason) == (3, Reason.UNKNOWN_STATE)
        assert rejected.because.startswith("incident_state is '-100'; expected New, Active")

    def test_an_unreadable_time(self):
        (rejected,) = history(row("5/13/2016 09:00", "New")).rejected
        assert rejected.reason is Reason.NO_MOMENT
        assert rejected.because == "sys_updated_at is '5/13/2016 09:00'; expected %d/%m/%Y %H:%M"

    def test_a_row_before_the_opening(self):
        found = history(row("08:59", "Active"), row("09:00", "New"))
        assert [each.reason for each in found.rejected] == [Reason.BEFORE_OPENING]
        assert told(found) == ["Opened", "Acknowledged", "Classified"]

    def test_a_later_row_before_the_opening(self):
        found = history(row("09:30", "New"), row("08:00", "Closed"), row("10:00", "Active"))
        assert [each.row.number for each in found.rejected] == [3]
        assert steps_of(TicketClosed, found) == []

    def test_a_ticket_of_bad_rows_alone_is_none(self):
        found = history(row("09:10", "-100"), row("never", "New"))
        assert (found.steps, len(found.rejected)) == ([], 2)

    def test_rows_of_one_minute_keep_the_order_of_the_file(self):
        rows = row("09:10", "Active"), row("09:10", "Awaiting Vendor"), row("09:10", "Resolved")
        assert told(history(*rows))[-3:] == ["Paused", "Resumed", "Resolved"]

    def test_a_row_that_goes_back_in_time_keeps_its_place_and_its_time(self):
        rows = row("11:10", "New"), row("09:52", "New"), row("11:03", "Resolved")
        found = history(*rows)
        assert told(found)[-2:] == ["Answered", "Resolved"]
        assert found.steps[-1].at == at(11, 3)
