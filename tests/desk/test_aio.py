"""Programs that await find the same counters, and the same rules."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from threading import Event

import pytest

from servicecore import Level, RefusedError, ServiceDesk
from servicecore.desk.aio import AsyncDesk
from tests.waiting import PATIENCE

MONDAY = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
FACTS = {"product": "pump", "model": "P-200", "fault": "it leaks", "contact": "Ms Lin"}


@pytest.fixture(params=["memory:", "sqlite"])
def desk(request, tmp_path):
    url = "memory:" if request.param == "memory:" else f"sqlite:///{tmp_path}/desk.db"
    with ServiceDesk.open(url) as desk:
        yield desk


def opened(desk, number="T-1", **why):
    return desk.aio.tickets.open(
        number, customer_id="Acme", priority="A", at=MONDAY, **FACTS, **why
    )


class TestACommand:
    def test_is_carried_out_and_its_receipt_awaited(self, desk):
        receipt = asyncio.run(opened(desk))
        assert receipt.versions == {"ticket/T-1": 2}
        assert desk.tickets.get("T-1").acknowledged_at == MONDAY

    def test_is_refused_by_the_same_rules(self, desk):
        async def twice():
            await opened(desk)
            await opened(desk)

        with pytest.raises(RefusedError, match="T-1 was opened"):
            asyncio.run(twice())

    def test_many_at_once_lose_nothing(self, desk):
        async def all_at_once():
            await asyncio.gather(*(opened(desk, f"T-{n}") for n in range(20)))
            await asyncio.gather(
                *(desk.aio.tickets.answer("T-0", by=f"W-{n}", at=MONDAY) for n in range(20))
            )

        asyncio.run(all_at_once())
        assert len(list(desk.log.subjects("ticket"))) == 20
        answers = [e for e in desk.tickets.history("T-0") if "Answered" in type(e.event).__name__]
        assert len(answers) == 20

    def test_is_carried_out_though_nobody_waits_for_it_any_more(self, desk):
        may_go_on = Event()

        async def cancelled(thread):
            await opened(desk)
            thread.submit(may_go_on.wait, PATIENCE)  # So that the command has not even begun.
            answer = AsyncDesk(desk, thread).tickets.answer("T-1", by="Wu", at=MONDAY)
            waiting = asyncio.ensure_future(answer)
            await asyncio.sleep(0)
            waiting.cancel()
            with suppress(asyncio.CancelledError):
                await waiting
            may_go_on.set()
            await asyncio.get_running_loop().run_in_executor(thread, bool)  # Its turn has passed.

        with ThreadPoolExecutor(1) as thread:
            asyncio.run(cancelled(thread))
        assert desk.tickets.get("T-1").answered_at == MONDAY


class TestQuestions:
    def test_are_awaited_alike(self, desk):
        async def ask():
            await opened(desk)
            await desk.aio.run_due(MONDAY + timedelta(hours=3))
            ticket = await desk.aio.tickets.get("T-1")
            return ticket, await desk.aio.reports.json()

        ticket, told = asyncio.run(ask())
        assert ticket.level is Level.SUPERVISOR
        assert "first_response_attainment" in told["measures"]

    def test_what_is_recorded_can_be_followed(self, desk):
        async def follow():
            await opened(desk)
            seen = []
            async for recorded in desk.aio.subscribe():
                seen.append(type(recorded.event).__name__)
                if len(seen) == 2:
                    asyncio.get_running_loop().call_soon(
                        lambda: asyncio.ensure_future(
                            desk.aio.tickets.answer("T-1", by="Wu", at=MONDAY)
                        )
                    )
                if "TicketAnswered" in seen:
                    return seen
            return seen

        seen = asyncio.run(asyncio.wait_for(follow(), PATIENCE))
        assert seen[:2] == ["TicketOpened", "TicketClassified"]

    def test_what_is_no_verb_is_named(self, desk):
        with pytest.raises(AttributeError, match="sing"):
            desk.aio.tickets.sing  # noqa: B018
