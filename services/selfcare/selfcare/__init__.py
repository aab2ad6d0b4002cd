"""Zelfmanagement-plein: what somebody can do themselves. Now the diary; flares, goals and plans come beside it."""
