"""Graphs for films of the families in ``film_recipes``."""

from dataclasses import dataclass
from typing import Any, Final

from studio.engine.renderers.remote.comfy.drawing import load_text_encoders
from studio.engine.renderers.remote.comfy.film_recipes import FIRST_AND_LAST, SAVING, FilmModel, FilmRecipe
from studio.engine.renderers.remote.comfy.graph import Graph, Link
from studio.engine.renderers.remote.comfy.installed import Installed
from studio.engine.renderers.remote.comfy.ltx2 import Filming

_LABEL: Final = "Filming"
_LAST_STEP: Final = 10_000


def filming(
    installed: Installed,
    model: FilmModel,
    *,
    prompt: str,
    negative: str,
    size: tuple[int, int],
    frames: int,
    seed: int,
    start: str | None,
    end: str | None,
    sound: bool = True,
) -> Graph:
    """Return the graph of a film.

    Args:
        start, end: names of uploaded pictures that it begins and ends with.
        sound: keep the sound, where the model makes any.
    """
    recipe = model.recipe
    if recipe.ltx2 is not None:
        both = Filming(installed, model, recipe.ltx2, seed)
        seen, heard = both.film(prompt, negative, size, frames, start, end)
        _save(both.graph, installed, seen, recipe.fps, both.heard(heard) if sound else None)
        return both.graph
    graph = Graph()
    networks, clip, vae = _load(graph, installed, model)
    positive = graph.add("CLIPTextEncode", clip=clip, text=prompt).out()
    unwanted = graph.add("CLIPTextEncode", clip=clip, text=negative).out()
    sized: dict[str, Any] = {"width": size[0], "height": size[1], "length": frames, "batch_size": 1}
    pictures: dict[str, Any] = {
        name: graph.add("LoadImage", image=picture).out()
        for name, picture in (("start_image", start), ("end_image", end))
        if picture is not None
    }
    if recipe.checkpoint:
        positive, unwanted, latent = _ltx_latent(graph, recipe, positive, unwanted, vae, sized, pictures)
    elif recipe.node == recipe.picture_node:
        latent = graph.add(recipe.node, vae=vae, **sized, **pictures).out()
    elif pictures:
        kind = FIRST_AND_LAST if "end_image" in pictures else recipe.picture_node
        node = graph.add(kind, positive=positive, negative=unwanted, vae=vae, **sized, **pictures)
        positive, unwanted, latent = node.out(0), node.out(1), node.out(2)
    else:
        latent = graph.add(recipe.node, **sized).out()
    sample = _custom if recipe.checkpoint else _halves if model.second else _plain
    drawn = sample(graph, installed, recipe, _Inputs(networks, positive, unwanted, latent, seed))
    _save(graph, installed, graph.add("VAEDecode", samples=drawn, vae=vae, label="Decoding").out(), recipe.fps)
    return graph


def _load(graph: Graph, installed: Installed, model: FilmModel) -> tuple[list[Link], Link, Link]:
    recipe, loading = model.recipe, "Loading the model"
    if recipe.checkpoint:
        node = graph.add("CheckpointLoaderSimple", ckpt_name=model.file, label=loading)
        return [node.out(0)], load_text_encoders(graph, model.clips, recipe.clip_type), node.out(2)
    dtype = installed.pick("UNETLoader", "weight_dtype", "default")
    networks = []
    for file in [model.file, model.second] if model.second else [model.file]:
        network = graph.add("UNETLoader", unet_name=file, weight_dtype=dtype, label=loading).out()
        if recipe.shift is not None and installed.has("ModelSamplingSD3"):
            network = graph.add("ModelSamplingSD3", model=network, shift=recipe.shift).out()
        networks.append(network)
    clip = load_text_encoders(graph, model.clips, recipe.clip_type)
    return networks, clip, graph.add("VAELoader", vae_name=model.vae).out()


def _ltx_latent(
    graph: Graph,
    recipe: FilmRecipe,
    positive: Link,
    negative: Link,
    vae: Link,
    sized: dict[str, Any],
    pictures: dict[str, Any],
) -> tuple[Link, Link, Link]:
    if "start_image" in pictures:
        node = graph.add(
            recipe.picture_node,
            positive=positive,
            negative=negative,
            vae=vae,
            image=pictures["start_image"],
            strength=1.0,
            **sized,
        )
        positive, negative, latent = node.out(0), node.out(1), node.out(2)
    else:
        latent = graph.add(recipe.node, **sized).out()
    timed = graph.add("LTXVConditioning", positive=positive, negative=negative, frame_rate=float(recipe.fps))
    return timed.out(0), timed.out(1), latent


@dataclass(frozen=True)
class _Inputs:
    """What sampling begins with."""

    networks: list[Link]
    positive: Link
    negative: Link
    latent: Link
    seed: int


def _plain(graph: Graph, installed: Installed, recipe: FilmRecipe, given: _Inputs) -> Link:
    return graph.add(
        "KSampler",
        units=recipe.steps,
        label=_LABEL,
        model=given.networks[0],
        positive=given.positive,
        negative=given.negative,
        latent_image=given.latent,
        seed=given.seed,
        steps=recipe.steps,
        cfg=recipe.cfg,
        sampler_name=installed.pick("KSampler", "sampler_name", recipe.sampler, "euler"),
        scheduler=installed.pick("KSampler", "scheduler", "simple", "normal"),
        denoise=1.0,
    ).out()


def _halves(graph: Graph, installed: Installed, recipe: FilmRecipe, given: _Inputs) -> Link:
    """Sample the noisy half with the first network and the rest with the second."""
    half, latent = recipe.steps // 2, given.latent
    for place, network in enumerate(given.networks):
        first = place == 0
        latent = graph.add(
            "KSamplerAdvanced",
            units=half,
            label=_LABEL,
            model=network,
            add_noise="enable" if first else "disable",
            noise_seed=given.seed,
            steps=recipe.steps,
            cfg=recipe.cfg,
            sampler_name=installed.pick("KSamplerAdvanced", "sampler_name", recipe.sampler, "euler"),
            scheduler=installed.pick("KSamplerAdvanced", "scheduler", "simple", "normal"),
            positive=given.positive,
            negative=given.negative,
            latent_image=latent,
            start_at_step=0 if first else half,
            end_at_step=half if first else _LAST_STEP,
            return_with_leftover_noise="enable" if first else "disable",
        ).out()
    return latent


def _custom(graph: Graph, installed: Installed, recipe: FilmRecipe, given: _Inputs) -> Link:
    sigmas = graph.add(
        "LTXVScheduler",
        steps=recipe.steps,
        max_shift=2.05,
        base_shift=0.95,
        stretch=True,
        terminal=0.1,
        latent=given.latent,
    )
    sampler = graph.add(
        "KSamplerSelect", sampler_name=installed.pick("KSamplerSelect", "sampler_name", recipe.sampler, "euler")
    )
    return graph.add(
        "SamplerCustom",
        units=recipe.steps,
        label=_LABEL,
        model=given.networks[0],
        add_noise=True,
        noise_seed=given.seed,
        cfg=recipe.cfg,
        positive=given.positive,
        negative=given.negative,
        sampler=sampler.out(),
        sigmas=sigmas.out(),
        latent_image=given.latent,
    ).out()


def _save(graph: Graph, installed: Installed, frames: Link, fps: int, sound: Link | None = None) -> None:
    prefix = "studio/film"
    if installed.has(*SAVING):
        audio: dict[str, Any] = {} if sound is None else {"audio": sound}
        film = graph.add("CreateVideo", images=frames, fps=float(fps), **audio).out()
        kind = installed.pick("SaveVideo", "format", "mp4", "auto")
        codec = installed.pick("SaveVideo", "codec", "h264", "auto")
        graph.add("SaveVideo", video=film, filename_prefix=prefix, format=kind, codec=codec)
    else:
        graph.add("SaveWEBM", images=frames, filename_prefix=prefix, codec="vp9", fps=float(fps), crf=18.0)
