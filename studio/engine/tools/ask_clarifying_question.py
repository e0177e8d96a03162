"""``ask_clarifying_question``: the turn ends with a question. Whoever runs the turn pauses it; this only words it."""

from typing import Any

from studio.contract.errors import ToolError
from studio.engine.tools.base import ToolContext, ToolOutcome


class AskClarifyingQuestion:
    """Hands the question on, verbatim."""

    name = "ask_clarifying_question"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        question = str(arguments["question"])
        if not question.strip():
            raise ToolError("PARAMETER_INVALID", "question is empty.")
        data = {"question": question}
        if arguments.get("reason"):
            data["reason"] = str(arguments["reason"])
        return ToolOutcome(question, "studio-session", "Session", data=data)
