"""The regulations as data: every figure with the clause it comes from."""

from .reading import load_standard, parse_length, parse_standard, shipped_standards
from .table import BadStandardError

__all__ = [
    "BadStandardError",
    "load_standard",
    "parse_length",
    "parse_standard",
    "shipped_standards",
]
