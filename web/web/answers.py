"""What a view may answer with."""

from __future__ import annotations

from typing import TypeAlias

from werkzeug.wrappers import Response

Page: TypeAlias = str | Response | tuple[str, int]
