"""What holds of any foreign file, however wild its rows are."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from servicecore.domain.ticket import Status
from servicecore.storage import open_log
from tests.desk.foreign_imports import everything, imported, ticket
from tests.exchange.foreign_files import csv_file, row

NINE = datetime(2016, 3, 5, 9)  # noqa: DTZ001 - as the file tells it
LEAVES = {
    "New": Status.OPEN,
    "Active": Status.OPEN,
    "Awaiting User Info": Status.PAUSED,
    "Awaiting Vendor": Status.PAUSED,
    "Resolved": Status.RESOLVED,
    "Closed": Status.CLOSED,
}


@st.composite
def rows(draw: st.DrawFn) -> dict[str, str]:
    minutes = draw(st.integers(-30, 6000) | st.sampled_from([0, 60, 120, 2880]))
    return row(
        f"{NINE + timedelta(minutes=minutes):%d/%m/%Y %H:%M}",
        draw(st.sampled_from([*LEAVES, "-100"])),
        priority=draw(st.sampled_from(["1 - Critical", "3 - Moderate", "4 - Low", "?", "none"])),
        assigned_to=draw(st.sampled_from(["Wu", "An", "?"])),
        assignment_group=draw(st.sampled_from(["G1", "G2", "?"])),
    )


files = st.lists(rows(), min_size=1, max_size=8)


def is_sound(told: dict[str, str]) -> bool:
    at = datetime.strptime(told["sys_updated_at"], "%d/%m/%Y %H:%M")  # noqa: DTZ007
    return told["incident_state"] in LEAVES and told["priority"] != "none" and at >= NINE


class TestAnyFile:
    """Every row is used or in the quarantine, and every ticket ends as its last row says."""

    @given(files)
    def test_no_row_is_lost_and_no_ticket_is_torn(self, told):
        sound = [each for each in told if is_sound(each)]
        with TemporaryDirectory() as folder, open_log("memory:") as log:
            summary = imported(log, csv_file(Path(folder), told))
            assert sum(summary.quarantined.values()) == len(told) - len(sound)
            assert summary.added == log.head()
            assert summary.cases == bool(sound)
            if sound:
                assert ticket(log).status is LEAVES[sound[-1]["incident_state"]]

    @given(files, st.integers(0, 8))
    def test_a_file_that_grew_leaves_what_one_import_would_have_left(self, told, known):
        with (
            TemporaryDirectory() as folder,
            open_log("memory:") as log,
            open_log("memory:") as at_once,
        ):
            if told[:known]:
                imported(log, csv_file(Path(folder), told[:known]))
            imported(log, csv_file(Path(folder), told))
            imported(at_once, csv_file(Path(folder), told))
            assert everything(log) == everything(at_once)
            assert imported(log, csv_file(Path(folder), told)).added == 0

    @given(files, st.integers(0, 7))
    def test_a_row_that_turns_up_late_never_changes_what_is_on_record(self, told, late):
        without = [each for n, each in enumerate(told) if n != late]
        with TemporaryDirectory() as folder, open_log("memory:") as log:
            if without:
                imported(log, csv_file(Path(folder), without))
            before = [each.event for each in log.history("ticket/INC1")]
            summary = imported(log, csv_file(Path(folder), told))
            after = [each.event for each in log.history("ticket/INC1")]
            assert after[: len(before)] == before
            assert len(after) - len(before) == summary.added
            again = imported(log, csv_file(Path(folder), told))
            assert (again.added, again.quarantined) == (0, summary.quarantined)
            if after:
                assert ticket(log).id == "INC1"
