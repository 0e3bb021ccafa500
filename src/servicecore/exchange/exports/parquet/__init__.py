"""Events as Parquet, in buckets of whole streams: what a cluster reads, and DuckDB and Polars.

A folder holds ``bucket=N`` folders of files, and a note of how far they go.  An
export adds what is new and touches nothing that is there, so a folder can be
asked while it grows.  What the log keeps sealed stays sealed.  :func:`headline` tells
the figures that everybody asks for from the columns alone.
"""

from ....domain.calendar_errors import MissingExtraError
from .errors import ExportRunningError, NotAnExportError, OtherLogError

try:
    from .headline import headline
    from .reading import ParquetExport
    from .writing import Exported, export_parquet
except ModuleNotFoundError as error:
    if error.name is None or not error.name.startswith("pyarrow"):
        raise
    raise MissingExtraError("pyarrow", "analytics") from error  # noqa: EM101

__all__ = [
    "ExportRunningError",
    "Exported",
    "NotAnExportError",
    "OtherLogError",
    "ParquetExport",
    "export_parquet",
    "headline",
]
