"""The session gallery: every piece of a session, round by round, in justified rows."""
