"""Every HTTP route of decision: validate, use case, present."""

from __future__ import annotations

from typing import Any

from decision import usecases
from decision.domain import NAME
from decision.schemas import About
from pijnstad_kit.http.openapi import Routes
from pijnstad_kit.http.request import language

routes = Routes("decision", "/decision/v1")


@routes.get("/about", summary="What this district is", responses={200: About})
def about() -> Any:
    """Say what the Keuzewijzer is and what will come to it, in Dutch or English."""
    spoken = language()
    found = usecases.describe_district(spoken)
    answer = About(name=NAME, language="nl" if spoken == "nl" else "en", text=found.text, coming=found.coming)
    return answer, 200, {"Vary": "Accept-Language", "Content-Language": spoken}
