"""Compliance checks: what the regulations demand, looked up in what is on record.

Read `rules` first (what a rule is), then any of `complaints`, `tickets`,
`products`, `erasure` (rules about records), `promises`, `duties` and `in_time` (one for
each figure of the standards), `chronicle`, `posts` and `references` (about all that
happened), `indicators` (about what reports measure), and last `checking`, which puts them
to work.
"""

from .checking import Inquiry, rules_of
from .rules import Case, Record, Rule, Scope

__all__ = ["Case", "Inquiry", "Record", "Rule", "Scope", "rules_of"]
