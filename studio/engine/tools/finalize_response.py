"""``finalize_response``: the turn ends and its outcome is recorded."""

from typing import Any

from studio.engine.tools.base import ToolContext, ToolOutcome


class FinalizeResponse:
    """Hands the summary and the outcome on."""

    name = "finalize_response"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        summary = str(arguments.get("summary") or "")
        return ToolOutcome(
            summary, "studio-session", "Session", data={"summary": summary, "outcome": arguments["outcome"]}
        )
