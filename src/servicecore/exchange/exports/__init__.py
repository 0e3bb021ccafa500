"""What stands on record, written in the formats of other systems.

Each is written as it is read: no export holds the log in memory, and the same
log gives the same bytes.  OCEL alone remembers which records it has met.
"""

from .calendar_file import appointments, write_calendar
from .cloudevents import write_cloudevents
from .ocel import write_ocel
from .ocel_sqlite import OcelFileExistsError, write_ocel_sqlite
from .table import write_table
from .traces import write_xes

__all__ = [
    "OcelFileExistsError",
    "appointments",
    "write_calendar",
    "write_cloudevents",
    "write_ocel",
    "write_ocel_sqlite",
    "write_table",
    "write_xes",
]
