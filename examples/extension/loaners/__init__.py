"""Loaners: what an organisation adds when it lends devices while it repairs."""

from pathlib import Path

from servicecore.extending import Aggregate, Extension

from .asking_back import AskItBack
from .counter import LOANER, Loaners
from .decisions import AlreadyBackError, remind_if_due
from .loans import LOANS

__all__ = ["EXTENSION", "AlreadyBackError", "Loaners"]

EXTENSION = Extension(
    name="loaners",
    aggregates=[Aggregate(kind="loaner", fold=LOANER, when_due=remind_if_due)],
    policies=[AskItBack],
    read_models=[LOANS],
    counters={"loaners": Loaners.of},
    standards=[Path(__file__).with_name("house.toml")],
)
