"""Rows side by side are the rows of the log, whoever puts them there."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicecore.storage import open_log
from servicecore.storage.archives import Archives, WithArchives
from servicecore.storage.protocol import Row
from servicecore.storage.side_by_side import side_by_side

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
#: What a stream, a name, a moment and bytes can be: anything that a hand can put there.
news = st.lists(
    st.tuples(texts, texts, st.none() | texts, st.binary(max_size=12)), min_size=1, max_size=12
)
URLS = ["memory:", "sqlite:///{}/{}.db?synchronous=off"]


def one_by_one(told):
    """Return them as rows again."""
    *columns, lengths, states = told
    ends = [sum(lengths[:n]) for n in range(len(lengths) + 1)]
    cut = [states[start:end] for start, end in pairwise(ends)]
    return list(map(Row, *columns, cut))


@pytest.mark.parametrize("url", URLS)
@given(news=news, after=st.integers(0, 12), limit=st.integers(1, 12))
def test_they_are_the_same(url, tmp_path_factory, news, after, limit):
    with open_log(url.format(tmp_path_factory.mktemp("log"), "log")) as log:
        rows = [(stream, n, *others) for n, (stream, *others) in enumerate(news, 1)]
        log.storage.write(lambda writing: writing.insert(rows))
        told = side_by_side(log.storage, after=after, limit=limit)
        expected = log.storage.rows(after=after, limit=limit)

        assert one_by_one(told) == expected
        assert told.states == b"".join(each.state for each in expected)


@pytest.mark.parametrize("url", URLS)
def test_what_lies_in_an_archive_is_whole(url, tmp_path):
    class Whole(Archives):
        def whole(self, row):
            return row._replace(state=b"whole")

    with open_log(url.format(tmp_path, "log")) as log:
        log.storage.write(lambda writing: writing.insert([("s", 1, "t.begun", None, b"{}")]))
        told = side_by_side(WithArchives(log.storage, Whole(tmp_path)), after=0, limit=9)

        assert one_by_one(told) == [Row(1, "s", 1, "t.begun", None, b"whole")]
