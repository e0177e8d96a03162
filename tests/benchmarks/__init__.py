"""Benchmarks: ratios against a baseline of the same run, printed and never asserted."""
