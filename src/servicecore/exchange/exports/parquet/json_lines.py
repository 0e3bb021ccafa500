"""Reads JSON by the thousand: each a line, and of each the same few fields."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.json as pj

from ....storage.errors import UnreadableEventError


def read_lines(told: Iterable[bytes], schema: pa.Schema) -> dict[str, pa.Array]:
    """Return the fields of *schema* by their names; null, where an object does not tell one.

    Raises:
        UnreadableEventError: If something is no JSON object, or a field is something else.
    """
    lines = b"\n".join(told)
    options = pj.ReadOptions(
        use_threads=False, block_size=len(lines) + 1
    )  # One block: none is torn.
    parsing = pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
    try:
        table = pj.read_json(pa.BufferReader(lines), read_options=options, parse_options=parsing)
    except pa.ArrowInvalid as error:
        msg = f"an event cannot be told in columns: {error}"
        raise UnreadableEventError(msg) from error
    [batch] = table.to_batches()
    return dict(zip(batch.schema.names, batch.columns, strict=True))
