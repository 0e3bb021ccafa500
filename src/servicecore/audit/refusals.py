"""What an auditor's tools refuse, each under its own name."""

from __future__ import annotations


class AuditError(Exception):
    """Something cannot be sealed, proved or looked into."""


class NoteError(AuditError, ValueError):
    """A note, a key or a proof is not written as its format demands, or nobody signed it."""


class MissingCryptographyError(AuditError, ImportError):
    """The package that signs and checks signatures is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "signatures need the package 'cryptography': pip install servicecore[audit]"
        )
        self.name = "cryptography"


class MissingStampsError(AuditError, ImportError):
    """The package that reads time stamps is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "time stamps need the package 'rfc3161-client': pip install servicecore[stamps]"
        )
        self.name = "rfc3161-client"


class StampError(AuditError, ValueError):
    """No authority that is believed here has stamped that."""


class SealError(AuditError):
    """The log is not what was sealed, so nothing more is signed over it."""


class AnotherLogError(SealError):
    """The log is not the one that a checkpoint is of."""


class PruneError(AuditError):
    """A history may not be taken out of the log: something would be lost with it."""


class BundleError(AuditError):
    """An evidence bundle cannot be made of this."""


class UnknownSubjectError(BundleError, LookupError):
    """Nothing is on record of what the evidence should be about."""


class WitnessError(AuditError):
    """A log did not only grow since a checkpoint that others have seen."""


class UnknownEventIdError(AuditError, LookupError):
    """There is no event with that id."""


class UnknownFactError(AuditError, LookupError):
    """A case of that kind has no fact of that name."""


class BrokenChainError(AuditError):
    """The causes of an event lead to nothing on record, or back to itself."""
