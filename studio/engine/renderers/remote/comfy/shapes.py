"""Shapes of Hunyuan3D 2 in ComfyUI: which of its models are there, their graph, and making an order with one.

After the public tutorial and workflow templates of Hunyuan3D 2.0 and 2.1. ComfyUI makes the shape only, no colours.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from studio.engine.renderers.registry import Unavailable
from studio.engine.renderers.remote import media_jobs, picture_jobs
from studio.engine.renderers.remote.comfy.graph import Graph, Link
from studio.engine.renderers.remote.comfy.installed import Installed, Needs, file_name, stem
from studio.engine.renderers.remote.comfy.work import RENDERER, Bench
from studio.engine.tools.base import Made, SourceMedia, ToolContext, ToolOutcome
from studio.engine.tools.common import name_of, path_text, picture_of, picture_or_address, scratch, seed_of

_VIEW_EDGE: Final = 768
_VIEWS: Final = ("left", "back", "right")
_COLOURS: Final = ("textureSize", "normalMapSize", "ambientOcclusionSize")


@dataclass(frozen=True)
class ShapeRecipe:
    """How the models of one family make shapes; *views*: from several views of the subject.

    Attributes:
        resolution: how many tokens the shape has.
        crop: how the picture is fitted to what the model sees.
    """

    family: str
    file: str
    steps: int
    cfg: float
    resolution: int = 3072
    views: bool = False
    crop: str = "center"


@dataclass(frozen=True)
class ShapeModel:
    """A model of shapes that a server can run."""

    file: str
    recipe: ShapeRecipe

    @property
    def name(self) -> str:
        """What people call it."""
        return stem(self.file)


RECIPES: Final = (
    ShapeRecipe("Hunyuan3D 2.1", r"hunyuan[_-]?3d[_-]v2\.1", 30, 5.0, resolution=4096),
    ShapeRecipe("Hunyuan3D 2.0", r"hunyuan3d[_-]dit[_-]v2(?![_-]?(mv|mini|\d|.*turbo))", 20, 8.0),
    ShapeRecipe(
        "Hunyuan3D 2.0 of several views", r"hunyuan3d[_-]dit[_-]v2[_-]mv(?!.*turbo)", 20, 7.5, views=True, crop="none"
    ),
)
"""Best first; without the turbo models, of whose sampling their tutorial and their template say different things."""


def shape_models(installed: Installed) -> list[ShapeModel]:
    """Return the models of shapes that *installed* can run, best first."""
    return [model for model in _found(installed) if isinstance(model, ShapeModel)]


def incomplete(installed: Installed) -> list[str]:
    """Return in words which known models of shapes are there and what each of them lacks."""
    return [lack for lack in _found(installed) if isinstance(lack, str)]


def _found(installed: Installed) -> list[ShapeModel | str]:
    found: list[ShapeModel | str] = []
    for recipe in RECIPES:
        for file in installed.options("ImageOnlyCheckpointLoader", "ckpt_name"):
            if re.search(recipe.file, file_name(file), re.IGNORECASE):
                needs = Needs(installed)
                needs.node("LoadImage", "CLIPVisionEncode", "ModelSamplingAuraFlow", "KSampler", "SaveGLB")
                needs.node("EmptyLatentHunyuan3Dv2", "VAEDecodeHunyuan3D", "VoxelToMesh")
                needs.node("Hunyuan3Dv2ConditioningMultiView" if recipe.views else "Hunyuan3Dv2Conditioning")
                found.append(needs.said(stem(file)) if needs.missing else ShapeModel(file, recipe))
    return found


def shaping(model: ShapeModel, views: Mapping[str, str], seed: int) -> Graph:
    """Return the graph of a shape.

    Args:
        views: names of uploaded pictures by view; ``front`` always.
    """
    graph, recipe = Graph(), model.recipe
    loaded = graph.add("ImageOnlyCheckpointLoader", ckpt_name=model.file, label="Loading the model")
    seen: dict[str, Any] = {
        view: _seen(graph, loaded.out(1), name, recipe.crop)
        for view, name in views.items()
        if recipe.views or view == "front"
    }
    if recipe.views:
        conditions = graph.add("Hunyuan3Dv2ConditioningMultiView", **seen)
    else:
        conditions = graph.add("Hunyuan3Dv2Conditioning", clip_vision_output=seen["front"])
    drawn = graph.add(
        "KSampler",
        units=recipe.steps,
        label="Shaping",
        model=graph.add("ModelSamplingAuraFlow", model=loaded.out(0), shift=1.0).out(),
        positive=conditions.out(0),
        negative=conditions.out(1),
        latent_image=graph.add("EmptyLatentHunyuan3Dv2", resolution=recipe.resolution, batch_size=1).out(),
        seed=seed,
        steps=recipe.steps,
        cfg=recipe.cfg,
        sampler_name="euler",
        scheduler="normal",
        denoise=1.0,
    )
    voxels = graph.add(
        "VAEDecodeHunyuan3D",
        units=recipe.steps / 2,
        label="Finding the surface",
        samples=drawn.out(),
        vae=loaded.out(2),
        num_chunks=8000,
        octree_resolution=256,
    )
    mesh = graph.add("VoxelToMesh", voxel=voxels.out(), algorithm="surface net", threshold=0.6)
    graph.add("SaveGLB", mesh=mesh.out(), filename_prefix="studio/shape")
    return graph


def _seen(graph: Graph, network: Link, name: str, crop: str) -> Link:
    picture = graph.add("LoadImage", image=name).out()
    return graph.add("CLIPVisionEncode", clip_vision=network, image=picture, crop=crop).out()


async def make(bench: Bench, model: str, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
    """Make the shape that *arguments* ask for; several views go to a model that takes them, where one is installed.

    Raises:
        Unavailable: colours are asked for, the model is gone, or the server would not take the graph.
        ToolError: a piece does not exist, or the work failed.
    """
    if any(arguments.get(name) is not None for name in _COLOURS):
        raise Unavailable("its models make shapes without colours, and a texture was asked for.")
    models = shape_models(bench.installed)
    chosen = next((each for each in models if each.name == model), None)
    if chosen is None:
        raise Unavailable(f"the model {model} is no longer installed.")
    source = await picture_or_address(context, arguments)
    others = await _views(arguments, context)
    if others:
        chosen = next((each for each in models if each.recipe.views), chosen)
    names = {}
    for view, piece in {"front": source, **(others if chosen.recipe.views else {})}.items():
        names[view] = await bench.give(
            await context.render(picture_jobs.standing_alone, path_text(piece), _VIEW_EDGE), context
        )
    seed = seed_of(arguments)
    async with scratch(context) as folder:
        path = await bench.make(shaping(chosen, names, seed), folder / "shape.glb", context)
        facts = await context.render(media_jobs.facts, str(path), "model", bench.title)
        data = await asyncio.to_thread(path.read_bytes)
    said = f" with {facts.triangles:,} triangles" if facts.triangles else ""
    sentences = [f"Made a GLB model of {name_of(source, arguments)}{said} with {chosen.name} in ComfyUI."]
    if others:
        used = f"The {' and '.join(others)} view{'s were' if len(others) > 1 else ' was'}"
        sentences.append(f"{used} {'used' if chosen.recipe.views else 'not used: the model sees one picture'}.")
    sentences.append("It has a shape all around, but no colours.")
    if arguments.get("meshTargetFaces") is not None or arguments.get("shapeResolution") is not None:
        sentences.append("How fine it is was left to the model.")
    return ToolOutcome(
        message=" ".join(sentences),
        renderer=RENDERER,
        model=chosen.name,
        made=[Made(data, "model", "model/gltf-binary", seed=seed, title="Shape")],
        data={"family": chosen.recipe.family, "seeds": [seed], "triangles": facts.triangles},
    )


async def _views(arguments: dict[str, Any], context: ToolContext) -> dict[str, SourceMedia]:
    """Return the other views that were given, by name."""
    found = {}
    for view in _VIEWS:
        if address := arguments.get(f"{view}_view_image_url"):
            found[view] = await context.media_at("image", str(address))
        elif arguments.get(f"{view}ViewImageIndex") is not None:
            found[view] = await picture_of(context, arguments, f"{view}ViewImageIndex")
    return found
