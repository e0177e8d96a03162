"""Selecting things in a picture by clicks, boxes or words."""
