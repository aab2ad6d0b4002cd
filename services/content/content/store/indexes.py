"""Indexes, made before the first write that leans on them: three suggestions a day is a promise of an index."""

from __future__ import annotations

import mongoengine as me


class Indexed:
    """Make a document's indexes once per process. mongoengine's own way gives up for good when the database is away."""

    document: type[me.Document]
    _indexed = False

    def ensure_indexes(self) -> None:
        """Make the indexes unless this process already did; raises when the database is away."""
        if not self._indexed:
            self.document.ensure_indexes()
            self._indexed = True
