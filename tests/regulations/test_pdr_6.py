"""交付后活动管理制度, chapter 6: who answers for what."""

from __future__ import annotations

from .settings import said


class TestTheDuties:
    """pdr:6.1a: Marketing, after-sales, research, quality and customer service have their duties.

    Outside: who does what inside a department is for the organisation to say.
    """

    def test_the_departments_stand_in_the_regulation(self):
        departments = ("marketing", "after_sales", "research", "quality", "customer_service")
        assert said("post_delivery_regulation", "departments") == (departments, "pdr:6.1a")
