"""The shares that the page looks at: what they are called, and which way is better."""

from __future__ import annotations

import attrs


@attrs.frozen
class Share:
    """A share worth a look; those *on_top* stand at the head of the page."""

    measure: str
    name: str
    less_is_better: bool = attrs.field(default=False, kw_only=True)
    on_top: bool = attrs.field(default=False, kw_only=True)

    @property
    def failures(self) -> str:
        """The part of its cases that somebody should look into."""
        return "yes" if self.less_is_better else "no"


SHARES = (
    Share("csat", "Satisfied customers", on_top=True),
    Share("first_response_attainment", "First response in time", on_top=True),
    Share("resolution_attainment", "Resolved in time", on_top=True),
    Share("first_contact_resolution", "Resolved at first contact", on_top=True),
    Share("reopen_rate", "Reopened within 30 days", less_is_better=True, on_top=True),
    Share("repair_success", "Repairs that lasted"),
    Share("repeat_problems", "Problems that came again", less_is_better=True),
    Share("escalation_rate", "Went up a level", less_is_better=True),
    Share("complaint_handling_rate", "Complaints handled"),
    Share("complaint_handling_satisfaction", "Complaints: satisfied", on_top=True),
    Share("complaints_rehandled", "Complaints handled again", less_is_better=True),
    Share("churn", "Customers lost", less_is_better=True, on_top=True),
    Share("renewal_rate", "Contracts renewed"),
    Share("maintenance_completion", "Maintenance carried out"),
    Share("upgrade_completion", "Upgrades released"),
    Share("parts_short", "Parts without stock", less_is_better=True),
)
