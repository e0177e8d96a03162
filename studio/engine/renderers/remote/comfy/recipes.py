"""The model families that the studio knows how to run in ComfyUI, and which files of a server belong to them.

A recipe says by name patterns which files make up a model, and how the model wants to be
sampled. Sources: the public ComfyUI documentation (tutorials of each family) and the
model cards' recommended settings.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from studio.engine.renderers.remote.comfy.installed import Installed, file_name

Edits = Literal["", "qwen", "kontext"]


@dataclass(frozen=True)
class Recipe:
    """How the models of one family are loaded and sampled.

    Attributes:
        file: pattern of the file name; *but_not*: pattern of names that are something else after all.
        clips, vae: patterns of the text encoders and the decoder; none for a checkpoint that holds all.
        clip_type: the ``type`` of the loader of the text encoders.
        shift: node that shifts the noise schedule, and by how much.
        guidance: value of a FluxGuidance node; None for families without.
        edge: pixels of the edge of the square that the model was trained on; *grid*: its edges' grid.
        edits: how it takes reference pictures, if it edits by instruction.
        inpaints: it was trained to fill masked parts.
    """

    family: str
    file: str
    but_not: str = r"^$"
    clips: tuple[str, ...] = ()
    clip_type: str = ""
    vae: str = ""
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
        return re.sub(r"\.(safetensors|ckpt|pth?|sft)$", "", file_name(self.file), flags=re.IGNORECASE)


_QWEN: Final = (r"qwen[_-]?2\.?5[_-]vl[_-]7b",)
_FLUX: Final = (r"t5[_-]?xxl", r"clip[_-]?l\b|clip_l")
_AE: Final = r"^(ae|flux[_-]?vae|flux1[_-]vae)\b"
_AURA: Final = "ModelSamplingAuraFlow"
_SD3_LATENT: Final = "EmptySD3LatentImage"

DIFFUSION: Final = (
    Recipe(
        "Z-Image Turbo", r"z[_-]?image[_-]?turbo", clips=(r"qwen[_-]?3[_-]4b",), clip_type="lumina2", vae=_AE,
        steps=9, cfg=1.0, sampler="res_multistep", scheduler="simple", shift=(_AURA, 3.0), latent=_SD3_LATENT,
    ),
    Recipe(
        "Z-Image", r"z[_-]?image", r"edit|controlnet", clips=(r"qwen[_-]?3[_-]4b",), clip_type="lumina2", vae=_AE,
        steps=28, cfg=4.0, sampler="res_multistep", scheduler="simple", shift=(_AURA, 3.0), latent=_SD3_LATENT,
    ),
    Recipe(
        "Qwen Image Edit", r"qwen[_-]?image[_-]?edit", clips=_QWEN, clip_type="qwen_image",
        vae=r"qwen[_-]?image[_-]?vae", steps=20, cfg=2.5, sampler="euler", scheduler="simple", shift=(_AURA, 3.0),
        latent=_SD3_LATENT, edits="qwen",
    ),
    Recipe(
        "Qwen Image", r"qwen[_-]?image", r"edit|layered|controlnet", clips=_QWEN, clip_type="qwen_image",
        vae=r"qwen[_-]?image[_-]?vae", steps=20, cfg=2.5, sampler="euler", scheduler="simple", shift=(_AURA, 3.1),
        latent=_SD3_LATENT,
    ),
    Recipe(
        "FLUX.1 Kontext", r"flux.*kontext", clips=_FLUX, clip_type="flux", vae=_AE, steps=20, cfg=1.0, sampler="euler",
        scheduler="simple", guidance=2.5, latent=_SD3_LATENT, edits="kontext",
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
"""Models whose parts lie in separate files, best first."""

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


def image_models(installed: Installed) -> list[Model]:
    """Return the picture models that *installed* can run, best first."""
    found: list[Model] = []
    if installed.has("UNETLoader", "VAELoader", "KSampler", "VAEDecode", "CLIPTextEncode"):
        files = installed.options("UNETLoader", "unet_name")
        for place, recipe in enumerate(DIFFUSION):
            earlier = DIFFUSION[:place]
            for file in files:
                if _fits(recipe, file) and not any(_fits(other, file) for other in earlier):
                    model = _with_parts(installed, recipe, file)
                    if model is not None:
                        found.append(model)
    if installed.has("CheckpointLoaderSimple", "KSampler", "VAEDecode", "CLIPTextEncode"):
        for file in installed.options("CheckpointLoaderSimple", "ckpt_name"):
            matched = next((recipe for recipe in CHECKPOINTS if _fits(recipe, file)), None)
            if matched is not None and installed.has(matched.latent):
                found.append(Model(file, matched))
    return sorted(found, key=lambda model: _rank(model))


def _rank(model: Model) -> int:
    return (DIFFUSION + CHECKPOINTS).index(model.recipe)


def _fits(recipe: Recipe, file: str) -> bool:
    name = file_name(file)
    return bool(re.search(recipe.file, name, re.IGNORECASE)) and not re.search(recipe.but_not, name, re.IGNORECASE)


def _with_parts(installed: Installed, recipe: Recipe, file: str) -> Model | None:
    parts = text_encoders(installed, recipe.clips, recipe.clip_type)
    vae = installed.find("VAELoader", "vae_name", recipe.vae)
    if parts is None or vae is None or not installed.has(recipe.latent):
        return None
    if recipe.edits == "qwen" and not (
        installed.has("TextEncodeQwenImageEditPlus") or installed.has("TextEncodeQwenImageEdit")
    ):
        return None
    if recipe.edits == "kontext" and not installed.has("ReferenceLatent", "ConditioningZeroOut"):
        return None
    return Model(file, recipe, parts, vae)


def text_encoders(installed: Installed, patterns: tuple[str, ...], kind: str) -> tuple[str, ...] | None:
    """Return the files of the text encoders that *patterns* name, or None when one is missing or *kind* is unknown."""
    if len(patterns) == 1:
        found = installed.find("CLIPLoader", "clip_name", patterns[0])
        known = kind in installed.options("CLIPLoader", "type")
        return (found,) if found is not None and known else None
    first = installed.find("DualCLIPLoader", "clip_name1", patterns[0])
    second = installed.find("DualCLIPLoader", "clip_name2", patterns[1])
    if first is None or second is None or kind not in installed.options("DualCLIPLoader", "type"):
        return None
    return first, second


def editors(models: list[Model]) -> list[Model]:
    """Return the models that edit by instruction."""
    return [model for model in models if model.recipe.edits]


def drawers(models: list[Model]) -> list[Model]:
    """Return the models that draw from words."""
    return [model for model in models if not model.recipe.edits and not model.recipe.inpaints]


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
