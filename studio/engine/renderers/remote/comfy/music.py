"""Music of ACE-Step in ComfyUI: which of its models are there, their graphs, and making an order with one.

After the public tutorials and workflow templates of ACE-Step 1 and 1.5.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from studio.engine.renderers.remote import media_jobs
from studio.engine.renderers.remote.comfy.drawing import load_text_encoders
from studio.engine.renderers.remote.comfy.graph import Graph, Link
from studio.engine.renderers.remote.comfy.installed import Installed, Needs, Part, file_name, stem
from studio.engine.renderers.remote.comfy.work import RENDERER, Bench
from studio.engine.renderers.remote.music_orders import MusicWish, music_wish
from studio.engine.renderers.remote.words import told
from studio.engine.tools.base import ToolContext, ToolOutcome
from studio.engine.tools.common import about, made_media, scratch

_BPM: Final = 120
_KEY: Final = "C major"
_BEATS: Final = 4
_INSTRUMENTAL: Final = "[instrumental]"
_SCRIPTS: Final = (("ja", r"[぀-ヿ]"), ("ko", r"[가-힯]"), ("zh", r"[一-鿿]"), ("ru", r"[Ѐ-ӿ]"), ("ar", r"[؀-ۿ]"))
_CLIPS: Final = (
    Part("qwen_0.6b_ace15", r"qwen[_-]0\.6b[_-]ace15"),
    Part("qwen_1.7b_ace15", r"qwen[_-](1\.7|4)b[_-]ace15"),
)
_VAE: Final = Part("ace_1.5_vae", r"ace[_-]1\.5[_-]vae")
_SAVERS: Final = ("SaveAudio", "SaveAudioMP3")


@dataclass(frozen=True)
class MusicRecipe:
    """How the models of one family make music; *first* is ACE-Step 1, which hears no tempo and no key."""

    family: str
    file: str
    checkpoint: bool = False
    first: bool = False
    steps: int = 8
    cfg: float = 1.0
    top_p: float = 0.9


@dataclass(frozen=True)
class MusicModel:
    """A music model that a server can run, with its files."""

    file: str
    recipe: MusicRecipe
    clips: tuple[str, ...] = ()
    vae: str = ""

    @property
    def name(self) -> str:
        """What people call it: ``ace_step_1.5_xl_turbo``."""
        return re.sub(r"^ace[_-]?step[_-]?v?(?=1)", "ace_step_", stem(self.file), flags=re.IGNORECASE)


_V1_5: Final = r"ace[_-]?step[_-]?v?1\.5[_-]"
RECIPES: Final = (
    MusicRecipe("ACE-Step 1.5 XL", _V1_5 + r"xl[_-]sft", steps=50, cfg=7.0, top_p=1.0),
    MusicRecipe("ACE-Step 1.5 XL Turbo", _V1_5 + r"xl[_-]turbo"),
    MusicRecipe("ACE-Step 1.5 XL base", _V1_5 + r"xl[_-]base", steps=50, cfg=6.0),
    MusicRecipe("ACE-Step 1.5 Turbo", _V1_5 + r"turbo"),
    MusicRecipe("ACE-Step 1.5 Turbo", _V1_5 + r"turbo", checkpoint=True),
    MusicRecipe(
        "ACE-Step 1", r"ace[_-]?step[_-]?v?1(?!\.5)[_-]?3\.5b", checkpoint=True, first=True, steps=50, cfg=5.0
    ),
)  # fmt: skip
"""Best first."""


def music_models(installed: Installed) -> list[MusicModel]:
    """Return the music models that *installed* can run, best first."""
    return [model for model in _found(installed) if isinstance(model, MusicModel)]


def incomplete(installed: Installed) -> list[str]:
    """Return in words which known music models are there and what each of them lacks."""
    return [lack for lack in _found(installed) if isinstance(lack, str)]


def _found(installed: Installed) -> list[MusicModel | str]:
    found: list[MusicModel | str] = []
    for recipe in RECIPES:
        loader, name = ("CheckpointLoaderSimple", "ckpt_name") if recipe.checkpoint else ("UNETLoader", "unet_name")
        for file in installed.options(loader, name):
            if re.search(recipe.file, file_name(file), re.IGNORECASE):
                found.append(_model(installed, recipe, file))
    return found


def _model(installed: Installed, recipe: MusicRecipe, file: str) -> MusicModel | str:
    needs = Needs(installed)
    needs.node("KSampler", "VAEDecodeAudio", "ConditioningZeroOut")
    if recipe.first:
        needs.node("TextEncodeAceStepAudio", "EmptyAceStepLatentAudio", "ModelSamplingSD3")
        needs.node("LatentOperationTonemapReinhard", "LatentApplyOperationCFG")
    else:
        needs.node("TextEncodeAceStepAudio1.5", "EmptyAceStep1.5LatentAudio", "ModelSamplingAuraFlow")
    if not any(installed.has(saver) for saver in _SAVERS):
        needs.node(_SAVERS[0])
    clips: tuple[str, ...] = ()
    vae = ""
    if not recipe.checkpoint:
        needs.node("VAELoader")
        clips = needs.text_encoders(_CLIPS, "ace")
        vae = needs.file("VAELoader", "vae_name", _VAE, "VAE")
    model = MusicModel(file, recipe, clips, vae)
    return needs.said(model.name) if needs.missing else model


def playing(installed: Installed, model: MusicModel, wish: MusicWish, place: int, label: str) -> Graph:
    """Return the graph of the piece number *place* of a wish."""
    graph, recipe, seed = Graph(), model.recipe, wish.seeds[place]
    network, clip, vae = _load(graph, installed, model)
    lyrics = wish.lyrics or _INSTRUMENTAL
    if recipe.first:
        positive = graph.add(
            "TextEncodeAceStepAudio", clip=clip, tags=wish.prompts[place], lyrics=lyrics, lyrics_strength=0.99
        ).out()
        latent = graph.add("EmptyAceStepLatentAudio", seconds=wish.duration_s, batch_size=1).out()
        shifted = graph.add("ModelSamplingSD3", model=network, shift=5.0).out()
        operation = graph.add("LatentOperationTonemapReinhard", multiplier=1.0).out()
        network = graph.add("LatentApplyOperationCFG", model=shifted, operation=operation).out()
    else:
        positive = graph.add(
            "TextEncodeAceStepAudio1.5",
            label="Planning the music",
            clip=clip,
            tags=wish.prompts[place],
            lyrics=lyrics,
            seed=seed,
            bpm=wish.bpm or _BPM,
            duration=wish.duration_s,
            timesignature=str(wish.beats or _BEATS),
            language=_language(wish.lyrics),
            keyscale=wish.key or _KEY,
            top_p=recipe.top_p,
        ).out()
        latent = graph.add("EmptyAceStep1.5LatentAudio", seconds=wish.duration_s, batch_size=1).out()
        network = graph.add("ModelSamplingAuraFlow", model=network, shift=3.0).out()
    drawn = graph.add(
        "KSampler",
        units=recipe.steps,
        label=label,
        model=network,
        positive=positive,
        negative=graph.add("ConditioningZeroOut", conditioning=positive).out(),
        latent_image=latent,
        seed=seed,
        steps=recipe.steps,
        cfg=recipe.cfg,
        sampler_name="euler",
        scheduler="simple",
        denoise=1.0,
    ).out()
    sound = graph.add("VAEDecodeAudio", samples=drawn, vae=vae, label="Decoding").out()
    saver = next(saver for saver in _SAVERS if installed.has(saver))
    graph.add(saver, audio=sound, filename_prefix="studio/music")
    return graph


def _load(graph: Graph, installed: Installed, model: MusicModel) -> tuple[Link, Link, Link]:
    loading = "Loading the model"
    if model.recipe.checkpoint:
        node = graph.add("CheckpointLoaderSimple", ckpt_name=model.file, label=loading)
        return node.out(0), node.out(1), node.out(2)
    dtype = installed.pick("UNETLoader", "weight_dtype", "default")
    network = graph.add("UNETLoader", unet_name=model.file, weight_dtype=dtype, label=loading).out()
    clip = load_text_encoders(graph, model.clips, "ace")
    return network, clip, graph.add("VAELoader", vae_name=model.vae).out()


def _language(lyrics: str) -> str:
    """Return the language of *lyrics* as their script tells it; English when it is Latin."""
    return next((code for code, script in _SCRIPTS if re.search(script, lyrics)), "en")


async def make(bench: Bench, model: MusicModel, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
    """Make the music that *arguments* ask for.

    Raises:
        Unavailable: the server would not take the graph.
        ToolError: an argument is wrong, or the work failed.
    """
    wish = music_wish(arguments)
    made = []
    count = len(wish.prompts)
    async with scratch(context) as folder:
        for place, prompt in enumerate(wish.prompts):
            graph = playing(bench.installed, model, wish, place, told("Composing", place, count))
            path = await bench.make(graph, folder / f"{place}.sound", context, place, count)
            texts = about("generate_music", prompt=prompt, seed=wish.seeds[place], renderer=RENDERER, model=model.name)
            if wish.lyrics:
                texts["lyrics"] = wish.lyrics
            rendered = await context.render(
                media_jobs.conformed_sound,
                str(path),
                str(folder / f"{place}.{wish.format}"),
                wish.format,
                wish.duration_s,
                texts,
                bench.title,
            )
            title = " ".join(re.split(r"[,.;:\n]", prompt)[0].split()[:8])[:60]
            made.append(await made_media(rendered, seed=wish.seeds[place], prompt=prompt, title=title))
    return ToolOutcome(
        message=_message(wish, model),
        renderer=RENDERER,
        model=model.name,
        made=made,
        text={"lyrics": wish.lyrics} if wish.lyrics else {},
        data={"seeds": wish.seeds, "family": model.recipe.family},
    )


def _message(wish: MusicWish, model: MusicModel) -> str:
    what = "a piece" if len(wish.prompts) == 1 else f"{len(wish.prompts)} pieces"
    text = f"Made {what} of {wish.duration_s:g} s with {model.name} in ComfyUI."
    asked: Sequence[str] = [
        *([f"{wish.bpm} BPM"] if wish.bpm else []),
        *([wish.key] if wish.key else []),
        *([f"{wish.beats} beats a bar"] if wish.beats else []),
    ]
    if asked and model.recipe.first:
        text += f" The model was not told {', '.join(asked)}: it takes only words."
    elif asked:
        text += f" It was asked for {', '.join(asked)}."
    return text
