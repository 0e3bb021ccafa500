"""What managers see to: staff and training, emergencies, campaigns, reviews, costs, upgrades."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import attrs

from ...domain.campaign import CampaignAnnounced, CampaignPlanned
from ...domain.events import Recorded
from ...domain.preparedness import ResponseLevel
from ...domain.quality_review import QualityReviewDue, QualityReviewPublished
from ...domain.standard import ServiceStandard
from ...domain.standard_review import StandardReviewDue
from . import cast
from .lives import START
from .stage import Stage

YEAR = START.year
PLAN, LEDGER = f"E-{YEAR}", f"L-{YEAR}"
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_QUARTERS = {"Q1": 3, "Q2": 6, "Q3": 9, "Q4": 12}
_TRAINING_LASTS, _DRILL_LASTS = timedelta(hours=8), timedelta(hours=2)
_NEWCOMER = cast.STAFF[-1]


@attrs.define
class Managers:
    """They plan the year, and decide what only they may."""

    stage: Stage
    customers: list[cast.Customer]
    _upgrades: int = 0

    def begin(self) -> None:
        """Plan the year, as far as the standard asks for it."""
        self.stage.listen(self.hear)
        self._on(1, 2, self._open_the_year)
        self._on(1, 6, self._plan_maintenance)
        if self._asks("training_layers"):
            self._plan_training()
        if self._owes("drills"):
            self._on(1, 3, self._make_emergency_plan)
            for quarter, month in _QUARTERS.items():
                self._on(month, 10, self._plan_drill, quarter)
            self._on(7, 22, self._typhoon)
        for n, (month, day) in enumerate(((2, 11), (5, 13), (9, 9))):
            self._on(month, day, self._wish, n)

    def hear(self, recorded: Recorded) -> None:
        """React to what waits for a manager."""
        event = recorded.event
        match event:
            case QualityReviewDue(rung="due"):
                self.stage.at_work(30 * _HOUR, self._review, event.review_id)
            case QualityReviewPublished():
                self.stage.at_work(6 * _HOUR, self._adjust, event.review_id)
            case CampaignPlanned():
                day = event.due_on - 20 * _DAY
                self.stage.at(self._morning(day), self._announce, event.campaign_id)
            case CampaignAnnounced():
                after = self._morning(event.last_on + _DAY)
                self.stage.at(after, self._close_campaign, event.campaign_id)
            case StandardReviewDue(rung="due"):
                self.stage.at_work(40 * _HOUR, self._review_standard, event.review_id)

    # --- The year ---------------------------------------------------------------------------

    def _open_the_year(self) -> None:
        desk = self.stage.desk
        desk.quality_reviews.schedule(f"{YEAR}-Q1")
        due_on = date(YEAR, 11, 14)
        desk.standard_reviews.plan(desk.standard.id, due_on=due_on)
        desk.campaigns.plan(f"{YEAR}-1", due_on=date(YEAR, 6, 20))
        if desk.standard.costs:
            desk.costs.open(LEDGER, year=YEAR, is_first=True)
            self._spend("system", 100_000, "once", "the support system")
            for quarter, month in _QUARTERS.items():
                self._on(month, 25, self._spend, "training", 29_400, quarter, "four quarters alike")
            self._on(12, 28, self._gain)
        for name in cast.STAFF if self._asks("training_layers") else ():
            layer = "new" if name == _NEWCOMER else "experienced"
            joined = date(YEAR, 1, 1) if name == _NEWCOMER else date(YEAR - 3, 4, 1)
            desk.staff.join(name, layer=layer, post="service engineer", joined_on=joined)

    def _plan_maintenance(self) -> None:
        for n, each in enumerate(self.customers[::14], start=1):
            product = cast.PRODUCTS[n % 3]
            self.stage.desk.maintenance.plan(
                f"M-{n:03}",
                product=product.name,
                customer_id=each.id,
                kind="hardware",
                every="3 months",
                first_on=date(YEAR, 2, 3 + n % 20),
                content="oil, filters, a test run",
                manner="on_site",
                person=cast.STAFF[n % 5],
            )

    def _spend(self, kind: str, amount: int, entry: str, note: str) -> None:
        self.stage.desk.costs.enter(
            LEDGER,
            entry=f"{kind}-{entry}",
            kind=kind,
            amount=Decimal(amount),
            entered_for=self.stage.today,
            subject=f"{kind}/{entry}",
            note=note,
        )

    def _gain(self) -> None:
        self.stage.desk.costs.enter_benefit(
            LEDGER,
            entry="kept customers",
            kind="renewals",
            amount=Decimal(420_000),
            entered_for=self.stage.today,
            subject=f"cost_ledger/{LEDGER}",
            assuming="one customer in twenty would have left without the new service",
        )

    # --- Staff ------------------------------------------------------------------------------

    def _plan_training(self) -> None:
        (topics, layers) = self._list("training_topics"), self._list("training_layers")
        for month in range(1, 12):
            topic = topics[month % len(topics)]
            self._on(month, 14, self._train, f"TR-{month:02}", topic, layers)
        for quarter, month in _QUARTERS.items():
            self._on(month, 5, self._train_for_emergencies, f"TR-E-{quarter}", layers)
            self._on(month, 24, self._appraise, f"{YEAR}-{quarter}")
        self._on(12, 26, self._appraise, f"{YEAR}")

    def _train(self, number: str, topic: str, layers: tuple[str, ...]) -> None:
        trainings = self.stage.desk.trainings
        trainings.plan(
            number,
            topic=topic,
            content="what went wrong last month, and how it is done",
            layers=layers,
            trainer=cast.SUPERVISOR,
            planned_on=self.stage.today,
            lasts=_TRAINING_LASTS,
        )
        there = [each for each in cast.STAFF if self.stage.happens(0.93)]
        self.stage.after(
            9 * _HOUR, trainings.hold, number, attended=dict.fromkeys(there, _TRAINING_LASTS)
        )

    def _train_for_emergencies(self, number: str, layers: tuple[str, ...]) -> None:
        trainings = self.stage.desk.trainings
        trainings.plan(
            number,
            topic="emergency",
            content="who calls whom, and what is shut off first",
            layers=layers,
            trainer=cast.MANAGER,
            planned_on=self.stage.today,
            lasts=_DRILL_LASTS,
            plan_id=PLAN,
        )
        attended = dict.fromkeys(cast.STAFF, _DRILL_LASTS)
        self.stage.after(3 * _HOUR, trainings.hold, number, attended=attended)

    def _appraise(self, period: str) -> None:
        for name in cast.STAFF:
            scores = {
                each: round(self.stage.chance.uniform(0.68, 0.98), 2)
                for each in self._list("appraised_on")
            }
            self.stage.desk.staff.appraise(name, period=period, by=cast.MANAGER, scores=scores)

    # --- Emergencies ------------------------------------------------------------------------

    def _make_emergency_plan(self) -> None:
        levels = [ResponseLevel(name=n, process=p, responsible=r) for n, p, r in cast.LEVELS]
        self.stage.desk.emergency_plans.make(
            PLAN, year=YEAR, by=cast.MANAGER, levels=levels, prevention=cast.PREVENTION
        )

    def _plan_drill(self, quarter: str) -> None:
        number, drills = f"DR-{quarter}", self.stage.desk.drills
        scenarios = self._list("drill_scenarios")
        drills.plan(
            number,
            plan_id=PLAN,
            scenario=scenarios[list(_QUARTERS).index(quarter) % len(scenarios)],
            planned_on=self.stage.today + 2 * _DAY,
            staff=cast.STAFF,
            course="an alarm at ten, everybody at their post within five minutes",
            by=cast.SUPERVISOR,
        )
        self.stage.after(2 * _DAY, self._hold_drill, number, quarter)

    def _hold_drill(self, number: str, quarter: str) -> None:
        drills = self.stage.desk.drills
        excused = {_NEWCOMER: "on a training"} if quarter == "Q2" else {}
        there = [each for each in cast.STAFF if each not in excused]
        drills.hold(number, participants=there, excused=excused)
        weak = ("the list of telephone numbers was old",) if quarter in {"Q1", "Q3"} else ()
        summary = "everybody was there in time" if not weak else "two could not be reached"
        self.stage.after(
            _DAY, drills.summarise, number, by=cast.SUPERVISOR, summary=summary, weak_points=weak
        )

    def _typhoon(self) -> None:
        desk, number = self.stage.desk.emergencies, f"EM-{YEAR}-1"
        desk.declare(
            number,
            plan_id=PLAN,
            level="orange",
            scenario="natural_disaster",
            what="台风登陆，两座仓库断电",
            by=cast.SUPERVISOR,
        )
        after, by = self.stage.after, cast.MANAGER
        after(_HOUR / 2, desk.start_response, number, by=by)
        after(2 * _HOUR, desk.take_measure, number, by=by, measure="parts are sent from the north")
        after(5 * _HOUR, desk.monitor, number, by=by, finding="one warehouse is back")
        after(30 * _HOUR, desk.recover, number, by=by, result="both warehouses work again")
        after(
            6 * _DAY,
            desk.evaluate,
            number,
            by=by,
            cause="one feeder for both warehouses",
            assessment="no customer waited longer than promised for a part",
            lessons=("a generator for the northern warehouse",),
        )

    # --- Campaigns ---------------------------------------------------------------------------

    def _announce(self, number: str) -> None:
        asked = {each.id: each.contact for each in self.customers if self.stage.happens(0.8)}
        self.stage.desk.campaigns.announce(
            number,
            title=f"How are we doing? {number}",
            first_on=self.stage.today,
            last_on=self.stage.today + 30 * _DAY,
            customers=asked,
        )
        if self.stage.desk.standard.costs:
            self._spend("surveys", 10_000, number, "printed, sent, and read")

    def _close_campaign(self, number: str) -> None:
        desk, by = self.stage.desk.campaigns, cast.SUPERVISOR
        desk.close(number, by=by)
        desk.summarise(number, what="answers take too long on Mondays", mentions=9, by=by)
        ready_on = self.stage.today + 20 * _DAY
        what = "one more at the desk on Mondays"
        desk.set_measure(number, problem=1, what=what, responsible=cast.MANAGER, ready_on=ready_on)
        self.stage.at(
            self._morning(ready_on + 40 * _DAY),
            desk.track_effect,
            number,
            measure=1,
            finding="Mondays are as fast as Tuesdays",
            is_lasting=True,
            by=by,
        )

    # --- Reviews -----------------------------------------------------------------------------

    def _review(self, number: str) -> None:
        desk = self.stage.desk.quality_reviews
        roles = self._list("optimisation_committee") or ("head_of_service",)
        who = dict(zip(roles, (cast.MANAGER, "Liang Chen", "Petra Novak", "顾明"), strict=False))
        for product in cast.PRODUCTS:
            desk.assess_product(
                number,
                product=product.name,
                by="顾明",
                assessment="faults by batch were looked at",
                is_acceptable=self.stage.happens(0.85),
            )
        desk.hold(number, participants=who, minutes="the figures were read one by one")
        desk.publish(number, by=cast.MANAGER)

    def _adjust(self, number: str) -> None:
        actions = ("the second shift begins an hour earlier",)
        self.stage.desk.quality_reviews.adjust_strategy(number, by=cast.MANAGER, actions=actions)

    def _review_standard(self, standard_id: str) -> None:
        finding = "it still says what customers want"
        self.stage.desk.standard_reviews.hold(standard_id, by=cast.MANAGER, finding=finding)

    # --- Upgrades ------------------------------------------------------------------------------

    def _wish(self, n: int) -> None:
        product, wish, aspect, goes_well = cast.UPGRADES[n]
        number, desk, by = f"U-{n + 1}", self.stage.desk.upgrades, "Liang Chen"
        desk.wish(number, product=product, origin="customer", aspect=aspect, wish=wish)
        later = self.stage.at_work
        desk.assess(
            number,
            by=by,
            strategy="fits the plan",
            feasibility="two weeks",
            cost_benefit="fewer calls pay for it in a year",
            priority="high" if aspect == "security" else "medium",
        )
        desk.plan(
            number,
            by=by,
            goal=wish,
            content="a new release",
            steps=("build", "install"),
            tests=("cold start",),
            risks={"settings are lost": "they are saved first"},
        )
        later(10 * _HOUR, self._carry_out_upgrade, number, goes_well)

    def _carry_out_upgrade(self, number: str, goes_well: bool) -> None:  # noqa: FBT001
        desk, by = self.stage.desk.upgrades, "Liang Chen"
        desk.approve(number, by=cast.MANAGER)
        desk.back_up(number, by=by, kept_at="vault 3")
        desk.do_step(number, step="build", by=by)
        desk.do_step(number, step="install", by=by)
        if not goes_well:
            desk.test(number, test="cold start", by=by, has_passed=False, result="it hangs")
            desk.roll_back(number, by=by, reason="it does not start when it is cold")
            return
        desk.test(number, test="cold start", by=by, has_passed=True, result="8 s")
        finding = "none were lost"
        desk.watch_risk(
            number, risk="settings are lost", by=by, has_occurred=False, finding=finding
        )
        desk.release(number, release=f"{number}.1", by=by)

    # --------------------------------------------------------------------------------------------

    @property
    def _standard(self) -> ServiceStandard:
        return self.stage.desk.standard

    def _asks(self, setting: str) -> bool:
        return self._standard.setting(setting) is not None

    def _list(self, setting: str) -> tuple[str, ...]:
        found = self._standard.setting(setting)
        return found.values if found is not None else ()

    def _owes(self, quota: str) -> bool:
        return any(each.name == quota for each in self._standard.quotas)

    def _on(self, month: int, day: int, act: Any, *args: Any) -> None:
        self.stage.at(self._morning(date(YEAR, month, day)), act, *args)

    def _morning(self, day: date) -> datetime:
        nine = datetime.combine(day, time(9), tzinfo=self.stage.shifts.zone)
        return self.stage.shifts.next_open(nine)
