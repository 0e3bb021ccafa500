"""2025年售后服务操作手册, chapter 4: how fast and how well."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, datetime, timedelta, timezone

import pytest

from servicecore import RefusedError, ServiceDesk
from servicecore.audit.heads import record_heads
from servicecore.audit.keys import Signer
from servicecore.audit.sealer import Sealer
from servicecore.domain.events import Provenance
from servicecore.domain.safekeeping import CopyDue
from servicecore.domain.ticket import TicketClosed
from servicecore.storage import Change, open_log

from . import checks, customers, surveys
from .figures import figure
from .office import A_SECOND, MONDAY, REQUEST, after, opened, promised, resolved, shown
from .quality import A_DAY, OVER

IMPORTED = Provenance(actor="import")


class TestTheQualityOfService:
    """om2025:4.1a: Answered in 2 hours on average, and 95 of 100 problems are solved."""

    @pytest.mark.parametrize(
        ("over", "verdict"), [(timedelta(), checks.PASS), (A_SECOND, checks.FAIL)]
    )
    def test_the_mean_answer_takes_two_hours(self, desk, over, verdict):
        checks.served(desk, "T-1", waits=timedelta(hours=2) + over)
        assert checks.verdict(desk, "indicator.response", "om2025:4.1a") is verdict

    @pytest.mark.parametrize(("came_back", "verdict"), [(1, checks.PASS), (2, checks.FAIL)])
    def test_nineteen_of_twenty_stay_solved(self, desk, came_back, verdict):
        for n in range(20):
            checks.served(desk, f"T-{n}", waits=timedelta(hours=1))
        for n in range(came_back):
            desk.tickets.reopen(f"T-{n}", reason="it leaks again", at=after(days=3))
        found = checks.checked(desk, "indicator.solution_rate", "om2025:4.1a")
        assert (found.population, found.verdict) == (20, verdict)


class TestTheFirstReaction:
    """om2025:4.2a: The customer hears from us within 15 minutes.

    Open: the automatic reply holds no first proposal, which only somebody who has looked can make;
    the response within 2 hours after it is an indicator, checked over many tickets.
    """

    def test_comes_by_itself_at_once(self, desk):
        opened(desk)
        assert promised(desk, "acknowledgement") == (after(minutes=15), "om2025:4.2a")
        assert desk.tickets.get("T-1").acknowledged_at == MONDAY
        assert shown(desk, "acknowledgement") == "met"

    def test_by_hand_it_is_in_time_until_the_last_moment(self, unattended_desk):
        opened(unattended_desk)
        unattended_desk.tickets.acknowledge("T-1", at=after(minutes=15))
        assert shown(unattended_desk, "acknowledgement") == "met"

    def test_a_second_later_it_is_not(self, unattended_desk):
        opened(unattended_desk)
        unattended_desk.tickets.acknowledge("T-1", at=after(minutes=15) + A_SECOND)
        assert shown(unattended_desk, "acknowledgement") == "missed"

    def test_it_is_no_answer(self, desk):
        opened(desk, priority="A")
        assert desk.tickets.get("T-1").answered_at is None
        assert shown(desk, "first_response") == "running"


class TestTheLimitOfHandling:
    """om2025:4.2b: A request is assigned and handled within 48 hours, and never longer than 72.

    Open: both limits cannot be promised to one request, so each is promised the 72, and the 48 are
    an indicator, checked over many; who takes which kind of problem, the manual does not say.
    """

    def test_is_promised_to_every_request(self, desk):
        opened(desk)
        assert promised(desk, "handling_limit") == (after(hours=72), "om2025:4.2b")

    def test_the_last_moment_is_in_time(self, desk):
        opened(desk)
        assert resolved(desk, after(hours=72), "handling_limit") == "met"

    def test_a_second_later_it_is_not(self, desk):
        opened(desk)
        assert resolved(desk, after(hours=72) + A_SECOND, "handling_limit") == "missed"

    @pytest.mark.parametrize("reason", ["customer", "parts", "third_party"])
    def test_waiting_for_others_does_not_count(self, desk, reason):
        opened(desk)
        desk.tickets.pause("T-1", reason=reason, at=after(hours=10))
        desk.tickets.resume("T-1", at=after(hours=34))
        assert resolved(desk, after(hours=96), "handling_limit") == "met"


class TestTheRecordOfAService:
    """om2025:4.3a: Service time, person, problem, handling result and feedback are on record."""

    def test_a_service_cannot_end_without_them(self, desk):
        opened(desk)
        with pytest.raises(RefusedError):
            desk.tickets.resolve("T-1", by="", solution="a seal", at=after(hours=1))
        with pytest.raises(RefusedError):
            desk.tickets.resolve("T-1", by="Wu", solution="", at=after(hours=1))

    def test_one_that_took_its_course_is_complete_and_authentic(self, desk):
        surveys.served(desk)
        for rule in ("ticket.record_complete", "ticket.record_authentic"):
            assert checks.verdict(desk, rule, "om2025:4.3a") is checks.PASS

    def test_one_without_them_is_found(self, unattended_desk):
        desk = unattended_desk
        opened(desk)
        closed = TicketClosed(ticket_id="T-1", is_confirmed=False, at=after(hours=1))
        desk.log.append(Change("ticket/T-1", [closed], after=1), provenance=IMPORTED)
        (found,) = checks.checked(desk, "ticket.record_complete", "om2025:4.3a").findings
        assert found.what.endswith("service time, person, handling result, customer feedback")


class TestHowLongRecordsAreKept:
    """om2025:4.3b: Records are kept for at least three years."""

    CLOSED = surveys.MONDAY + 2 * surveys.AN_HOUR

    def forgotten(self, desk, at):
        """Ask for erasure, approve it, and carry it out."""
        desk.privacy.ask_erasure("Acme", by="Bo", reason="the customer asked", at=at)
        desk.privacy.approve("Acme", by="Gao", at=at)
        desk.privacy.erase("Acme", by="Ke", at=at)

    @pytest.fixture
    def sealing_desk(self):
        with ServiceDesk.open("memory:", keys="memory:", react="worker") as desk:
            surveys.served(desk)
            yield desk

    def test_before_nothing_personal_is_erased_either(self, sealing_desk):
        with pytest.raises(RefusedError, match="2028-03"):
            self.forgotten(sealing_desk, datetime(2028, 3, 2, tzinfo=timezone.utc))

    def test_afterwards_the_customer_may_be_forgotten(self, sealing_desk):
        self.forgotten(sealing_desk, datetime(2028, 3, 5, tzinfo=timezone.utc))
        assert sealing_desk.privacy.status("Acme").state.value == "erased"

    def test_what_was_taken_away_all_the_same_is_found(self, tmp_path):
        file = tmp_path / "service.db"
        with ServiceDesk.open(f"sqlite:///{file}") as desk:
            surveys.served(desk)
            record_heads(desk.log)
            assert checks.verdict(desk, "log.heads", "om2025:4.3b") is checks.PASS
        with closing(sqlite3.connect(file)) as database, database:
            database.execute("DELETE FROM log_events WHERE topic = 'ticket.closed'")
        with ServiceDesk.open(f"sqlite:///{file}") as desk:
            assert checks.verdict(desk, "log.heads", "om2025:4.3b") is checks.FAIL


class TestHowServicesAreFiled:
    """om2025:4.3c: Services are filed by kind, grade of customer, and time."""

    def test_figures_come_by_the_grade_that_the_customer_had(self, desk):
        customers.customer(desk)
        opened(desk)
        desk.relationships.grade("Acme", "key", reason="a large order", at=after(hours=1))
        for ticket in ("T-2", "T-3"):
            desk.tickets.open(ticket, **REQUEST, at=after(hours=2))
        answer = desk.reports.backlog(by="grade")
        assert figure(answer, "tickets_opened", grade="ordinary").value == 1
        assert figure(answer, "tickets_opened", grade="key").value == 2
        desk.tickets.split("T-2", into="T-4", fault="it hums", at=after(hours=3))
        assert desk.tickets.get("T-4").grade == "key"

    def test_who_has_no_file_has_no_grade(self, desk):
        opened(desk)
        assert desk.tickets.get("T-1").grade == ""

    def test_figures_come_by_kind_and_month(self, desk):
        opened(desk, priority="B", kind="complex")
        answer = desk.reports.backlog(by=["kind", "month"])
        group = {"kind": "complex", "month": "2025-03"}
        assert figure(answer, "tickets_opened", **group).value == 1


class TestTheServiceStandardItself:
    """om2025:4.1b: The service standard is reviewed and revised regularly."""

    ON, MANUAL = date(2025, 4, 1), "operations_manual_2025"
    AT = datetime(2025, 4, 1, 1, tzinfo=timezone.utc)

    def test_a_review_falls_due_every_year(self, desk):
        desk.standard_reviews.plan(self.MANUAL, due_on=self.ON, at=MONDAY)
        for years in range(2):
            at = self.AT + 365 * years * A_DAY + A_SECOND
            desk.run_due(at - A_SECOND)
            assert "Due" not in self.told(desk)[-1]
            desk.run_due(at)
            assert self.told(desk)[-1] == "StandardReviewDue"
            desk.standard_reviews.hold(self.MANUAL, by="He", finding="it holds", at=at)

    def test_says_which_version_it_was_revised_to(self, desk):
        reviews = desk.standard_reviews
        reviews.plan(self.MANUAL, due_on=self.ON, at=MONDAY)
        told = {"by": "He", "finding": "two hours are not kept"}
        reviews.hold(self.MANUAL, **told, revised_to="operations_manual_2025@2", at=self.AT)
        assert reviews.get(self.MANUAL).in_force == "operations_manual_2025@2"
        with pytest.raises(RefusedError, match="already"):
            reviews.hold(self.MANUAL, **told, revised_to="operations_manual_2025@2", at=self.AT)

    def told(self, desk):
        history = desk.standard_reviews.history(self.MANUAL)
        return [type(each.event).__name__ for each in history]


class TestAccessByPost:
    """om2025:4.3d: Who may do and see what, is graded by post."""

    @pytest.mark.parametrize(
        ("role", "allowed"),
        [("agent", False), ("supervisor", True), ("manager", True), ("auditor", False)],
    )
    def test_an_agent_serves_and_a_supervisor_closes(self, desk, role, allowed):
        assert desk.acting_as("Wu", role=role).may("complaints.close") is allowed

    def test_what_a_post_does_not_allow_is_refused(self, desk):
        with pytest.raises(RefusedError, match=r"Wu as agent may not complaints\.close"):
            desk.acting_as("Wu", role="agent").complaints.close("C-1", by="Wu")

    def test_what_it_allows_stands_under_the_name_and_the_post(self, desk):
        desk.acting_as("Wu", role="agent").tickets.open("T-1", **REQUEST, at=MONDAY)
        known = desk.tickets.history("T-1")[0].provenance
        assert (known.actor, known.role) == ("Wu", "agent")

    def test_who_looked_is_on_record_elsewhere(self, desk):
        with open_log("memory:") as seen:
            desk.acting_as("Qi", role="auditor", access_log=seen).reports.coverage()
            assert [each.event.command for each in seen.history("access/Qi")] == [
                "reports.coverage"
            ]


class TestBackups:
    """om2025:4.3e: Records are archived and backed up regularly."""

    @pytest.mark.parametrize(
        ("sort", "day"),
        # A Monday, both: seven days, and a year on, which the Tuesday opens.
        [("backup", (2025, 3, 10)), ("archive", (2026, 3, 3))],
    )
    def test_is_told_when_the_time_passed_without_one(self, desk, sort, day):
        desk.safekeeping.record(sort, by="Li", kept_at="a safe", up_to=0, at=MONDAY)
        opening = datetime(*day, 1, tzinfo=timezone.utc)  # Nine in Shanghai.
        desk.run_due(opening)
        assert self.reminders(desk, sort) == []
        desk.run_due(opening + A_SECOND)
        assert self.reminders(desk, sort) == ["supervisor"]
        desk.run_due(opening + timedelta(hours=12))
        assert self.reminders(desk, sort) == ["supervisor", "manager"]

    def reminders(self, desk, sort):
        history = desk.safekeeping.history(sort)
        return [each.event.to.value for each in history if isinstance(each.event, CopyDue)]

    def test_is_on_record_with_where_it_lies(self, desk):
        desk.safekeeping.record("backup", by="Li", kept_at="a safe", up_to=0, at=MONDAY)
        [made] = desk.safekeeping.get("backup").made
        assert (made.by, made.kept_at, made.up_to) == ("Li", "a safe", 0)

    def test_a_backup_is_whole_while_others_go_on(self, tmp_path):
        with ServiceDesk.open(f"sqlite:///{tmp_path / 'service.db'}") as desk:
            surveys.served(desk)
            desk.log.backup(str(tmp_path / "copy.db"))
            before = list(desk.log.rows_since(0))
            surveys.served(desk, "T-2")
        with open_log(f"sqlite:///{tmp_path / 'copy.db'}") as copy:
            assert list(copy.rows_since(0)) == before


class TestRegularChecks:
    """om2025:4.3f: Compliance is checked regularly."""

    def test_each_quarter_falls_due_when_it_is_over(self, desk):
        desk.compliance.schedule("2025-Q1", at=MONDAY)
        desk.run_due(OVER + A_SECOND)
        assert type(desk.compliance.history("2025-Q1")[-1].event).__name__ == "ComplianceDue"

    def test_a_check_is_on_record_and_makes_the_next_one_due(self, desk):
        desk.compliance.check("2025-Q1", by="Qi")
        assert desk.compliance.get("2025-Q1").checked_by == "Qi"
        assert desk.compliance.get("2025-Q2").due_on == date(2025, 7, 15)


class TestTamperEvidence:
    """om2025:4.3g: Records cannot be changed unnoticed, and can be traced to who made them."""

    KEY = Signer(name="service.example/log", seed=b"\x07" * 32)

    def sealed(self, file):
        with ServiceDesk.open(f"sqlite:///{file}") as desk:
            surveys.served(desk)
            Sealer(desk.log, self.KEY).seal()

    def verdict(self, file):
        with ServiceDesk.open(f"sqlite:///{file}") as desk:
            found = desk.compliance.look("2025-Q1", verifier=str(self.KEY.verifier))
        return next(each.verdict for each in found if each.id == "log.seals")

    def test_what_was_sealed_holds(self, tmp_path):
        self.sealed(tmp_path / "service.db")
        assert self.verdict(tmp_path / "service.db") is checks.PASS

    def test_a_changed_word_does_not(self, tmp_path):
        file = tmp_path / "service.db"
        self.sealed(file)
        changed = "CAST(replace(CAST(state AS TEXT), ?, ?) AS BLOB)"
        change = f"UPDATE log_events SET state = {changed} WHERE topic = 'ticket.resolved'"
        with closing(sqlite3.connect(file)) as database, database:
            database.execute(change, ("a seal", "a pump"))
        assert self.verdict(file) is checks.FAIL

    @pytest.mark.parametrize("rule", ["who_what_when", "clock_order", "has_a_reason"])
    def test_every_event_tells_who_did_what_when_and_why(self, desk, rule):
        surveys.served(desk)
        assert checks.verdict(desk, f"event.{rule}", "om2025:4.3g") is checks.PASS


class TestTheEndOfAService:
    """om2025:4.2c: The customer confirms the completion, and is asked how satisfied they are."""

    def test_is_confirmed_and_then_asked_about(self, desk):
        surveys.served(desk)
        assert desk.tickets.history("T-1")[-1].event.is_confirmed
        survey = desk.surveys.get("T-1-survey")
        assert (survey.about, survey.customer_id) == ("ticket/T-1", "Acme")

    def test_is_asked_about_once(self, desk):
        surveys.served(desk)
        desk.tickets.reopen("T-1", reason="again", at=surveys.MONDAY + surveys.A_DAY)
        desk.tickets.resolve("T-1", by="Wu", solution="seal", at=surveys.MONDAY + 2 * surveys.A_DAY)
        desk.tickets.confirm("T-1", at=surveys.MONDAY + 3 * surveys.A_DAY)
        sent = [each for each in desk.log.since(0) if each.subject.startswith("survey/")]
        assert [each.subject for each in sent] == ["survey/T-1-survey"]


class TestTheCoverageOfSurveys:
    """om2025:4.2d: At least 90 of 100 services are asked about.

    Outside: which scenarios of service there are, the manual does not say; each ticket counts.
    """

    @pytest.mark.parametrize(("asked", "is_met"), [(9, True), (8, False)])
    def test_is_measured_and_exactly_that_is_enough(self, unattended_desk, asked, is_met):
        desk = unattended_desk
        for n in range(10):
            surveys.served(desk, f"T-{n}")
            if n < asked:
                surveys.asked(desk, f"S-{n}", about=f"ticket/T-{n}")
        found = surveys.judged(desk, "survey_coverage")
        assert (found.k, found.n, found.is_met) == (asked, 10, is_met)
        assert found.clause == "om2025:4.2d"

    def test_is_whole_where_nobody_interferes(self, desk):
        for n in range(3):
            surveys.served(desk, f"T-{n}")
        assert surveys.judged(desk, "survey_coverage").value == 1.0
