"""The async service layer: one interface over three kinds of connection. Imports httpx; load it after first paint."""
