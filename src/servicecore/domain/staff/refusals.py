"""Why the record of an employee refuses: each error is a sentence of the regulation."""

from __future__ import annotations

from ..refusals import RefusedError


class NotOnTheStaffError(RefusedError):
    """Only people on the staff are trained, qualified and appraised."""


class BeforeRecordError(RefusedError):
    """Nothing goes on record of somebody before their record begins."""


class SameLayerError(RefusedError):
    """A layer is changed to one that they are not in yet (om2025:3.3a)."""


class NotTrainedError(RefusedError):
    """Somebody is skilled by a training that they attended (tender:2.2c)."""


class NotQualifiedError(RefusedError):
    """Nobody loses a skill that they do not have."""


class NotAppraisableError(RefusedError, ValueError):
    """An appraisal is of a quarter or year that has begun and they served in (om2025:3.3b)."""


class WrongAspectsError(RefusedError, ValueError):
    """An appraisal scores all that the standard asks for, and nothing else (om2025:3.3b)."""


class AppraisedByThemselvesError(RefusedError):
    """Nobody is their own appraiser (house choice)."""
