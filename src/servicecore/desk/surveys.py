"""The counter for surveys: customers are asked, and what they answer is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Unpack

import attrs

from ..domain.refusals import RefusedError
from ..domain.survey import Questionnaire, Survey, decisions
from ..exchange.mappings import SurveyMapping
from ..storage import Receipt
from .counter import Counter
from .drawer import Drawer, UnknownRecordError
from .importing_records import How, RecordImportSummary
from .importing_surveys import import_surveys
from .office import Office, Why
from .registry import SURVEY


class NeverSentError(UnknownRecordError, RefusedError):
    """Nobody answers a survey that was never sent."""


@attrs.frozen
class Surveys(Counter[Survey]):
    """Asks customers about one thing each, and takes their answers.

    Every command may say when it happened (``at``), and who asked for it.
    """

    @classmethod
    def of(cls, office: Office) -> Surveys:
        """Open the counter."""
        return cls(Drawer(office, "survey", SURVEY))

    def send(
        self,
        survey_id: str,
        *,
        customer_id: str,
        about: str,
        contact: str,
        asks: Iterable[str] | None = None,
        product: str = "",
        team: str = "",
        person: str = "",
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Ask a customer about one thing, such as ``"ticket/T-1"``.

        Args:
            survey_id: The number it gets.
            customer_id: Who is asked.
            about: What about: a kind of record, a stroke, its number.
            contact: Where the customer is asked.
            asks: The dimensions; those of the standard, by default.
            product: What it concerns.
            team: Who served them.
            person: Who of the team.
            at: When it is sent.
            **why: Who asked for it.

        Raises:
            RecordExistsError: If the number is taken.
            NoContactError: If there is no contact.
            NothingToAskError: If the standard asks nothing, and nobody says what.
        """
        office = self._drawer.office
        return self._drawer.begin(
            survey_id,
            decisions.send,
            why,
            at,
            customer_id=customer_id,
            about=about,
            contact=contact,
            questionnaire=Questionnaire.of(office.standard, asks=asks),
            product=product,
            team=team,
            person=person,
            standard=office.standard.reference,
            calendar=office.calendar,
        )

    def answer(
        self,
        survey_id: str,
        *,
        scores: Mapping[str, int | None] | None = None,
        overall: int | None = None,
        nps: int | None = None,
        ces: int | None = None,
        comment: str = "",
        at: datetime | None = None,
        **why: Unpack[Why],
    ) -> Receipt:
        """Take a customer's answer; given again in time, the last one counts.

        Args:
            survey_id: Which survey.
            scores: By dimension, 1 to 5; 0 or None does not apply.
            overall: The score of all of it, 1 to 5.
            nps: How likely they are to recommend us, 0 to 10.
            ces: How easy it was for them, 1 to 7; 7 is easiest.
            comment: What else they say.
            at: When they answered.
            **why: Who took it down.

        Raises:
            NeverSentError: If there is no such survey.
            SurveyOverError: If it is too late.
            UnknownDimensionError: If something was scored that was not asked.
            OutsideScaleError: If a score is not on its scale.
        """
        survey = self._sent(survey_id)
        standard = self._drawer.office.rulebook.standard(survey.standard)
        return self._drawer.decide(
            survey_id,
            decisions.answer,
            why,
            at,
            scores=scores or {},
            overall=overall,
            nps=nps,
            ces=ces,
            comment=comment,
            questionnaire=Questionnaire.of(standard, asks=survey.asks),
        )

    def decline(
        self, survey_id: str, *, reason: str, at: datetime | None = None, **why: Unpack[Why]
    ) -> Receipt:
        """Put on record that the customer does not want to be asked."""
        return self._drawer.decide(survey_id, decisions.decline, why, at, reason=reason)

    def import_history(
        self,
        file: str | Path,
        *,
        mapping: str | Path | SurveyMapping,
        **how: Unpack[How],
    ) -> RecordImportSummary:
        """Put every answer of a foreign file on record, as it was.

        Running it again adds nothing; rows that cannot be used are set aside in
        *quarantine*, with a reason each.  *mapping* is one of those shipped, a
        TOML file, or a mapping.

        Raises:
            ExchangeError: If the file, the mapping or the quarantine cannot be used;
                nothing is stored then.
        """
        return import_surveys(self._drawer.office, file, mapping=mapping, **how)

    # --- Questions --------------------------------------------------------------------

    def _sent(self, survey_id: str) -> Survey:
        try:
            return self._drawer.get(survey_id)
        except UnknownRecordError:
            msg = f"survey {survey_id!r} was never sent, so nobody can answer it (psp:3.3b)"
            raise NeverSentError(msg) from None
