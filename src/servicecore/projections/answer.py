"""What a question is answered with: figures by group, that print and travel well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import attrs

from .period import Period
from .statistics import Durations, Share

Group = tuple[tuple[str, str], ...]  #: (("priority", "A"), …)


@attrs.frozen(kw_only=True)
class Measured:
    """One figure of one group.

    A share has *k* of *n* as its *value* from 0.0 to 1.0, between *low* and *high*
    (Wilson, 95 %), and *open* cases that are not decided.  A distribution has the
    mean of *n* lengths of time as its *value*, in seconds, and percentiles by
    nearest rank.  Where there is nothing to measure, the value is None.
    """

    measure: str
    group: Group
    n: int
    value: float | None
    k: int | None = None
    low: float | None = None
    high: float | None = None
    open: int | None = None
    p50: float | None = None
    p90: float | None = None
    p95: float | None = None

    @classmethod
    def of_share(cls, measure: str, group: Group, share: Share, *, open_: int) -> Measured:
        """Tell a share."""
        low, high = share.interval() or (None, None)
        return cls(
            measure=measure,
            group=group,
            n=share.n,
            k=share.k,
            value=share.value,
            low=low,
            high=high,
            open=open_,
        )

    @classmethod
    def of_durations(cls, measure: str, group: Group, lengths: Durations) -> Measured:
        """Tell a distribution."""
        return cls(
            measure=measure,
            group=group,
            n=lengths.n,
            value=_seconds(lengths.mean),
            p50=_seconds(lengths.percentile(50)),
            p90=_seconds(lengths.percentile(90)),
            p95=_seconds(lengths.percentile(95)),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the figure with its group, leaving out what it does not have."""
        figures = attrs.asdict(self, filter=_is_figure)
        return {**dict(self.group), **figures, "value": self.value}


@attrs.frozen(kw_only=True)
class Answer:
    """The figures of one question, with what was asked."""

    period: Period | None
    as_of: datetime
    measured: tuple[Measured, ...]

    def __iter__(self) -> Iterator[Measured]:
        return iter(self.measured)

    def __getitem__(self, measure: str) -> list[Measured]:
        """Return the figures of one measure, by group.

        Raises:
            KeyError: If nothing was measured under that name.
        """
        found = [each for each in self.measured if each.measure == measure]
        if not found:
            msg = f"nothing is measured as {measure!r}; there are {', '.join(self.measures())}"
            raise KeyError(msg)
        return found

    def measures(self) -> list[str]:
        """Return the names of all measures."""
        return list(dict.fromkeys(each.measure for each in self.measured))

    def as_dict(self) -> dict[str, list[dict[str, Any]]]:
        """Return all figures as plain values, by measure; durations in seconds."""
        return {name: [each.as_dict() for each in self[name]] for name in self.measures()}


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()


def _is_figure(field: attrs.Attribute[Any], value: object) -> bool:
    return value is not None and field.name not in {"measure", "group"}
