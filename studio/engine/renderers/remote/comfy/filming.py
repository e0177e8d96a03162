"""Film models that the studio knows how to run in ComfyUI, and their graphs.

Sources: the public ComfyUI documentation (tutorials of Wan and LTX-Video, built-in nodes).
"""

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from studio.engine.renderers.remote.comfy.drawing import load_text_encoders
from studio.engine.renderers.remote.comfy.graph import Graph, Link
from studio.engine.renderers.remote.comfy.installed import Installed, file_name
from studio.engine.renderers.remote.comfy.recipes import text_encoders

Takes = Literal["words", "picture", "both"]
_LABEL: Final = "Filming"
_LAST_STEP: Final = 10_000
_UMT5: Final = (r"umt5[_-]?xxl",)


@dataclass(frozen=True)
class FilmRecipe:
    """How the models of one family make films.

    Attributes:
        file, second: patterns of the network, and of its other half for the second part of the sampling.
        takes: words, a picture to begin with, or either.
        fps: frames a second that the model was trained for; its lengths are a multiple of *step* frames, plus one.
        area: pixels of a frame that the model was trained on; *grid*: its edges' grid.
        most_s: the longest film in seconds.
        node: what makes its latent film from words; *picture_node*: from a picture.
    """

    family: str
    file: str
    takes: Takes
    node: str
    picture_node: str
    second: str = ""
    checkpoint: bool = False
    clips: tuple[str, ...] = _UMT5
    clip_type: str = "wan"
    vae: str = r"wan[_-]?2[._]?1[_-]?vae"
    fps: int = 16
    step: int = 4
    grid: int = 16
    area: int = 832 * 480
    most_s: float = 10.0
    steps: int = 20
    cfg: float = 6.0
    sampler: str = "uni_pc"
    shift: float | None = 8.0


@dataclass(frozen=True)
class FilmModel:
    """A film model that a server can run, with its files."""

    file: str
    recipe: FilmRecipe
    second: str = ""
    clips: tuple[str, ...] = ()
    vae: str = ""

    @property
    def name(self) -> str:
        """What people call it."""
        stem = re.sub(r"\.(safetensors|ckpt|pth?|sft)$", "", file_name(self.file), flags=re.IGNORECASE)
        return re.sub(r"[_-]?high[_-]?noise", "", stem)


RECIPES: Final = (
    FilmRecipe(
        "Wan 2.2 14B", r"wan2[._]?2.*t2v.*high", "words", "EmptyHunyuanLatentVideo", "",
        second=r"wan2[._]?2.*t2v.*low", cfg=3.5, sampler="euler",
    ),
    FilmRecipe(
        "Wan 2.2 14B", r"wan2[._]?2.*i2v.*high", "picture", "", "WanImageToVideo",
        second=r"wan2[._]?2.*i2v.*low", cfg=3.5, sampler="euler",
    ),
    FilmRecipe(
        "Wan 2.2 5B", r"wan2[._]?2.*ti2v", "both", "Wan22ImageToVideoLatent", "Wan22ImageToVideoLatent",
        vae=r"wan[_-]?2[._]?2[_-]?vae", fps=24, grid=32, area=1280 * 704, cfg=5.0,
    ),
    FilmRecipe(
        "LTX-Video", r"ltx[_-]?video|ltxv", "both", "EmptyLTXVLatentVideo", "LTXVImgToVideo", checkpoint=True,
        clips=(r"t5[_-]?xxl",), clip_type="ltxv", vae="", fps=24, step=8, grid=32, area=768 * 512, steps=30, cfg=3.0,
        sampler="euler", shift=None,
    ),
    FilmRecipe("Wan 2.1", r"wan2[._]?1.*t2v", "words", "EmptyHunyuanLatentVideo", "", steps=30),
    FilmRecipe("Wan 2.1", r"wan2[._]?1.*i2v", "picture", "", "WanImageToVideo", steps=20),
)  # fmt: skip
"""Best first."""

_SAVERS: Final = (("CreateVideo", "SaveVideo"), ("SaveWEBM",))
FIRST_AND_LAST: Final = "WanFirstLastFrameToVideo"


def film_models(installed: Installed) -> list[FilmModel]:
    """Return the film models that *installed* can run, best first."""
    if not any(installed.has(*nodes) for nodes in _SAVERS) or not installed.has("CLIPTextEncode", "VAEDecode"):
        return []
    found = []
    for recipe in RECIPES:
        loader, name = ("CheckpointLoaderSimple", "ckpt_name") if recipe.checkpoint else ("UNETLoader", "unet_name")
        nodes = [node for node in (recipe.node, recipe.picture_node, _sampler(recipe)) if node]
        if not installed.has(loader, *nodes):
            continue
        clips = text_encoders(installed, recipe.clips, recipe.clip_type)
        vae = installed.find("VAELoader", "vae_name", recipe.vae) if recipe.vae else ""
        second = installed.find(loader, name, recipe.second) if recipe.second else ""
        if clips is None or vae is None or second is None:
            continue
        found += [
            FilmModel(file, recipe, second, clips, vae)
            for file in installed.options(loader, name)
            if re.search(recipe.file, file_name(file), re.IGNORECASE)
        ]
    return found


def frames_for(recipe: FilmRecipe, wanted: int) -> int:
    """Return the least number of frames that the model makes, at least *wanted*."""
    return recipe.step * -(-(wanted - 1) // recipe.step) + 1


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
) -> Graph:
    """Return the graph of a film.

    Args:
        start, end: names of uploaded pictures that it begins and ends with.
    """
    graph, recipe = Graph(), model.recipe
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


def _sampler(recipe: FilmRecipe) -> str:
    return "SamplerCustom" if recipe.checkpoint else "KSamplerAdvanced" if recipe.second else "KSampler"


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


def _save(graph: Graph, installed: Installed, frames: Link, fps: int) -> None:
    prefix = "studio/film"
    if installed.has("CreateVideo", "SaveVideo"):
        film = graph.add("CreateVideo", images=frames, fps=float(fps)).out()
        graph.add("SaveVideo", video=film, filename_prefix=prefix, format="mp4", codec="h264")
    else:
        graph.add("SaveWEBM", images=frames, filename_prefix=prefix, codec="vp9", fps=float(fps), crf=18.0)
