"""The counter for questions: how long customers wait, and whether promises are kept.

Every question takes the same (:class:`~servicecore.desk.asked.Ask`): a *period*,
what to group *by* and *where* to look, a *zone*, and *as_of* when.  What each
figure means stands with the function that counts it, in the room of projections.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, Unpack, cast

import attrs

from ..projections import themes
from ..projections.answer import Answer
from ..projections.behind import Part, part_of, unknown_measure
from ..projections.churn_goal import ChurnChange, churn_change
from ..projections.cost_benefit import ChurnIn, CostBenefit, expected
from ..projections.quality_index import QualityIndex, parts_of, quality_index
from ..projections.risk import CustomerRisk
from ..projections.risk_watch import WatchedRisk
from ..projections.satisfaction import change
from ..projections.scorecards import SCORECARD, with_few
from ..projections.spells import Patience
from ..projections.themes import THEMES, Look, Theme
from ..projections.worklist import Waiting, worklist
from ..report import page
from .asked import Ask, AskTwice, question_of
from .customers_asked import customers_at_risk, patience_of, risks, survival
from .drawer import Drawer
from .office import Office
from .registry import COST_LEDGER
from .report_page import findings
from .sources import Sources

_REHEARSALS = (themes.EMERGENCY_PLANS, themes.DRILLS)


@attrs.frozen
class Reports:
    """Answers from the read models, which catch up with the log before they answer."""

    _office: Office
    _sources: Sources = attrs.field(
        init=False,
        repr=False,
        default=attrs.Factory(lambda self: Sources(self._office), takes_self=True),
    )

    # --- Tickets ---------------------------------------------------------------------

    def response_times(self, **ask: Unpack[Ask]) -> Answer:
        """Tell how long customers waited, and which promises were kept.

        Raises:
            UnknownPeriodError: If the period is not one, or reversed.
            UnknownZoneError: If the zone does not exist.
            UnknownGroupingError: If tickets have nothing of that name.
            UnknownPositionError: If the log never came to that position.
        """
        return self._tickets(themes.RESPONSE_TIMES, ask)

    def backlog(self, **ask: Unpack[Ask]) -> Answer:
        """Tell what is still to do and how old it is, and what came in and was resolved."""
        return self._tickets(themes.BACKLOG, ask)

    def reopenings(self, **ask: Unpack[Ask]) -> Answer:
        """Tell how many tickets were reopened within 30 days of being resolved."""
        return self._tickets(themes.REOPENINGS, ask)

    def first_contact(self, **ask: Unpack[Ask]) -> Answer:
        """Tell how many tickets were resolved with a single answer, for good."""
        return self._tickets(themes.FIRST_CONTACT, ask)

    def repairs(self, **ask: Unpack[Ask]) -> Answer:
        """Tell how many repairs were in time, and how many lasted 30 days (pdr:7.1a)."""
        return self._tickets(themes.REPAIRS, ask)

    def repeat_problems(self, **ask: Unpack[Ask]) -> Answer:
        """Tell how many tickets were about what had been asked within 90 days (om2025:2.3d)."""
        return self._tickets(themes.REPEAT_PROBLEMS, ask)

    def escalations(self, **ask: Unpack[Ask]) -> Answer:
        """Tell how many tickets went up, and to which level."""
        return self._tickets(themes.ESCALATIONS, ask)

    def waits(self, **ask: Unpack[Ask]) -> Answer:
        """Tell who waited for whom, how long work was on hold, and for the next reply."""
        return self._tickets(themes.WAITS, ask)

    def outlets(self, **ask: Unpack[Ask]) -> Answer:
        """Tell of each team how many tickets it answered and took up in time (om2025:8.1a)."""
        return self._tickets(themes.OUTLETS, ask, by="team")

    def coverage(self, **ask: Unpack[Ask]) -> Answer:
        """Tell how many customers, areas and teams the service reached (om2025:1.3b)."""
        return self._tickets(themes.COVERAGE, ask, by=())

    def scorecards(self, **ask: Unpack[Ask]) -> Answer:
        """Tell of each person what they did, within one priority; few cases say little."""
        return with_few(self._tickets(themes.SCORECARDS, ask, by=SCORECARD))

    def worklist(self, **ask: Unpack[AskTwice]) -> list[Waiting]:
        """Tell which tickets are to do, in the order in which to take them up (om2025:6.2a).

        Chosen by ``where={"team": "repair", "priority": ["A", "B"]}``, by person, product,
        customer or whatever else tickets have.

        Raises:
            UnknownGroupingError: If tickets have nothing of that name.
        """
        question = question_of(self._office, cast("Ask", ask))
        chosen = themes.TICKETS.chosen(self._sources.of(themes.TICKETS, question), question)
        return worklist(chosen, as_of=question.as_of)

    # --- Everything else -------------------------------------------------------------

    def complaints(self, **ask: Unpack[Ask]) -> Answer:
        """Tell how complaints were handled, what is open, and what they are about."""
        return self._all_of(themes.COMPLAINTS, ask)

    def parts(self, **ask: Unpack[Ask]) -> Answer:
        """Tell what is in stock, what is short, and what was used (pdr:3.4a)."""
        return self._all_of(themes.PARTS, ask)

    def maintenance(self, **ask: Unpack[Ask]) -> Answer:
        """Tell how many visits of maintenance were made, and made in time (pdr:7.1d)."""
        return self._all_of(themes.MAINTENANCE, ask)

    def upgrades(self, **ask: Unpack[Ask]) -> Answer:
        """Tell how many upgrades that were taken on were released (pdr:7.1d)."""
        return self._all_of(themes.UPGRADES, ask)

    # --- Who stays, and who leaves -----------------------------------------------------

    def churn(
        self,
        *,
        grace: timedelta | None = None,
        silence: timedelta | None = None,
        **ask: Unpack[Ask],
    ) -> Answer:
        """Tell how many customers are gone of those there at the start, and why (psp:6.2a).

        Args:
            grace: How long after its end a contract may still be renewed: ``churn_grace``.
            silence: Not heard of for how long somebody counts as gone: ``churn_silence``.
            ask: What every question takes.

        Raises:
            MissingTimesError: If the standard does not say, and nobody else does.
        """
        return self._customers(themes.CHURN, ask, self._patience(grace, silence))

    def churn_change(
        self, *, before: str, after: str, counted_in: ChurnIn = "relative", **ask: Unpack[AskTwice]
    ) -> ChurnChange:
        """Tell whether churn fell between two periods as the standard wants it (psp:5.2a).

        Raises:
            NoGoalError: If the standard does not want churn to fall.
            UnknownUnitError: If it is counted neither *relative* nor in *points*.
        """
        return churn_change(
            self.churn(period=before, **ask),
            self.churn(period=after, **ask),
            goals=self._office.standard.goals,
            counted_in=counted_in,
        )

    def retention(
        self,
        *,
        grace: timedelta | None = None,
        silence: timedelta | None = None,
        **ask: Unpack[Ask],
    ) -> Answer:
        """Tell how many customers stay, by the quarter of the first delivery, and how long."""
        question, patience = question_of(self._office, ask), self._patience(grace, silence)
        source = attrs.evolve(self._sources.of(themes.CUSTOMERS, question), patience=patience)
        told = themes.CUSTOMERS.answer(source, question, themes.RETENTION)
        return told + survival(source, question)

    def repurchase(self, **ask: Unpack[Ask]) -> Answer:
        """Tell how many customers order again (om2025:1.3c)."""
        return self._customers(themes.REPURCHASE, ask)

    def renewal(self, *, grace: timedelta | None = None, **ask: Unpack[Ask]) -> Answer:
        """Tell how many contracts that ended were renewed (om2025:1.3c)."""
        return self._customers(themes.RENEWAL, ask, self._patience(grace, None))

    def revisits(self, **ask: Unpack[Ask]) -> Answer:
        """Tell how many revisits were planned, held and missed (om2025:6.1c)."""
        return self._customers(themes.REVISITS, ask)

    def findings(self, **ask: Unpack[Ask]) -> Answer:
        """Tell what customers told on revisits: common problems, and what became of them."""
        return self._customers(themes.FINDINGS, ask)

    def at_risk(
        self, *, points: Mapping[str, float] | None = None, **ask: Unpack[Ask]
    ) -> list[CustomerRisk]:
        """Tell which customers we may lose, and every reason with its points (om2025:7.2a).

        With ``known_at`` it is told as it was known then, and can be held against
        what happened since.

        Args:
            points: What each reason weighs; by default the standard's ``risk_points``.
            ask: What every question takes.

        Raises:
            UnknownRiskError: If nobody looks for one of those reasons, or says what they weigh.
            MissingTimesError: If the standard does not say how far back one looks.
        """
        question = question_of(self._office, ask)
        return customers_at_risk(self._sources, self._office.standard, question, points)

    def risks(self, *, period: str, **ask: Unpack[AskTwice]) -> tuple[WatchedRisk, ...]:
        """Tell churn, complaints, delay and failures of a period and those before (om2025:7.2c)."""
        return risks(self._office, self, period=period, ask=ask)

    # --- What customers say ------------------------------------------------------------

    def satisfaction(self, **ask: Unpack[Ask]) -> Answer:
        """Tell how satisfied customers are, how sure that is, and how many were asked.

        By what they were asked about, product, customer, team, person or time.
        """
        question = question_of(self._office, ask)
        told = themes.SURVEYS.answer(self._sources.of(themes.SURVEYS, question), question)
        tickets = themes.TICKETS
        if not tickets.can_be_asked(question):
            return told
        source, asked = self._sources.of(tickets, question), tickets.grouped(question)
        return told + tickets.answer(source, asked, themes.SURVEY_COVERAGE)

    def satisfaction_change(
        self, *, before: str, after: str, by: str | Iterable[str] = (), **ask: Unpack[AskTwice]
    ) -> Answer:
        """Tell how satisfaction differs between two periods, and how sure that is (psp:6.2b).

        The run chart beside it is ``satisfaction(by="month")``.
        """
        earlier = self.satisfaction(period=before, by=by, **ask)
        return change(earlier, self.satisfaction(period=after, by=by, **ask))

    def campaigns(self, **ask: Unpack[Ask]) -> Answer:
        """Tell how many campaigns were held, whom they reached, and what came of them."""
        return self._all_of(themes.CAMPAIGNS, ask)

    def ratings(self, **ask: Unpack[Ask]) -> Answer:
        """Tell how customer service rates repairs, and whether in time (pdr:3.2c)."""
        return self._all_of(themes.RATINGS, ask)

    def service_quality_index(
        self, *, period: str | None = None, **ask: Unpack[AskTwice]
    ) -> QualityIndex:
        """Tell the service quality index of 100, with its four parts and its grade (om2025:6.1d).

        What the parts weigh, and the grades, are the standard's to say.
        """
        standard = self._office.standard
        weights = standard.scale("service_quality_weights")
        grades = standard.scale("service_quality_grades")
        timeliness = self.response_times(period=period, by=(), **ask)
        return quality_index(
            parts_of(
                satisfaction=self.satisfaction(period=period, by=(), **ask),
                timeliness=timeliness,
                professionalism=self.first_contact(period=period, by=(), **ask),
                by_team=self.response_times(period=period, by=("team", "month"), **ask),
            ),
            weights=weights.values if weights else None,
            grades=grades.values if grades else {},
            weights_of=standard.reference,
            period=timeliness.period,
            as_of=timeliness.as_of,
        )

    # --- People, emergencies, costs -------------------------------------------------------

    def training(self, **ask: Unpack[Ask]) -> Answer:
        """Tell who was trained, for how long, and whether that was enough (om2025:7.2b)."""
        return self._staff(themes.TRAINING, ask)

    def appraisals(self, **ask: Unpack[Ask]) -> Answer:
        """Tell who was appraised, and how well they did; ``by="person"`` to base rewards on."""
        return self._staff(themes.APPRAISALS, ask)

    def drills(self, **ask: Unpack[Ask]) -> Answer:
        """Tell whether emergencies were rehearsed often enough, and what came of it."""
        question = question_of(self._office, ask)
        themes.must_be_of_some(question, _REHEARSALS)
        told = [
            theme.answer(self._sources.of(theme, question), theme.grouped(question))
            for theme in _REHEARSALS
            if theme.can_be_asked(question)
        ]
        first, *others = told
        return sum(others, first)

    def costs(self, **ask: Unpack[Ask]) -> Answer:
        """Tell what was budgeted, spent and gained, and what that returned (psp:5.1b)."""
        return self._all_of(themes.COSTS, ask)

    def cost_benefit(
        self,
        ledger_id: str,
        *,
        sales: Decimal,
        margin: Decimal,
        churned_sales: Decimal,
        churn_in: ChurnIn = "relative",
    ) -> CostBenefit:
        """Tell what the budgets of a ledger would return if the goals were met (psp:5.2b).

        Raises:
            UnknownRecordError: If there is no such ledger.
            NoGoalError: If its standard does not say what is to grow.
        """
        drawer = Drawer(self._office, "cost_ledger", COST_LEDGER)
        budgets = drawer.get(ledger_id).budgets
        return expected(
            sum((each.total for each in budgets), Decimal()),
            goals=drawer.standard_of(ledger_id).goals,
            sales=sales,
            margin=margin,
            churned_sales=churned_sales,
            churn_in=churn_in,
        )

    # --- All at once -----------------------------------------------------------------

    def everything(self, **ask: Unpack[Ask]) -> Answer:
        """Tell all that is measured; each kind of case by those of the names that it has.

        Raises:
            UnknownGroupingError: If no kind of case has anything of that name.
            UnknownChoiceError: If no case is ever called what should be chosen.
        """
        question = question_of(self._office, ask, by="priority")
        themes.must_be_of_some(question, THEMES)
        told = [
            theme.answer(self._sources.of(theme, question), theme.grouped(question))
            for theme in THEMES
            if theme.can_be_asked(question)
        ]
        first, *others = told
        return sum(others, first)

    def behind(self, measure: str, *, only: Part | None = None, **ask: Unpack[Ask]) -> Answer:
        """Tell which cases a figure is made of, and what it comes to for each.

        Args:
            measure: Its name, such as ``resolution_attainment``.
            only: Of a share, the cases of which it is so (``"yes"``) or is not (``"no"``),
                or that are not decided (``"open"``).
            ask: What the figure itself was asked with.

        Raises:
            UnknownMeasureError: If nothing is measured under that name.
        """
        question = question_of(self._office, ask)
        known: list[str] = []
        for theme in THEMES:
            if theme.can_be_asked(question):
                grouped, source = theme.grouped(question), self._sources.of(theme, question)
                measures = theme.answer(source, grouped).measures()
                if measure in measures:
                    return part_of(theme.behind(source, grouped, measure), only)
                known += measures
        raise unknown_measure(measure, known)

    def json(self, **ask: Unpack[Ask]) -> dict[str, Any]:
        """Return the report as plain values, with what it was made from; durations in seconds."""
        answer = self.everything(**ask)
        return {
            "period": ask.get("period"),
            "zone": answer.zone,
            "as_of": answer.as_of.isoformat(),
            "log_head": self._log_head(answer),
            "standard": self._office.standard.reference,
            "measures": answer.as_dict(),
        }

    def html(self, *, language: str = "en", **ask: Unpack[Ask]) -> str:
        """Return the report as one page that needs nothing else; it groups as it sees fit.

        Raises:
            UnknownLanguageError: If it is not written in that *language*.
        """
        return page(findings(self._office, self, ask), language=language)

    @property
    def zone(self) -> str:
        """The time zone of the standard's calendar."""
        return str(self._office.calendar.zone)

    # ---------------------------------------------------------------------------------

    def _tickets(self, look: Look, ask: Ask, *, by: str | Iterable[str] = "priority") -> Answer:
        question = question_of(self._office, ask, by=by)
        return themes.TICKETS.answer(self._sources.of(themes.TICKETS, question), question, look)

    def _customers(self, look: Look, ask: Ask, patience: Patience | None = None) -> Answer:
        question = question_of(self._office, ask)
        source = self._sources.of(themes.CUSTOMERS, question)
        if patience is not None:
            source = attrs.evolve(source, patience=patience)
        return themes.CUSTOMERS.answer(source, question, look)

    def _patience(self, grace: timedelta | None, silence: timedelta | None) -> Patience:
        return patience_of(self._office.standard, grace=grace, silence=silence)

    def _staff(self, look: Look, ask: Ask) -> Answer:
        question = question_of(self._office, ask)
        return themes.STAFF.answer(self._sources.of(themes.STAFF, question), question, look)

    def _all_of(self, theme: Theme, ask: Ask) -> Answer:
        question = question_of(self._office, ask)
        return theme.answer(self._sources.of(theme, question), question)

    def _log_head(self, answer: Answer) -> int:
        if answer.known_at is not None:
            return answer.known_at
        return self._office.position(themes.TICKETS.facts.name)
