"""For auditors: what is on record, recomputed and compared."""

from .recompute import Discrepancy, check_ticket

__all__ = ["Discrepancy", "check_ticket"]
