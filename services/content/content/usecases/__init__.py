"""What content does, one verb per action. The only place that records events."""
