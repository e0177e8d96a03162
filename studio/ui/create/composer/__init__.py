"""The box in which the next message is written."""
