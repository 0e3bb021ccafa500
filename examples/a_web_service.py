"""A desk behind HTTP: the program owns the routes, the desk keeps the promises.

Run it with ``python examples/a_web_service.py``, or serve `application` with
``uvicorn a_web_service:application --factory``.  Deadlines are left to a worker
(``servicecore worker``), so a request never waits for what other tickets need.
"""

import asyncio
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import httpx
from fastapi import FastAPI, Header
from fastapi import Request as HttpRequest
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from servicecore import RefusedError, ServiceDesk
from servicecore.storage import ConflictError, StorageError

#: What an error means over HTTP; the first that fits.
CODES = {
    LookupError: 404,
    ConflictError: 409,
    ValueError: 422,
    RefusedError: 409,
    StorageError: 503,
}


class Request(BaseModel):
    """What a customer says when they call."""

    customer_id: str
    product: str
    model: str
    fault: str
    contact: str
    priority: str | None = None


def application(desk: ServiceDesk | None = None) -> FastAPI:
    """Return the service; by default at the desk that ``SERVICECORE_URL`` names."""
    served = desk or ServiceDesk.open(react="worker")
    app = FastAPI(title="Service desk")

    async def refuse(_: HttpRequest, error: Exception) -> JSONResponse:
        code = next(code for kind, code in CODES.items() if isinstance(error, kind))
        return JSONResponse({"detail": str(error)}, code)

    for kind in CODES:
        app.add_exception_handler(kind, refuse)

    @app.put("/tickets/{number}", status_code=201)
    async def open_ticket(
        number: str,
        request: Request,
        by: Annotated[str, Header()],
        idempotency_key: Annotated[str, Header()],
    ) -> dict[str, datetime]:
        # Sent twice, it is opened once: the second time the first receipt is returned.
        key = f"open-{idempotency_key}"  # Another command may come with the same.
        await served.aio.tickets.open(number, **request.model_dump(), actor=by, command_id=key)
        found = await served.aio.tickets.get(number)
        return {clock: promise.due for (clock, _), promise in found.promises.items()}

    @app.get("/tickets/{number}")
    async def ticket(number: str) -> dict[str, str]:
        found = await served.aio.tickets.get(number)
        return {"status": found.status.value, "level": found.level.value}

    return app


async def two_calls(desk: ServiceDesk) -> None:
    """Send the same request twice, and another under the number that is taken."""
    call = {"customer_id": "Acme", "product": "pump", "model": "P-200", "fault": "it leaks"}
    asked = {**call, "contact": "Ms Lin", "priority": "A"}
    async with _client(desk) as client:
        for key in ("call-17", "call-17", "call-18"):
            told = {"by": "Wu", "idempotency-key": key}
            answer = await client.put("/tickets/T-1", json=asked, headers=told)
            print(answer.status_code, answer.json().get("first_response", answer.json()))


async def after_a_restart(desk: ServiceDesk) -> None:
    """Ask how the ticket is, and another that nobody opened."""
    async with _client(desk) as client:
        print((await client.get("/tickets/T-1")).json())
        print((await client.get("/tickets/T-9")).json())


def _client(desk: ServiceDesk) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=application(desk))
    return httpx.AsyncClient(transport=transport, base_url="http://desk")


def a_day(url: str) -> None:
    """Take requests in, let a worker look at what became late, and answer after a restart."""
    nine = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
    late = nine + timedelta(hours=2, seconds=1)
    with ServiceDesk.open(url, react="worker", clock=lambda: nine) as desk:
        asyncio.run(two_calls(desk))
    with ServiceDesk.open(url, react="worker", clock=lambda: late) as worker:
        worker.run_due()
    with ServiceDesk.open(url, react="worker", clock=lambda: late) as desk:
        asyncio.run(after_a_restart(desk))


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        a_day(f"sqlite:///{Path(folder).as_posix()}/service.db")
