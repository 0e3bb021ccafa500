"""Rules about complaints: registered, acknowledged, analysed, and handled until satisfied."""

from __future__ import annotations

from collections.abc import Iterator

from ...domain.complaint import events
from ...domain.complaint.events import Category, Outcome, Severity
from ...domain.people import same_person
from .rules import Case, Look, Record, Rule, Scope, by_two, ended_by

_KIND = "complaint"


def _until_satisfied(record: Record, scope: Scope) -> Iterator[Case]:
    """Whoever was dissatisfied gets another round, or is told where else to turn."""
    told = (events.ComplaintTakenUpAgain, events.ComplaintExhausted)
    for said in record.within(scope, events.ComplaintDissatisfied):
        after = [each for each in record.of(*told) if each.version > said.version]
        amiss = "" if after else "the customer was dissatisfied, and it was not handled again"
        yield record.case(said, *after[:1], amiss=amiss)


def _customer_has_the_last_word(record: Record, scope: Scope) -> Iterator[Case]:
    words = (events.ComplaintSatisfied, events.ComplaintDissatisfied, events.ComplaintExhausted)
    for closed in record.within(scope, events.ComplaintClosed):
        before = [each for each in record.of(*words) if each.version < closed.version]
        wanted = (
            events.ComplaintExhausted
            if closed.event.outcome is Outcome.EXHAUSTED
            else events.ComplaintSatisfied
        )
        is_so = bool(before) and isinstance(before[-1].event, wanted)
        amiss = "" if is_so else "it was closed without the customer's word that it may be"
        yield record.case(*before[-1:], closed, amiss=amiss)


def _independent(record: Record, scope: Scope) -> Iterator[Case]:
    person = record.state.about.person
    did = [each for each in record.history if each.occurred_at in scope and _people(each.event)]
    if not person or not did:
        return
    himself = [each for each in did if any(same_person(person, who) for who in _people(each.event))]
    amiss = f"{person} handled a complaint about {person}" if himself else ""
    yield record.case(*(himself or did), amiss=amiss)


def _people(event: object) -> list[str]:
    """Return who handled the complaint by this event."""
    match event:
        case events.ComplaintAssigned():
            return [event.to]
        case events.ComplaintTeamSet():
            return [each.person for each in event.members]
        case events.ComplaintPlanned():
            return [event.by, *(each.person for each in event.measures)]
        case events.ComplaintSatisfied() | events.ComplaintDissatisfied():
            return [event.asked_by]
        case events.ComplaintRegistered():
            return []  # Whoever picks up the telephone cannot know whom it is about.
        case _:
            who = getattr(event, "by", "")
            return [who] if who else []


def _three_levels(record: Record, scope: Scope) -> Iterator[Case]:
    for assessed in record.within(scope, events.ComplaintAssessed):
        standard = scope.rulebook.standard(record.state.standard)
        is_major = assessed.event.severity is Severity.MAJOR
        if is_major and standard.setting("response_levels"):
            started = record.of(events.ComplaintResponseStarted)
            amiss = "" if started else "it is major, and the three levels did not respond"
            yield record.case(assessed, *started, amiss=amiss)


def _repaired(record: Record, scope: Scope) -> Iterator[Case]:
    for classified in record.within(scope, events.ComplaintClassified):
        if classified.event.category is Category.PRODUCT_QUALITY:
            asked = record.of(events.ComplaintRepairRequested)
            is_so = asked or record.state.about.ticket_id
            amiss = "" if is_so else "it is about quality, and no repair was begun"
            yield record.case(classified, *asked, amiss=amiss)


def _reported(record: Record, scope: Scope) -> Iterator[Case]:
    for closed in record.within(scope, events.ComplaintClosed):
        written = record.of(events.ComplaintReported)
        amiss = "" if written else "it is closed, and nobody wrote the report"
        yield record.case(closed, *written, amiss=amiss)


def _closed_after(*needs: type, lacks: str) -> Look:
    return ended_by(events.ComplaintClosed, needs=needs, lacks=lacks)


RULES = (
    Rule(
        id="complaint.registered",
        of=_KIND,
        clause="psp:3.4a",
        says="A complaint is registered completely before it is closed.",
        look=_closed_after(events.ComplaintRegistered, lacks="it was never registered"),
    ),
    Rule(
        id="complaint.acknowledged",
        of=_KIND,
        clause="pdr:5.1a",
        says="The customer is told that the complaint arrived and will be handled.",
        look=_closed_after(
            events.ComplaintAcknowledged,
            events.ComplaintAnswered,
            events.ComplaintInformed,
            lacks="the customer was never told that it arrived",
        ),
    ),
    Rule(
        id="complaint.classified",
        of=_KIND,
        clause="om2025:5.3a",
        says="A complaint is classified by what it is about.",
        look=_closed_after(events.ComplaintClassified, lacks="nobody said what it is about"),
    ),
    Rule(
        id="complaint.analysed",
        of=_KIND,
        clause="om2025:5.3c",
        says="The root cause of a complaint is found before it is closed.",
        look=_closed_after(events.ComplaintCauseFound, lacks="nobody found its cause"),
    ),
    Rule(
        id="complaint.solution_proposed",
        of=_KIND,
        clause="psp:3.4b",
        says="A solution is proposed before a complaint is closed.",
        look=_closed_after(events.ComplaintSolutionProposed, lacks="no solution was proposed"),
    ),
    Rule(
        id="complaint.fed_back",
        of=_KIND,
        clause="om2025:5.3d",
        says="The customer is told the outcome before a complaint is closed.",
        look=_closed_after(events.ComplaintFedBack, lacks="the customer was not told the outcome"),
    ),
    Rule(
        id="complaint.handled_until_satisfied",
        of=_KIND,
        clause="pdr:5.4a",
        says="A complaint is handled again until the customer is satisfied.",
        look=_until_satisfied,
    ),
    Rule(
        id="complaint.customer_decides",
        of=_KIND,
        clause="psp:3.4c",
        says="A complaint is closed on the customer's word, or when nothing is left to do.",
        look=_customer_has_the_last_word,
    ),
    Rule(
        id="complaint.reported",
        of=_KIND,
        clause="pdr:5.4b",
        says="A report on a complaint is written when it is closed.",
        look=_reported,
    ),
    Rule(
        id="complaint.independent",
        of=_KIND,
        clause="ISO 10002",
        says="Nobody handles a complaint about himself.",
        look=_independent,
    ),
    Rule(
        id="complaint.closed_by_another",
        of=_KIND,
        clause="house choice",
        says="Who confirmed that the customer is satisfied does not close the complaint.",
        look=by_two(
            events.ComplaintSatisfied,
            events.ComplaintClosed,
            who="asked_by",
            said="confirmed the satisfaction and closed the complaint",
        ),
    ),
    Rule(
        id="complaint.three_levels",
        of=_KIND,
        clause="om2025:7.1a",
        says="A major complaint starts the response of all three levels.",
        look=_three_levels,
    ),
    Rule(
        id="complaint.repaired",
        of=_KIND,
        clause="om2025:5.3b",
        says="A complaint about quality starts a repair at once.",
        look=_repaired,
    ),
)
