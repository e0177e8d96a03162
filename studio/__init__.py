"""Sogni Intelligence Studio: a desktop creative studio and its embedded engine."""

__version__ = "0.1.0"
