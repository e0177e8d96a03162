"""Commands of the terminal that need neither window nor engine package."""
