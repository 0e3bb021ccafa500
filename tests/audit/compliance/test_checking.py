"""How a period is checked: everything once, nothing for nothing, and every rule told."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from servicecore import WorkingCalendar
from servicecore.audit.compliance import Inquiry, Rule, rules_of
from servicecore.audit.compliance.rules import ended_by
from servicecore.desk.registry import TICKET
from servicecore.domain.compliance import Check
from servicecore.domain.standard import Rulebook
from servicecore.domain.ticket import TicketClosed, TicketDiagnosed, events
from servicecore.standards import shipped_standards
from servicecore.standards.access import shipped_access
from tests.regulations import citations, surveys
from tests.regulations import office as manual

from .conftest import FAIL, MONDAY, NOT_APPLICABLE, PASS, after

BOOK = Rulebook(shipped_standards().values(), [WorkingCalendar.always()])


class TestRules:
    def test_none_has_the_name_of_another_under_one_clause(self):
        names = [(each.id, each.clause) for each in rules_of(BOOK)]
        assert len(names) == len(set(names))

    def test_each_cites_a_clause_that_there_is(self):
        cited = {each.clause for each in rules_of(BOOK)}
        assert cited - {"house choice", "ISO 10002"} <= set(citations.clauses())

    def test_each_says_a_sentence(self):
        assert all(each.says[0].isupper() and each.says.endswith(".") for each in rules_of(BOOK))


class TestAnEmptyLog:
    def test_nothing_to_look_at_is_no_pass(self, office):
        assert {each.verdict for each in office.checks()} == {NOT_APPLICABLE}

    def test_every_rule_is_told_all_the_same(self, office):
        told = {(each.id, each.clause) for each in office.checks()}
        assert {(each.id, each.clause) for each in rules_of(BOOK)} <= told


class TestVerdicts:
    @pytest.mark.parametrize(("population", "verdict"), [(0, NOT_APPLICABLE), (1, PASS)])
    def test_without_findings_it_passes_only_if_something_was_looked_at(self, population, verdict):
        told = {"clause": "psp:3.4a", "version": "1", "rule": "It is registered."}
        check = Check.of("a.b", **told, population=population, findings=())
        assert check.verdict is verdict

    def test_one_finding_fails(self, office):
        office.now = after(days=9)
        manual.opened(office.desk)
        check = office.check("ticket.handling_limit", "om2025:4.2b")
        assert (check.verdict, check.failing) == (FAIL, ("ticket/T-1",))


class TestHistories:
    """om2025:4.3b: the history of every record is kept, and can have happened."""

    def test_every_record_is_looked_at(self, office):
        surveys.served(office.desk)
        subjects = list(office.desk.log.subjects())
        assert office.found("record.whole") == (PASS, len(subjects), ())

    def test_one_that_cannot_have_happened_is_found_and_the_rest_goes_on(self, office_of):
        office = office_of(react="worker")
        noted = events.TicketNoted(ticket_id="T-0", by="Wu", text="called", at=MONDAY)
        office.puts("ticket/T-0", noted)
        surveys.served(office.desk)
        assert office.found("record.whole")[2] == ("ticket/T-0",)
        assert office.found("ticket.response_promised") == (PASS, 1, ())


class TestHowFarItReads:
    """What is recorded while somebody checks does not change what was found."""

    def test_a_record_is_read_up_to_the_position_it_was_begun_at(self, office_of):
        office = office_of(react="worker")
        manual.opened(office.desk)
        read_at = office.desk.log.head()
        office.desk.tickets.cancel("T-1", reason="of no use", at=manual.after(hours=1))
        office.desk.tickets.open("T-2", **manual.REQUEST, at=manual.MONDAY)
        looked = []

        def look(record, _):
            looked.append((record.subject, len(record.history)))
            return ()

        seen = Rule(id="x.y", of="ticket", clause="ours:1", says="Seen.", look=look)
        inquiry = Inquiry(
            log=office.desk.log,
            rulebook=BOOK,
            standard=office.desk.standard,
            folds={"ticket": TICKET},
            start=MONDAY,
            end=after(days=1),
            zone=ZoneInfo("Asia/Shanghai"),
            as_of=after(days=1),
            read_at=read_at,
            access=shipped_access(),
            own_rules=(seen,),
        )
        told = {each.id: each.population for each in inquiry.checks()}
        assert looked == [("ticket/T-1", 1)]
        assert told["event.who_what_when"] == 1


class TestRulesOfOnesOwn:
    """An organisation looks whether its own rules are kept, too."""

    DIAGNOSED = Rule(
        id="ticket.diagnosed",
        of="ticket",
        clause="ours:1",
        says="The cause of a fault is found before its ticket is closed.",
        look=ended_by(TicketClosed, needs=(TicketDiagnosed,), lacks="nobody found the cause"),
    )

    def found(self, office):
        (check,) = (
            each
            for each in office.desk.compliance.look("2025-Q1", rules=[self.DIAGNOSED])
            if each.id == "ticket.diagnosed"
        )
        return check.verdict, check.population, check.clause

    def test_is_looked_at_beside_those_of_the_package(self, office):
        surveys.served(office.desk)
        assert self.found(office) == (FAIL, 1, "ours:1")

    def test_goes_on_record_with_them(self, office):
        office.desk.compliance.check("2025-Q1", by="Qi", rules=[self.DIAGNOSED])
        ids = {each.id for each in office.desk.compliance.get("2025-Q1").checks}
        assert {"ticket.diagnosed", "ticket.record_complete"} <= ids

    def test_is_not_looked_at_unless_told(self, office):
        assert "ticket.diagnosed" not in {each.id for each in office.checks()}


class TestIndicators:
    """What reports measure is held against every indicator of the standard."""

    def test_an_average_above_its_bound_fails(self, office):
        office.now = manual.after(days=9)
        manual.opened(office.desk, priority="B")
        office.desk.tickets.answer("T-1", by="Wu", at=manual.after(hours=23))
        assert office.found("indicator.average_response") == (PASS, 1, ())
        check = office.check("indicator.timely_response", "om2025:6.1a")
        assert (check.verdict, check.population) == (FAIL, 1)
        assert check.findings[0].what == "23.0 h on average of 1, expected at most 270 min"

    @pytest.mark.parametrize(("k", "verdict"), [(19, PASS), (18, FAIL)])
    def test_a_share_exactly_on_its_bound_passes(self, office, k, verdict):
        surveys.satisfied(office.desk, k, 20)
        assert office.check("indicator.satisfaction", "om2025:3.1c").verdict is verdict

    def test_the_evidence_is_how_far_the_log_was_read(self, office):
        surveys.satisfied(office.desk, 1, 2)
        (found,) = office.check("indicator.satisfaction").findings
        assert found.evidence == (office.desk.log.head(),)
        assert found.what == "1 of 2, 50.0%, expected at least 95%"

    def test_every_indicator_of_the_standard_is_told(self, office):
        told = {each.id for each in office.checks()}
        assert {f"indicator.{each.name}" for each in office.desk.standard.indicators} <= told
