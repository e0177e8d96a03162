"""ComfyUI as a renderer: which tools it can do with what it has installed, and doing them."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from studio.engine.renderers.registry import Ability, Unavailable
from studio.engine.renderers.remote import media_jobs, picture_jobs
from studio.engine.renderers.remote.comfy import drawing, film_recipes, filming, music, recipes, shapes
from studio.engine.renderers.remote.comfy.client import ComfyClient
from studio.engine.renderers.remote.comfy.film_recipes import FilmModel
from studio.engine.renderers.remote.comfy.graph import Graph
from studio.engine.renderers.remote.comfy.installed import Installed
from studio.engine.renderers.remote.comfy.recipes import Model
from studio.engine.renderers.remote.comfy.work import RENDERER, Bench
from studio.engine.renderers.remote.film_orders import FilmOrder, film_order
from studio.engine.renderers.remote.orders import PictureOrder, by_area, picture_order
from studio.engine.renderers.remote.words import instruction, told
from studio.engine.renderers.rendered import Rendered
from studio.engine.tools.base import Made, ToolContext, ToolOutcome
from studio.engine.tools.common import about, made, made_media, path_text, picture_of, scratch

_KNOWN_S: Final = 60.0
_LOCAL_RETRY_S: Final = 10.0
_REMOTE_RETRY_S: Final = 60.0
_KEEP: Final[dict[Ability, float]] = {
    "generate_image": 0.75,
    "apply_style": 0.45,
}
"""How much of a picture stays when it is redrawn from its words, 0–1."""
_FILMS: Final = frozenset({"generate_video", "animate_photo"})
_MOST_ENLARGED_PIXELS: Final = 64_000_000
_EDITED_AREA: Final = 1024 * 1024


class ComfyRenderer:
    """One ComfyUI server.

    What it has installed is asked when a tool wants to know, and remembered for a minute.
    """

    def __init__(
        self, client: ComfyClient, *, found: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Make it; *found* says that the address was not given by a person, but is where ComfyUI usually is."""
        self._client = client
        self._clock = clock
        self._retry_s = _LOCAL_RETRY_S if found else _REMOTE_RETRY_S
        self._asking = asyncio.Lock()
        self._known: Installed | str = ""
        self._until_s = 0.0

    @property
    def title(self) -> str:
        """Its name."""
        return "ComfyUI"

    async def models(self, ability: Ability) -> Sequence[str]:
        """Return the installed models for *ability*, best first.

        Raises:
            Unavailable: it does not answer, or has none.
        """
        installed = await self._installed()
        if ability == "upscale_image":
            names = recipes.upscalers(installed)
        elif ability in _FILMS:
            names = [model.name for model in _filming(ability, installed)]
        elif ability == "generate_music":
            names = [model.name for model in music.music_models(installed)]
        elif ability == "image_to_3d":
            names = [model.name for model in shapes.shape_models(installed)]
        else:
            names = [model.name for model in _able(ability, recipes.image_models(installed))]
        if not names:
            raise Unavailable(_lacks(ability, installed))
        return names

    async def run(self, ability: Ability, model: str, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        """Do a picture or film tool.

        Raises:
            Unavailable: it cannot do just this order.
            ToolError: as ``ToolRunner.run``.
        """
        installed = await self._installed()
        bench = Bench(self._client, installed)
        if ability == "upscale_image":
            return await self._enlarge(bench, model, arguments, context)
        if ability in _FILMS:
            return await self._film(bench, ability, model, arguments, context)
        if ability == "image_to_3d":
            return await shapes.make(bench, model, arguments, context)
        if ability == "generate_music":
            playing = next((each for each in music.music_models(installed) if each.name == model), None)
            if playing is None:
                raise Unavailable(f"the model {model} is no longer installed.")
            return await music.make(bench, playing, arguments, context)
        able = {each.name: each for each in _able(ability, recipes.image_models(installed))}
        if model not in able:
            raise Unavailable(f"the model {model} is no longer installed.")
        chosen = able[model]
        if ability == "edit_image" and not chosen.recipe.edits and not arguments.get("mask_image_url"):
            raise Unavailable(f"{model} does not follow instructions; it only fills a mask.")
        if arguments.get("mask_image_url") and not arguments.get("model"):
            chosen = next((each for each in able.values() if each.recipe.inpaints), chosen)
        return await self._draw(bench, ability, chosen, arguments, context)

    async def _installed(self) -> Installed:
        async with self._asking:
            if self._clock() >= self._until_s:
                try:
                    self._known = Installed(await self._client.object_info())
                except Unavailable as why:
                    self._known = str(why)
                lasts_s = _KNOWN_S if isinstance(self._known, Installed) else self._retry_s
                self._until_s = self._clock() + lasts_s
            if isinstance(self._known, str):
                raise Unavailable(self._known)
            return self._known

    async def _draw(
        self, bench: Bench, ability: Ability, model: Model, arguments: dict[str, Any], context: ToolContext
    ) -> ToolOutcome:
        instructed = _instructed(ability, model)
        most = drawing.MOST_REFERENCES if instructed else 1
        order = await picture_order(ability, arguments, context, most_pieces=most)
        results: list[Rendered] = []
        used: list[str] = []
        async with scratch(context) as folder:
            part = None
            if order.mask and not instructed:
                part = await context.render(picture_jobs.window, order.pieces[0].path, order.mask, model.recipe.edge)
            size = _work_size(order, model, part)
            names = [await bench.give(data, context) for data in await _prepared(order, model, size, part, context)]
            for place in range(order.count):
                sketch = drawing.Drawing(bench.installed, model, size=size, label=told("Drawing", place, order.count))
                used = sketch.add_loras(order.loras)
                graph = _graph(order, place, sketch, names)
                path = await bench.make(graph, folder / f"{place}.png", context, place, order.count)
                texts = about(
                    ability,
                    prompt=order.prompts[place],
                    seed=order.seeds[place],
                    renderer=RENDERER,
                    model=model.name,
                )
                results.append(
                    await context.render(
                        picture_jobs.finished,
                        str(path),
                        order.size,
                        order.output,
                        texts,
                        kept=(order.pieces[0].path, order.mask) if order.mask else None,
                        part=part,
                        sender=self.title,
                    )
                )
        return _outcome(order, model, results, used)

    async def _enlarge(self, bench: Bench, file: str, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
        source = await picture_of(context, arguments)
        path = path_text(source)
        width, height, transparent = await context.render(picture_jobs.measure, path)
        edge = arguments.get("targetLongestEdge")
        factor = float(edge) / max(width, height) if edge else float(arguments.get("scale") or 2)
        size = max(1, round(width * factor)), max(1, round(height * factor))
        network = recipes.factor_of(file)
        if transparent:
            raise Unavailable("its enlarging networks lose transparency.")
        if factor > network * 1.01:
            raise Unavailable(f"{file} enlarges {network} times, which is not enough.")
        if width * height * network**2 > _MOST_ENLARGED_PIXELS:
            raise Unavailable("the picture is too large to be enlarged there in one piece.")
        async with scratch(context) as folder:
            data = await context.render(picture_jobs.prepared, path, (width, height))
            graph = drawing.enlarging(await bench.give(data, context), file)
            made_path = await bench.make(graph, folder / "0.png", context)
            texts = about("upscale_image", renderer=RENDERER, model=file)
            rendered = await context.render(
                picture_jobs.finished, str(made_path), size, "png", texts, sender=self.title
            )
        return ToolOutcome(
            message=f"Enlarged the picture from {width} × {height} to {size[0]} × {size[1]} px with {file}.",
            renderer=RENDERER,
            model=file,
            made=[made(rendered)],
        )

    async def _film(
        self, bench: Bench, ability: Ability, name: str, arguments: dict[str, Any], context: ToolContext
    ) -> ToolOutcome:
        order = await film_order(ability, arguments, context)
        model = _film_model(name, order, bench.installed)
        recipe = model.recipe
        wanted = max(1, round(order.duration_s * recipe.fps))
        size = order.size or by_area((round(1000 * order.ratio), 1000), recipe.area, 2)
        work = by_area(size, min(recipe.area, size[0] * size[1]), recipe.grid)
        films: list[tuple[Made, Made | None]] = []
        notes: dict[str, Any] = {}
        async with scratch(context) as folder:
            for place, shot in enumerate(order.shots):
                given = [
                    None
                    if piece is None
                    else await bench.give(await context.render(picture_jobs.prepared, piece.path, work), context)
                    for piece in (shot.start, shot.end)
                ]
                graph = filming.filming(
                    bench.installed,
                    model,
                    prompt=shot.prompt,
                    negative=order.negative,
                    size=work,
                    frames=film_recipes.frames_for(recipe, wanted),
                    seed=shot.seed,
                    start=given[0],
                    end=given[1],
                    sound=order.sound,
                )
                path = await bench.make(graph, folder / f"{place}.film", context, place, len(order.shots))
                rendered = await context.render(
                    media_jobs.conformed,
                    str(path),
                    str(folder / f"{place}.mp4"),
                    size,
                    recipe.fps,
                    wanted,
                    order.sound,
                    about(ability, prompt=shot.prompt, seed=shot.seed, renderer=RENDERER, model=model.name),
                    self.title,
                )
                notes = rendered.notes
                film = await made_media(rendered, seed=shot.seed, prompt=shot.prompt)
                still = replace(made(notes["last_frame"]), role="last_frame") if order.last_frame else None
                films.append((film, still))
        return _film_outcome(order, model, films, notes)


_LACKS: Final[dict[Ability, str]] = {
    "generate_image": "no model that the studio knows is installed there.",
    "edit_image": "no model that the studio knows is installed there.",
    "apply_style": "no model that the studio knows is installed there.",
    "refine_result": "no model that edits by instruction is installed there.",
    "restore_photo": "no model that edits by instruction is installed there.",
    "change_angle": "no model that edits by instruction is installed there.",
    "upscale_image": "no enlarging network is installed there.",
    "generate_video": "no film model that the studio knows is installed there.",
    "animate_photo": "no film model that the studio knows is installed there.",
    "generate_music": "no music model that the studio knows is installed there.",
    "image_to_3d": "no model of shapes that the studio knows is installed there.",
}
_MOST_TOLD: Final = 3


def _lacks(ability: Ability, installed: Installed) -> str:
    """Return why nothing can be done: no model, or known ones of which parts are missing."""
    match ability:
        case "generate_video" | "animate_photo":
            there = film_recipes.incomplete(installed)
        case "generate_music":
            there = music.incomplete(installed)
        case "image_to_3d":
            there = shapes.incomplete(installed)
        case "generate_image" | "edit_image" | "apply_style":
            there = recipes.incomplete(installed)
        case _:
            there = []
    why = _LACKS.get(ability, "the studio has no graph for this tool.")
    return f"{why.rstrip('.')}: {'; '.join(there[:_MOST_TOLD])}." if there else why


def _able(ability: Ability, models: list[Model]) -> list[Model]:
    """Return the models with which *ability* can be done, best first."""
    editing, drawing_ones = recipes.editors(models), recipes.drawers(models)
    describing = [model for model in drawing_ones if not model.recipe.edits]
    match ability:
        case "generate_image":
            return drawing_ones
        case "edit_image":
            filling = [model for model in models if model.recipe.inpaints]
            return [*editing, *filling, *describing]
        case "apply_style":
            return [*editing, *describing]
        case "restore_photo" | "refine_result" | "change_angle":
            return editing
        case _:
            return []


def _filming(ability: Ability, installed: Installed) -> list[FilmModel]:
    """Return the film models for *ability*, best first."""
    other = "picture" if ability == "generate_video" else "words"
    return [model for model in film_recipes.film_models(installed) if model.recipe.takes != other]


def _film_model(name: str, order: FilmOrder, installed: Installed) -> FilmModel:
    """Return the film model *name*, if it can do *order*.

    Raises:
        Unavailable: it cannot, or is no longer installed.
    """
    model = next((each for each in _filming(order.ability, installed) if each.name == name), None)
    if model is None:
        raise Unavailable(f"the model {name} is no longer installed.")
    if order.duration_s > model.recipe.most_s:
        raise Unavailable(f"{name} makes films of at most {model.recipe.most_s:g} seconds.")
    ends = any(shot.end is not None for shot in order.shots)
    if ends and not model.ends_with_picture(installed):
        raise Unavailable(f"{name} cannot end with a given picture.")
    return model


def _film_outcome(
    order: FilmOrder, model: FilmModel, films: list[tuple[Made, Made | None]], notes: dict[str, Any]
) -> ToolOutcome:
    first = films[0][0]
    what = "a film" if len(films) == 1 else f"{len(films)} films"
    message = (
        f"Made {what} of {first.duration_s:.4g} s at {first.width} × {first.height} px,"
        f" {model.recipe.fps} frames per second, with {model.name} in ComfyUI."
    )
    if not notes["sound"]:
        message += " It has no sound." if len(films) == 1 else " They have no sound."
    return ToolOutcome(
        message=message,
        renderer=RENDERER,
        model=model.name,
        made=[piece for film, still in films for piece in (film, still) if piece is not None],
        data={
            "seeds": [shot.seed for shot in order.shots],
            "family": model.recipe.family,
            "made_at": notes["made_at"],
            "frames": notes["frames"],
            "fps": notes["fps"],
        },
    )


def _instructed(ability: Ability, model: Model) -> bool:
    """Return whether the model gets the wish as an instruction, not as a description of the new picture."""
    return bool(model.recipe.edits) and ability != "generate_image"


def _work_size(order: PictureOrder, model: Model, part: picture_jobs.Window | None) -> tuple[int, int]:
    """Return the size at which the model works on *order*; the result is brought to the wanted size afterwards.

    Args:
        part: it works only on this part of the source.
    """
    recipe, native = model.recipe, float(model.recipe.edge**2)
    if _instructed(order.ability, model):
        return by_area(order.size, _EDITED_AREA, recipe.grid)
    if part is not None:
        most = native * (1.5 if recipe.edge >= 1024 else 2.25)
        return by_area(part[2:], min(max(float(part[2] * part[3]), native * 0.5), most), recipe.grid)
    area = order.size[0] * order.size[1]
    most = native * (1.5 if recipe.edge >= 1024 else 2.25)
    if order.pieces:
        return by_area(order.size, min(max(area, native * 0.5), most), recipe.grid)
    fits = native * 0.5 <= area <= native * 1.5
    return by_area(order.size, float(area) if fits else native, recipe.grid)


async def _prepared(
    order: PictureOrder,
    model: Model,
    size: tuple[int, int],
    part: picture_jobs.Window | None,
    context: ToolContext,
) -> list[bytes]:
    """Return the pictures of *order* as the graph wants them."""
    pictures = []
    for place, piece in enumerate(order.pieces):
        own = size if place == 0 else by_area((piece.width, piece.height), _EDITED_AREA, 16, shrink_only=True)
        mask = order.mask if place == 0 and not _instructed(order.ability, model) else None
        pictures.append(await context.render(picture_jobs.prepared, piece.path, own, mask, part))
    return pictures


def _graph(order: PictureOrder, place: int, sketch: drawing.Drawing, names: Sequence[str]) -> Graph:
    recipe, seed, prompt = sketch.recipe, order.seeds[place], order.prompts[place]
    if _instructed(order.ability, sketch.model):
        worded = instruction(order.ability, prompt, len(order.pieces))
        return sketch.by_instruction(worded, order.negative, names, seed, order.guidance)
    if order.mask is not None:
        return sketch.into_mask(prompt, order.negative, names[0], seed, order.guidance)
    if names:
        keep = _KEEP[order.ability] if order.keep is None else order.keep
        return sketch.from_picture(prompt, order.negative, names[0], seed, order.guidance, keep)
    final = by_area(order.size, min(order.size[0] * order.size[1], 4.0 * recipe.edge**2), recipe.grid)
    return sketch.from_words(prompt, order.negative, seed, order.guidance, final)


def _outcome(order: PictureOrder, model: Model, results: list[Rendered], loras: list[str]) -> ToolOutcome:
    width, height = results[0].width, results[0].height
    what = "a picture" if len(results) == 1 else f"{len(results)} pictures"
    source = f" from {order.about_source}" if order.pieces else ""
    message = f"Made {what}{source} at {width} × {height} px with {model.name} in ComfyUI."
    if order.mask is not None and not _instructed(order.ability, model):
        message += " Outside the mask it is unchanged."
    if len(loras) < len(order.loras):
        message += f" {len(order.loras) - len(loras)} of the LoRAs are not installed there."
    return ToolOutcome(
        message=message,
        renderer=RENDERER,
        model=model.name,
        made=[
            made(rendered, seed=seed, prompt=prompt)
            for rendered, seed, prompt in zip(results, order.seeds, order.prompts, strict=True)
        ],
        data={
            "seeds": order.seeds,
            "family": model.recipe.family,
            "made_at": [rendered.notes["made_at"] for rendered in results],
            "loras": loras,
        },
    )
