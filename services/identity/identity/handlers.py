"""Every event identity handles: none yet. Erasure, export and records of access come here."""

from __future__ import annotations

from pijnstad_kit.messaging.handlers import Handles

handles = Handles("identity")
