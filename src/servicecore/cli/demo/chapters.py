"""The rest of the tale: customers, complaints, the store, people, quality, and what was learnt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ...desk import ServiceDesk
from ...projections.answer import Answer
from ..figures import percent
from ..output import table, words, wrapped
from .findings import Findings
from .lives import START
from .managers import LEDGER

_QUARTERS = tuple(f"{START.year}-Q{n}" for n in range(1, 5))


def customers(_: ServiceDesk, found: Findings) -> Iterator[str]:
    """Tell who came, who was asked, and who left."""
    n = found.happened
    yield wrapped(
        f"{n('RelationshipOpened')} customers had a file, and {n('ProductDelivered')} products "
        f"were delivered to them. {n('OrderPlaced')} orders were placed, "
        f"{n('OrderEscalated')} were not confirmed in time."
    )
    yield ""
    yield wrapped(
        f"{n('RevisitPlanned')} revisits were planned, each for a reason that the standard "
        f"names; {n('RevisitHeld')} were made, {n('RevisitMissed')} missed their day. They "
        f"brought {n('FindingRecorded')} findings, each with a department to look after it."
    )
    yield ""
    yield wrapped(
        f"{n('ContractEnding')} contracts came to their end: {n('ContractRenewed')} were "
        f"renewed, {n('ContractLapsed')} were not. {n('CustomerLost')} customers were lost, and "
        f"{n('CustomerWonBack')} of them won back. {n('RecoveryBegun')} times somebody set out "
        "to make up for something, once however much had gone wrong at the same time."
    )


def voices(desk: ServiceDesk, found: Findings) -> Iterator[str]:
    """Tell what customers answered when they were asked."""
    n = found.happened
    yield wrapped(
        f"{n('SurveySent')} surveys were sent, {n('SurveyReminded')} reminders after them; "
        f"{n('SurveyAnswered')} were answered, {n('SurveyDeclined')} declined."
    )
    told = desk.reports.satisfaction()
    rows = [
        (words(name), *_share(told, name))
        for name in ("csat", "response_rate", "survey_coverage")
        if name in told.measures()
    ]
    yield ""
    yield table(rows, head=("share", "n", "k", "share", "95 % interval"), right=range(1, 5))


def complaints(desk: ServiceDesk, found: Findings) -> Iterator[str]:
    """Tell how complaints went, round by round."""
    n = found.happened
    yield wrapped(
        f"{n('ComplaintReceived')} complaints came in, {n('ComplaintResponseStarted')} of them "
        "so severe that higher levels responded at once, and "
        f"{n('ComplaintRepairRequested')} began a repair. {n('ComplaintDissatisfied')} times the "
        "customer was not satisfied with the outcome, and every time the complaint was handled "
        f"again; {n('ComplaintSatisfied')} ended with a satisfied customer."
    )
    subjects = list(desk.log.subjects("complaint"))
    rounds = Counter(desk.complaints.get(each.partition("/")[2]).rounds for each in subjects)
    rows = [(str(times), str(count)) for times, count in sorted(rounds.items())]
    if rows:
        yield ""
        yield table(rows, head=("rounds", "complaints"), right=(0, 1))


def products(_: ServiceDesk, found: Findings) -> Iterator[str]:
    """Tell of warranties, parts, maintenance and upgrades."""
    n = found.happened
    yield wrapped(
        f"{n('WarrantyCoverageDecided')} repairs were judged by their warranty; for "
        f"{n('WarrantyFeesOffered')} the fees were offered line by line before any work, and "
        f"{n('WarrantyFeesAccepted')} times accepted."
    )
    yield ""
    yield wrapped(
        f"The store bought {n('SparePartPurchased')} batches, {n('SparePartReorderAsked')} of "
        f"them because the desk asked in time. {n('SparePartIssued')} parts were issued to "
        f"tickets, {n('SparePartUsed')} used, {n('SparePartReturned')} brought back; "
        f"{n('SparePartCounted')} counts found {n('SparePartAdjusted')} differences, and "
        f"{n('SparePartScrapped')} expired batches were cleared."
    )
    yield ""
    yield wrapped(
        f"{n('MaintenanceVisitCarriedOut')} of {n('MaintenanceVisitDue')} visits of maintenance "
        f"that fell due were made. {n('UpgradeReleased')} upgrades were released with backup and "
        f"approval, {n('UpgradeRolledBack')} was rolled back."
    )


def people(desk: ServiceDesk, found: Findings) -> Iterator[str]:
    """Tell of trainings, drills, and the emergency for which they were held."""
    n = found.happened
    yield wrapped(
        f"{n('TrainingHeld')} trainings were held and {n('StaffAppraised')} appraisals made; "
        f"{n('StaffFellShort')} times somebody had less than the standard owes them. "
        f"{n('DrillHeld')} drills rehearsed what may happen. When a typhoon cut the power of two "
        f"warehouses, {n('EmergencyResponseStarted')} response was under way within the hour, "
        f"and {n('EmergencyEvaluated')} evaluation drew its lessons."
    )
    if LEDGER in {each.partition("/")[2] for each in desk.log.subjects("cost_ledger")}:
        ledger = desk.costs.get(LEDGER)
        yield ""
        yield wrapped(f"The service cost CNY {ledger.spent:,.2f} in the year.")


def quality(desk: ServiceDesk, found: Findings) -> Iterator[str]:
    """Tell of each quarter's review, and of what is done better since."""
    rows: list[tuple[str, ...]] = []
    names: list[str] = []
    for quarter in _QUARTERS:
        index = desk.reports.service_quality_index(period=quarter)
        parts = (percent(each.value) for each in index.parts)
        value = "-" if index.value is None else f"{index.value:.1f}"
        rows.append((quarter[5:], *parts, value, words(index.grade or "-")))
        names = [each.name for each in index.parts]
    yield table(rows, head=("in", *names, "index", "grade"), right=range(1, 6))
    n = found.happened
    yield ""
    yield wrapped(
        "Each quarter's figures were frozen when its review published them: "
        f"{n('QualityReviewPublished')} reviews. From low answers, weak points, complaints and "
        f"figures below their standard came {n('ImprovementCollected')} improvements: "
        f"{n('ImprovementAnalysed')} have their cause found, "
        f"{n('ImprovementMeasureCarriedOut')} their measures carried out, "
        f"{n('ImprovementAdopted')} became the way things are done."
    )


def refusals(refused: Counter[str]) -> Iterator[str]:
    """Tell what people tried and the rules did not allow."""
    rows = [(name.removesuffix("Error"), str(count)) for name, count in sorted(refused.items())]
    yield wrapped("People try things. What the rules refuse is named, and nothing of it is stored:")
    yield ""
    yield table(rows, head=("refusal", "times"), right=(1,))


def _share(told: Answer, measure: str) -> tuple[str, ...]:
    (figure,) = told[measure]
    interval = "-"
    if figure.low is not None and figure.high is not None:
        interval = f"{percent(figure.low)} - {percent(figure.high)}"
    return str(figure.n), str(figure.k), percent(figure.value), interval
