"""``compose_script``: scripts, storyboards and treatments, by the connected language model or the built-in composer."""

from typing import Any, Final

from studio.contract.errors import ToolError
from studio.engine.composers.asking import Unusable, ask_for, read_object
from studio.engine.composers.script import write_script
from studio.engine.tools.base import ToolContext, ToolOutcome

_SYSTEM: Final = (
    "You write for the screen. Write the {kind} that the brief asks for, in the language of the brief, with concrete "
    "images, timing for every scene and no filler. Obey every wish below. {shape} Answer with the text only."
)
_SHAPES: Final = {
    "script": "Write plain text with numbered scenes.",
    "markdown": "Write Markdown with a heading for every scene.",
    "json": 'Write one JSON object: {"title", "logline", "duration_seconds", "scenes": [{"number", "start_seconds", '
    '"end_seconds", "shot", "action", "dialogue", "sound"}]}.',
}
_WISHES: Final = {
    "duration_seconds": "Running time in seconds", "scene_count": "Exact number of scenes", "aspect_ratio": "Shape",
    "platform": "Platform", "style": "Style to keep", "destination_model": "Video model", "destination_tool": "Used by",
    "first_frame_description": "Opening frame",
}  # fmt: skip


class ComposeScript:
    """Writes a script."""

    name = "compose_script"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        brief = str(arguments["brief"]).strip()
        if not brief:
            raise ToolError("USER_INPUT_INCOMPLETE", "Say what the script should be about.")
        shape = arguments.get("return_format") or "script"
        kind = str(arguments.get("script_type") or "script").replace("_", " ")
        wishes = [f"{label}: {arguments[name]}" for name, label in _WISHES.items() if arguments.get(name)]

        def read(answer: str) -> str:
            if shape == "json":
                scenes = read_object(answer).get("scenes")
                wanted = arguments.get("scene_count")
                if not isinstance(scenes, list) or not scenes:
                    raise Unusable("scenes is missing or empty.")
                if wanted and len(scenes) != wanted:
                    raise Unusable(f"it has {len(scenes)} scenes and must have {wanted}.")
            if len(answer.split()) < 12:
                raise Unusable("it is too short.")
            return answer

        system = _SYSTEM.format(kind=kind, shape=_SHAPES[shape])
        answer = await ask_for(context, system, "\n".join([f"Brief: {brief}", *wishes]), read)
        if answer:
            return ToolOutcome("The script is written.", "language-model", "Connected model", text={"script": answer})
        return ToolOutcome(
            "The script is written.",
            "built-in-composer",
            "Built-in composer",
            reason="Without a language model, the built-in composer writes from story patterns.",
            text={"script": write_script(arguments)},
        )
