"""How people write what a complaint is about, and how severe it is."""

from __future__ import annotations

from ..choices import one_of
from .events import Category, Severity
from .refusals import UnknownCategoryError


def category_of(word: Category | str) -> Category:
    """Return the category that *word* names.

    Raises:
        UnknownCategoryError: If it names none.
    """
    return one_of(
        Category,
        word,
        called="the category of a complaint",
        refusal=UnknownCategoryError,
        clause="om2025:5.3a",
    )


def severity_of(word: Severity | str) -> Severity:
    """Return the severity that *word* names.

    Raises:
        UnknownCategoryError: If it names none.
    """
    return one_of(
        Severity,
        word,
        called="the severity of a complaint",
        refusal=UnknownCategoryError,
        clause="pdr:5.3b",
    )
