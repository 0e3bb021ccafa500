"""What a program of ours says while it works: a sentence for people, fields for machines.

All of it goes through the loggers of the standard library under ``servicecore``.
Every line has an *event*, a name that stays, and what its sentence tells of as
fields of the record: *follower*, *position*, *subject*, *seconds*, *error* and so on.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime, timezone


class Journal:
    """Says what happens, in sentences that quote their fields, as in ``%(position)d``.

    A field that is an exception is told by its message.
    """

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    @property
    def is_verbose(self) -> bool:
        """Whether anybody wants to hear of every step."""
        return self._logger.isEnabledFor(logging.DEBUG)

    def debug(self, event: str, sentence: str, /, **fields: object) -> None:
        """Say that a step was taken."""
        self._say(logging.DEBUG, event, sentence, fields)

    def info(self, event: str, sentence: str, /, **fields: object) -> None:
        """Say how it is from now on."""
        self._say(logging.INFO, event, sentence, fields)

    def warning(self, event: str, sentence: str, /, **fields: object) -> None:
        """Say what is not as it should be, and will be by itself."""
        self._say(logging.WARNING, event, sentence, fields)

    def error(self, event: str, sentence: str, /, **fields: object) -> None:
        """Say what somebody has to look at."""
        self._say(logging.ERROR, event, sentence, fields)

    def failure(self, event: str, sentence: str, error: Exception, /, **fields: object) -> None:
        """Say what should never happen, and where in the code it did."""
        self._say(logging.ERROR, event, sentence, fields | {"error": repr(error)}, error)

    def _say(
        self,
        level: int,
        event: str,
        sentence: str,
        fields: dict[str, object],
        trace: Exception | None = None,
    ) -> None:
        told = {name: _told(value) for name, value in fields.items()} | {"event": event}
        self._logger.log(level, sentence, told, exc_info=trace, extra=told, stacklevel=3)


def _told(value: object) -> object:
    return str(value) if isinstance(value, BaseException) else value


class JsonLines(logging.Formatter):
    """Writes each line as a JSON object: its event, its sentence, and every field by its name.

    >>> import logging
    >>> known = {"name": "servicecore", "levelname": "ERROR", "msg": "it fails", "created": 0}
    >>> fields = {"event": "event_set_aside", "follower": "ticket_facts", "position": 7}
    >>> record = logging.makeLogRecord(known | fields)
    >>> print(JsonLines().format(record))  # doctest: +NORMALIZE_WHITESPACE
    {"at": "1970-01-01T00:00:00.000Z", "level": "error", "logger": "servicecore",
     "message": "it fails", "event": "event_set_aside", "follower": "ticket_facts", "position": 7}
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, timezone.utc)
        told = {
            "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        told |= {name: value for name, value in vars(record).items() if name not in _OF_ALL}
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


#: What every record of the standard library has, besides fields of ours.
_OF_ALL = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}
