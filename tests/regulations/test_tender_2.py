"""售后服务标准（招投标专用）, chapter 2: how repairs are done, and complaints handled."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from servicecore import RefusedError

from . import complaints, people, surveys
from .complaints import COMPLAINT, doing, handled, registered
from .office import A_SECOND, after, opened, promised, shown
from .products import A_DAY, LABOUR, LAST_DAY, MONDAY, SEAL, granted, in_store, judged, to_pay_for
from .settings import said

MONDAY_A_WEEK_LATER = datetime(2025, 3, 10, 10, tzinfo=timezone.utc)  # Six in Shanghai.
FIFTEENTH_OF_APRIL = datetime(2025, 4, 15, 10, tzinfo=timezone.utc)  # The 4th was a day off.


@pytest.fixture
def tender_desk(desk_under):
    return desk_under("tender_standard")


class TestComingToTheCustomer:
    """tender:2.1a: Somebody is on site within 24 hours, in remote areas within 48."""

    @pytest.fixture
    def desk(self, desk_under):
        return desk_under("tender_standard")

    def visited(self, desk, at, *, on_site):
        desk.tickets.record_work("T-1", by="Wu", work="looked at it", on_site=on_site, at=at)
        return shown(desk, "on_site")

    def test_is_promised_to_every_request(self, desk):
        opened(desk)
        assert promised(desk, "on_site") == (after(hours=24), "tender:2.1a")

    @pytest.mark.parametrize(("late_by", "shown"), [(timedelta(), "met"), (A_SECOND, "missed")])
    def test_the_last_moment_is_in_time(self, desk, late_by, shown):
        opened(desk)
        assert self.visited(desk, after(hours=24) + late_by, on_site=True) == shown

    def test_a_remote_area_has_twice_as_long(self, desk):
        opened(desk, area="remote")
        assert promised(desk, "on_site") == (after(hours=48), "tender:2.1a")

    @pytest.mark.parametrize(("late_by", "shown"), [(timedelta(), "met"), (A_SECOND, "missed")])
    def test_there_too_the_last_moment_is_in_time(self, desk, late_by, shown):
        opened(desk, area="remote")
        assert self.visited(desk, after(hours=48) + late_by, on_site=True) == shown

    def test_an_area_that_the_standard_does_not_name_has_no_longer(self, desk):
        opened(desk, area="next door")
        assert promised(desk, "on_site") == (after(hours=24), "tender:2.1a")

    def test_what_is_split_off_comes_from_the_same_area(self, desk):
        opened(desk, area="remote")
        desk.tickets.split("T-1", into="T-2", fault="and it smells", at=after(hours=1))
        assert desk.tickets.get("T-2").area == "remote"
        reading = desk.tickets.get("T-2").readings["on_site", 1]
        assert reading.due == after(hours=49)

    def test_help_from_afar_is_no_visit(self, desk):
        opened(desk)
        assert self.visited(desk, after(hours=3), on_site=False) == "running"


class TestThePreliminaryAnswer:
    """tender:2.1d: A complaint gets a preliminary answer within 5 working days."""

    @pytest.mark.parametrize(
        ("at", "state"),
        [(MONDAY_A_WEEK_LATER, "met"), (MONDAY_A_WEEK_LATER + A_SECOND, "missed")],
    )
    def test_is_in_time_until_the_office_closes_on_the_fifth(self, tender_desk, at, state):
        doing(registered(tender_desk), at)("answer", by="Wu", answer="we look into it")
        assert complaints.shown(tender_desk, "preliminary_answer") == state

    @pytest.mark.parametrize(
        ("received_at", "due"),
        [
            # Thursday before the Spring Festival of 2024: Sunday the 4th was worked.
            (datetime(2024, 2, 1, 1, tzinfo=timezone.utc), "2024-02-07"),
            # Before the National Day of 2026, with its make-up day.
            (datetime(2026, 9, 30, 1, tzinfo=timezone.utc), "2026-10-13"),
        ],
    )
    def test_counts_the_working_days_of_china(self, tender_desk, received_at, due):
        tender_desk.complaints.receive("C-1", **COMPLAINT, at=received_at)
        promise = tender_desk.complaints.get("C-1").promises["preliminary_answer", 1]
        assert promise.due.date().isoformat() == due
        assert promise.clause == "tender:2.1d"


class TestTheEndOfTheHandling:
    """tender:2.1e: Investigation and handling are complete within 30 working days."""

    @pytest.mark.parametrize(
        ("at", "state"),
        [(FIFTEENTH_OF_APRIL, "met"), (FIFTEENTH_OF_APRIL + A_SECOND, "missed")],
    )
    def test_is_in_time_until_the_office_closes_on_the_thirtieth(self, tender_desk, at, state):
        doing(handled(registered(tender_desk)))("satisfy", asked_by="Li")
        assert complaints.shown(tender_desk, "closing") == "running"
        doing(tender_desk, at)("close", by="Li")
        assert complaints.shown(tender_desk, "closing") == state

    def test_a_second_handling_gets_no_new_month(self, tender_desk):
        doing(handled(registered(tender_desk)))("dissatisfy", asked_by="Li", reason="rude")
        promises = tender_desk.complaints.get("C-1").promises
        assert [each.due for (clock, _), each in promises.items() if clock == "closing"] == [
            FIFTEENTH_OF_APRIL
        ]


class TestKeyParts:
    """tender:2.1f: Key parts may have a warranty of up to two years."""

    def test_are_covered_longer_than_the_product(self, tender_desk):
        granted(tender_desk, key_parts={"motor": 24})
        assert tender_desk.warranties.get("S-1").cover_of("motor").until == date(2027, 3, 3)

    @pytest.mark.parametrize(("part", "is_free"), [("motor", True), ("seal", False)])
    def test_are_free_when_the_rest_is_not_any_more(self, tender_desk, part, is_free):
        granted(tender_desk, key_parts={"motor": 24})
        assert judged(tender_desk, LAST_DAY + A_DAY, part=part).is_covered is is_free

    def test_are_not_covered_for_longer(self, tender_desk):
        with pytest.raises(RefusedError, match=r"tender:2\.1f"):
            granted(tender_desk, key_parts={"motor": 25})


class TestTheSourceOfParts:
    """tender:2.2a: Parts are genuine, or from an authorised third party."""

    @pytest.fixture
    def parts(self, tender_desk):
        in_store(tender_desk)
        return tender_desk.spare_parts

    def bought(self, parts, source, supplier=""):
        facts = {"batch": "B-2", "quantity": 5, "source": source, "supplier": supplier}
        parts.purchase("P-7", **facts, at=MONDAY)

    @pytest.mark.parametrize("source", ["unknown", "authorised"])
    def test_nothing_else_is_bought(self, parts, source):
        with pytest.raises(RefusedError, match=r"tender:2\.2a"):
            self.bought(parts, source, "Sealco")

    def test_an_authorisation_names_its_evidence(self, parts):
        parts.authorise("P-7", supplier="Sealco", evidence="letter 12", at=MONDAY)
        self.bought(parts, "authorised", "Sealco")
        assert parts.get("P-7").batches["B-2"].supplier == "Sealco"
        assert parts.get("P-7").suppliers == {"Sealco": "letter 12"}


class TestWaste:
    """tender:2.2b: The waste of repairs is handled by the environmental standards.

    Open: what is scrapped from the store is attested; the old part that a repair takes out never
    was in the store, so nothing tells that it is there.
    """

    def test_is_attested_by_whom_and_how(self, tender_desk):
        in_store(tender_desk)
        waste = {"batch": "B-1", "quantity": 1, "reason": "torn", "attested_by": "Green Ltd"}
        with pytest.raises(RefusedError, match="attestation"):
            tender_desk.spare_parts.scrap("P-7", **waste, attestation="", at=MONDAY)
        tender_desk.spare_parts.scrap("P-7", **waste, attestation="W-3", at=MONDAY)
        scrapped = tender_desk.spare_parts.history("P-7")[-1].event
        assert (scrapped.attested_by, scrapped.attestation) == ("Green Ltd", "W-3")


class TestFees:
    """tender:2.3a: Fees are transparent: the customer understands what each is for, and agrees."""

    def test_are_told_line_by_line(self, tender_desk):
        at = to_pay_for(tender_desk)
        told = {"ticket_id": "T-1", "lines": [LABOUR, SEAL]}
        tender_desk.warranties.offer_fees("S-1", **told, at=at)
        offered = tender_desk.warranties.history("S-1")[-1].event
        assert [(each.what, str(each.amount)) for each in offered.lines] == [
            ("labour, hours", "241.00"),
            ("seal", "9.90"),
        ]
        assert str(offered.total) == "250.90"

    def test_are_never_a_sum_alone(self, tender_desk):
        at = to_pay_for(tender_desk)
        with pytest.raises(RefusedError, match=r"tender:2\.3a"):
            tender_desk.warranties.offer_fees("S-1", ticket_id="T-1", lines=[], at=at)

    def test_are_accepted_before_work_begins(self, tender_desk):
        at, counter = to_pay_for(tender_desk), tender_desk.warranties
        counter.offer_fees("S-1", ticket_id="T-1", lines=[LABOUR], at=at)
        with pytest.raises(RefusedError, match=r"tender:2\.3a"):
            counter.begin_repair("S-1", ticket_id="T-1", by="Wu", at=at)
        counter.accept_fees("S-1", ticket_id="T-1", by="Ms Lin", at=at)
        counter.begin_repair("S-1", ticket_id="T-1", by="Wu", at=at)
        assert counter.get("S-1").repairs["T-1"].accepted_by == "Ms Lin"


class TestTheChannelsOfSupport:
    """tender:2.1b: Support comes by telephone, online chat and e-mail."""

    CHANNELS = ("telephone", "chat", "mail")

    def test_stand_in_the_standard(self):
        assert said("tender_standard", "support_channels") == (self.CHANNELS, "tender:2.1b")

    @pytest.mark.parametrize("channel", CHANNELS)
    def test_a_request_by_each_is_taken_in_and_says_so(self, desk_under, channel):
        desk = desk_under("tender_standard")
        opened(desk, channel=channel)
        assert desk.tickets.get("T-1").channel == channel


class TestTheComplaintTeam:
    """tender:2.1c: A team of its own sees to complaints."""

    def test_stands_in_the_standard(self):
        assert said("tender_standard", "complaint_team") == (("complaints",), "tender:2.1c")

    def test_a_complaint_has_its_team_on_record(self, desk_under):
        desk = desk_under("tender_standard")
        registered(desk)
        desk.complaints.set_team(
            "C-1", {"Li": "complaints", "Wu": "service"}, at=complaints.after(hours=2)
        )
        members = desk.complaints.history("C-1")[-1].event.members
        assert "complaints" in [each.department for each in members]


class TestThePeriodicSurvey:
    """tender:2.3b: Customers are asked about attitude, speed, quality and parts, periodically.

    Outside: how often, the standard does not say; whoever plans a campaign, says.
    """

    ASKED = ("attitude", "response_speed", "repair_quality", "parts_supply")

    def test_asks_about_these_four(self, tender_desk):
        surveys.announced(tender_desk)
        assert tender_desk.campaigns.get("K-1").asks == self.ASKED
        survey = tender_desk.surveys.get("K-1-Acme")
        assert (survey.asks, survey.clause) == (self.ASKED, "tender:2.3b")

    def test_reaches_everybody_with_a_contact(self, tender_desk):
        surveys.announced(tender_desk)
        sent = [each for each in tender_desk.log.since(0) if each.subject.startswith("survey/")]
        assert [each.event.customer_id for each in sent] == ["Acme", "Borg"]

    def test_is_planned_to_a_day(self, tender_desk):
        tender_desk.campaigns.plan("K-1", due_on=date(2025, 3, 31), at=surveys.MONDAY)
        tender_desk.run_due(surveys.MONDAY + 60 * surveys.A_DAY)
        assert tender_desk.campaigns.get("K-1").is_overdue


class TestWhatFollowsFromASurvey:
    """tender:2.3c: Problems are summarised, measures set, and their effect is tracked."""

    @pytest.fixture
    def desk(self, tender_desk):
        surveys.announced(tender_desk)
        return tender_desk

    def acted_upon(self, desk):
        desk.campaigns.close("K-1", by="Gao", at=surveys.MONDAY)
        desk.campaigns.summarise("K-1", what="slow", mentions=2, by="Gao", at=surveys.MONDAY)
        desk.campaigns.set_measure(
            "K-1",
            problem=1,
            what="more stock",
            responsible="Wu",
            ready_on=date(2025, 3, 31),
            at=surveys.MONDAY,
        )

    def test_comes_in_this_order(self, desk):
        with pytest.raises(RefusedError, match=r"tender:2\.3c"):
            desk.campaigns.summarise("K-1", what="slow", mentions=2, by="Gao", at=surveys.MONDAY)
        with pytest.raises(RefusedError, match=r"no problem 1 \(tender:2\.3c\)"):
            desk.campaigns.set_measure(
                "K-1", problem=1, what="stock", responsible="Wu", ready_on=date(2025, 3, 31)
            )

    def test_is_looked_at_again_and_again_until_it_lasts(self, desk):
        self.acted_upon(desk)
        for day, lasts in ((150, False), (300, True)):
            at = surveys.MONDAY + day * surveys.A_DAY
            desk.run_due(at)
            due = desk.campaigns.history("K-1")[-1].event
            assert (due.to, due.clause) == ("Wu", "tender:2.3c")
            desk.campaigns.track_effect(
                "K-1", measure=1, finding="faster", is_lasting=lasts, by="Gao", at=at
            )
        desk.run_due(surveys.MONDAY + 900 * surveys.A_DAY)
        assert desk.campaigns.history("K-1")[-1].event.is_lasting


SKILL = {"skill": "seals", "by": "Gao", "evidence": "exam 12"}


class TestRepairStaff:
    """tender:2.2c: Repair staff are trained and skilled.

    Open: no document says which repair takes which skill, so none is refused to anybody; the share
    of the skilled is told.
    """

    def test_are_skilled_by_a_training_they_attended(self, tender_desk):
        people.hired(tender_desk)
        people.trained(tender_desk, "TR-1", 3, "Wu")
        at = people.day(3, 4)
        tender_desk.staff.qualify("Wu", **SKILL, training_id="TR-1", at=at)
        assert tender_desk.staff.get("Wu").skills["seals"].training_id == "TR-1"
        with pytest.raises(RefusedError, match=r"tender:2\.2c"):
            tender_desk.staff.qualify("Li", **SKILL, training_id="TR-1", at=at)

    def test_are_told_by_their_post(self, tender_desk):
        people.hired(tender_desk)
        people.trained(tender_desk, "TR-1", 3, "Wu")
        tender_desk.staff.qualify("Wu", **SKILL, training_id="TR-1", at=people.day(3, 4))
        answer = tender_desk.reports.training(by="post", as_of=people.NEXT_YEAR)
        [skilled] = answer["skilled"]
        assert (skilled.group, skilled.k, skilled.n) == ((("post", "repair"),), 1, 2)
