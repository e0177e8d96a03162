"""``compose_instrumental``: the structure of a piece, by the connected language model or the built-in composer."""

from typing import Any, Final

from studio.contract.errors import ToolError
from studio.engine.composers.asking import Unusable, ask_for, read_object
from studio.engine.composers.instrumental import as_text, write_structure
from studio.engine.tools.base import ToolContext, ToolOutcome

_SYSTEM: Final = (
    "You arrange instrumental music. Plan the piece in sections with bars, dynamics and who plays, so that the bars at "
    'the tempo fill the length. Answer with one JSON object: {"structure": text, "music_prompt": text, "bpm": number, '
    '"keyscale": text, "timesig": 2, 3, 4 or 6, "instruments": [text]}.'
)


class ComposeInstrumental:
    """Plans a piece."""

    name = "compose_instrumental"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        prompt = str(arguments["prompt"]).strip()
        if not prompt:
            raise ToolError("USER_INPUT_INCOMPLETE", "Say what the music should be like.")
        labels = {"music_prompt": "Musical style", "duration_seconds": "Length in seconds"}
        wishes = [f"{label}: {arguments[name]}" for name, label in labels.items() if arguments.get(name)]

        def read(answer: str) -> dict[str, Any]:
            found = read_object(answer)
            if not isinstance(found.get("structure"), str) or len(found["structure"].splitlines()) < 3:
                raise Unusable("structure is missing or has fewer than three lines.")
            return found

        found = await ask_for(context, _SYSTEM, "\n".join([f"Piece: {prompt}", *wishes]), read)
        if found:
            data = {key: value for key, value in found.items() if key != "structure"}
            text = {"structure": str(found["structure"])}
            return ToolOutcome("The structure is planned.", "language-model", "Connected model", text=text, data=data)
        piece = write_structure(arguments)
        sections = [
            {"name": each.name, "bars": each.bars, "start_seconds": each.start_s, "seconds": each.seconds,
             "dynamics": each.dynamics, "instruments": list(each.playing)}
            for each in piece.sections
        ]  # fmt: skip
        return ToolOutcome(
            "The structure is planned.",
            "built-in-composer",
            "Built-in composer",
            reason="Without a language model, the built-in composer arranges by genre and mood.",
            text={"structure": as_text(piece)},
            data={
                "title": piece.title, "bpm": piece.bpm, "keyscale": piece.sound.key, "timesig": piece.sound.beats,
                "duration_seconds": piece.seconds, "instruments": list(piece.sound.instruments), "sections": sections,
                "music_prompt": piece.music_prompt,
            },
        )  # fmt: skip
