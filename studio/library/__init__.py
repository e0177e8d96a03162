"""What the artist owns on this machine: sessions, turns, pieces, drafts, settings, keys. SQLite and plain files.

``studio.library.recent`` is the fast path before first paint; ``studio.library.library`` is everything else.
"""
