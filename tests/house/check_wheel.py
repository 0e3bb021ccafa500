"""Prove that the installed wheel works with the base dependencies alone.

Run by ``make package`` with the Python of an environment that holds nothing else.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from importlib import metadata, resources
from pathlib import Path

BROUGHT_ALONG = {"typing_extensions"}  # By eventsourcing.
THERE_ANYWAY = {"pip", "setuptools", "wheel"}


def only_the_base_is_installed() -> None:
    found = {each.name.replace("-", "_") for each in metadata.distributions()}
    expected = {"servicecore", "eventsourcing", "attrs", "msgspec", *BROUGHT_ALONG}
    assert found - THERE_ANYWAY == expected, f"expected {sorted(expected)}, got {sorted(found)}"


def the_package_is_whole() -> None:
    package = resources.files("servicecore")
    assert (package / "py.typed").is_file(), "py.typed is missing"
    assert (package / "standards" / "operations_manual_2025.toml").is_file()
    licence = metadata.metadata("servicecore")["License-Expression"]
    assert licence == "Apache-2.0", licence


def a_late_answer_is_noticed() -> None:
    from servicecore import Level, ServiceDesk  # noqa: PLC0415  # after the checks above

    at = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
    with ServiceDesk.open("sqlite:///clean.db", standard="operations_manual_2025") as desk:
        desk.tickets.open(
            "T-1",
            customer_id="Acme",
            product="pump",
            model="P-200",
            fault="it leaks",
            contact="Ms Lin",
            priority="A",
            at=at,
        )
        desk.run_due(at + timedelta(hours=3))
        assert desk.tickets.get("T-1").level is Level.SUPERVISOR
    Path("clean.db").unlink()


def the_command_line_answers() -> None:
    if importlib.util.find_spec("servicecore.cli") is None:
        print("servicecore.cli is not written yet")  # noqa: T201
        return
    script = Path(sys.executable).with_name("servicecore")
    told = subprocess.run([script, "--help"], capture_output=True, text=True, check=True)
    assert "servicecore" in told.stdout


if __name__ == "__main__":
    only_the_base_is_installed()
    the_package_is_whole()
    a_late_answer_is_noticed()
    the_command_line_answers()
    print(f"the wheel of servicecore {metadata.version('servicecore')} works on its own")  # noqa: T201
