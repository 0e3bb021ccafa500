"""History is for ever: what was once recorded reads the same with the rules of today."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path

import attrs
import pytest

from servicecore.domain.events import CATALOGUE, ImpossibleHistoryError
from servicecore.domain.people import Level
from servicecore.domain.ticket import Priority
from servicecore.storage.codec import Codec

from .replaying import EVOLVE, Line, states, summary
from .stored_forms import changed, form_of, forms_on_record, forms_today

HERE = Path(__file__).parent
RECORDINGS = sorted(HERE.glob("*.jsonl"))
TODAY = forms_today()


def lines_of(recording):
    return [Line.read(text) for text in recording.read_text(encoding="utf-8").splitlines()]


def kind_of(line):
    return line.topic.partition(".")[0]


def event_of(line):
    return Codec(CATALOGUE).recorded(line.row(1)).event


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
class TestARecording:
    """A log written by an earlier version of this program."""

    def test_was_never_edited(self, recording):
        kept = json.loads(recording.with_suffix(".json").read_text(encoding="utf-8"))
        assert hashlib.sha256(recording.read_bytes()).hexdigest() == kept["sha256"]

    def test_still_leads_to_the_states_of_then(self, recording):
        kept = json.loads(recording.with_suffix(".json").read_text(encoding="utf-8"))
        today = {subject: summary(state) for subject, state in states(lines_of(recording)).items()}
        for subject, told in kept["states"].items():
            assert {name: today[subject].get(name) for name in told} == told, subject
        assert today.keys() == kept["states"].keys()


class TestTheRecordings:
    """Together they hold every event that can be on record."""

    def test_hold_every_event(self):
        held = {line.topic for recording in RECORDINGS for line in lines_of(recording)}
        missing = sorted(set(TODAY) - held)
        assert missing == [], (
            "add these events to an office in tests/histories/record.py, and record it under "
            "a new name: python -m tests.histories.record NAME"
        )


class TestEveryKindOfRecord:
    """Whatever is found in a history it does not belong in, is named as such and never a crash."""

    @pytest.mark.parametrize("kind", EVOLVE)
    def test_takes_no_event_of_another_kind(self, kind):
        lines = [line for recording in RECORDINGS for line in lines_of(recording)]
        ours = [line for line in lines if line.subject.partition("/")[0] == kind]
        state = EVOLVE[kind](None, event_of(ours[0]))
        others = [line for line in lines if line.topic not in {each.topic for each in ours}]
        firsts, lasts = ({kind_of(each): each for each in by} for by in (others[::-1], others))
        assert len(firsts) > 20
        for strange in (*firsts.values(), *lasts.values()):
            for before in (None, state):
                with pytest.raises(ImpossibleHistoryError):
                    EVOLVE[kind](before, event_of(strange))


class TestAStoredForm:
    """What an event looks like on record changes only together with its name."""

    @pytest.mark.parametrize("name", TODAY)
    def test_is_as_it_was_when_it_was_first_recorded(self, name):
        kept = forms_on_record().get(name)
        assert kept is not None, f"{name} is new: run `make refresh`, and commit stored_forms.json"
        assert TODAY[name] == kept, _what_to_do(name, changed(kept, TODAY[name]))

    def test_that_is_on_record_can_still_be_read(self):
        for name in forms_on_record():
            CATALOGUE.resolve(name)


class TestAChangedForm:
    """The guard itself: whatever would be read differently has another form."""

    @attrs.frozen(kw_only=True)
    class Before:
        at: datetime
        cost: str
        level: Level = Level.STAFF

    @pytest.mark.parametrize(
        "fields",
        [
            {"at": datetime, "cost": str},
            {"at": datetime, "cost": str, "level": Priority},
            {"at": datetime, "cost": int, "level": Level},
            {"at": str, "cost": str, "level": Level},
        ],
        ids=["a field less", "another list of values", "another type", "a moment as text"],
    )
    def test_is_told_apart(self, fields):
        after = attrs.make_class("After", _like(self.Before, fields))
        after.__annotations__ = fields
        assert form_of(after)["fields"] != form_of(self.Before)["fields"]

    def test_has_its_values_with_it(self):
        assert form_of(self.Before)["holding"] == {"Level": ["staff", "supervisor", "manager"]}

    def test_is_named_in_the_message(self):
        was = {
            "fields": {"at": "moment"},
            "holding": {"Promise": {"due": "moment"}, "Level": ["a"]},
        }
        now = {"fields": {"at": "str"}, "holding": {"Promise": {"due?": "moment"}, "Level": ["b"]}}
        assert list(changed(was, now)) == [
            "at of the event",
            "due of Promise",
            "due? of Promise",
            "the values of Level",
        ]

    def test_tells_what_may_be_missing(self):
        assert list(form_of(self.Before)["fields"]) == ["at", "cost", "level?"]


def _like(cls, names):
    own = attrs.fields_dict(cls)
    return {each: attrs.field(default=own[each].default, kw_only=True) for each in names}


def _what_to_do(name, differences):
    return (
        f"the stored form of {name} has changed ({', '.join(differences)}), but its name has not, "
        "so histories on record would be read as something else. Declare the new form under its "
        f"next version, @event('{_next(name)}'), with an @upcast('{name}', to='{_next(name)}'), "
        f"and run `make refresh`. Only if no release ever wrote {name}: "
        f"python -m tests.histories.stored_forms {name}"
    )


def _next(name: str) -> str:
    base, _, version = name.partition("@")
    return f"{base}@{int(version or 1) + 1}"
