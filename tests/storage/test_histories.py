"""Whole histories are told by stretches of the log, the same by every storage."""

from __future__ import annotations

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.storage import open_log, postgres
from servicecore.storage.histories import histories
from servicecore.storage.topics import Topics

#: Which of a few streams gets the next event, and what that is called.
works = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["t.begun", "t.noted", "u.begun"])),
    min_size=1,
    max_size=30,
)


def a_log(url, work):
    log, versions = open_log(url), dict.fromkeys("abcd", 0)
    for stream, topic in work:
        versions[stream] += 1
        new = (stream, versions[stream], topic, None, b"{}")
        log.storage.write(lambda writing, new=new: writing.insert([new]))
    return log


def one_by_one(log, *, after, until, upto, topics):
    """Return the same, by looking at every row."""
    rows = [row for row in log.rows_since(0) if row.position <= upto]
    begun = {r.stream: r.position for r in rows if r.version == 1 and after < r.position <= until}
    return [
        (number, r.position, r.topic, r.state)
        for stream, number in begun.items()
        for r in rows
        if r.stream == stream and r.topic in topics
    ]


each_choice = pytest.mark.parametrize(
    "topics", [Topics(), Topics("t."), Topics("t.", but=frozenset({"t.noted"}))], ids=str
)
any_log = given(work=works, cut=st.integers(0, 30), upto=st.integers(0, 30))


@pytest.mark.parametrize("storage", ["memory:", "sqlite:///{}/{}.db?synchronous=off"])
@each_choice
@any_log
def test_they_are_those_that_began_there(storage, topics, tmp_path_factory, work, cut, upto):
    url = storage.format(tmp_path_factory.mktemp("log"), "log")
    ensure_told(url, topics, work, cut, upto)


@each_choice
@any_log
def test_so_they_are_by_postgresql_page_by_page(postgresql, topics, work, cut, upto):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postgres, "_PAGE", 4)
        ensure_told(postgresql.fresh(), topics, work, cut, upto)


def ensure_told(url, topics, work, cut, upto):
    with a_log(url, work) as log:
        head = log.head()
        for after, until in ((0, min(cut, head)), (min(cut, head), head)):
            asked = {"after": after, "until": until, "upto": max(upto, until), "topics": topics}
            told = [list(map(tuple, each)) for each in histories(log.storage, **asked)]
            rows = [row for each in told for row in each]

            assert rows == one_by_one(log, **asked)
            # No history is torn into two, and none stands in another.
            assert all(len({number for number, *_ in each}) <= 1 for each in told)
            numbers = [number for number, _ in groupby(number for number, *_ in rows)]
            assert len(numbers) == len(set(numbers))
