"""A snapshot is a cache: what cannot be kept is not kept, what cannot be read is replayed."""

from __future__ import annotations

from functools import partial
from typing import Any

import attrs
import pytest

from servicecore.storage import Fold, UnstorableEventError, open_log
from servicecore.storage.protocol import StoredSnapshot
from servicecore.testing.conformance.events import CATALOGUE, FOLD, LIN, Case, evolve, opened


@pytest.fixture
def log():
    with open_log("memory:", catalogue=CATALOGUE) as log:
        log.append(opened("case/1", "a", "b"), provenance=LIN)
        yield log


@attrs.frozen
class Loose:
    """JSON turns its tuple into a list, since nobody declared what it holds."""

    seen: Any = ()


@attrs.frozen
class Hiding:
    _seen: int = 0


def loosely(state: Loose | None, happened: object) -> Loose:
    return Loose((1, 2))


def hiding(state: Hiding | None, happened: object) -> Hiding:
    return Hiding(1)


def lost(state: Nowhere, happened: object) -> Nowhere:  # noqa: F821
    return 1


def test_a_state_that_would_not_read_back_equal_is_not_kept(log):
    fold = Fold(loosely, name="loose")

    assert not log.take_snapshot("case/1", fold)
    assert (Loose((1, 2)), 3) == log.load("case/1", fold)


@pytest.mark.parametrize(
    "evolving",
    [lambda *_: 1, hiding, lost, partial(evolve)],
    ids=["no annotation", "a hidden field", "a name that is not there", "no name of its own"],
)
def test_a_fold_must_declare_a_state_that_can_be_kept(log, evolving):
    with pytest.raises(UnstorableEventError):
        log.take_snapshot("case/1", Fold(evolving, name="odd"))

    due = Fold(evolving, name="odd", snapshot_every=1)
    assert 3 == log.load("case/1", due)[1]  # Loading goes on without.


def test_nothing_is_kept_of_a_subject_without_history(log):
    assert not log.take_snapshot("case/2", FOLD)


@pytest.mark.parametrize("state", [b"", b"[", b'{"notes":7}'])
def test_a_damaged_snapshot_is_replayed(log, state):
    log.take_snapshot("case/1", FOLD)
    [row, *_] = log.rows_since(0)
    kept = StoredSnapshot(2, state)
    log.storage.keep_snapshot(row.stream, fold="case", schema=1, snapshot=kept)

    assert (Case(("a", "b")), 3) == log.load("case/1", FOLD)
