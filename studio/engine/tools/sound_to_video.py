"""``sound_to_video``: a film that follows a sound."""

from typing import Any, Final

from studio.contract.errors import ToolError
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.video.motion.shape import Wanted
from studio.engine.renderers.video.orders import SoundOrder, seed_of_words
from studio.engine.tools.base import Made, SourceMedia, ToolContext, ToolOutcome
from studio.engine.tools.common import about, expand, index_of, made_media, name_of, path_text, scratch, variations
from studio.engine.tools.films import facts

RENDERER: Final = "studio-film"
MODEL: Final = "Beat tracking, 2.5D layers"
_REASON: Final = "No audio-to-video model is connected; camera, light and air follow the measured sound."
_H3: Final = "minimax-h3-fasth3"


def film_to_sound(order: SoundOrder) -> RenderedMedia:
    """Make a film to a sound; see ``studio.engine.renderers.video.sounding.render``."""
    from studio.engine.renderers.video import sounding

    return sounding.render(order)


class SoundToVideo:
    """Moves a picture, or paintings of the prompt, with the beat and loudness of a sound; 2–30 s, 24 per second."""

    name: Final = "sound_to_video"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        model = str(arguments.get("videoModel") or "")
        _check(arguments, model)
        choice = await context.choose(self.name, model or None)
        if choice.other is not None:
            return await choice.other.run(self.name, choice.model or "", arguments, context)
        sound = await _sound(arguments, context)
        picture = await _picture(arguments, context, "sourceImageIndex")
        end = await _picture(arguments, context, "endImageIndex")
        count, made, notes = variations(arguments), list[Made](), list[dict[str, Any]]()
        async with scratch(context) as folder:
            for i in range(count):
                prompt = expand(str(arguments["prompt"]), i)
                seed = seed_of_words(prompt, 100 * i)
                order = SoundOrder(
                    sound=path_text(sound),
                    target=str(folder / f"{i}.mp4"),
                    prompt=prompt,
                    about=about(self.name, prompt=prompt, seed=seed, renderer=RENDERER, model=MODEL),
                    negative=str(arguments.get("negativePrompt") or ""),
                    picture=None if picture is None else path_text(picture),
                    end_picture=None if end is None else path_text(end),
                    start_s=float(arguments.get("audioStart") or 0.0),
                    duration_s=None if arguments.get("duration") is None else float(arguments["duration"]),
                    wanted=_wanted(arguments),
                    seed=seed,
                    variation=i,
                    keep_sound=arguments.get("generateAudio") is not False,
                )
                if count > 1:
                    context.progress(i / count, f"Film {i + 1} of {count}")
                rendered = await context.render(film_to_sound, order)
                last = rendered.notes.pop("last")
                made.append(await made_media(rendered, prompt=prompt, seed=seed))
                if arguments.get("returnLastFrame"):
                    still = Made(last, "image", "image/png", rendered.width, rendered.height, role="last_frame")
                    made.append(still)
                notes.append(rendered.notes)
        return ToolOutcome(
            message=_message(rendered, sound, picture, model, count),
            renderer=RENDERER,
            model=MODEL + (" · built-in painter" if picture is None else ""),
            reason=f"{_REASON} {choice.reason}",
            alternatives=choice.alternatives,
            made=made,
            data={"films": notes},
        )


def _check(arguments: dict[str, Any], model: str) -> None:
    """Refuse what the catalogue refuses for a selector.

    Raises:
        ToolError: PARAMETER_INVALID or USER_INPUT_INCOMPLETE.
    """
    if not str(arguments["prompt"]).strip():
        raise ToolError("USER_INPUT_INCOMPLETE", "Say what should be seen while the sound plays.")
    start, end = arguments.get("sourceImageIndex"), arguments.get("endImageIndex")
    both = "flfa2v" in model
    if end is not None and not both:
        raise ToolError(
            "PARAMETER_INVALID", "endImageIndex is only supported by the minimax-h3-fasth3-flfa2v selectors."
        )
    if both and (start is None or end is None):
        raise ToolError("PARAMETER_INVALID", f"{model} needs both sourceImageIndex and endImageIndex.")
    if start is None and (model == "wan-s2v" or (model.startswith(_H3) and "-ia2v" in model)):
        raise ToolError("PARAMETER_INVALID", f"{model} needs a picture: give sourceImageIndex.")
    if model.startswith(_H3):
        if start is not None and "-a2v" in model:
            raise ToolError("PARAMETER_INVALID", f"{model} works from sound only and takes no sourceImageIndex.")
        if arguments.get("generateAudio") is False:
            raise ToolError("PARAMETER_INVALID", f"{model} always keeps the sound; generateAudio cannot be false.")
        if arguments.get("negativePrompt"):
            raise ToolError("PARAMETER_INVALID", f"{model} takes no negativePrompt.")


async def _sound(arguments: dict[str, Any], context: ToolContext) -> SourceMedia:
    """Return the sound; ``audioSourceIndex`` counts uploads from 0. Else the only upload, else the latest made."""
    index = index_of(arguments, "audioSourceIndex")
    if index is not None:
        return await context.source("audio", -1 - index if index >= 0 else index)
    if context.count("audio", uploaded=True) == 1:
        return await context.source("audio", -1)
    return await context.source("audio", None)


async def _picture(arguments: dict[str, Any], context: ToolContext, key: str) -> SourceMedia | None:
    return None if arguments.get(key) is None else await context.source("image", index_of(arguments, key))


def _wanted(arguments: dict[str, Any]) -> Wanted:
    ratio = arguments.get("ratio")
    short = arguments.get("targetResolution")
    return Wanted(
        aspect=arguments.get("aspectRatio") or (None if ratio in (None, "adaptive") else str(ratio)),
        short_edge=None if short is None else float(short),
    )


def _message(rendered: RenderedMedia, sound: SourceMedia, picture: SourceMedia | None, model: str, count: int) -> str:
    notes = rendered.notes
    what = f"paintings of “{notes['painted']}”" if picture is None else name_of(picture)
    if picture is None and notes["scenes"] == 1:
        what = what.replace("paintings", "a painting")
    text = f"Moved {what} to {name_of(sound)} ({facts(rendered)})"
    text = f"{count} variations: {text}" if count > 1 else text
    if notes["silent"]:
        text += ". The sound is silent here, so nothing strikes the picture."
    elif notes["steady"]:
        text += f": its beat of {notes['tempo_bpm']:.0f} per minute pushes the camera and the light, loudness the pace."
    else:
        text += ": there is no steady beat in it, so single sounds push the camera and the light."
    if notes["silent_s"] > 0.05:
        text += f" The sound ends {notes['silent_s']:.2g} s before the film."
    if model == "wan-s2v":
        text += " Lips do not move: there is no talking-head model on this computer."
    elif notes["cannot"]:
        text += f" Nobody in it acts ({', '.join(notes['cannot'][:3])} is not possible here)."
    return text
