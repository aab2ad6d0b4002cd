"""Benchmarks: ratios measured side by side on one machine. Nothing here is imported by the city."""
