"""What the engine keeps: a table of assets, and their files by content hash."""
