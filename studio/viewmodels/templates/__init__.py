"""The Templates workspace without Qt: the list, the open editions, their undo, and what is sent where."""
