"""Saved workflow templates."""
