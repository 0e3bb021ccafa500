"""Surveys of another system, as their counter imports them."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

from ..domain.events import with_facts
from ..domain.survey import SurveyEvent, SurveySent
from ..exchange.mappings import SURVEY_MAPPINGS, SurveyMapping
from ..exchange.survey_telling import SurveyTeller
from .importing_records import How, Kind, RecordImportSummary, as_served_then, import_records
from .office import Office


def import_surveys(
    office: Office, file: str | Path, *, mapping: str | Path | SurveyMapping, **how: Unpack[How]
) -> RecordImportSummary:
    """Put the surveys of a file on record, with every answer as it was given."""
    known = SURVEY_MAPPINGS.load(mapping)
    teller = SurveyTeller(mapping=known, standard=office.standard, calendar=office.calendar)
    kind = Kind(subjects="survey", called="surveys", tell=teller.history_of, as_then=_as_sent_then)
    return import_records(office, file, kind, mapping=known, **how)


def _as_sent_then(sent: SurveySent, first: SurveyEvent) -> SurveySent:
    """Return the sending as it was: until when answers are taken, the standard said then."""
    if not isinstance(first, SurveySent):
        return sent
    return as_served_then(with_facts(sent, open_until=first.open_until), first)
