"""A desk behind HTTP: the program owns the routes, the desk keeps the promises.

Run it with ``python examples/a_web_service.py``, or serve `application` with
``uvicorn a_web_service:application --factory``.  Deadlines are left to a worker
(``servicecore worker``), so a request never waits for what other tickets need.
"""

import asyncio
from datetime import datetime, timezone
from typing import Annotated

import httpx
from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel

from servicecore import RefusedError, ServiceDesk, UnknownTicketError


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

    @app.put("/tickets/{number}", status_code=201)
    def open_ticket(
        number: str,
        request: Request,
        by: Annotated[str, Header()],
        idempotency_key: Annotated[str, Header()],
    ) -> dict[str, datetime]:
        try:  # Sent twice, it is opened once: the second time the first receipt is returned.
            served.tickets.open(
                number, **request.model_dump(), actor=by, command_id=idempotency_key
            )
        except RefusedError as refusal:
            raise HTTPException(409, str(refusal)) from refusal
        promises = served.tickets.get(number).promises
        return {clock: promise.due for (clock, _), promise in promises.items()}

    @app.get("/tickets/{number}")
    def ticket(number: str) -> dict[str, str]:
        try:
            found = served.tickets.get(number)
        except UnknownTicketError as unknown:
            raise HTTPException(404, str(unknown)) from unknown
        return {"status": found.status.value, "level": found.level.value}

    return app


async def two_calls(desk: ServiceDesk) -> None:
    """Send the same request twice, and another under the number that is taken."""
    call = {"customer_id": "Acme", "product": "pump", "model": "P-200", "fault": "it leaks"}
    asked = {**call, "contact": "Ms Lin", "priority": "A"}
    transport = httpx.ASGITransport(app=application(desk))
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        for key in ("call-17", "call-17", "call-18"):
            told = {"by": "Wu", "idempotency-key": key}
            answer = await client.put("/tickets/T-1", json=asked, headers=told)
            print(answer.status_code, answer.json().get("first_response", answer.json()))
        print((await client.get("/tickets/T-1")).json())
        print((await client.get("/tickets/T-9")).json())


if __name__ == "__main__":
    monday_nine = datetime(2025, 3, 3, 9, tzinfo=timezone.utc)
    with ServiceDesk.open("memory:", clock=lambda: monday_nine) as desk:
        asyncio.run(two_calls(desk))
