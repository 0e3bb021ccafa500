"""A desk in a Django site: views take requests in, a worker does the rest, a restart loses none.

Run it with ``python examples/a_django_site.py``.  In a project of your own, the
desk is opened where the application starts (``AppConfig.ready``), the views and
their paths go where yours are, and ``servicecore worker`` runs beside the site.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory

import django
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.test import Client
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from servicecore import RefusedError, ServiceDesk
from servicecore.storage import ConflictError

View = Callable[..., JsonResponse]

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["testserver"], USE_TZ=True)
django.setup()


class Site:
    """What the views share: one desk for all threads of a process."""

    desk: ServiceDesk


def in_http(view: View) -> View:
    """Tell in the words of HTTP why something cannot be."""

    @wraps(view)
    def told(*args: object, **facts: object) -> JsonResponse:
        try:
            return view(*args, **facts)
        except KeyError as missing:
            return JsonResponse({"error": f"the request says nothing of {missing}"}, status=422)
        except LookupError as unknown:
            return JsonResponse({"error": str(unknown)}, status=404)
        except (TypeError, ValueError) as unclear:
            return JsonResponse({"error": str(unclear)}, status=422)
        except (RefusedError, ConflictError) as refusal:
            return JsonResponse({"error": str(refusal)}, status=409)

    return told


@require_http_methods(["PUT"])
@in_http
def open_ticket(request: HttpRequest, number: str) -> JsonResponse:
    """Take a request for help in; sent twice under one key, it is taken in once."""
    receipt = Site.desk.tickets.open(
        number,
        **json.loads(request.body),
        actor=request.headers["By"],
        command_id=request.headers["Idempotency-Key"],
    )
    return JsonResponse({"position": receipt.position}, status=200 if receipt.repeated else 201)


@require_GET
@in_http
def ticket(_: HttpRequest, number: str) -> JsonResponse:
    """Tell how a ticket is."""
    found = Site.desk.tickets.get(number)
    acknowledged = found.acknowledged_at is not None
    return JsonResponse({"level": found.level.value, "acknowledged": acknowledged})


urlpatterns = [
    path("tickets/<str:number>", open_ticket),
    path("tickets/<str:number>/state", ticket),
]


def a_day(url: str) -> None:
    """Take requests in, restart, and let a worker look at what became late meanwhile."""
    call = {"customer_id": "Acme", "product": "pump", "model": "P-200", "fault": "it leaks"}
    body = json.dumps({**call, "contact": "Ms Lin", "priority": "A"})
    nine, client = datetime(2025, 3, 3, 9, tzinfo=timezone.utc), Client()

    def put(number: str, key: str) -> None:
        told = {"By": "Wu", "Idempotency-Key": key}
        answer = client.put(f"/tickets/{number}", body, "application/json", headers=told)
        print(answer.status_code, answer.json())

    with ServiceDesk.open(url, react="worker", clock=lambda: nine) as Site.desk:
        put("T-1", "call-17")
        put("T-1", "call-17")
        put("T-1", "call-18")

    later = nine + timedelta(hours=2, seconds=1)
    with ServiceDesk.open(url, react="worker", clock=lambda: later) as worker:
        worker.run_due()

    with ServiceDesk.open(url, react="worker", clock=lambda: later) as Site.desk:
        put("T-1", "call-17")  # The caller never heard of the first receipt.
        print(client.get("/tickets/T-1/state").json())
        print(client.get("/tickets/T-9/state").json())


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        a_day(f"sqlite:///{Path(folder).as_posix()}/service.db")
