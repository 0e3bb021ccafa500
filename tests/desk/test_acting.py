"""A desk for somebody in a post: what is done stands under the name, the rest is refused."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from servicecore import RefusedError, ServiceDesk
from servicecore.audit.access_log import AccessAsked, AccessRefused
from servicecore.domain.access import AccessDeniedError, AccessRules, Role, UnknownRoleError
from servicecore.storage import open_log
from tests.regulations import complaints

MONDAY = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)
REQUEST = {
    "customer_id": "Acme",
    "product": "pump",
    "model": "P-200",
    "fault": "it leaks",
    "contact": "Lin",
}


@pytest.fixture
def desk():
    with ServiceDesk.open("memory:", standard="operations_manual_2025") as desk:
        yield desk


@pytest.fixture
def seen():
    with open_log("memory:") as seen:
        yield seen


def told(log):
    return [each.event for each in log.since(0)]


class TestCommands:
    def test_stand_under_the_name_and_post(self, desk):
        desk.acting_as(actor="Wu", role="agent").tickets.open("T-1", **REQUEST, at=MONDAY)
        known = desk.tickets.history("T-1")[0].provenance
        assert (known.actor, known.role) == ("Wu", "agent")

    def test_what_follows_by_itself_is_the_policys(self, desk):
        desk.acting_as("Wu", role="agent").tickets.open("T-1", **REQUEST, at=MONDAY)
        known = desk.tickets.history("T-1")[1].provenance
        assert known.actor == "policy/acknowledgement"

    def test_one_that_the_post_does_not_allow_is_refused(self, desk):
        wu = desk.acting_as("Wu", role="agent")
        with pytest.raises(AccessDeniedError, match=r"Wu as agent may not costs\.open; expected "):
            wu.costs.open("L-1")
        assert desk.log.head() == 0
        assert issubclass(AccessDeniedError, RefusedError)

    @pytest.mark.parametrize("other", [{"actor": "Li"}, {"role": "manager"}])
    def test_nobody_speaks_for_another(self, desk, other):
        wu = desk.acting_as("Wu", role="agent")
        with pytest.raises(AccessDeniedError, match=r"may not tickets\.open as"):
            wu.tickets.open("T-1", **REQUEST, at=MONDAY, **other)

    def test_saying_who_one_is_does_no_harm(self, desk):
        wu = desk.acting_as("Wu", role="agent")
        wu.tickets.open("T-1", **REQUEST, at=MONDAY, actor="Wu", role="agent", command_id="c-1")
        assert desk.log.has_command("c-1")

    def test_the_plain_desk_stays_as_it_is(self, desk):
        desk.acting_as("Wu", role="key_custodian")
        desk.tickets.open("T-1", **REQUEST, at=MONDAY)
        assert desk.tickets.history("T-1")[0].provenance.role is None


class TestPersonalData:
    """Who asks for erasure does not approve it; who destroys the key is a third."""

    @pytest.fixture
    def desk(self):
        with ServiceDesk.open("memory:", keys="memory:") as desk:
            desk.tickets.open("T-1", **REQUEST, at=MONDAY)
            yield desk

    def test_erasure_is_approved_by_somebody_else(self, desk):
        told = {"by": "Bo", "reason": "the customer asked", "at": MONDAY}
        desk.acting_as("Bo", role="privacy_officer").privacy.ask_erasure("Acme", **told)
        with pytest.raises(AccessDeniedError, match=r"did personal_data\.erasure_asked"):
            desk.acting_as("bo", role="manager").privacy.approve("Acme", by="Gao", at=MONDAY)
        desk.acting_as("Gao", role="manager").privacy.approve("Acme", by="Gao", at=MONDAY)

    def test_who_opens_the_data_does_so_in_the_post(self, desk):
        bo = desk.acting_as("Bo", role="privacy_officer")
        bo.privacy.export("Acme", by="Bo", purpose="the customer asked")
        known = desk.privacy.history("Acme")[-1].provenance
        assert known.role == "privacy_officer"

    def test_an_auditor_does_not_open_them(self, desk):
        with pytest.raises(AccessDeniedError, match=r"privacy\.export"):
            desk.acting_as("Qi", role="auditor").privacy.export("Acme", by="Qi", purpose="?")


class TestQuestions:
    def test_are_answered_as_at_the_plain_desk(self, desk):
        qi = desk.acting_as("Qi", role="auditor")
        desk.tickets.open("T-1", **REQUEST, at=MONDAY)
        assert qi.tickets.get("T-1") == desk.tickets.get("T-1")
        assert qi.reports.coverage().as_dict() == desk.reports.coverage().as_dict()
        assert qi.calendars.current is desk.calendars.current

    def test_are_refused_to_whom_they_are_not_for(self, desk):
        ke = desk.acting_as("Ke", role="key_custodian")
        with pytest.raises(AccessDeniedError, match=r"reports\.waits"):
            ke.reports.waits()
        with pytest.raises(AccessDeniedError, match=r"calendars\.current"):
            _ = ke.calendars.current

    def test_may_be_asked_beforehand(self, desk):
        wu = desk.acting_as("Wu", role="agent")
        assert (wu.may("tickets.answer"), wu.may("complaints.close")) == (True, False)


class TestThereIsNoWayRound:
    @pytest.mark.parametrize("name", ["log", "run_due", "close_", "standard", "_office", "nothing"])
    def test_only_counters_are_there(self, desk, name):
        with pytest.raises(AttributeError, match=name):
            getattr(desk.acting_as("Gao", role="manager"), name)

    @pytest.mark.parametrize("name", ["of", "_drawer", "nothing"])
    def test_and_of_these_only_what_can_be_asked(self, desk, name):
        with pytest.raises(AttributeError, match=name):
            getattr(desk.acting_as("Gao", role="manager").surveys, name)

    def test_a_post_that_is_none_is_refused(self, desk):
        with pytest.raises(UnknownRoleError, match="'king'"):
            desk.acting_as("Wu", role="king")

    @pytest.mark.parametrize("actor", ["", "  "])
    def test_somebody_must_act(self, desk, actor):
        with pytest.raises(AccessDeniedError, match="must be named"):
            desk.acting_as(actor, role="agent")

    def test_an_organisation_may_have_rules_of_its_own(self, desk):
        clerk = Role(name="clerk", title="客服", does=("tickets.open",))
        rules = AccessRules(id="ours", version=1, questions=(), roles=(clerk,))
        wu = desk.acting_as("Wu", role="clerk", rules=rules)
        wu.tickets.open("T-1", **REQUEST, at=MONDAY)
        with pytest.raises(AccessDeniedError, match="ours@1"):
            wu.tickets.get("T-1")


class TestTwoHands:
    """What must be done by two, one cannot do in any post."""

    def satisfied(self, desk, *, asked_by="Li", actor="Li"):
        complaints.registered(desk)
        complaints.handled(desk)
        li = desk.acting_as(actor, role="supervisor")
        li.complaints.satisfy("C-1", asked_by=asked_by, at=MONDAY)

    @pytest.mark.parametrize(("actor", "by"), [("Li", "Gao"), (" li", "Gao"), ("Gao", "Li")])
    def test_who_confirmed_the_satisfaction_does_not_close(self, desk, actor, by):
        self.satisfied(desk)
        somebody = desk.acting_as(actor, role="manager")
        with pytest.raises(AccessDeniedError, match=r"did complaint\.satisfied"):
            somebody.complaints.close("C-1", by=by, at=MONDAY)

    def test_neither_in_the_name_of_another(self, desk):
        self.satisfied(desk, actor="Qi", asked_by="Li")
        with pytest.raises(AccessDeniedError):
            desk.acting_as("Qi", role="manager").complaints.close("C-1", by="Gao", at=MONDAY)

    def test_nor_by_naming_the_number(self, desk):
        self.satisfied(desk)
        li = desk.acting_as("Li", role="manager")
        with pytest.raises(AccessDeniedError):
            li.complaints.close(complaint_id="C-1", by="Gao", at=MONDAY)

    def test_somebody_else_does(self, desk):
        self.satisfied(desk)
        desk.acting_as("Gao", role="manager").complaints.close("C-1", by="Gao", at=MONDAY)
        assert desk.complaints.get("C-1").closed_at == MONDAY

    def test_what_the_desk_itself_did_is_nobodys(self, desk):
        complaints.registered(desk)
        complaints.handled(desk)
        desk.complaints.satisfy("C-1", asked_by="Li", at=MONDAY)
        acting = desk.acting_as("desk", role="manager")
        acting.complaints.close("C-1", by="Gao", at=MONDAY)
        assert desk.complaints.get("C-1").closed_at == MONDAY

    def test_whose_words_have_been_replaced_may_look_at_the_new_ones(self, desk):
        told = {"product": "pump", "problem": "it leaks", "solution": "a seal"}
        wu, li = desk.acting_as("Wu", role="quality"), desk.acting_as("Li", role="quality")
        wu.knowledge.draft("A-1", **told, by="Wu", at=MONDAY)
        wrong = {"is_right": False, "remarks": "too short", "at": MONDAY}
        li.knowledge.review("A-1", by="Li", **wrong)
        li.knowledge.revise("A-1", by="Li", solution="a seal, P-7", reason="short", at=MONDAY)
        with pytest.raises(AccessDeniedError, match=r"knowledge\.review is for somebody else"):
            li.knowledge.review("A-1", by="Gao", is_right=True, remarks="", at=MONDAY)
        wu.knowledge.review("A-1", by="Wu", is_right=True, remarks="", at=MONDAY)

    def test_who_is_complained_of_does_not_touch_the_complaint(self, desk):
        complaints.registered(desk, person="Wu")
        wu = desk.acting_as("wu", role="agent")
        with pytest.raises(AccessDeniedError, match=r"is its about\.person"):
            wu.complaints.investigate("C-1", by="Li", facts="nothing", at=MONDAY)

    def test_of_a_record_that_is_not_there_nobody_did_anything(self, desk):
        wu = desk.acting_as("Wu", role="agent")
        wu.complaints.receive("C-1", **complaints.COMPLAINT, person="Wu", at=MONDAY)
        assert desk.complaints.get("C-1").about.person == "Wu"


class TestTheAccessLog:
    """What is only looked at goes on record elsewhere, before it is shown."""

    def test_a_question_is_an_event_there(self, desk, seen):
        desk.tickets.open("T-1", **REQUEST, at=MONDAY)
        before = desk.log.head()
        desk.acting_as("Qi", role="auditor", access_log=seen).tickets.get("T-1")
        (asked,) = seen.history("access/Qi")
        assert isinstance(asked.event, AccessAsked)
        assert (asked.event.command, asked.event.about) == ("tickets.get", "T-1")
        assert (asked.provenance.actor, asked.provenance.role) == ("Qi", "auditor")
        assert desk.log.head() == before

    def test_a_question_that_fails_is_one_too(self, desk, seen):
        with pytest.raises(LookupError):
            desk.acting_as("Qi", role="auditor", access_log=seen).tickets.get("T-9")
        assert len(told(seen)) == 1

    def test_a_refusal_is_one_with_its_reason(self, desk, seen):
        wu = desk.acting_as("Wu", role="agent", access_log=seen)
        with pytest.raises(AccessDeniedError):
            wu.complaints.close("C-1", by="Wu")
        (refused,) = told(seen)
        assert isinstance(refused, AccessRefused)
        assert (refused.command, refused.about) == ("complaints.close", "C-1")
        assert refused.reason.startswith("Wu as agent may not complaints.close")

    def test_a_deed_stands_in_the_log_of_the_service_alone(self, desk, seen):
        wu = desk.acting_as("Wu", role="agent", access_log=seen)
        wu.tickets.open("T-1", **REQUEST, at=MONDAY)
        assert told(seen) == []

    def test_it_may_be_told_by_its_url_and_is_closed_with_the_post(self, desk, tmp_path):
        url = f"sqlite:///{tmp_path / 'seen.db'}"
        with desk.acting_as("Qi", role="auditor", access_log=url) as qi:
            qi.reports.coverage()
            qi.reports.waits()
        with open_log(url) as seen:
            assert [each.command for each in told(seen)] == ["reports.coverage", "reports.waits"]

    def test_opened_by_its_url_it_goes_by_the_clock_of_the_desk(self, tmp_path):
        url = f"sqlite:///{tmp_path / 'seen.db'}"
        with (
            ServiceDesk.open("memory:", clock=lambda: MONDAY) as desk,
            desk.acting_as("Qi", role="auditor", access_log=url) as qi,
        ):
            qi.reports.coverage()
        with open_log(url) as seen:
            (asked,) = seen.since(0)
        assert asked.occurred_at == asked.recorded_at == MONDAY

    def test_a_log_that_was_handed_in_stays_open(self, desk, seen):
        with desk.acting_as("Qi", role="auditor", access_log=seen) as qi:
            qi.reports.coverage()
        assert seen.head() == 1
