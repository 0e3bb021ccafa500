"""交付后活动管理制度, chapter 6: who answers for what."""

from __future__ import annotations

import pytest

from servicecore import RefusedError

from . import quality
from .settings import said


class TestTheDuties:
    """pdr:6.1a: Marketing, after-sales, research, quality and customer service have their duties.

    Outside: who does what inside a department is for the organisation to say.
    """

    def test_the_departments_stand_in_the_regulation(self):
        departments = ("marketing", "after_sales", "research", "quality", "customer_service")
        assert said("post_delivery_regulation", "departments") == (departments, "pdr:6.1a")


class TestTheQualityOfProducts:
    """pdr:6.4a: The quality of delivered products is assessed regularly."""

    @pytest.fixture
    def desk(self, desk_under):
        return desk_under("post_delivery_regulation")

    def test_no_quarter_is_published_without_it(self, desk):
        reviews = desk.quality_reviews
        reviews.schedule("2025-Q1", at=quality.MONDAY)
        reviews.hold("2025-Q1", participants=quality.COMMITTEE, minutes="we met", at=quality.OVER)
        with pytest.raises(RefusedError, match="assessed no delivered product"):
            reviews.publish("2025-Q1", by="He", at=quality.OVER)
        told = {"product": "pump", "assessment": "it leaks", "is_acceptable": False}
        reviews.assess_product("2025-Q1", by="Qi", **told, at=quality.OVER)
        reviews.publish("2025-Q1", by="He", at=quality.OVER)
        assert reviews.get("2025-Q1").products["pump"].assessment == "it leaks"

    def test_a_bad_product_is_improved(self, desk):
        desk.quality_reviews.schedule("2025-Q1", at=quality.MONDAY)
        told = {"product": "pump", "assessment": "it leaks", "is_acceptable": False}
        desk.quality_reviews.assess_product("2025-Q1", by="Qi", **told, at=quality.OVER)
        assert desk.improvements.get("2025-Q1-product-pump").source.value == "quality_review"
