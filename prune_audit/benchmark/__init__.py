"""Benchmarks: tracks with fixed conditions, and what is submitted to them."""
