"""What can go wrong in content beyond what every service knows: each with its status, its slug and what to do."""

from __future__ import annotations

from pijnstad_kit.problems import BadRequest, NotFound


class ItemNotFound(NotFound):
    """There is no such item, or it is no longer published."""

    def __init__(self) -> None:
        super().__init__("There is no such item in the library.", detail_nl="Dit staat niet (meer) in de bibliotheek.")


class SuggestionNotFound(NotFound):
    """There is no such suggestion, it was withdrawn, or it is somebody else's: from outside these look the same."""

    def __init__(self) -> None:
        super().__init__("There is no such suggestion for you.", detail_nl="Deze tip is er niet (meer) voor jou.")


class UnknownCursor(BadRequest):
    """The cursor belongs to another list."""

    def __init__(self) -> None:
        super().__init__("The cursor is not one of this list; start again without it.")
