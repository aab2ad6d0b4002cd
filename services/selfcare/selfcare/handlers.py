"""Every event selfcare reacts to: none yet. Shares, erasure and lessons of the Academy come with their issues.

A reaction is a plain function here: `@handles(EventType, group="…") def react(event, ports)`.
"""

from __future__ import annotations

from pijnstad_kit.messaging.handlers import Handles

handles = Handles("selfcare")
