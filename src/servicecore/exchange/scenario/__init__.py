"""Try a standard on a timeline before adopting it: what would every clock have shown?

A scenario is plain data, as it stands in a JSON file: a calendar, a policy with
its targets, what happened to one ticket, and the moments at which somebody asks.
The answers come from the same fold that keeps the time of live tickets.
"""

from .answers import assess
from .words import ScenarioError

__all__ = ["ScenarioError", "assess"]
