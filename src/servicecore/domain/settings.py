"""Words that a standard sets: records use these, or any where it sets none."""

from __future__ import annotations

from .refusals import RefusedError, must_be_told
from .standard import ServiceStandard


class NotInStandardError(RefusedError, ValueError):
    """The standard lists what there is, and this is not on its list."""


def must_be_set(standard: ServiceStandard, name: str, word: str, *, whose: str) -> None:
    """Refuse a *word* that *standard* does not list under *name*, if it lists any.

    Raises:
        NotInStandardError: If it does not.
    """
    must_be_told(**{name: word})
    found = standard.setting(name)
    if found is not None and word not in found.values:
        expected = ", ".join(found.values)
        msg = f"{whose}: {word!r} is not one of {expected} ({standard.reference}, {found.clause})"
        raise NotInStandardError(msg)
