"""What can happen to an upgrade of a product, from the wish to the release."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import attrs

from ..events import event, fact
from ..moments import instant


class Origin(Enum):
    """Where the wish for an upgrade comes from (pdr:4.3a)."""

    MARKETING = "marketing"
    AFTER_SALES = "after_sales"
    CUSTOMER = "customer"


class Aspect(Enum):
    """What the upgrade is to better (pdr:4.3a)."""

    FUNCTION = "function"
    PERFORMANCE = "performance"
    SECURITY = "security"


class UpgradePriority(Enum):
    """With which priority it is done (pdr:4.3b)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@attrs.frozen(kw_only=True)
class Risk:
    """What may go wrong, and the answer that is ready for it."""

    risk: str
    answer: str


@fact
class _Fact:
    """Something that happened to the upgrade."""

    upgrade_id: str
    at: datetime = instant()


# --- Whether, and how ----------------------------------------------------------------


@event("upgrade.wished")
class UpgradeWished(_Fact):
    """Somebody wished for another version of a product."""

    product: str
    origin: Origin
    aspect: Aspect
    wish: str


@event("upgrade.assessed")
class UpgradeAssessed(_Fact):
    """R&D weighed strategy, feasibility, and costs against benefits (pdr:4.3b).

    *priority* says with which priority it is done; None, that it is not.
    """

    by: str
    strategy: str
    feasibility: str
    cost_benefit: str
    priority: UpgradePriority | None


@event("upgrade.planned")
class UpgradePlanned(_Fact):
    """It was planned how to do it; an approval of an earlier plan does not hold (pdr:4.4a)."""

    by: str
    goal: str
    content: str
    steps: tuple[str, ...]
    tests: tuple[str, ...]
    risks: tuple[Risk, ...]


@event("upgrade.approved")
class UpgradeApproved(_Fact):
    """The plan was approved (pdr:4.4b)."""

    by: str


@event("upgrade.sent_back")
class UpgradeSentBack(_Fact):
    """The plan was not approved, and has to be made anew."""

    by: str
    reason: str


# --- Carried out by the plan ---------------------------------------------------------


@event("upgrade.backed_up")
class UpgradeBackedUp(_Fact):
    """The data were saved, and *kept_at* says where (pdr:4.4c)."""

    by: str
    kept_at: str


@event("upgrade.step_done")
class UpgradeStepDone(_Fact):
    """The next step of the plan was done (pdr:4.4b)."""

    by: str
    step: str


@event("upgrade.tested")
class UpgradeTested(_Fact):
    """A test of the plan was made (pdr:4.2b)."""

    by: str
    test: str
    has_passed: bool
    result: str


@event("upgrade.risk_watched")
class UpgradeRiskWatched(_Fact):
    """Somebody looked whether a risk of the plan had come true (pdr:4.4c)."""

    by: str
    risk: str
    has_occurred: bool
    finding: str


@event("upgrade.released")
class UpgradeReleased(_Fact):
    """Customers have the new version."""

    by: str
    release: str


@event("upgrade.rolled_back")
class UpgradeRolledBack(_Fact):
    """The version before was put back from the backup, and a new plan is needed (house choice)."""

    by: str
    reason: str


UpgradeEvent = (
    UpgradeWished
    | UpgradeAssessed
    | UpgradePlanned
    | UpgradeApproved
    | UpgradeSentBack
    | UpgradeBackedUp
    | UpgradeStepDone
    | UpgradeTested
    | UpgradeRiskWatched
    | UpgradeReleased
    | UpgradeRolledBack
)
