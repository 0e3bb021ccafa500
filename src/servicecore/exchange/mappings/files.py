"""Finds mappings: the shipped ones by their id, and those in files of your own."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Generic, TypeVar

import attrs

from ...standards.table import BadStandardError, Table
from ..errors import BadMappingError
from .mapping import Mapping

M = TypeVar("M", bound=Mapping)


@attrs.frozen
class MappingFiles(Generic[M]):
    """The mappings of one kind: the *folder* of those that are shipped, and how one is read."""

    folder: str
    read: Callable[[Table], M]

    def load(self, source: str | Path | M) -> M:
        """Return the mapping in the file *source*, or the shipped one of that name, or itself.

        Raises:
            BadMappingError: If there is no such mapping, or it makes no sense.
        """
        if isinstance(source, Mapping):
            return source
        shipped = self.shipped()
        if isinstance(source, str) and source in shipped:
            return shipped[source]
        path = Path(source)
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            names = ", ".join(shipped)
            msg = f"mapping {str(source)!r} is neither a readable file nor one of {names}"
            raise BadMappingError(msg) from error
        return self.parse(text, source=path.name)

    def shipped(self) -> dict[str, M]:
        """Return the mappings that come with the package, by id."""
        return _shipped(self)

    def parse(self, text: str, *, source: str) -> M:
        """Return the mapping that *text* describes; *source* names it in errors.

        Raises:
            BadMappingError: Naming the file, the key, its value and what was expected.
        """
        try:
            return self.read(Table(source, "", tomllib.loads(text)))
        except tomllib.TOMLDecodeError as error:
            msg = f"{source}: this is not TOML: {error}"
            raise BadMappingError(msg) from None
        except BadStandardError as error:  # The reader of tables is that of the standards.
            raise BadMappingError(str(error)) from None


@cache
def _shipped(files: MappingFiles[M]) -> dict[str, M]:
    folder = resources.files(str(__package__)) / "shipped" / files.folder
    found = sorted(folder.iterdir(), key=lambda each: each.name)
    mappings = (files.parse(each.read_text("utf-8"), source=each.name) for each in found)
    return {each.id: each for each in mappings}
