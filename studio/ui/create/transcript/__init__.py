"""The conversation as one painted scroll area."""
