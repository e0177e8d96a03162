"""Times on the wire: ISO-8601 UTC with milliseconds."""

from datetime import UTC, datetime


def iso(epoch_ms: int) -> str:
    """Return ``2026-01-31T12:00:00.000Z`` for a time in epoch milliseconds."""
    moment = datetime.fromtimestamp(epoch_ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def epoch_ms(text: str) -> int:
    """Return the time that ``iso`` wrote, in epoch milliseconds."""
    return round(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)
