"""A desk to check, and a hand that puts on record what its rules would refuse."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import attrs
import pytest

from servicecore import ServiceDesk
from servicecore.domain.compliance import Check, Verdict
from servicecore.domain.events import Provenance
from servicecore.storage import Change

MONDAY = datetime(2025, 3, 3, 1, tzinfo=timezone.utc)  # Nine in Shanghai.
PASS, FAIL, NOT_APPLICABLE = Verdict.PASS, Verdict.FAIL, Verdict.NOT_APPLICABLE


def after(**time):
    return MONDAY + timedelta(**time)


@attrs.define
class Office:
    """A desk whose clock says what we want it to."""

    standard: str = "operations_manual_2025"
    react: str = "inline"
    now: datetime = MONDAY
    desk: ServiceDesk = attrs.field(init=False)

    def __attrs_post_init__(self):
        self.desk = ServiceDesk.open(
            "memory:", standard=self.standard, clock=lambda: self.now, react=self.react
        )

    def puts(self, subject, *events, actor="import"):
        """Put events on record that nobody checked."""
        after = len(self.desk.log.history(subject))
        self.desk.log.append(
            Change(subject, events, after=after), provenance=Provenance(actor=actor)
        )

    def checks(self, period="2025-Q1"):
        return self.desk.compliance.look(period)

    def check(self, id_, clause=None, *, period="2025-Q1") -> Check:
        (found,) = (
            each for each in self.checks(period) if each.id == id_ and clause in {None, each.clause}
        )
        return found

    def found(self, id_, clause=None, *, period="2025-Q1"):
        """Return the verdict, how many were looked at, and which failed."""
        check = self.check(id_, clause, period=period)
        return check.verdict, check.population, check.failing


@pytest.fixture
def office():
    office = Office()
    with office.desk:
        yield office


@pytest.fixture
def office_of():
    """Open an office of another make."""
    opened = []

    def open_office(**options):
        opened.append(Office(**options))
        return opened[-1]

    yield open_office
    for each in opened:
        each.desk.close()
