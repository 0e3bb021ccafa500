"""Columns tell what a look at every fact tells, to the last digit, whatever happened meanwhile."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicecore import RefusedError, ServiceDesk
from servicecore.desk import kept_columns
from servicecore.desk.column_shelf import Shelf
from servicecore.desk.kept_columns import KeptColumns
from servicecore.desk.tickets import UnknownTicketError
from servicecore.domain.events import CATALOGUE
from servicecore.domain.standard import Indicator
from servicecore.projections.asking import TIMES, Question
from servicecore.projections.columns import cells_of_columns
from servicecore.projections.counting import cells_of
from servicecore.projections.facts import Facts, micros
from servicecore.projections.packing import Packed, pack
from servicecore.projections.period import Period
from servicecore.projections.recording import record
from servicecore.projections.source import Source
from servicecore.projections.spells import Patience, Spell
from servicecore.projections.themes import THEMES, TICKETS
from servicecore.storage import UnknownTableError
from servicecore.storage.codec import Codec
from tests.histories.replaying import Line
from tests.laws.test_read_models import VERBS, a_desk
from tests.moments import HOUR, MANUAL, MINUTE, NINE, REQUEST
from tests.projections.busy_desk import busy_desk, live

FILES = sorted(Path(__file__).parents[1].glob("histories/*.jsonl"))
DAY = timedelta(days=1)
PATIENCE = Patience(grace=30 * DAY, silence=365 * DAY)
RECORDED = [each for each in THEMES if each.recorded(PATIENCE)]
NEVER = 10**12
few = settings(max_examples=settings().max_examples // 5)


@contextmanager
def columns_from(events, *, portion=4, changed=3):
    """Let columns be kept from so many events on, in portions so small that much happens."""
    told = {"FEWEST": events, "PORTION": portion, "CHANGED": changed}
    before = {name: getattr(kept_columns, name) for name in told}
    try:
        for name, value in told.items():
            setattr(kept_columns, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(kept_columns, name, value)


def asked_both_ways(desk, **ask):
    """Return the answer from columns, and from a look at every fact."""
    with columns_from(0):
        told = desk.reports.everything(**ask)
    with columns_from(NEVER):
        return told, desk.reports.everything(**ask)


# --- One measure after the other --------------------------------------------------------


@cache
def recorded_in(path):
    codec, lines = Codec(CATALOGUE), path.read_text(encoding="utf-8").splitlines()
    rows = (Line.read(line).row(position) for position, line in enumerate(lines, start=1))
    return [codec.recorded(row) for row in rows]


@cache
def busy(seed):
    with busy_desk(seed=seed, tickets=12) as desk:
        return list(desk.log.since(0))


def dated(theme, events):
    """Return the facts that *events* leave, each with its key and its last moment."""
    streams = {}
    for each in events:
        if theme.facts.is_about(each.subject):
            streams.setdefault(each.subject, []).append(each)
    return [
        (
            subject,
            max(micros(each.occurred_at) for each in stream),
            theme.facts.of(each.event for each in stream),
        )
        for subject, stream in sorted(streams.items())
    ]


def in_columns(theme, facts, portion, zone):
    for start in range(0, len(facts), portion):
        some = record(
            facts[start : start + portion],
            dimensions=theme.dimensions,
            measures=theme.recorded(PATIENCE),
            zone=zone,
        )
        parts = dict(pack(some))
        yield Packed(len(some.keys), some.latest, parts.__getitem__)


@st.composite
def questions(draw, theme, facts):
    """Draw a question that is asked when all has happened, or at the edge of something."""
    latest = max((until for _, until, _ in facts), default=0)
    as_of = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=latest)
    later = [timedelta(), MINUTE, HOUR, 4.5 * HOUR, DAY, 30 * DAY, 90 * DAY, 400 * DAY]
    dimension = st.sampled_from([*theme.dimensions, *TIMES])
    by = draw(st.lists(dimension, max_size=3, unique=True))
    name = draw(st.sampled_from(list(theme.dimensions)))
    words = sorted({theme.dimensions[name](fact) for _, _, fact in facts})
    kept = draw(st.sets(st.sampled_from([*words, "nobody"]), min_size=1)) if words else {""}
    zone = draw(st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York"]))
    period = draw(
        st.sampled_from([None, "2025", "2025-Q1", "2025-03", "2025-04", "2025-03-03..2025-03-05"])
    )
    return Question(
        as_of=as_of + draw(st.sampled_from(later)),
        period=Period.parse(period, zone=zone) if period else None,
        by=tuple(by),
        where=draw(st.sampled_from([{}, {name: frozenset(kept)}])),
        zone=ZoneInfo(zone),
    )


@pytest.mark.parametrize("theme", RECORDED, ids=lambda theme: theme.cases)
class TestEveryMeasure:
    """What it told of each fact, counted later, is what it tells of them all."""

    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
    @few
    @given(data=st.data())
    def test_of_every_recorded_history(self, theme, path, data):
        self.check(theme, dated(theme, recorded_in(path)), data)

    @given(seed=st.integers(1, 3), data=st.data())
    def test_of_a_desk_at_which_much_happens(self, theme, seed, data):
        self.check(theme, dated(theme, busy(seed)), data)

    def check(self, theme, facts, data):
        question = data.draw(questions(theme, facts))
        alone = [fact for _, _, fact in facts]
        numbers = st.sampled_from([f"ticket/{getattr(fact, 'ticket_id', '')}" for fact in alone])
        asked = data.draw(st.frozensets(numbers)) if alone else frozenset()
        source = Source(
            facts=lambda _: alone,
            indicators=(
                *MANUAL.indicators,
                Indicator(name="outlet_response", clause="house choice", at_most=HOUR),
                Indicator(name="outlet_first_handling", clause="house choice", at_most=DAY),
            ),
            asked=lambda: asked,
        )
        recorded = theme.recorded(PATIENCE)
        measures = list(recorded.values())
        by_fact = cells_of(
            alone, question, dimensions=theme.dimensions, measures=measures, source=source
        )
        portions = in_columns(theme, facts, data.draw(st.integers(1, 6)), question.zone)
        by_column = cells_of_columns(portions, question, measures=list(recorded), source=source)
        assert by_column.answer(question) == by_fact.answer(question)
        assert (by_column - by_fact).by_group.keys() == by_fact.by_group.keys() - {
            group for group, cells in by_fact.by_group.items() if not cells
        }


# --- One verb after the other -------------------------------------------------------------

#: So few moments, noons and midnights, that all that can coincide, does.
moments = st.integers(0, 4).map(lambda n: datetime(2025, 3, 3, tzinfo=timezone.utc) + n * DAY / 2)
perhaps = st.none() | moments
lengths = st.sampled_from([timedelta(), DAY / 2, DAY, DAY + timedelta(microseconds=1), 31 * DAY])
words = st.sampled_from(["", "a", "b"])
numbers = st.integers(0, 10)
spells = st.builds(
    Spell, since=moments, until=moments, why=st.just(""), upto=moments, after=perhaps
)


def verb(name, *args, **named):
    return st.tuples(st.just(name), st.tuples(*args), st.fixed_dictionaries(named))


verbs = st.one_of(
    verb("share", st.just("share"), moments, st.booleans(), after=perhaps),
    verb("share_among", st.just("among"), moments, words, st.sampled_from(["asked"])),
    verb("unsettled", st.just("share"), moments, after=perhaps, upto=perhaps),
    verb("open", st.just("share"), since=moments, is_open=st.booleans(), upto=perhaps),
    verb("within", st.sampled_from(["timely", "nobody's"]), moments, perhaps),
    verb("length", st.just("length"), moments, lengths, st.sampled_from([(), (("of", "x"),)])),
    verb("total", st.just("total"), moments, numbers, after=perhaps),
    verb("distinct", st.just("distinct"), moments, words),
    verb("score", st.just("score"), moments, numbers),
    verb("promotion", st.just("nps"), moments, numbers),
    verb("stock", st.just("stock"), moments, perhaps, born=moments),
    verb("named", st.just("named"), moments, words, st.sampled_from([(), (("of", "x"),)])),
    verb(
        "gone",
        st.just("gone"),
        spells,
        first=moments,
        is_so=st.booleans(),
        is_open=st.booleans(),
    ),
    verb("stayed", st.just("stayed"), moments, spells, is_new=st.booleans()),
    verb("life", st.just("life"), spells),
)
facts = st.lists(st.tuples(words, moments, st.lists(verbs, min_size=2, max_size=8)), max_size=3)


def tell(fact, tally):
    for name, args, named in fact[2]:
        getattr(tally, name)(*args, **named)


class TestEveryVerb:
    """Told to a tally, or written down and counted: at every edge that is the same."""

    @settings(max_examples=300)  # Cheap, and edges are many.
    @given(
        facts=facts,
        later=st.integers(0, 4),
        period=st.sampled_from([None, "2025-03-04..2025-03-05"]),
        by=st.lists(st.sampled_from(["word", "day", "week"]), max_size=2, unique=True),
        where=st.sampled_from([{}, {"word": frozenset({"a", "c"})}]),
    )
    def test_at_every_edge(self, facts, later, period, by, where):
        known = max((until for _, until, _ in facts), default=NINE)
        question = Question(
            as_of=known + later * DAY / 2,
            period=Period.parse(period) if period else None,
            by=tuple(by),
            where=where,
        )
        self.check(facts, question)

    @pytest.mark.parametrize("by", [("word",), ("word", "day")])
    @pytest.mark.parametrize("period", [None, "2025-03-04..2025-03-05"])
    def test_a_stock_at_every_edge(self, by, period):
        begin = datetime(2025, 3, 3, tzinfo=timezone.utc)
        days = [begin + n * DAY / 2 for n in range(5)]
        facts = [
            (f"{since} {until}", begin, [("stock", ("stock", since, until), {"born": begin})])
            for since in days
            for until in [None, *days]
        ]
        for as_of in [*days, begin + 3 * DAY]:
            asked = Period.parse(period) if period else None
            self.check(facts, Question(as_of=as_of, period=asked, by=by))

    def check(self, facts, question):
        indicator = Indicator(name="timely", clause="house choice", at_most=DAY)
        source = Source(indicators=(indicator,), asked=lambda: {"a"})
        dimensions, measures = {"word": lambda fact: fact[0]}, {"tell": tell}
        by_fact = cells_of(facts, question, dimensions=dimensions, measures=[tell], source=source)
        dated = [(f"fact/{n}", micros(fact[1]), fact) for n, fact in enumerate(facts)]
        told = record(dated, dimensions=dimensions, measures=measures, zone=question.zone)
        parts = dict(pack(told))
        portion = Packed(len(facts), 0, parts.__getitem__)
        by_column = cells_of_columns([portion], question, measures=["tell"], source=source)

        assert by_column.answer(question) == by_fact.answer(question)


# --- A desk that goes on ---------------------------------------------------------------

LATER = NINE + 2000 * DAY
#: On which of nine tickets, what, and how long after what happened to it before.
works = st.lists(
    st.tuples(
        st.integers(1, 9), st.sampled_from(VERBS), st.timedeltas(timedelta(), timedelta(days=100))
    ),
    max_size=20,
)


def work(desk, works, nows):
    """Let all this happen: to each ticket in its turn, in no order among them."""
    for n, (verb, facts), wait in works:
        number = f"T-{n}"
        if n not in nows:
            nows[n] = NINE + n * HOUR
            desk.tickets.open(number, **REQUEST, at=nows[n])
        nows[n] += wait
        try:
            getattr(desk.tickets, verb)(number, **facts, at=nows[n])
        except (RefusedError, UnknownTicketError):
            nows[n] -= wait


def agrees(desk, **ask):
    """Tell whether columns were there, and told what a look at every fact tells."""
    told, alone = asked_both_ways(desk, **{"as_of": LATER, **ask})
    assert told == alone
    return bool(desk.reports._sources.columns(TICKETS)._portions)


class TestADesk:
    """Columns keep up with the log, whatever happens to it and to the read model."""

    @few
    @given(parts=st.lists(works, min_size=1, max_size=5), by=st.sampled_from([(), "product"]))
    def test_it_is_asked_now_and_then(self, parts, by):
        with a_desk("memory") as desk:
            nows = {}
            for each in parts:
                work(desk, each, nows)
                agrees(desk, by=by)

    @few
    @given(parts=st.lists(works, min_size=1, max_size=4), turns=st.lists(st.booleans(), min_size=4))
    def test_two_desks_look_in_turn(self, tmp_path_factory, parts, turns):
        url = f"sqlite:///{tmp_path_factory.mktemp('two') / 'service.db'}"
        with ServiceDesk.open(url) as one, ServiceDesk.open(url) as other:
            nows = {}
            for each, is_other in zip(parts, turns, strict=False):
                work(one, each, nows)
                agrees(other if is_other else one)
                agrees(one)

    def test_a_desk_that_is_opened_anew_reads_what_was_written_down(self, tmp_path, monkeypatch):
        with a_busy_desk(tmp_path, tickets=20) as desk:
            assert agrees(desk)
        monkeypatch.setattr(KeptColumns, "_write_down_all", None)
        with a_busy_desk(tmp_path) as desk:
            assert agrees(desk)
            assert agrees(desk, by=("team", "month"), period="2025", where={"priority": "A"})

    def test_what_changed_since_is_looked_at_and_nothing_else(self, tmp_path, monkeypatch):
        with a_busy_desk(tmp_path, tickets=20) as desk:
            agrees(desk)
        with a_busy_desk(tmp_path) as desk:
            desk.tickets.open("T-new", **REQUEST, at=NINE)
            desk.tickets.assign("O-3", to="Lin", at=NINE + 600 * DAY)
            looked, dated = [], Facts.dated
            monkeypatch.setattr(
                Facts, "dated", lambda facts, rows: looked.extend(rows) or dated(facts, looked)
            )
            with columns_from(0):
                desk.reports.response_times(as_of=LATER)

        assert [key for key, _ in looked] == ["ticket/O-3", "ticket/T-new"]

    def test_many_that_change_become_a_portion_and_small_ones_are_written_anew(self, tmp_path):
        with a_busy_desk(tmp_path, tickets=20) as desk:
            agrees(desk)
            first = set(desk.reports._sources.columns(TICKETS)._portions)
            assign_all(desk, days=600)
            assert agrees(desk)
            second = desk.reports._sources.columns(TICKETS)
            assert set(second._portions) & first not in (set(), first)
            assert second._changed == set()
            assert sum(each.n - len(each.dead) for each in second._portions.values()) == 26
            assign_all(desk, days=601)
            agrees(desk)
            kept = {row.key.partition("/")[0] for row in table_of(desk).scan()}
            assert first - kept, "what was gone before is taken away with the next book"

    def test_a_rebuild_begins_anew(self, tmp_path):
        with a_busy_desk(tmp_path, tickets=10) as desk:
            agrees(desk)
            desk.projects.rebuild("ticket_facts")
            assert agrees(desk)
            assert agrees(desk)

    def test_a_read_model_that_had_to_begin_again_under_its_number_is_not_mistaken(self, tmp_path):
        """Behind the position that columns are of, they are of another time."""
        with a_busy_desk(tmp_path, tickets=10) as desk:
            agrees(desk)
            kept = desk.reports._sources.columns(TICKETS)
            kept._book.position = 10_000
            kept._shelf.keep(kept._book, gone=())
        with a_busy_desk(tmp_path) as desk:
            desk.tickets.open("T-new", **REQUEST, at=NINE)
            assert agrees(desk)

    def test_who_only_reads_keeps_them_to_himself(self, tmp_path):
        with a_busy_desk(tmp_path, tickets=10) as desk:
            desk.projects.catch_up()
        with ServiceDesk.open(f"sqlite:///{tmp_path}/service.db?mode=ro") as desk:
            assert agrees(desk)
        with a_busy_desk(tmp_path) as desk, pytest.raises(UnknownTableError):
            table_of(desk)

    def test_another_rule_writes_everything_down_anew(self, tmp_path, monkeypatch):
        with a_busy_desk(tmp_path, tickets=10) as desk:
            agrees(desk)
            first = set(desk.reports._sources.columns(TICKETS)._portions)
        monkeypatch.setattr(kept_columns, "_edition", lambda: "another")
        with a_busy_desk(tmp_path) as desk:
            assert agrees(desk)
            assert not first & set(desk.reports._sources.columns(TICKETS)._portions)


class TestAnythingElse:
    """What columns cannot tell is told fact by fact."""

    def test_of_a_moment_before_the_last_that_happened(self):
        with busy_desk(seed=1, tickets=10) as desk:
            for days in (0, 10, 100, 150):
                agrees(desk, as_of=NINE + days * DAY)

    def test_as_known_at_a_position(self):
        with busy_desk(seed=1, tickets=10) as desk:
            for position in (1, desk.log.head() // 2, desk.log.head()):
                agrees(desk, known_at=position, as_of=LATER)

    def test_without_numpy(self, monkeypatch):
        monkeypatch.setattr(kept_columns, "find_spec", lambda _: None)
        kept_columns._edition.cache_clear()
        with busy_desk(seed=1, tickets=10) as desk:
            assert not agrees(desk)
        kept_columns._edition.cache_clear()

    def test_of_a_small_log(self):
        with busy_desk(seed=1, tickets=10) as desk, columns_from(desk.log.head() + 1):
            desk.reports.everything(as_of=LATER)
            assert not desk.reports._sources.columns(TICKETS)._portions


class TestTrouble:
    """Whatever goes wrong, they never tell what is not so."""

    def test_a_fact_behind_poison_waits_and_comes_in_when_that_is_cured(
        self, tmp_path, monkeypatch
    ):
        monkeypatch.setattr("servicecore.storage.patience.Patience.attempts", lambda _: iter([1]))
        poison, observe = {"ticket/T-2"}, Facts.observe

        def taking(facts, batch, recorded):
            if any(e.subject in poison and e.occurred_at > NINE + 500 * DAY for e in recorded):
                raise ValueError
            observe(facts, batch, recorded)

        monkeypatch.setattr(Facts, "observe", taking)
        with a_busy_desk(tmp_path, tickets=10) as desk:
            desk.tickets.open("T-fresh", **REQUEST, at=NINE)
            desk.tickets.answer("T-fresh", by="Lin", at=NINE + HOUR)
            poison.add("ticket/T-fresh")
            desk.tickets.resolve("T-fresh", by="Lin", solution="a seal", at=NINE + 600 * DAY)
            assert agrees(desk)
        with a_busy_desk(tmp_path) as desk:
            assert desk.projects.set_aside("ticket_facts")
            assert agrees(desk)
            poison.clear()
            desk.projects.retry("ticket_facts")
            assert agrees(desk)
        with a_busy_desk(tmp_path) as desk:
            assert agrees(desk)

    @pytest.mark.parametrize("verb", ["put", "keep"])
    @pytest.mark.parametrize("nth", [0, 1, 2])
    def test_killed_while_they_are_written_down(self, tmp_path, monkeypatch, verb, nth):
        turns, done = iter(range(100)), getattr(Shelf, verb)

        def killed(*args, **named):
            if next(turns) == nth:
                raise KeyboardInterrupt
            return done(*args, **named)

        monkeypatch.setattr(Shelf, verb, killed)
        with a_busy_desk(tmp_path, tickets=20) as desk:
            for n in range(3):
                with suppress(KeyboardInterrupt):
                    agrees(desk)
                assign_all(desk, days=600 + n)
            assert agrees(desk)
        with a_busy_desk(tmp_path) as desk:
            assert agrees(desk)


@contextmanager
def a_busy_desk(folder, *, tickets=0):
    with ServiceDesk.open(f"sqlite:///{folder}/service.db", clock=lambda: LATER) as desk:
        lot = Random(7)  # noqa: S311  # drawn by lot, not in secret
        for n in range(tickets):
            live(desk, f"T-{n}", lot)
        for n in range(6 if tickets else 0):
            desk.tickets.open(f"O-{n}", **REQUEST, at=NINE)
        yield desk


def assign_all(desk, *, days):
    """Let something happen to all tickets that are open yet."""
    for n in range(6):
        desk.tickets.assign(f"O-{n}", to="Lin", at=NINE + days * DAY)


def table_of(desk):
    return desk.log.tables.read("ticket_facts_columns", desk.log.tables.active("ticket_facts"))
