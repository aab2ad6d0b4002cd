"""Shapes of requests and answers."""

from __future__ import annotations

from typing import Literal

from pijnstad_kit.http.openapi import ApiModel


class About(ApiModel):
    """What this district is, and what will come to it."""

    name: str
    language: Literal["nl", "en"]
    text: str
    coming: tuple[str, ...]
