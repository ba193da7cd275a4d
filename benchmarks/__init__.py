"""Benchmarks: how fast factmill reads, beside the nearest tool, in one run. ``make bench`` prints the tables."""
