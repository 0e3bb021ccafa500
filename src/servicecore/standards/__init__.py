"""The regulations as data: every figure with the clause it comes from."""

from .comparing import Row, compare
from .lengths import parse_length
from .reading import load_standard, parse_standard, shipped_standards
from .table import BadStandardError

__all__ = [
    "BadStandardError",
    "Row",
    "compare",
    "load_standard",
    "parse_length",
    "parse_standard",
    "shipped_standards",
]
