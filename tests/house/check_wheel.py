"""Prove that the installed wheel works: with the base dependencies alone, or with every extra.

Run by ``make package`` with the Python of an environment that holds nothing else,
and with ``[all]`` where the extras were asked for, too.
"""

from __future__ import annotations

import importlib
import pkgutil
import platform
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from importlib import metadata, resources
from pathlib import Path

import servicecore

BROUGHT_ALONG = {"typing_extensions"}  # By eventsourcing.
THERE_ANYWAY = {"pip", "setuptools", "wheel"}


def only_the_base_is_installed() -> None:
    found = {each.name.replace("-", "_") for each in metadata.distributions()}
    expected = {"servicecore", "eventsourcing", "attrs", "msgspec", *BROUGHT_ALONG}
    assert found - THERE_ANYWAY == expected, f"expected {sorted(expected)}, got {sorted(found)}"


def every_room_can_be_entered() -> None:
    for each in pkgutil.walk_packages(servicecore.__path__, "servicecore."):
        if not each.name.startswith(("servicecore.__main__", "servicecore.testing.conformance")):
            importlib.import_module(each.name)


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
    script = Path(sys.executable).with_name("servicecore")
    told = subprocess.run([script, "--help"], capture_output=True, text=True, check=True)
    assert "servicecore" in told.stdout


def the_version_is_that_of_the_commit() -> None:
    wheel = next(Path("dist").glob("*.whl")).name
    assert wheel.split("-")[1] == metadata.version("servicecore"), wheel


if __name__ == "__main__":
    if sys.argv[1:] == ["[all]"]:
        every_room_can_be_entered()
    else:
        only_the_base_is_installed()
    the_package_is_whole()
    a_late_answer_is_noticed()
    the_command_line_answers()
    the_version_is_that_of_the_commit()
    print(  # noqa: T201
        f"the wheel of servicecore {metadata.version('servicecore')} works with Python "
        f"{platform.python_version()} and {' '.join(sys.argv[1:]) or 'the base alone'}"
    )
