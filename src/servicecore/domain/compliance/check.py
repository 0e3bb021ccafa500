"""What came of one check: how many it was about, which of them failed, and where that stands."""

from __future__ import annotations

from enum import Enum

import attrs


class Verdict(Enum):
    """What a check found; nothing to look at is no pass."""

    PASS = "pass"  # noqa: S105  # a verdict
    FAIL = "fail"
    NOT_APPLICABLE = "not applicable"


@attrs.frozen(kw_only=True)
class Finding:
    """A case that is not as it should be: *what* is amiss, and where in the log to look."""

    id: str
    what: str
    evidence: tuple[int, ...]


@attrs.frozen(kw_only=True)
class Check:
    """A rule of version *version*, looked at in a *population*, and whatever was found.

    *clause* is where the rule comes from: a regulation, or the house.
    """

    id: str
    clause: str
    version: str
    rule: str
    population: int
    findings: tuple[Finding, ...]
    verdict: Verdict

    @classmethod
    def of(
        cls,
        id: str,  # noqa: A002  # what it is called on record
        *,
        clause: str,
        version: str,
        rule: str,
        population: int,
        findings: tuple[Finding, ...],
    ) -> Check:
        """Return the check with its verdict: where there is nothing to look at, it has none."""
        verdict = Verdict.PASS if population else Verdict.NOT_APPLICABLE
        return cls(
            id=id,
            clause=clause,
            version=version,
            rule=rule,
            population=population,
            findings=findings,
            verdict=Verdict.FAIL if findings else verdict,
        )

    @property
    def failing(self) -> tuple[str, ...]:
        """The ids of those that failed."""
        return tuple(each.id for each in self.findings)
