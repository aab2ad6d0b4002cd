"""A hole in a stream: an event came before an earlier one of its aggregate. It is tried again; then the source is asked."""

from __future__ import annotations

from pijnstad_contracts.streams import Stream


class StreamGap(RuntimeError):
    """Say that an earlier event of this aggregate has not come yet; this one is tried again later."""

    def __init__(self, stream: Stream, aggregate: str, sequence: int) -> None:
        super().__init__(f"event {sequence} came before an earlier one of its aggregate")
        self.stream, self.aggregate, self.sequence = stream, aggregate, sequence
