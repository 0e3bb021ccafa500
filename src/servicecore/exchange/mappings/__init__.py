"""Mappings tell how the files of other systems read as records of ours.

A service manager writes one in TOML; those that are shipped explain every word.
"""

from .complaints import COMPLAINT_MAPPINGS, ComplaintMapping
from .customers import CUSTOMER_MAPPINGS, CustomerMapping
from .file_form import Columns, FileForm, named
from .files import MappingFiles
from .surveys import SURVEY_MAPPINGS, SurveyMapping
from .tickets import TICKET_MAPPINGS, Meaning, TicketMapping

__all__ = [
    "COMPLAINT_MAPPINGS",
    "CUSTOMER_MAPPINGS",
    "SURVEY_MAPPINGS",
    "TICKET_MAPPINGS",
    "Columns",
    "ComplaintMapping",
    "CustomerMapping",
    "FileForm",
    "MappingFiles",
    "Meaning",
    "SurveyMapping",
    "TicketMapping",
    "named",
]
