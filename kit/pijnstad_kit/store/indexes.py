"""Making indexes, once per process and as often as it takes.

mongoengine makes them at the first touch of a collection and never again when the database was away at that moment; a
unique index that is missing is a promise that is broken. So documents say `auto_create_index: False`, and whoever leans on
an index calls `ensure_indexes` first. Doing it again costs nothing.
"""

from __future__ import annotations

import mongoengine as me

_made: set[type[me.Document]] = set()


def ensure_indexes(*documents: type[me.Document]) -> None:
    """Make the documents' indexes unless this process already did; raises when the database is away."""
    for document in documents:
        if document not in _made:
            document.ensure_indexes()
            _made.add(document)


def forget() -> None:
    """Forget what was made: the process now looks at another database."""
    _made.clear()
