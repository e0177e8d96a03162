"""Replay records of this engine's owners."""
