"""The report as a page: one HTML file that needs nothing else, for people who decide.

Read `findings` first (what is told), then `cards` (one question each), `page`
(how they stand together), `drawing` (what plots are made of) and `words`.
"""

from .findings import Findings, Provenance
from .page import page
from .two_standards import two_standards
from .words import LANGUAGES, UnknownLanguageError

__all__ = ["LANGUAGES", "Findings", "Provenance", "UnknownLanguageError", "page", "two_standards"]
