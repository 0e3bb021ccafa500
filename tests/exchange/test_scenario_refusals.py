"""A scenario that makes no sense is refused with help."""

from __future__ import annotations

import pytest

from servicecore.exchange.scenario import ScenarioError, assess
from servicecore.exchange.scenario.semantics import TAGS

from .scenario_words import CREATED, answer, at, scenario


class TestRefusals:
    """The thing, the value, and what would do."""

    @pytest.mark.parametrize(
        ("path", "value", "message"),
        [
            (
                ("timeline", 0, "type"),
                "creatd",
                r"\[0\].type: got 'creatd', expected did you mean created",
            ),
            (("timeline", 0, "type"), "hold", "one event 'created', and none before it"),
            (
                ("timeline", 0, "at"),
                "2026-01-05T10:00:00",
                r"timeline\[0\].at: got '2026-01-05T10:00:00', expected .* with a UTC offset",
            ),
            (("timeline", 0, "at"), "yesterday", "got 'yesterday', expected an ISO-8601 instant"),
            (("timeline", 0, "at"), 5, "got 5, expected an instant"),
            (("timeline", 0, "by"), "robot", "'robot', expected 'customer' or 'agent'"),
            (("timeline",), "created", "timeline: got 'created', expected a list"),
            (("timeline", 0), "created", "expected an object with named fields"),
            (("checkpoints", 0, "at"), "2026-01-05T12:00:00", r"checkpoints\[0\].at"),
            (
                ("checkpoints", 0, "ask"),
                "resolution_due",
                r"\[0\].ask: got 'resolution_due', expected a list",
            ),
            (("checkpoints", 0, "ask", 0), "resolution_du", "did you mean resolution_due"),
            (("checkpoints", 0, "ask", 0), "surprise_due", "ask: got 'surprise_due'"),
            (("checkpoints", 0, "ask", 0), "custom_due", "one custom target in the policy, it has"),
            (("checkpoints", 0, "ask", 0), {"level_at": {}}, "'escalation_at'"),
            (
                ("checkpoints", 0, "ask", 0),
                {"escalation_at": {"clock": "resolution"}},
                "either 'offset' in seconds or 'offset_days'",
            ),
            (
                ("checkpoints", 0, "ask", 0),
                {"escalation_at": {"clock": "x", "offset": 0}},
                "clock: got 'x'",
            ),
            (
                ("checkpoints", 0, "ask", 0),
                {"escalation_at": {"clock": "resolution", "offset_days": 1.5}},
                "a whole number",
            ),
            (
                ("semantics",),
                ["pause.busines"],
                "semantics: got 'pause.busines', .* pause.business",
            ),
            (
                ("semantics",),
                ["pause.none", "pause.wallclock"],
                "'pause.none' and 'pause.wallclock' contradict",
            ),
            (
                ("policy", "targets"),
                {"resolutoin": 5},
                "got 'resolutoin', expected did you mean resolution.*custom_from_75",
            ),
            (
                ("policy", "targets"),
                {"resolution": "4 h"},
                "target resolution: got '4 h', expected a number",
            ),
            (("policy", "targets"), {"resolution": True}, "expected a number"),
            (("policy", "targets"), {"resolution": -1}, "from 0 up"),
            (("policy", "targets"), {"resolution": {"days": -1}}, "working days from 0 up"),
            (("policy", "targets"), {"resolution": {"days": 1, "mode": "x"}}, "field: got 'mode'"),
            (
                ("policy", "escalatons"),
                [],
                "field: got 'escalatons', expected did you mean escalations",
            ),
            (("policy", "escalations"), [{"offset": 0}], "'name' is missing"),
            (("policy", "escalations"), [{"name": "x", "ofset": 0}], "did you mean offset"),
            (("calendar",), None, "calendar: got None, expected an object"),
            (
                ("policy", "targets"),
                {"resolution": float("nan")},
                "target resolution: got nan, expected a number of seconds that a calendar can hold",
            ),
            (("policy", "targets"), {"resolution": 1e300}, "that a calendar can hold"),
            (("policy", "targets"), {f"custom_from_{10**9}": 60}, "got 'custom_from_1000000000'"),
            (
                ("policy", "targets"),
                {"resolution": {"days": 1, "end_of_day": "yes"}},
                "target resolution.end_of_day: got 'yes', expected true or false",
            ),
            (
                ("policy", "escalations"),
                [{"name": "x", "offset": float("-inf")}],
                r"\[0\].offset: got -inf, expected a number of seconds that a calendar can hold",
            ),
            (
                ("policy", "escalations"),
                [{"name": "x", "offset": 0}, {"name": "x", "offset": 60}],
                "escalations, name: got 'x', expected each of them once",
            ),
            (
                ("timeline", 0, "at"),
                "0001-01-01T00:00:00+14:00",
                r"timeline\[0\].at: got '0001-01-01T00:00:00\+14:00', expected an ISO-8601 instant",
            ),
            (
                ("checkpoints", 0, "ask"),
                [{"escalation_at": {"clock": "resolution", "offset": n}} for n in (0, 60)],
                r"checkpoints\[0\].ask: got 'escalation_at', expected each of them once",
            ),
        ],
    )
    def test_what_cannot_be_meant(self, path, value, message):
        told = scenario(dict(CREATED), ask=[(at("12:00"), ["resolution_due"])])
        place = told
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

        with pytest.raises(ScenarioError, match=message):
            assess(told)

    @pytest.mark.parametrize("name", ["policy", "calendar", "timeline", "checkpoints"])
    def test_what_is_missing(self, name):
        told = scenario(CREATED, ask=[])
        del told[name]

        with pytest.raises(ScenarioError, match=f"scenario: '{name}' is missing"):
            assess(told)

    def test_a_calendar_that_nobody_could_keep(self):
        with pytest.raises(ValueError, match="timezone"):
            answer(CREATED, when=at("12:00"), ask="next_due", calendar={"timezone": "Mars/Olympus"})

    @pytest.mark.parametrize(
        ("more", "message"),
        [
            ({"type": "priority_changed"}, r"timeline\[1\]: 'priority' is missing"),
            ({"type": "policy_changed", "targets": {"resolution": "4 h"}}, "got '4 h'"),
            ({"type": "policy_changed", "calendar": {"timezone": "X"}}, "'X' is not a time zone"),
        ],
    )
    def test_what_happens_later_is_read_too(self, more, message):
        """Though nobody asks what it comes to."""
        later = {"at": at("16:00"), **more}

        with pytest.raises(ValueError, match=message):
            answer(CREATED, later, when=at("12:00"), ask="next_due")

    def test_a_ticket_created_twice(self):
        with pytest.raises(ScenarioError, match="one event 'created'"):
            answer(CREATED, CREATED, when=at("12:00"), ask="next_due")

    @pytest.mark.parametrize("tag", sorted(TAGS))
    def test_every_known_tag_is_read(self, tag):
        assert at("14:00") == answer(CREATED, when=at("12:00"), ask="resolution_due", tags=[tag])
