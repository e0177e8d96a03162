"""``video_to_video``: another film from a film."""

from dataclasses import dataclass
from typing import Any, Final

from studio.contract.errors import ToolError
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.video.orders import Mode, Order, seed_of_words
from studio.engine.tools.base import Made, SourceMedia, ToolContext, ToolOutcome
from studio.engine.tools.common import about, expand, index_of, made_media, name_of, path_text, scratch, variations
from studio.engine.tools.films import facts, listed

RENDERER = "studio-film"
_SHAPES: Final = {"16:9": 16 / 9, "9:16": 9 / 16, "1:1": 1.0, "4:3": 4 / 3, "3:4": 3 / 4, "21:9": 21 / 9}
_MODES: Final[dict[str, Mode]] = {
    "animate-move": "move",
    "pose": "move",
    "animate-replace": "replace",
    "canny": "lines",
    "depth": "style",
    "seedance-v2v": "style",
    "detailer": "finer",
    "outpaint": "wider",
    "inpaint": "remove",
}
_SEEDED: Final = ("style", "lines")
_REASONS: Final[dict[str, str]] = {
    "style": "No video model is connected; the frames are redrawn or graded along the optical flow.",
    "lines": "No video model is connected; the frames' own contours are redrawn along the optical flow.",
    "finer": "No video model is connected; noise is averaged out along the optical flow and fine contrast raised.",
    "wider": "No video model is connected; the canvas continues what the film's own frames show.",
    "remove": "No video model is connected; what is hidden is taken from other frames, else from the surroundings.",
    "move": "No model of bodies is installed; the picture is bent along the film's optical flow.",
    "replace": "No model of bodies is installed; a cut-out follows the place and size of the film's subject.",
}


@dataclass(frozen=True)
class _Wish:
    """What is asked for, before the first frame is read."""

    mode: Mode
    source: SourceMedia
    picture: SourceMedia | None


def transform_film(order: Order) -> RenderedMedia:
    """Make a film from a film; see ``studio.engine.renderers.video.restyle.render``."""
    from studio.engine.renderers.video import restyle

    return restyle.render(order)


class VideoToVideo:
    """Restyles, grades, refines, widens or mends a film, or carries its movement over to a picture; up to 30 s."""

    name = "video_to_video"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        choice = await context.choose("video_to_video", arguments.get("videoModel"))
        if choice.other is not None:
            return await choice.other.run("video_to_video", choice.model or "", arguments, context)
        wish = await self._wish(arguments, context)
        count = variations(arguments) if wish.mode in _SEEDED else 1
        made: list[Made] = []
        notes: list[dict[str, Any]] = []
        async with scratch(context) as folder:
            for i in range(count):
                order = self._order(wish, arguments, expand(str(arguments["prompt"]), i), i, str(folder / f"{i}.mp4"))
                rendered = await context.render(transform_film, order)
                last = rendered.notes.pop("last")
                made.append(await made_media(rendered, prompt=order.prompt, seed=order.seed if count > 1 else None))
                if arguments.get("returnLastFrame"):
                    made.append(_still(last, rendered))
                notes.append(rendered.notes)
        asked = variations(arguments)
        message = _message(wish, rendered, arguments, count)
        if asked > count:
            message += " One film was made, because every variation of this would be the same."
        return ToolOutcome(
            message=message,
            renderer=RENDERER,
            model=str(rendered.notes["model"]),
            reason=f"{_REASONS[wish.mode]} {choice.reason}",
            alternatives=choice.alternatives,
            made=made,
            data={"mode": wish.mode, "films": notes},
        )

    async def _wish(self, arguments: dict[str, Any], context: ToolContext) -> _Wish:
        source = await _film(arguments, context)
        control = arguments.get("controlMode")
        if control is None:
            control = "animate-move" if arguments.get("sourceImageIndex") is not None else "seedance-v2v"
        mode = _MODES[str(control)]
        picture = None
        if mode in ("move", "replace"):
            picture = await context.source("image", index_of(arguments, "sourceImageIndex"))
        elif mode == "remove" and arguments.get("maskImageIndex") is not None:
            picture = await context.source("image", index_of(arguments, "maskImageIndex"))
        if mode in _SEEDED and not str(arguments["prompt"]).strip():
            raise ToolError("USER_INPUT_INCOMPLETE", "Say what the film should look like.")
        return _Wish(mode, source, picture)

    def _order(self, wish: _Wish, arguments: dict[str, Any], prompt: str, place: int, target: str) -> Order:
        short = arguments.get("targetResolution")
        shape = arguments.get("outpaintAspectRatio")
        return Order(
            mode=wish.mode,
            path=path_text(wish.source),
            target=target,
            prompt=prompt,
            about=about(self.name, prompt=prompt, renderer=RENDERER, model=""),
            picture=None if wish.picture is None else path_text(wish.picture),
            duration_s=None if arguments.get("duration") is None else float(arguments["duration"]),
            short_edge=None if short is None else _short_edge(float(short)),
            shape=None if shape is None else _SHAPES[str(shape)],
            place=str(arguments.get("outpaintPosition") or "center"),
            seed=seed_of_words(prompt, place),
            sound=arguments.get("generateAudio") is not False,
        )


async def _film(arguments: dict[str, Any], context: ToolContext) -> SourceMedia:
    """Return the film that is meant: ``videoSourceIndex`` counts uploads from 0; negative numbers as everywhere."""
    index = index_of(arguments, "videoSourceIndex")
    if index is not None and index >= 0:
        index = -1 - index
    return await context.source("video", index)


def _short_edge(pixels: float) -> int:
    if not 144 <= pixels <= 1080:
        raise ToolError(
            "PARAMETER_INVALID",
            f"targetResolution {pixels:.0f} is out of reach here: the shorter side may have 144 to 1080 px.",
            suggested_args={"targetResolution": max(144, min(1080, round(pixels)))},
        )
    return round(pixels)


def _still(png: bytes, film: RenderedMedia) -> Made:
    return Made(png, "image", "image/png", film.width, film.height, role="last_frame")


def _message(wish: _Wish, rendered: RenderedMedia, arguments: dict[str, Any], count: int) -> str:
    notes, name = rendered.notes, name_of(wish.source)
    text = f"{_said(wish, notes, name, str(arguments.get('controlMode')))} ({facts(rendered)})."
    if count > 1:
        text = f"{count} variations: {text}"
    if notes["seconds_missing"] > 0.05:
        text += f" The source ends there; {notes['seconds_missing']:.3g} s of the asked length are missing."
    if notes["seconds_left_out"] > 0.05:
        text += f" The last {notes['seconds_left_out']:.3g} s of the source are left out: up to 30 s work at once."
    if arguments.get("outputFormat") == "mov":
        text += " It is an MP4 file; MOV is not written here."
    return text


def _said(wish: _Wish, notes: dict[str, Any], name: str, control: str) -> str:
    if wish.mode in _SEEDED:
        air = f", with {listed(notes['air'])} moving over it" if notes.get("air") else ""
        if "guide" not in notes:
            graded = f" ({listed(notes['graded'])})" if notes.get("graded") else ""
            if "style" in notes:
                return f"Restyled {name} as {notes['style']}{graded}, its movement kept{air}"
            return f"Graded {name} alike in every frame{graded}{air}" if "graded" in notes else f"Kept {name}{air}"
        drawn = f", redrawn as {notes['style']}" if "style" in notes else "; what it shows stays the same"
        return f"Gave {name} the light and colours of a painting of “{notes['guide']}”{drawn}"
    if wish.mode == "finer":
        return f"Calmed the noise of {name} along its movement and brought out fine structure"
    if wish.mode == "wider":
        known = notes["from_other_frames"]
        own = f"; {known:.0%} of the new area is what the camera showed at other times" if known > 0.02 else ""
        return f"Continued {name} beyond its edges: mirrored and softened outwards{own}"
    if wish.mode == "remove":
        what = "what moves in it" if notes["moving"] else "the subject that stands out"
        what = "the masked area" if wish.picture is not None else what
        return (
            f"Took {what} out of {name}; {1 - notes['invented_share']:.0%} of what was behind it is from other frames, "
            "the rest is guessed from its surroundings"
        )
    assert wish.picture is not None
    if wish.mode == "move":
        pose = " There is no model of bodies here, so limbs do not follow." if control == "pose" else ""
        return f"Moved {name_of(wish.picture)} with the sway and flow of {name}; nobody in it acts.{pose} Film".rstrip()
    return f"Put the subject of {name_of(wish.picture)} in the place of the subject of {name}, as a moving cut-out"
