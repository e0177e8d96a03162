"""``add_subtitles``: lines of text drawn into a clip at their times."""

from typing import Any

from studio.contract.errors import ToolError
from studio.engine.packs import store
from studio.engine.renderers.speech import transcribe
from studio.engine.renderers.video import cues, jobs
from studio.engine.renderers.video.cues import Cue
from studio.engine.tools.base import Made, SourceMedia, ToolContext, ToolOutcome
from studio.engine.tools.common import about, made_media, name_of, path_text, scratch
from studio.engine.tools.films import RENDERER, facts, film_of


class AddSubtitles:
    """Draws cues, an SRT or WebVTT document, or what the transcription pack hears; the SRT is kept with the film."""

    name = "add_subtitles"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        rows, document = arguments.get("cues"), str(arguments.get("srt") or "")
        if rows and document.strip():
            raise ToolError("PARAMETER_INVALID", "Give either cues or srt, not both.")
        source = await film_of(context, arguments)
        heard = not rows and not document.strip()
        if not heard:
            lines = cues.from_arguments(rows) if rows else cues.parse(document)
        elif arguments.get("auto_transcribe"):
            lines = await _listen(source, context)
        else:
            raise ToolError(
                "USER_INPUT_INCOMPLETE",
                "There are no subtitles yet. Give lines with their times (cues) or an SRT or WebVTT document (srt).",
            )
        async with scratch(context) as folder:
            rendered = await context.render(
                jobs.subtitle_film,
                path_text(source),
                str(folder / "film.mp4"),
                [(line.start_s, line.end_s, line.text) for line in lines],
                arguments.get("style") or {},
                about(self.name, renderer=RENDERER, model=transcribe.PACK if heard else "ffmpeg"),
            )
            film = await made_media(rendered)
        document = cues.to_srt(lines)
        notes = rendered.notes
        count = "one subtitle" if notes["drawn"] == 1 else f"{notes['drawn']} subtitles"
        message = f"Drew {count} into {name_of(source)} ({facts(rendered)})."
        if heard:
            message = f"Wrote down what is said and drew {count} into {name_of(source)} ({facts(rendered)})."
        if notes["late"]:
            message += f" Left out {notes['late']} that would begin after the end of the clip."
        if notes["cut"]:
            message += f" The end of the clip cuts off {notes['cut']}."
        if notes["smaller"]:
            message += f" Made {notes['smaller']} smaller to fit."
        if notes["missing"]:
            message += f" No font on this computer has these letters, so they are left out: {notes['missing'][:40]}"
        return ToolOutcome(
            message=message,
            renderer=RENDERER,
            model="ffmpeg",
            reason="Drawing needs no model; frames, rate, length and sound stay as they were.",
            made=[film, Made(document.encode(), "text", "application/x-subrip", role="source")],
            data={"srt": document, "cues": notes["drawn"]},
        )


async def _listen(source: SourceMedia, context: ToolContext) -> list[Cue]:
    """Return what is said in the film.

    Raises:
        ToolError: MODEL_UNAVAILABLE, the transcription pack is not installed; USER_INPUT_INCOMPLETE, nobody speaks.
    """
    store.require(context.folders.packs, transcribe.PACK)  # here, where the offer to install it survives
    heard = await context.render(transcribe.transcribe, path_text(source), context.folders.packs, None)
    lines = [Cue(line.start_s, line.end_s, line.text.strip()) for line in heard if line.text.strip()]
    if not lines:
        raise ToolError(
            "USER_INPUT_INCOMPLETE", f"No words were heard in {name_of(source)}, so there is nothing to write."
        )
    return cues.checked(lines)
