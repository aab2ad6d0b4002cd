"""Comparing what a service keeps of others' events with what their publishers know, and putting it right (docs/adr/0015).

A service declares what it keeps in `projections.py`; `python -m <service> reconcile` and a nightly timer compare it.
"""

from pijnstad_kit.reconciling.effects import OnePerEvent
from pijnstad_kit.reconciling.engine import reconcile
from pijnstad_kit.reconciling.gated import GatedRows
from pijnstad_kit.reconciling.shapes import Difference, Projection, Report
from pijnstad_kit.reconciling.sources import Sources

__all__ = ["Difference", "GatedRows", "OnePerEvent", "Projection", "Report", "Sources", "reconcile"]
