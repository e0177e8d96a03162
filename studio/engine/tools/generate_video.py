"""``generate_video``: a new clip from words, or from pictures that the words move."""

from dataclasses import replace
from typing import Any, Final

from studio.contract.errors import ToolError
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.video.motion import shape
from studio.engine.renderers.video.motion.orders import Order
from studio.engine.tools.base import SourceMedia, ToolContext, ToolOutcome
from studio.engine.tools.common import about, expand, index_of, made_media, name_of, path_text, scratch, variations
from studio.engine.tools.films import facts, listed
from studio.engine.tools.moving import (
    MODEL,
    RENDERER,
    filmed,
    happenings,
    last_frames,
    limits,
    reason_of,
    refuse_retired,
    wanted,
    with_sound,
)

MAX_PICTURES = 16


class GenerateVideo:
    """Paints the words and moves the painting; with reference pictures it moves those, one shot each.

    On this computer nothing in the clip acts by itself: camera, depth, weather, light, water and sky move.
    2–30 s, 24 frames per second, up to 3840 px.
    """

    name: Final = "generate_video"

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        choice = await context.choose(self.name, arguments.get("videoModel"))
        if choice.other is not None:
            return await choice.other.run(self.name, choice.model or "", arguments, context)
        refuse_retired(arguments)
        prompt = str(arguments["prompt"]).strip()
        if not prompt:
            raise ToolError("USER_INPUT_INCOMPLETE", "Say what the clip should show.")
        references = await self._references(arguments, context)
        order = self._order(arguments, references)
        words = [expand(prompt, place) for place in range(variations(arguments))]
        orders = [
            replace(order, prompt=text, variation=place, about=self._about(text, place))
            for place, text in enumerate(words)
        ]
        async with scratch(context) as folder:
            films = await filmed(context, orders, folder)
            made = [
                await made_media(
                    film, seed=film.notes["seed"], prompt=expand(prompt, place), title=film.notes.get("title")
                )
                for place, film in enumerate(films)
            ]
        return ToolOutcome(
            message=self._message(films, references),
            renderer=RENDERER,
            model=MODEL if references else f"Built-in painter, then {MODEL[0].lower()}{MODEL[1:]}",
            reason=reason_of(choice.reason, arguments.get("videoModel")),
            alternatives=choice.alternatives,
            made=[*made, *last_frames(films)],
            data={
                "scenes": [film.notes["scene"] for film in films if film.notes.get("scene")],
                "moves": [film.notes["did"] for film in films],
                "sounds": [film.notes["sounds"] for film in films],
            },
        )

    async def _references(self, arguments: dict[str, Any], context: ToolContext) -> dict[str, list[SourceMedia]]:
        keys = (
            ("image", "referenceImageIndices"),
            ("video", "referenceVideoIndices"),
            ("audio", "referenceAudioIndices"),
        )
        found: dict[str, list[SourceMedia]] = {}
        for kind, key in keys:
            for value in arguments.get(key) or []:
                piece = await context.source(kind, index_of({key: value}, key))  # type: ignore[arg-type]
                found.setdefault(kind, []).append(piece)
        if len(found.get("image", [])) > MAX_PICTURES:
            raise ToolError("PARAMETER_INVALID", f"referenceImageIndices takes up to {MAX_PICTURES} pictures here.")
        return found

    def _order(self, arguments: dict[str, Any], references: dict[str, list[SourceMedia]]) -> Order:
        pictures = tuple(path_text(piece) for piece in references.get("image", []))
        videos, sounds = references.get("video", []), references.get("audio", [])
        return Order(
            prompt="",
            duration_s=shape.seconds_of(arguments.get("duration"), least=2.0),
            pictures=pictures,
            role="shots" if len(pictures) > 1 else "start",
            frame_of=path_text(videos[0]) if videos and not pictures else None,
            negative=str(arguments.get("negativePrompt") or ""),
            wanted=wanted(arguments),
            with_sound=with_sound(arguments),
            track=path_text(sounds[0]) if sounds and with_sound(arguments) else None,
            last_frame=bool(arguments.get("returnLastFrame")),
        )

    def _about(self, prompt: str, place: int) -> dict[str, str]:
        return about(
            self.name, prompt=prompt, seed=Order(prompt, 1.0, variation=place).seed, renderer=RENDERER, model=MODEL
        )

    def _message(self, films: list[RenderedMedia], references: dict[str, list[SourceMedia]]) -> str:
        first = films[0]
        what = "a clip" if len(films) == 1 else f"{len(films)} clips"
        images, videos = references.get("image", []), references.get("video", [])
        if images:
            text = f"Made {what} from {listed([name_of(piece) for piece in images])} ({facts(first)})"
        elif videos:
            text = f"Made {what} from a frame of {name_of(videos[0])} ({facts(first)})"
        else:
            text = f"Painted and filmed {what} ({facts(first)}): {first.notes['described']}"
        text += f". What moves: {happenings(first.notes)}."
        text += limits(first.notes, name_of(sounds[0]) if (sounds := references.get("audio")) else None)
        unused = [*(videos[1:] if not images else videos), *references.get("audio", [])[1:]]
        if unused:
            text += f" Not used: {listed([name_of(piece) for piece in unused])}."
        return text
