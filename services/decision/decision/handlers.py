"""Every event decision reacts to: none yet.

A reaction is a plain function here: `@handles(EventType, group="...") def react(event, ports)`.
"""

from __future__ import annotations

from pijnstad_kit.messaging.handlers import Handles

handles = Handles("decision")
