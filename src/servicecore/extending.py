"""What one needs to add rules of one's own: kinds of record, policies, read models, counters.

The names come from the rooms where they are at home; here they stand together,
so that an extension has one place to import from.  `examples/extension` shows
them at work, and the how-to pages explain them one by one.
"""

from .desk.counter import Counter
from .desk.drawer import Drawer, RecordExistsError, UnknownRecordError
from .desk.extension import (
    Extension,
    ExtensionError,
    Observer,
    ReadModel,
    UnknownKindError,
)
from .desk.office import Office, Why
from .desk.registry import Aggregate
from .domain.case import LevelEvent
from .domain.events import (
    EventDeclarationError,
    ImpossibleHistoryError,
    Provenance,
    Recorded,
    event,
    fact,
    personal,
    upcast,
)
from .domain.moments import has_passed, instant
from .domain.refusals import IncompleteError, RefusedError, must_be_told
from .domain.reminders import Reminders, outstanding, passed, reminder, settled, told
from .domain.sla import Reading, Terms
from .domain.standard import Rulebook, ServiceStandard
from .policies import Consider, Policy, Wanted
from .projections.facts import Facts
from .projections.fold_by_event import FoldByEvent
from .storage import Batch, Fold, Receipt

__all__ = [
    "Aggregate",
    "Batch",
    "Consider",
    "Counter",
    "Drawer",
    "EventDeclarationError",
    "Extension",
    "ExtensionError",
    "Facts",
    "Fold",
    "FoldByEvent",
    "ImpossibleHistoryError",
    "IncompleteError",
    "LevelEvent",
    "Observer",
    "Office",
    "Policy",
    "Provenance",
    "ReadModel",
    "Reading",
    "Receipt",
    "RecordExistsError",
    "Recorded",
    "RefusedError",
    "Reminders",
    "Rulebook",
    "ServiceStandard",
    "Terms",
    "UnknownKindError",
    "UnknownRecordError",
    "Wanted",
    "Why",
    "event",
    "fact",
    "has_passed",
    "instant",
    "must_be_told",
    "outstanding",
    "passed",
    "personal",
    "reminder",
    "settled",
    "told",
    "upcast",
]
