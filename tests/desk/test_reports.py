"""The counter for questions: figures of a period, with what they were made from."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servicecore import ServiceDesk
from servicecore.domain.moments import NaiveMomentError
from servicecore.projections.asking import UnknownChoiceError
from servicecore.projections.period import UnknownPeriodError, UnknownZoneError
from servicecore.projections.response_times import UnknownGroupingError
from tests.moments import HOUR, NINE, REQUEST, SECOND

LATER = NINE + timedelta(days=60)


@pytest.fixture
def desk():
    """Two tickets of class A, one answered in time and one too late."""
    with ServiceDesk.open("memory:", clock=lambda: LATER) as desk:
        for n, hours in ((1, 1), (2, 3)):
            desk.tickets.open(f"T-{n}", **REQUEST, priority="A", at=NINE)
            desk.tickets.answer(f"T-{n}", by="Lin", at=NINE + hours * HOUR)
        yield desk


class TestResponseTimes:
    """From the read models, which catch up before they answer."""

    def test_of_everything_unless_a_period_is_named(self, desk):
        [told] = desk.reports.response_times()["first_response"]

        assert (told.n, told.value, told.group) == (2, 2 * 3600, (("priority", "A"),))

    def test_what_happened_a_moment_ago_is_in_it(self, desk):
        desk.reports.response_times()
        desk.tickets.open("T-3", **REQUEST, priority="A", at=NINE)
        desk.tickets.answer("T-3", by="Lin", at=NINE)

        assert desk.reports.response_times()["first_response"][0].n == 3

    def test_days_are_those_of_the_standard_unless_a_zone_is_named(self, desk):
        """At 17:00 UTC on the last of March it is April in Shanghai."""
        at = NINE.replace(month=3, day=31, hour=17)
        desk.tickets.open("T-4", **REQUEST, priority="C", at=at)
        desk.tickets.answer("T-4", by="Lin", at=at)

        def counted(**zone):
            told = desk.reports.response_times(period="2025-04", **zone)
            return sum(each.n for each in told["first_response"]) if told.measured else 0

        assert desk.reports.zone == "Asia/Shanghai"
        assert counted() == 1
        assert (
            "first_response"
            not in desk.reports.response_times(period="2025-04", zone="UTC").measures()
        )

    def test_by_one_thing_or_several(self, desk):
        assert desk.reports.response_times(by="product")["first_response"][0].group == (
            ("product", "pump"),
        )
        assert desk.reports.response_times(by=["channel", "priority"])["first_response"][
            0
        ].group == (("channel", "telephone"), ("priority", "A"))

    def test_open_promises_are_late_as_of_now_or_as_of_the_moment_asked(self, desk):
        desk.tickets.open("T-5", **REQUEST, priority="B", at=NINE)

        def share(**as_of):
            told = desk.reports.response_times(**as_of)["first_response_attainment"]
            return next(each for each in told if dict(each.group)["priority"] == "B")

        assert (share().n, share().open) == (1, 0)
        in_time = share(as_of=NINE + 24 * HOUR)
        assert (in_time.n, in_time.open, in_time.value) == (0, 1, None)
        assert share(as_of=NINE + 24 * HOUR + SECOND).n == 1

    @pytest.mark.parametrize(
        ("asked", "refusal"),
        [
            ({"period": "last month"}, UnknownPeriodError),
            ({"period": "2025-04-01..2025-03-01"}, UnknownPeriodError),
            ({"period": "2025", "zone": "Asia/Peking"}, UnknownZoneError),
            ({"zone": "Asia/Peking"}, UnknownZoneError),
            ({"by": "colour"}, UnknownGroupingError),
            ({"by": ["priority", ""]}, UnknownGroupingError),
            ({"where": {"priority": "Z"}}, UnknownChoiceError),
            ({"where": {"priority": ["A", "Z"]}}, UnknownChoiceError),
            ({"as_of": NINE.replace(tzinfo=None)}, NaiveMomentError),
        ],
    )
    def test_what_cannot_be_asked(self, desk, asked, refusal):
        for ask in (desk.reports.response_times, desk.reports.json):
            with pytest.raises(refusal):
                ask(**asked)


class TestWhatIsChosen:
    """A word that nothing is ever called is misspelt; one that nothing is called today is not."""

    def test_a_refusal_names_the_words_there_are(self, desk):
        with pytest.raises(
            UnknownChoiceError, match="no priority is called 'Z'; there are A, B, C"
        ):
            desk.reports.response_times(where={"priority": "Z"})

    @pytest.mark.parametrize("where", [{"priority": "B"}, {"product": "none"}, {"priority": ""}])
    def test_what_there_is_none_of_is_no_mistake(self, desk, where):
        assert list(desk.reports.response_times(where=where)) == []

    def test_a_word_of_one_kind_of_cases_is_no_mistake_of_another(self, desk):
        assert "first_response" not in desk.reports.everything(where={"kind": "factory"}).measures()

    def test_cases_without_such_words_are_left_out(self, desk):
        assert "first_response" in desk.reports.everything(where={"priority": ["A"]}).measures()
        assert desk.reports.everything(where={"priority": "high"}).measures() == []


class TestInALine:
    """At a prompt, nobody wants pages."""

    def test_a_receipt_tells_what_went_on_record(self, desk):
        noted = desk.tickets.note("T-1", by="Lin", text="a call", command_id="call-1")
        again = desk.tickets.note("T-1", by="Lin", text="a call", command_id="call-1")
        head = desk.log.head()
        assert repr(noted) == f"<Receipt: TicketNoted at position {head}>"
        assert repr(again) == f"<Receipt: TicketNoted at position {head}, as before>"

    def test_an_answer_tells_how_much_it_holds_and_prints_its_figures(self, desk):
        told = desk.reports.response_times(period="2025-03")
        assert (
            repr(told)
            == f"<Answer of {len(told.measures())} measures, {len([*told])} figures: 2025-03>"
        )
        assert "first_response: priority A, n 2, value 7,200, p50 3,600" in str(told)

    def test_an_empty_answer_says_so(self):
        with ServiceDesk.open("memory:") as desk:
            assert str(desk.reports.response_times()) == "Nothing was measured."


class TestPlainValues:
    """For other programs, with durations in seconds."""

    def test_it_says_what_it_was_made_from(self, desk):
        report = desk.reports.json(period="2025-03")

        assert {name: told for name, told in report.items() if name != "measures"} == {
            "period": "2025-03",
            "zone": "Asia/Shanghai",
            "as_of": LATER.isoformat(),
            "log_head": desk.log.head(),
            "standard": "operations_manual_2025@1",
        }
        assert report["measures"]["first_response_attainment"] == [
            {
                "priority": "A",
                "n": 2,
                "k": 1,
                "value": 0.5,
                "low": pytest.approx(0.0945, abs=1e-4),
                "high": pytest.approx(0.9055, abs=1e-4),
                "open": 0,
            }
        ]

    def test_of_everything_the_period_is_none(self, desk):
        report = desk.reports.json(zone="UTC", as_of=NINE)

        assert (report["period"], report["zone"]) == (None, "UTC")
        assert report["as_of"] == NINE.isoformat()

    def test_an_empty_desk_measures_nothing(self):
        with ServiceDesk.open("memory:") as desk:
            assert desk.reports.json()["measures"] == {}
            assert desk.reports.json()["log_head"] == 0


class TestAMisspeltQuestion:
    """What a question does not know, it refuses: a figure of something else would be believed."""

    @pytest.mark.parametrize(
        "name", ["response_times", "backlog", "json", "churn", "satisfaction", "html", "costs"]
    )
    def test_is_refused_by_the_word(self, name):
        with ServiceDesk.open("memory:") as desk, pytest.raises(TypeError, match="peroid"):
            getattr(desk.reports, name)(peroid="2025-Q4")
