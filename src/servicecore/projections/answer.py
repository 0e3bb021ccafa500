"""What a question is answered with: figures by group, that print and travel well."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs

from . import handing_over
from .period import Period
from .statistics import Durations, Share

if TYPE_CHECKING:
    import pyarrow as pa

    from .spread import Spread

Group = tuple[tuple[str, str], ...]  #: (("priority", "A"), …)


@attrs.frozen(kw_only=True)
class Measured:
    """One figure of one group.

    A share has *k* of *n* as its *value* from 0.0 to 1.0, between *low* and *high*
    (Wilson, 95 %), and *open* cases that are not decided.  A distribution has the
    mean of *n* lengths of time as its *value*, in seconds, and percentiles by
    nearest rank.  A sum over *n* cases is its *value*.  Where there is nothing to
    measure, the value is None.  Figures of *few* cases say little about whoever
    they are of.
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
    few: bool | None = None

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
    def of_durations(cls, measure: str, group: Group, lengths: Durations | Spread) -> Measured:
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

    def __str__(self) -> str:
        """Return the figure in a line: lengths of time in seconds."""
        told = ", ".join(f"{name} {_told(value)}" for name, value in self.as_dict().items())
        return f"{self.measure}: {told}"

    def as_dict(self) -> dict[str, Any]:
        """Return the figure with its group, leaving out what it does not have."""
        figures = attrs.asdict(self, filter=_is_figure)
        return {**dict(self.group), **figures, "value": self.value}


@attrs.frozen(kw_only=True)
class Answer:
    """The figures of one question, with what was asked.

    Data frames take it as it is: ``polars.DataFrame(answer)``, ``pyarrow.table(answer)``;
    DuckDB asks it like a table.
    """

    period: Period | None
    as_of: datetime
    zone: str = "UTC"
    known_at: int | None = None
    measured: tuple[Measured, ...]

    def __repr__(self) -> str:
        """Tell in a line what was measured; ``print`` shows the figures."""
        period = self.period.name if self.period else "all there is"
        return (
            f"<Answer of {len(self.measures())} measures, {len(self.measured)} figures: {period}>"
        )

    def __str__(self) -> str:
        """Return a line for each figure."""
        return "\n".join(map(str, self.measured)) or "Nothing was measured."

    def __iter__(self) -> Iterator[Measured]:
        return iter(self.measured)

    def __add__(self, other: Answer) -> Answer:
        return attrs.evolve(self, measured=self.measured + other.measured)

    def __getitem__(self, measure: str) -> list[Measured]:
        """Return the figures of one measure, by group.

        Raises:
            KeyError: If nothing was measured under that name.
        """
        found = self.get(measure)
        if not found:
            there = ", ".join(self.measures())
            msg = f"nothing was measured as {measure!r}; there is {there or 'nothing at all'}"
            raise KeyError(msg)
        return found

    def get(self, measure: str) -> list[Measured]:
        """Return the figures of one measure; none, where nothing was measured."""
        return [each for each in self.measured if each.measure == measure]

    def measures(self) -> list[str]:
        """Return the names of all measures."""
        return list(dict.fromkeys(each.measure for each in self.measured))

    def as_dict(self) -> dict[str, list[dict[str, Any]]]:
        """Return all figures as plain values, by measure; durations in seconds."""
        told: dict[str, list[dict[str, Any]]] = {}
        for each in self.measured:
            told.setdefault(each.measure, []).append(each.as_dict())
        return told

    # --- Handing over ----------------------------------------------------------------

    def rows(self) -> list[dict[str, Any]]:
        """Return a flat row for each figure; all rows have the same columns."""
        groups = dict.fromkeys(name for each in self.measured for name, _ in each.group)
        return [
            {"measure": each.measure, **dict.fromkeys(groups, ""), **dict(each.group), **figures}
            for each in self.measured
            for figures in [{name: getattr(each, name) for name in _FIGURES}]
        ]

    def to_json(self) -> str:
        """Return one JSON document: what was asked, and the figures by measure."""
        told = {
            "period": self.period and self.period.name,
            "zone": self.zone,
            "as_of": self.as_of.isoformat(),
            "known_at": self.known_at,
            "measures": self.as_dict(),
        }
        return json.dumps(told, ensure_ascii=False, indent=2) + "\n"

    def to_csv(self) -> str:
        """Return a line for each figure, under the names of the columns."""
        return handing_over.csv_of(self.rows())

    def to_arrow(self) -> pa.Table:
        """Return a table of pyarrow (extra ``analytics``).

        Raises:
            MissingExtraError: If pyarrow is not installed.
        """
        return handing_over.arrow_of(self.rows())

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def _repr_html_(self) -> str:
        period = self.period.name if self.period else "everything"
        told = f"{period}, {self.zone}, as of {self.as_of.isoformat()}"
        return handing_over.html_of(self.rows(), caption=told)


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()


def _told(value: object) -> str:
    return f"{value:,.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _is_figure(field: attrs.Attribute[Any], value: object) -> bool:
    return value is not None and field.name not in {"measure", "group"}


_FIGURES = [each.name for each in attrs.fields(Measured) if each.name not in {"measure", "group"}]
