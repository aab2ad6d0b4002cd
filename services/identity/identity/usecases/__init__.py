"""What identity does, one verb each. The only place that records events."""
