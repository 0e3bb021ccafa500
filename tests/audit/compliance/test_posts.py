"""Whoever acts, acts in a post, does what it allows, and needs no second one."""

from __future__ import annotations

import attrs
import pytest

from servicecore import ServiceDesk
from servicecore.desk.registry import AGGREGATES
from servicecore.domain.access import AccessDeniedError
from servicecore.domain.ticket import events
from servicecore.storage import open_log
from tests.regulations import office as manual

from .conftest import FAIL, MONDAY, NOT_APPLICABLE, PASS, after

RULES = ("in_a_post", "within_the_post", "one_post")


def noted(office, *, actor, role):
    office.desk.tickets.note("T-1", by=actor, text="x", at=after(hours=9), actor=actor, role=role)


@pytest.fixture
def desk(office):
    office.now = after(hours=10)
    manual.opened(office.desk)
    return office


class TestPosts:
    """om2025:4.3d: access is graded by post."""

    @pytest.mark.parametrize("rule", RULES)
    def test_a_desk_without_posts_has_no_case(self, desk, rule):
        noted(desk, actor="Wu", role=None)
        assert desk.found(f"access.{rule}") == (NOT_APPLICABLE, 0, ())

    @pytest.mark.parametrize("rule", RULES)
    def test_who_acts_in_his_post_is_fine(self, desk, rule):
        noted(desk, actor="Wu", role="agent")
        assert desk.found(f"access.{rule}") == (PASS, 1, ())

    def test_who_acts_in_none_where_others_do_is_found(self, desk):
        noted(desk, actor="Wu", role="agent")
        noted(desk, actor="Li", role=None)
        verdict, population, failing = desk.found("access.in_a_post")
        assert (verdict, population, len(failing)) == (FAIL, 2, 1)

    def test_who_does_what_the_post_gives_no_right_to_is_found(self, desk):
        noted(desk, actor="Qi", role="auditor")
        check = desk.check("access.within_the_post")
        assert (check.verdict, check.population) == (FAIL, 1)
        assert check.findings[0].what == "Qi did it as auditor, who does nothing there"
        assert check.findings[0].evidence == (desk.desk.log.head(),)

    def test_a_post_that_nobody_knows_is_no_case(self, desk):
        noted(desk, actor="Wu", role="team 7")
        assert desk.found("access.within_the_post") == (NOT_APPLICABLE, 0, ())

    def test_who_acts_in_two_posts_is_found(self, desk):
        noted(desk, actor="Wu", role="agent")
        noted(desk, actor="Wu", role="manager")
        noted(desk, actor="Li", role="agent")
        check = desk.check("access.one_post")
        assert (check.verdict, check.population, check.failing) == (FAIL, 2, ("Wu",))
        assert check.findings[0].what == "acted as agent and as manager"

    def test_what_another_period_saw_does_not_count(self, desk):
        noted(desk, actor="Wu", role="agent")
        assert desk.found("access.one_post", period="2025-Q2") == (NOT_APPLICABLE, 0, ())

    def test_programs_have_no_posts(self, desk):
        noted(desk, actor="Wu", role="agent")
        event = events.TicketNoted(ticket_id="T-1", by="x", text="x", at=MONDAY)
        desk.puts("ticket/T-1", event, actor="policy/x")
        desk.puts("ticket/T-1", event, actor="desk")
        assert desk.found("access.in_a_post") == (PASS, 1, ())

    def test_every_kind_of_record_is_kept_at_a_counter(self):
        from servicecore.audit.compliance.posts import counters_of  # noqa: PLC0415

        names = {each.name for each in attrs.fields(ServiceDesk)}
        assert [kind for kind in AGGREGATES if not names >= set(counters_of(kind))] == []


class TestWhoWasRefused:
    """The access log tells who asked for what the post does not allow."""

    @pytest.fixture
    def seen(self, desk):
        seen = open_log("memory:", clock=lambda: after(hours=10))
        with desk.desk.acting_as("Qi", role="auditor", access_log=seen) as auditor:
            auditor.tickets.get("T-1")
            yield auditor, seen

    def refused(self, desk, seen, period="2025-Q1"):
        found = desk.desk.compliance.look(period, access_log=seen)
        (check,) = (each for each in found if each.id == "access.refused")
        return check

    def test_without_it_nobody_can_tell(self, desk):
        assert desk.found("access.refused") == (NOT_APPLICABLE, 0, ())

    def test_who_only_looks_is_fine(self, desk, seen):
        check = self.refused(desk, seen[1])
        assert (check.verdict, check.population) == (PASS, 1)

    def test_who_was_refused_is_found(self, desk, seen):
        auditor, log = seen
        with pytest.raises(AccessDeniedError):
            auditor.tickets.note("T-1", by="Qi", text="x")
        check = self.refused(desk, log)
        assert (check.verdict, check.failing) == (FAIL, ("access/Qi#2",))
        assert "entry 2 of the access log: Qi as auditor may not" in check.findings[0].what
        assert self.refused(desk, log, "2025-Q2").verdict is NOT_APPLICABLE

    def test_it_is_opened_by_its_url(self, desk, tmp_path):
        url = f"sqlite:///{tmp_path}/seen.db?synchronous=off"
        with (
            open_log(url, clock=lambda: MONDAY) as log,
            desk.desk.acting_as("Qi", role="auditor", access_log=log) as auditor,
        ):
            auditor.tickets.get("T-1")
        assert self.refused(desk, url).verdict is PASS
