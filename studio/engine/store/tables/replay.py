"""Replay records: redacted transcripts of agent turns."""
