"""How long a product is covered, told, prolonged and ended."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from servicecore.domain.days import NoDateError
from servicecore.domain.refusals import IncompleteError
from servicecore.domain.warranty import (
    BeforeGrantError,
    NotAKeyPartError,
    NoTermError,
    TermTooLongError,
    TermTooShortError,
    WarrantyExpired,
    WarrantyExpiryNoticed,
    WarrantyOverError,
    WarrantyVoidError,
    decisions,
)
from servicecore.standards import load_standard

from .given import (
    BOOKS,
    CALENDAR,
    DAY,
    DELIVERED,
    LAST_DAY,
    MICROSECOND,
    MIDNIGHT,
    NINE,
    TERMS,
    extended,
    given,
    going_on,
    granted,
)

NOTICE = MIDNIGHT - 31 * DAY  # The morning of the day thirty days before the last one.


class TestItsLength:
    """A warranty lasts a year at least, and months count from the day of delivery (tender:1.2c)."""

    def test_is_that_of_the_standard_if_none_is_told(self):
        cover = given(*granted()).cover_of("")
        assert (cover.until, cover.months, cover.clause) == (LAST_DAY, 12, "tender:1.2c")

    def test_may_be_longer(self):
        assert given(*granted(months=36)).cover_of("").until == date(2028, 3, 3)

    def test_may_not_be_shorter(self):
        with pytest.raises(TermTooShortError, match=r"at least 1 year \(tender:1.2c\), got 11 mon"):
            granted(months=11)

    @pytest.mark.parametrize("months", [0, -12, 12.0, True, "12"])
    def test_is_a_whole_number_of_months(self, months):
        with pytest.raises(TermTooShortError, match="whole months"):
            granted(months=months)

    @pytest.mark.parametrize(
        ("delivered_on", "months", "until"),
        [
            (date(2024, 2, 29), 12, date(2025, 2, 28)),
            (date(2024, 2, 29), 48, date(2028, 2, 29)),
            (date(2025, 1, 31), 13, date(2026, 2, 28)),
            (date(2025, 8, 31), 13, date(2026, 9, 30)),
            (date(2025, 12, 31), 12, date(2026, 12, 31)),
        ],
    )
    def test_is_clipped_at_the_end_of_a_shorter_month(self, delivered_on, months, until):
        warranty = given(*granted(delivered_on=delivered_on, months=months))
        assert warranty.cover_of("").until == until

    def test_must_be_told_where_the_standard_does_not_say(self):
        manual = load_standard("operations_manual_2025")
        told = {"product": "pump", "customer_id": "Acme", "delivered_on": DELIVERED, "at": NINE}
        told |= {"standard": manual, "calendar": manual.calendar}
        with pytest.raises(NoTermError, match=r"operations_manual_2025@1 .* warranty S-1"):
            decisions.grant("S-1", **told)
        [short] = decisions.grant("S-1", **told, months=3)
        assert short.covers[0].until == date(2025, 6, 3)

    def test_the_day_of_delivery_is_a_day_and_no_moment(self):
        with pytest.raises(NoDateError, match="delivered_on must be a date"):
            granted(delivered_on=NINE)

    @pytest.mark.parametrize("empty", ["serial", "product", "customer_id"])
    def test_nothing_is_left_out(self, empty):
        with pytest.raises(IncompleteError, match=empty):
            granted(**{empty: " "})


class TestAKeyPart:
    """A key part may be covered for up to two years (tender:2.1f)."""

    def test_is_covered_longer_than_its_product(self):
        warranty = given(*granted(key_parts={"motor": 24}))
        cover = warranty.cover_of("motor")
        assert (cover.until, cover.clause) == (date(2027, 3, 3), "tender:2.1f")
        assert warranty.cover_of("seal").until == LAST_DAY

    def test_is_not_covered_longer_than_that(self):
        with pytest.raises(TermTooLongError, match=r"motor lasts at most 2 years .*, got 25"):
            granted(key_parts={"motor": 25})

    def test_has_no_cover_of_its_own_that_says_nothing_more(self):
        with pytest.raises(NotAKeyPartError, match="motor"):
            granted(key_parts={"motor": 12})

    def test_has_a_name(self):
        with pytest.raises(IncompleteError):
            granted(key_parts={"": 24})


class TestAnExtension:
    """What is covered can be covered longer, as long as it is covered."""

    def test_counts_from_the_delivery_so_a_short_month_costs_nothing(self):
        history = granted(delivered_on=date(2025, 1, 31), months=13)
        assert given(*history).cover_of("").until == date(2026, 2, 28)
        assert given(*extended(history, 1)).cover_of("").until == date(2026, 3, 31)

    @pytest.mark.parametrize("months", [0, -1, "1", True])
    def test_is_one_of_whole_months(self, months):
        with pytest.raises(TermTooShortError, match="whole months"):
            extended(granted(), months)

    def test_is_possible_on_the_last_day_and_not_after(self):
        longer = given(*extended(granted(), 6, at=MIDNIGHT - MICROSECOND))
        assert longer.cover_of("").until == date(2026, 9, 3)
        with pytest.raises(WarrantyOverError, match="until 2026-03-03; today is 2026-03-04"):
            extended(granted(), 6, at=MIDNIGHT)

    def test_of_a_key_part_stays_within_the_standard(self):
        history = granted(key_parts={"motor": 18})
        assert given(*extended(history, 6, part="motor")).cover_of("motor").months == 24
        with pytest.raises(TermTooLongError, match=r"\(tender:2\.1f\)"):
            extended(history, 7, part="motor")

    def test_needs_a_cover_that_it_extends(self):
        with pytest.raises(NotAKeyPartError, match="motor"):
            extended(granted(), 6, part="motor")

    def test_needs_a_reason(self):
        with pytest.raises(IncompleteError, match="reason"):
            going_on(granted(), decisions.extend, months=6, reason="", at=NINE, **BOOKS)

    def test_of_a_void_warranty_is_refused(self):
        history = going_on(granted(), decisions.void, by="Wu", reason="opened", at=NINE)
        with pytest.raises(WarrantyVoidError, match=r"S-1 is void, .* extended: opened"):
            extended(history, 6)

    def test_told_late_puts_off_an_end_that_is_on_record(self):
        history = going_on(granted(), decisions.remind_if_due, at=MIDNIGHT + DAY, terms=TERMS)
        assert given(*history).ended == {""}
        longer = given(*extended(history, 6, at=NINE + DAY))
        assert longer.ended == frozenset()
        assert longer.covers_on(LAST_DAY + DAY)


class TestItsEnd:
    """The end of a cover is told of thirty days ahead, and when it comes, each once."""

    def told(self, history, at):
        return decisions.remind_if_due(given(*history), at=at, terms=TERMS)

    def test_is_noticed_a_moment_after_each_is_due(self):
        assert self.told(granted(), NOTICE) == []
        [noticed] = self.told(granted(), NOTICE + MICROSECOND)
        assert isinstance(noticed, WarrantyExpiryNoticed)
        assert (noticed.due, noticed.until) == (NOTICE, LAST_DAY)

    def test_says_of_the_notice_that_it_is_a_house_choice(self):
        noticed, expired = self.told(granted(), MIDNIGHT + DAY)
        assert (noticed.clause, expired.clause) == ("house choice", "tender:1.2c")

    def test_comes_with_the_midnight_after_the_last_day(self):
        history = going_on(granted(), decisions.remind_if_due, at=MIDNIGHT, terms=TERMS)
        assert self.told(history, MIDNIGHT) == []
        [expired] = self.told(history, MIDNIGHT + MICROSECOND)
        assert isinstance(expired, WarrantyExpired)
        assert given(*history, expired).ended == {""}

    def test_is_told_once_however_often_somebody_looks(self):
        history = going_on(granted(), decisions.remind_if_due, at=MIDNIGHT + DAY, terms=TERMS)
        assert self.told(history, MIDNIGHT + 400 * DAY) == []

    def test_of_a_key_part_is_told_apart(self):
        history = granted(key_parts={"motor": 24})
        parts = [(type(each).__name__, each.part) for each in self.told(history, MIDNIGHT + DAY)]
        assert parts == [("WarrantyExpiryNoticed", ""), ("WarrantyExpired", "")]
        later = self.told(history, MIDNIGHT + 366 * DAY)
        assert [each.part for each in later] == ["", "", "motor", "motor"]

    def test_moves_with_an_extension_and_is_told_of_anew(self):
        history = going_on(granted(), decisions.remind_if_due, at=MIDNIGHT, terms=TERMS)
        history = extended(history, 12, at=MIDNIGHT - DAY)
        assert self.told(history, MIDNIGHT + DAY) == []
        anew = self.told(history, MIDNIGHT + 366 * DAY)
        assert [(each.round, each.until) for each in anew] == [(2, date(2027, 3, 3))] * 2
        assert given(*extended(history, 12)).reminders[0].round == 3

    def test_an_extension_takes_the_old_end_off_the_list(self):
        *_, event = extended(granted(), 12)
        old, new = event.readings
        assert (old.round, old.rungs) == (1, ())
        assert [(rung.name, new.round) for rung in new.rungs] == [("notice", 2), ("expired", 2)]

    def test_of_a_void_warranty_is_not_told(self):
        history = going_on(granted(), decisions.void, by="Wu", reason="opened", at=NINE)
        assert self.told(history, MIDNIGHT + DAY) == []
        assert [each.rungs for each in history[-1].readings] == [()]

    def test_is_not_told_beforehand_where_the_standard_does_not_ask_for_it(self):
        silent = attrs.evolve(BOOKS["standard"], durations=BOOKS["standard"].durations[:2])
        told = {"product": "pump", "customer_id": "Acme", "delivered_on": DELIVERED, "at": NINE}
        history = decisions.grant("S-1", **told, standard=silent, calendar=CALENDAR)
        [only] = self.told(history, MIDNIGHT + DAY)
        assert isinstance(only, WarrantyExpired)


class TestVoiding:
    """A warranty that counts no more says why."""

    def test_needs_a_reason_and_a_person(self):
        for empty in ("by", "reason"):
            facts = {"by": "Wu", "reason": "opened", empty: ""}
            with pytest.raises(IncompleteError, match=empty):
                going_on(granted(), decisions.void, **facts, at=NINE)

    def test_happens_once(self):
        history = going_on(granted(), decisions.void, by="Wu", reason="opened", at=NINE)
        assert not given(*history).covers_on(DELIVERED)
        with pytest.raises(WarrantyVoidError, match="opened"):
            going_on(history, decisions.void, by="Wu", reason="again", at=NINE)

    def test_nothing_happens_before_it_is_granted(self):
        with pytest.raises(BeforeGrantError, match=r"S-1 was granted at .* voided"):
            going_on(granted(), decisions.void, by="Wu", reason="x", at=NINE - timedelta(seconds=1))
