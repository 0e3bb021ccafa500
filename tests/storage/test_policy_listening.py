"""A policy that says what it listens to is told of nothing else."""

from __future__ import annotations

from datetime import datetime, timezone

from servicecore.domain.events import Catalogue, Provenance, event
from servicecore.domain.moments import instant
from servicecore.storage import Change, PolicyFollower, open_log

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
