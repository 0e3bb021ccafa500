"""Customers go by numbers that do not tell who they are."""

from __future__ import annotations

import re

from .errors import PersonalIdError

# A mailbox; a Chinese mobile or landline number; a number with a country; an identity card.
_TELLS_WHO = re.compile(
    r".+@.+|(\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?\d{7,8}"
    r"|\+[\d ()-]{7,}|\d{17}[\dXx]"
)


def ensure_pseudonym(subject: str) -> None:
    """See to it that a customer's number does not tell who it is, as a telephone number does.

    Numbers of customers stand everywhere, and stay when their keys are destroyed.

    Raises:
        PersonalIdError: If it does.
    """
    if _TELLS_WHO.fullmatch(subject.strip()):
        msg = (
            f"customer {subject!r}: a telephone number, mailbox or identity card tells who it is, "
            "and would stay on record for ever; give customers numbers of your own"
        )
        raise PersonalIdError(msg)
