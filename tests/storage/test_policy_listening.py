"""A policy that says what it listens to is told of nothing else."""

from __future__ import annotations

from datetime import datetime, timezone

from servicecore.domain.events import Catalogue, Provenance, event
from servicecore.domain.moments import instant
from servicecore.storage import Change, PolicyFollower, Tracking, event_by_event, open_log

TOLD = Catalogue()
NINE = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)


@event("bell.rung", catalogue=TOLD)
class Rung:
    at: datetime = instant()


@event("bell.cleaned", catalogue=TOLD, aliases=["bell.polished"])
class Cleaned:
    at: datetime = instant()


def heard_by(listens):
    heard = []
    log = open_log("memory:", catalogue=TOLD)
    for n, made in enumerate([Rung(at=NINE), Cleaned(at=NINE), Rung(at=NINE)]):
        log.append(Change("bell/1", [made], after=n), provenance=Provenance(actor="Lin"))
    policy = PolicyFollower(
        log, "ears", lambda recorded: heard.append(recorded.event) or [], listens=listens
    )
    policy.catch_up()
    assert policy.position == log.head()
    return [type(each) for each in heard]


def test_it_hears_only_what_it_listens_to():
    assert heard_by((Rung,)) == [Rung, Rung]


def test_without_a_word_it_hears_everything():
    assert heard_by(None) == [Rung, Cleaned, Rung]


def test_an_older_name_of_an_event_is_heard_too():
    log = open_log("memory:", catalogue=TOLD)
    log.append(Change("bell/1", [Cleaned(at=NINE)], after=0), provenance=Provenance(actor="Lin"))
    [row] = log.rows_since(0)
    log.storage.write(
        lambda writing: writing.insert([(row.stream, 2, "bell.polished", None, row.state)])
    )
    heard = []

    PolicyFollower(
        log, "ears", lambda recorded: heard.append(recorded.version) or [], listens=(Cleaned,)
    ).catch_up()

    assert heard == [1, 2]


class TestPassingBy:
    """Who knows that nothing concerns a policy, need not make it look."""

    @staticmethod
    def policy(log):
        heard = []
        policy = PolicyFollower(
            log, "ears", lambda recorded: heard.append(recorded.event) or [], listens=(Rung,)
        )
        policy.catch_up()
        return policy, heard

    @staticmethod
    def log_of(*events):
        log = open_log("memory:", catalogue=TOLD)
        for n, made in enumerate(events):
            log.append(Change("bell/1", [made], after=n), provenance=Provenance(actor="Lin"))
        return log

    def test_it_goes_on_past_what_does_not_concern_it(self):
        log = self.log_of(Rung(at=NINE))
        policy, heard = self.policy(log)
        log.append(Change("bell/1", [Cleaned(at=NINE)], after=1), provenance=Provenance(actor="x"))
        assert policy.pass_by(2, after=1, topics={"bell.cleaned"})
        assert (policy.position, heard) == (2, [Rung(at=NINE)])

    def test_it_stays_for_what_does(self):
        policy, _ = self.policy(self.log_of(Rung(at=NINE)))
        assert not policy.pass_by(3, after=1, topics={"bell.cleaned", "bell.rung"})
        assert policy.position == 1

    def test_it_stays_for_a_name_that_nobody_knows(self):
        policy, _ = self.policy(self.log_of(Rung(at=NINE)))
        assert not policy.pass_by(2, after=1, topics={"bell.stolen"})

    def test_it_stays_if_it_has_not_come_so_far(self):
        log = self.log_of(Rung(at=NINE))
        policy = PolicyFollower(log, "ears", lambda _: [], listens=(Rung,))
        assert not policy.pass_by(2, after=1, topics={"bell.cleaned"})
        assert policy.position == 0

    def test_now_and_then_it_notes_how_far_it_is(self, monkeypatch):
        monkeypatch.setattr(event_by_event, "_BETWEEN_NOTES", 2)
        log = self.log_of(*(Cleaned(at=NINE) for _ in range(3)))
        policy = PolicyFollower(log, "ears", lambda _: [], listens=(Rung,))
        assert policy.pass_by(3, after=0, topics={"bell.cleaned"})
        assert log.storage.tracked("ears") == 3

    def test_in_another_program_it_knows_how_far_it_is(self):
        log = self.log_of(Rung(at=NINE), Cleaned(at=NINE))
        log.append(provenance=Provenance(actor="x"), tracking=Tracking("ears", 1))
        policy = PolicyFollower(log, "ears", lambda _: [], listens=(Rung,))
        assert policy.pass_by(2, after=1, topics={"bell.cleaned"})
        assert policy.position == 2

    def test_somebody_who_has_come_further_is_no_trouble(self, monkeypatch):
        monkeypatch.setattr(event_by_event, "_BETWEEN_NOTES", 1)
        log = self.log_of(*(Cleaned(at=NINE) for _ in range(3)))
        policy = PolicyFollower(log, "ears", lambda _: [], listens=(Rung,))
        assert policy.pass_by(1, after=0, topics={"bell.cleaned"})
        log.append(provenance=Provenance(actor="x"), tracking=Tracking("ears", 3))
        assert policy.pass_by(2, after=1, topics={"bell.cleaned"})
        assert policy.position == 3
