"""Where the cases of one rule are written down, group by group, and become checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Self

import attrs

from ...domain.compliance import Check, Finding
from .rules import Case, Rule


@attrs.define(kw_only=True)
class Sheet:
    """What was looked at by one rule so far, and what was amiss."""

    id: str
    clause: str
    says: str
    version: str = "1"
    _population: dict[str, int] = attrs.field(factory=dict, init=False)
    _findings: dict[str, list[Finding]] = attrs.field(factory=dict, init=False)

    @classmethod
    def of(cls, rule: Rule) -> Self:
        """Return an empty sheet for a rule."""
        return cls(id=rule.id, clause=rule.clause, says=rule.says, version=rule.version)

    def take(self, cases: Iterable[Case]) -> None:
        """Count *cases*, and keep those with something amiss."""
        for case in cases:
            self._population[case.group] = self._population.get(case.group, 0) + 1
            if case.amiss:
                found = Finding(id=case.id, what=case.amiss, evidence=case.evidence)
                self._findings.setdefault(case.group, []).append(found)

    def checks(self) -> Iterator[Check]:
        """Yield a check for each group; one without any case, if there was none."""
        for group in sorted(self._population) or [""]:
            yield Check.of(
                f"{self.id}/{group}" if group else self.id,
                clause=self.clause,
                version=self.version,
                rule=self.says,
                population=self._population.get(group, 0),
                findings=tuple(self._findings.get(group, ())),
            )
