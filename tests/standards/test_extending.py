"""An organisation's own standard says only what it does otherwise, and sets what was left open."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from servicecore import ServiceDesk
from servicecore.domain.figures import TOLD_IN_DAYS, MissingTimesError
from servicecore.domain.people import Level
from servicecore.domain.spans import NotInDaysError, Span
from servicecore.standards import BadStandardError, load_standard, parse_standard

HOUR = timedelta(hours=1)
MONDAY = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)
HEAD = 'id = "ours"\ntitle = "Our own"\n'
SET_TIMES = """
[[clock]]
name = "verification"
of = "complaint"
within = "3 working days"
clause = "ours:1"

[[clock]]
name = "satisfactory_answer"
of = "complaint"
within = "240 h"
clause = "ours:2"
"""


def extending(base, own="", head=HEAD):
    return parse_standard(f'{head}extends = "{base}"\n{own}', source="ours.toml")


def clock(standard, name, **facts):
    [found] = [
        each for each in standard.targets if each.clock == name and each.applies_to(facts)
    ] or [None]
    return found


class TestALengthCountedFromMoments:
    """Months are not equally long: whoever counts from moments, counts days."""

    @pytest.mark.parametrize("name", TOLD_IN_DAYS)
    @pytest.mark.parametrize("written", ['at_most = "6 months"', 'at_least = "30 days"'])
    def test_is_told_in_days(self, name, written):
        text = f"""
            id = "ours"
            title = "Ours"
            extends = "tender_standard"
            [[duration]]
            name = "{name}"
            {written}
            clause = "ours, 4"
        """
        with pytest.raises(
            BadStandardError, match=r"duration\[1\].at_most: expected a number of d"
        ):
            parse_standard(text, source="ours.toml")
        days = parse_standard(text.replace(written, 'at_most = "9 days"'), source="ours.toml")
        assert days.at_most(name).in_days == timedelta(days=9)

    def test_is_refused_in_months_wherever_it_comes_from(self):
        with pytest.raises(NotInDaysError, match="6 months are not always equally long"):
            _ = Span(months=6).in_days


class TestWhatItDoesNotSay:
    """Everything holds as in the standard it extends."""

    base = load_standard("operations_manual_2025")
    ours = extending("operations_manual_2025")

    @pytest.mark.parametrize(
        "part",
        ["targets", "indicators", "starting_levels", "quotas", "revisits", "durations", "settings"],
    )
    def test_is_inherited(self, part):
        assert getattr(self.ours, part) == getattr(self.base, part)
        assert getattr(self.ours, part) != ()

    def test_so_are_calendar_channels_and_reasons_for_a_pause(self):
        assert self.ours.calendar == self.base.calendar
        assert self.ours.channels == self.base.channels
        assert self.ours.pause_reasons == self.base.pause_reasons

    def test_its_identity_is_not(self):
        assert self.ours.reference == "ours@1"
        assert self.ours.title == "Our own"

    @pytest.mark.parametrize("own", ["id", "title"])
    def test_its_identity_must_be_told(self, own):
        head = "\n".join(line for line in HEAD.splitlines() if not line.startswith(own)) + "\n"
        with pytest.raises(BadStandardError, match=own):
            extending("operations_manual_2025", head=head)


class TestAFigureOfItsOwn:
    """It takes the place of the one with the same name, and cites a clause of its own."""

    def test_a_clock_keeps_what_it_does_not_say(self):
        ours = extending(
            "operations_manual_2025",
            '[[clock]]\nname = "handling_limit"\nwithin = "60 h"\nclause = "ours:3"',
        )
        limit, was = (
            clock(ours, "handling_limit"),
            clock(TestWhatItDoesNotSay.base, "handling_limit"),
        )
        assert (limit.within, limit.clause) == (60 * HOUR, "ours:3")
        assert (limit.stops, limit.pauses, limit.ladder) == (was.stops, was.pauses, was.ladder)
        assert len(ours.targets) == len(TestWhatItDoesNotSay.base.targets)

    def test_conditions_are_part_of_the_name(self):
        ours = extending(
            "operations_manual_2025",
            '[[clock]]\nname = "first_response"\nwhen = { priority = "A" }\n'
            'within = "1 h"\nclause = "ours:3"',
        )
        assert clock(ours, "first_response", priority="A").within == HOUR
        assert clock(ours, "first_response", priority="B").within == 24 * HOUR

    def test_a_clock_without_a_clause_of_its_own_is_refused(self):
        own = '[[clock]]\nname = "handling_limit"\nwithin = "60 h"'
        with pytest.raises(BadStandardError, match=r"ours\.toml: clock\[1\]\.clause"):
            extending("operations_manual_2025", own)

    def test_a_new_clock_is_added(self):
        own = '[[clock]]\nname = "visit"\nwithin = "8 h"\nstops = ["arrived"]\nclause = "ours:4"'
        ours = extending("operations_manual_2025", own)
        assert ours.targets[-1].clock == "visit"
        assert len(ours.targets) == len(TestWhatItDoesNotSay.base.targets) + 1

    def test_an_indicator_is_replaced_as_a_whole(self):
        own = '[[indicator]]\nname = "timely_response"\nat_least = 0.9\nclause = "ours:5"'
        [found] = [
            each
            for each in extending("operations_manual_2025", own).indicators
            if each.name == "timely_response"
        ]
        assert (found.at_most, found.at_least, found.clause) == (None, 0.9, "ours:5")

    def test_a_starting_level_is_replaced_by_its_conditions(self):
        own = '[[starting_level]]\nwhen = { severity = "major" }\nlevel = "supervisor"\n'
        own += 'clause = "o:6"'
        start = extending("operations_manual_2025", own).starting_level({"severity": "major"})
        assert (start.level, start.clause) == (Level.SUPERVISOR, "o:6")

    def test_a_ladder_of_its_own_holds_for_every_clock(self):
        own = '[[ladder]]\nat = 1.0\nto = "manager"'
        for target in extending("operations_manual_2025", own).targets:
            assert [(rung.share, rung.to) for rung in target.ladder] == [(1.0, "manager")]

    def test_two_of_the_same_name_are_refused(self):
        own = '[[setting]]\nname = "layers"\nvalues = ["one"]\nclause = "ours:7"\n'
        with pytest.raises(BadStandardError, match=r"setting\[2\]\.name"):
            extending("operations_manual_2025", own * 2)

    def test_it_may_pause_for_its_own_reasons_only(self):
        own = 'pause_reasons = ["weather"]\n[[clock]]\nname = "c"\nwithin = "1 h"\nclause = "o:1"\n'
        with pytest.raises(BadStandardError, match="pauses"):
            extending("operations_manual_2025", own + 'pauses = ["customer"]')


class TestATimeLeftOpen:
    """The documents leave it to the organisation: no default, and named as missing."""

    def test_is_missing_until_it_is_set(self):
        ours = extending("post_delivery_regulation")
        assert [str(each) for each in ours.missing(of="complaint")] == [
            "verification (pdr:5.2a)",
            "satisfactory_answer (pdr:5.3b)",
        ]

    def test_is_set_by_a_clock_of_its_name_that_keeps_what_the_document_says(self):
        ours = extending("post_delivery_regulation", SET_TIMES)
        verification = clock(ours, "verification")
        assert (verification.working_days, verification.clause) == (3, "ours:1")
        assert (verification.starts, verification.stops) == (("received",), ("cause_found",))
        assert verification.pauses == ()
        assert ours.missing(of="complaint") == ()

    def test_is_not_set_by_a_clock_on_another_kind_of_case(self):
        on_tickets = SET_TIMES.replace('"complaint"', '"ticket"\nstops = "answered"')
        ours = extending("post_delivery_regulation", on_tickets)
        assert len(ours.missing(of="complaint")) == 2

    def test_is_not_set_by_a_clock_for_some_cases_only(self):
        for_some = SET_TIMES.replace("[[clock]]", '[[clock]]\nwhen = { severity = "major" }', 1)
        ours = extending("post_delivery_regulation", for_some)
        assert [each.name for each in ours.missing(of="complaint")] == ["verification"]

    def test_of_revisits_is_set_by_a_revisit(self):
        own = '[[revisit]]\nname = "key_customers"\nafter = "delivery"\nin = "1 month"\n'
        own += 'clause = "o:1"'
        ours = extending("post_delivery_regulation", own)
        assert ours.missing(of="revisit") == ()
        [own] = [each for each in ours.revisits if each.name == "key_customers"]
        assert own.spans == (Span(months=1),)

    def test_takes_no_length_of_its_own(self):
        own = '[[open]]\nname = "n"\nwithin = "1 h"\nclause = "ours:1"'
        with pytest.raises(BadStandardError, match=r"open\[1\]\.within"):
            extending("post_delivery_regulation", own)


class TestADeskOnAStandardWithMissingTimes:
    """It works, tells what is missing, and begins no case that needs it."""

    def test_opens_and_tells(self):
        with ServiceDesk.open("memory:", standard="post_delivery_regulation") as desk:
            assert "verification" in {each.name for each in desk.standard.missing()}

    def test_refuses_a_complaint_and_leaves_no_trace(self):
        with ServiceDesk.open("memory:", standard="post_delivery_regulation") as desk:
            with pytest.raises(MissingTimesError, match=r"verification \(pdr:5\.2a\)"):
                desk.complaints.receive("C-1", customer_id="Acme", what="too loud", at=MONDAY)
            assert desk.log.head() == 0

    def test_takes_in_a_ticket_that_needs_none_of_them(self):
        with ServiceDesk.open("memory:", standard="post_delivery_regulation") as desk:
            desk.tickets.open(
                "T-1",
                customer_id="Acme",
                product="pump",
                model="P-200",
                fault="it leaks",
                contact="Lin",
                at=MONDAY,
            )
            assert desk.tickets.get("T-1").opened_at == MONDAY

    def test_refuses_a_ticket_whose_time_is_open(self):
        ours = extending(
            "post_delivery_regulation",
            '[[open]]\nname = "reply"\nstops = "answered"\nclause = "o:1"',
        )
        with (
            ServiceDesk.open("memory:", standard=ours) as desk,
            pytest.raises(MissingTimesError, match="reply"),
        ):
            desk.tickets.open(
                "T-1",
                customer_id="Acme",
                product="pump",
                model="P-200",
                fault="it leaks",
                contact="Lin",
                at=MONDAY,
            )

    def test_takes_in_a_complaint_once_they_are_set(self):
        ours = extending("post_delivery_regulation", SET_TIMES)
        with ServiceDesk.open("memory:", standard=ours) as desk:
            desk.complaints.receive("C-1", customer_id="Acme", what="too loud", at=MONDAY)
            promised = desk.complaints.get("C-1").promises
            # Monday + 3 working days is Thursday, until six in Shanghai.
            assert promised["verification", 1].due == datetime(2025, 3, 6, 10, tzinfo=timezone.utc)
            assert promised["satisfactory_answer", 1].due == MONDAY + 240 * HOUR


class TestAMistake:
    """Whatever cannot be meant is refused with its place, and nothing of it is used."""

    @pytest.mark.parametrize(
        "unknown", ["no_such_standard", "../secrets", "operations_manual_2025.toml"]
    )
    def test_an_unknown_base(self, unknown):
        with pytest.raises(BadStandardError, match="extends"):
            extending(unknown)

    @pytest.mark.parametrize(
        ("wrong", "place"),
        [
            ('[[goal]]\nname = "g"\nchange = "a lot"\nper = "year"\nclause = "x"', "change"),
            ('[[goal]]\nname = "g"\nchange = 0.1\nper = "day"\nclause = "x"', "per"),
            ('[[cost]]\nname = "c"\namount = 1.5\nper = "year"\nclause = "x"', "amount"),
            ('[[cost]]\nname = "c"\namount = "-1"\nper = "year"\nclause = "x"', "amount"),
            ('[[cost]]\nname = "c"\namount = "lots"\nper = "year"\nclause = "x"', "amount"),
            ('[[quota]]\nname = "q"\nat_least = 0\nper = "year"\nclause = "x"', "at_least"),
            ('[[quota]]\nname = "q"\nat_least = true\nper = "year"\nclause = "x"', "at_least"),
            ('[[duration]]\nname = "d"\nclause = "x"', "at_least"),
            ('[[duration]]\nname = "d"\nat_least = "1 h"\nclause = "x"', "at_least"),
            ('[[revisit]]\nname = "r"\nafter = "use"\nin = ["1 h"]\nclause = "x"', "in"),
            ('[[setting]]\nname = "s"\nvalues = [1]\nclause = "x"', "values"),
            ('[[setting]]\nname = "s"\nvalues = ["a"]', "clause"),
            ("setting = 3", "setting"),
            ("setting = [3]", "setting"),
        ],
    )
    def test_is_told_with_its_place(self, wrong, place):
        with pytest.raises(BadStandardError, match=rf"ours\.toml: .*{place}: expected"):
            extending("tender_standard", wrong)


class TestASpan:
    """Months are as long as they happen to be; a shorter one ends earlier."""

    @pytest.mark.parametrize(
        ("day", "span", "then"),
        [
            ("2025-01-31", Span(months=1), "2025-02-28"),
            ("2025-01-31", Span(months=2), "2025-03-31"),
            ("2025-01-30", Span(months=2), "2025-03-30"),
            ("2024-01-31", Span(months=1), "2024-02-29"),
            ("2025-07-01", Span(months=6), "2026-01-01"),
            ("2025-12-31", Span(months=12), "2026-12-31"),
            ("2024-02-29", Span(months=12), "2025-02-28"),
            ("2025-03-03", Span(days=30), "2025-04-02"),
        ],
    )
    def test_after_a_day(self, day, span, then):
        born = datetime.fromisoformat(day).date()
        assert span.after(born).isoformat() == then

    @pytest.mark.parametrize(
        ("span", "told"),
        [
            (Span(months=12), "1 year"),
            (Span(months=36), "3 years"),
            (Span(months=6), "6 months"),
            (Span(months=18), "18 months"),
            (Span(days=30), "30 days"),
            (Span(), "0 days"),
        ],
    )
    def test_tells_itself_in_the_largest_unit(self, span, told):
        assert str(span) == told
