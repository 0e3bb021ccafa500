"""Who may do and ask what, by post; and what must be done by two."""

from __future__ import annotations

import pytest

from servicecore.domain.access import (
    AccessDeniedError,
    AccessRules,
    Role,
    Separation,
    UnknownRoleError,
)

CLERK = Role(
    name="clerk",
    title="客服",
    asks=("tickets.*",),
    does=("tickets.*", "orders.place"),
    never=("tickets.close",),
)
HEAD = Role(name="head", title="主管", asks=("*",), does=("*.close",))
RULES = AccessRules(
    id="ours",
    version=3,
    questions=("*.get", "reports.*"),
    roles=(CLERK, HEAD),
)
CLOSING = Separation(
    name="two_hands", clause="ours:1", doing=("tickets.close",), did=("ticket.confirmed",)
)


class TestWhatAPostAllows:
    """What no post allows, nobody may."""

    @pytest.mark.parametrize(
        ("role", "command", "allowed"),
        [
            ("clerk", "tickets.answer", True),
            ("clerk", "orders.place", True),
            ("clerk", "orders.cancel", False),
            ("clerk", "tickets.close", False),
            ("clerk", "tickets.get", True),
            ("clerk", "orders.get", False),
            ("clerk", "reports.waits", False),
            ("head", "orders.get", True),
            ("head", "reports.waits", True),
            ("head", "tickets.close", True),
            ("head", "tickets.answer", False),
        ],
    )
    def test_questions_and_deeds_apart(self, role, command, allowed):
        assert RULES.may(role, command) is allowed

    def test_what_is_not_known_as_a_question_is_a_deed(self):
        assert RULES.is_question("tickets.get")
        assert not RULES.is_question("tickets.getaway")

    def test_a_refusal_names_who_asked_and_who_may(self):
        with pytest.raises(
            AccessDeniedError, match=r"Wu as clerk may not tickets\.close; expected head \(ours@3, "
        ):
            RULES.must_be_allowed("tickets.close", actor="Wu", role="clerk")

    def test_what_nobody_may_is_told_as_that(self):
        with pytest.raises(AccessDeniedError, match="expected no role at all"):
            RULES.must_be_allowed("orders.cancel", actor="Wu", role="head")

    def test_a_post_that_is_none_is_refused(self):
        with pytest.raises(UnknownRoleError, match="'king'; expected one of clerk, head"):
            RULES.may("king", "tickets.get")


class TestTwoHands:
    """Some things must not be done by one and the same person."""

    @pytest.mark.parametrize("others", [["wu"], ["Li", " WU "]])
    def test_the_same_person_is_refused(self, others):
        with pytest.raises(
            AccessDeniedError,
            match=r"Wu did ticket\.confirmed, so tickets\.close is for somebody else "
            r"\(two hands, ours:1\)",
        ):
            CLOSING.must_hold("tickets.close", people=["Wu"], others=others)

    @pytest.mark.parametrize("others", [[], ["Li"], [""]])
    def test_anybody_else_is_let(self, others):
        CLOSING.must_hold("tickets.close", people=["Wu", ""], others=others)

    def test_it_is_about_its_own_deed_alone(self):
        rules = AccessRules(
            id="ours", version=1, questions=(), roles=(CLERK,), separations=(CLOSING,)
        )
        assert rules.separations_of("tickets.close") == (CLOSING,)
        assert rules.separations_of("tickets.answer") == ()
