"""The model families that the studio knows how to run in ComfyUI, and which files of a server belong to them.

A recipe says by name patterns which files make up a model, and how the model wants to be
sampled. Sources: the public ComfyUI documentation (tutorials of each family) and the
model cards' recommended settings.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from studio.engine.renderers.remote.comfy.installed import Installed, Needs, Part, file_name, stem

Edits = Literal["", "qwen", "kontext", "flux2"]


@dataclass(frozen=True)
class Recipe:
    """How the models of one family are loaded and sampled.

    Attributes:
        file: pattern of the file name; *but_not*: pattern of names that are something else after all.
        clips, vae: the text encoders and the decoder; none for a checkpoint that holds all.
        clip_type: the ``type`` of the loader of the text encoders.
        shift: node that shifts the noise schedule, and by how much.
        guidance: value of a FluxGuidance node; None for families without.
        edge: pixels of the edge of the square that the model was trained on; *grid*: its edges' grid.
        edits: how it takes reference pictures, if it edits by instruction; *draws*: it also draws from words alone.
        inpaints: it was trained to fill masked parts.
    """

    family: str
    file: str
    but_not: str = r"^$"
    clips: tuple[Part, ...] = ()
    clip_type: str = ""
    vae: Part | None = None
    steps: int = 25
    cfg: float = 6.0
    sampler: str = "dpmpp_2m"
    scheduler: str = "karras"
    shift: tuple[str, float] | None = None
    guidance: float | None = None
    latent: str = "EmptyLatentImage"
    edge: int = 1024
    grid: int = 16
    edits: Edits = ""
    draws: bool = True
    inpaints: bool = False

    @property
    def is_checkpoint(self) -> bool:
        """Whether one file holds everything."""
        return not self.clips


@dataclass(frozen=True)
class Model:
    """A model that a server can run: a recipe and the files that it needs."""

    file: str
    recipe: Recipe
    clips: tuple[str, ...] = ()
    vae: str = ""

    @property
    def name(self) -> str:
        """What people call it: the file's name without folder and ending."""
        return stem(self.file)


_QWEN: Final = (Part("qwen_2.5_vl_7b", r"qwen[_-]?2\.?5[_-]vl[_-]7b"),)
_QWEN_3_4B: Final = (Part("qwen_3_4b", r"qwen[_-]?3[_-]4b"),)
_QWEN_VAE: Final = Part("qwen_image_vae", r"qwen[_-]?image[_-]?vae")
_FLUX: Final = (Part("t5xxl", r"t5[_-]?xxl"), Part("clip_l", r"clip[_-]?l\b|clip_l"))
_AE: Final = Part("ae", r"^(ae|flux[_-]?vae|flux1[_-]vae)\b")
_FLUX_2_VAE: Final = Part("flux2-vae", r"flux[_.-]?2[_-]?vae|^full_encoder_small_decoder\b")
_AURA: Final = "ModelSamplingAuraFlow"
_SD3_LATENT: Final = "EmptySD3LatentImage"

_FLUX_2: Final = "EmptyFlux2LatentImage"

DIFFUSION: Final = (
    Recipe(
        "FLUX.2", r"flux[._-]?2[_-]dev", clips=(Part("mistral_3_small_flux2", r"mistral[_-]3[_-]small[_-]flux2"),),
        clip_type="flux2", vae=_FLUX_2_VAE, steps=20, cfg=1.0, sampler="euler", guidance=4.0, latent=_FLUX_2,
        edits="flux2",
    ),
    Recipe(
        "Krea 2 Turbo", r"krea[_-]?2[_-]turbo", clips=(Part("qwen3vl_4b", r"qwen[_-]?3[_-]?vl[_-]4b"),),
        clip_type="krea2", vae=_QWEN_VAE, steps=8, cfg=1.0, sampler="euler", scheduler="simple",
    ),
    Recipe(
        "Z-Image Turbo", r"z[_-]?image[_-]?turbo", clips=_QWEN_3_4B, clip_type="lumina2", vae=_AE,
        steps=9, cfg=1.0, sampler="res_multistep", scheduler="simple", shift=(_AURA, 3.0), latent=_SD3_LATENT,
    ),
    Recipe(
        "Z-Image", r"z[_-]?image", r"edit|controlnet", clips=_QWEN_3_4B, clip_type="lumina2", vae=_AE,
        steps=28, cfg=4.0, sampler="res_multistep", scheduler="simple", shift=(_AURA, 3.0), latent=_SD3_LATENT,
    ),
    Recipe(
        "Qwen Image Edit", r"qwen[_-]?image[_-]?edit", clips=_QWEN, clip_type="qwen_image", vae=_QWEN_VAE, steps=20,
        cfg=2.5, sampler="euler", scheduler="simple", shift=(_AURA, 3.0), latent=_SD3_LATENT, edits="qwen", draws=False,
    ),
    *(
        Recipe(
            f"FLUX.2 klein{called}", rf"flux[._-]?2[_-]klein[_-]{named}{size}b\b", r"[_-]kv\b",
            clips=(Part(f"qwen_3_{words}b", rf"qwen[_-]?3[_-]{words}b"),), clip_type="flux2", vae=_FLUX_2_VAE,
            steps=steps, cfg=cfg, sampler="euler", latent=_FLUX_2, edits="flux2",
        )
        for size, words in ((9, 8), (4, 4))
        for called, named, steps, cfg in (("", "", 4, 1.0), (" base", "base[_-]", 20, 5.0))
    ),
    Recipe(
        "Qwen Image", r"qwen[_-]?image", r"edit|layered|controlnet", clips=_QWEN, clip_type="qwen_image",
        vae=_QWEN_VAE, steps=20, cfg=2.5, sampler="euler", scheduler="simple", shift=(_AURA, 3.1), latent=_SD3_LATENT,
    ),
    Recipe(
        "FLUX.1 Kontext", r"flux.*kontext", clips=_FLUX, clip_type="flux", vae=_AE, steps=20, cfg=1.0, sampler="euler",
        scheduler="simple", guidance=2.5, latent=_SD3_LATENT, edits="kontext", draws=False,
    ),
    Recipe(
        "FLUX.1 schnell", r"flux.*schnell", clips=_FLUX, clip_type="flux", vae=_AE, steps=4, cfg=1.0, sampler="euler",
        scheduler="simple", latent=_SD3_LATENT,
    ),
    Recipe(
        "FLUX.1", r"flux[._-]?1.*(dev|krea)", r"kontext|fill|depth|canny|redux|schnell", clips=_FLUX, clip_type="flux",
        vae=_AE, steps=20, cfg=1.0, sampler="euler", scheduler="simple", guidance=3.5, latent=_SD3_LATENT,
    ),
)  # fmt: skip
"""Models whose parts lie in separate files, best first.

Krea 2 RAW is not among them: its makers made it for training, and no documentation says how ComfyUI should sample it.
"""

_NO_PICTURES: Final = (
    r"ltx|svd|stable[_-]video|ace[_-]?step|stable[_-]?audio|hunyuan|refiner|wan\d|mochi|cosmos|zero123|cascade|kontext"
)
_OTHERS: Final = (
    _NO_PICTURES + r"|qwen|z[_-]?image|chroma|lumina|hidream|aura|pixart|sana\b|kolors|omnigen|krea|flux|sd[_-]?3"
    r"|playground|pony[_-]?v?7|hidream|depth|controlnet|upscal|adapter|anima[_-]|moss"
)
"""Names of families that a recipe for Stable Diffusion would only spoil."""
_FEW_STEPS: Final = r"turbo|lightning|hyper|lcm|\bdmd"
_LARGE: Final = r"xl|pony|illustrious|noob|animagine"

CHECKPOINTS: Final = (
    Recipe(
        "FLUX.1 schnell", r"flux.*schnell", _NO_PICTURES, steps=4, cfg=1.0, sampler="euler", scheduler="simple",
        latent=_SD3_LATENT,
    ),
    Recipe(
        "FLUX.1", r"flux[._-]?1", _NO_PICTURES, steps=20, cfg=1.0, sampler="euler", scheduler="simple", guidance=3.5,
        latent=_SD3_LATENT,
    ),
    Recipe(
        "Stable Diffusion 3", r"\bsd3|stable[_-]diffusion[_-]3", _NO_PICTURES, steps=28, cfg=4.5, sampler="euler",
        scheduler="sgm_uniform", latent=_SD3_LATENT,
    ),
    Recipe("SDXL inpainting", rf"(?=.*({_LARGE}))(?=.*inpaint)", _OTHERS, steps=28, inpaints=True),
    Recipe(
        "SDXL, few steps", rf"(?=.*({_LARGE}))(?=.*({_FEW_STEPS}))", _OTHERS, steps=8, cfg=2.0,
        sampler="dpmpp_sde",
    ),
    Recipe("SDXL", _LARGE, _OTHERS, steps=28),
    Recipe("Stable Diffusion inpainting", r"inpaint", _OTHERS, cfg=7.0, edge=512, inpaints=True),
    Recipe("Stable Diffusion", r"", _OTHERS, cfg=7.0, edge=512),
)  # fmt: skip
"""Models in one file, by what their names say; the last takes what no other knows."""


_PICTURE_NODES: Final = ("CLIPTextEncode", "KSampler", "VAEDecode")
_FLUX_2_NODES: Final = (
    "CLIPTextEncode", "RandomNoise", "KSamplerSelect", "Flux2Scheduler", "CFGGuider", "SamplerCustomAdvanced",
    "VAEDecode",
)  # fmt: skip


def image_models(installed: Installed) -> list[Model]:
    """Return the picture models that *installed* can run, best first."""
    return sorted((model for model in _found(installed) if isinstance(model, Model)), key=_rank)


def incomplete(installed: Installed) -> list[str]:
    """Return in words which known picture models are there and what each of them lacks."""
    return [lack for lack in _found(installed) if isinstance(lack, str)]


def _found(installed: Installed) -> list[Model | str]:
    """Return every known model that is there, or in words what it lacks."""
    found: list[Model | str] = []
    files = installed.options("UNETLoader", "unet_name")
    for place, recipe in enumerate(DIFFUSION):
        earlier = DIFFUSION[:place]
        found += [
            _with_parts(installed, recipe, file)
            for file in files
            if _fits(recipe, file) and not any(_fits(other, file) for other in earlier)
        ]
    for file in installed.options("CheckpointLoaderSimple", "ckpt_name"):
        matched = next((recipe for recipe in CHECKPOINTS if _fits(recipe, file)), None)
        if matched is not None:
            needs = Needs(installed)
            needs.node(*_PICTURE_NODES, matched.latent)
            found.append(needs.said(stem(file)) if needs.missing else Model(file, matched))
    return found


def _rank(model: Model) -> int:
    return (DIFFUSION + CHECKPOINTS).index(model.recipe)


def _fits(recipe: Recipe, file: str) -> bool:
    name = file_name(file)
    return bool(re.search(recipe.file, name, re.IGNORECASE)) and not re.search(recipe.but_not, name, re.IGNORECASE)


def _with_parts(installed: Installed, recipe: Recipe, file: str) -> Model | str:
    needs = Needs(installed)
    needs.node("VAELoader", *(_FLUX_2_NODES if recipe.edits == "flux2" else _PICTURE_NODES), recipe.latent)
    parts = needs.text_encoders(recipe.clips, recipe.clip_type)
    vae = needs.file("VAELoader", "vae_name", recipe.vae, "VAE") if recipe.vae is not None else ""
    if recipe.edits == "qwen" and not installed.has("TextEncodeQwenImageEdit"):
        needs.node("TextEncodeQwenImageEditPlus")
    if recipe.edits == "kontext" or (recipe.cfg <= 1.0 and recipe.edits == "flux2"):
        needs.node("ConditioningZeroOut")
    if recipe.edits in ("kontext", "flux2"):
        needs.node("ReferenceLatent")
    return needs.said(stem(file)) if needs.missing else Model(file, recipe, parts, vae)


def editors(models: list[Model]) -> list[Model]:
    """Return the models that edit by instruction."""
    return [model for model in models if model.recipe.edits]


def drawers(models: list[Model]) -> list[Model]:
    """Return the models that draw from words."""
    return [model for model in models if model.recipe.draws and not model.recipe.inpaints]


def upscalers(installed: Installed) -> list[str]:
    """Return the enlarging networks, the ones for photographs first."""
    if not installed.has("UpscaleModelLoader", "ImageUpscaleWithModel", "LoadImage"):
        return []
    files = [file for file in installed.options("UpscaleModelLoader", "model_name") if factor_of(file) > 1]
    return sorted(files, key=lambda file: bool(re.search(r"anime|manga|cartoon", file, re.IGNORECASE)))


def factor_of(file: str) -> int:
    """Return by how much an enlarging network enlarges, as its name says: ``RealESRGAN_x4plus`` → 4; 0 if unsaid."""
    found = re.search(r"(?:^|[^a-z0-9])x?([248])x(?![0-9])|x([248])(?![0-9])", file_name(file), re.IGNORECASE)
    return int(found[1] or found[2]) if found else 0
