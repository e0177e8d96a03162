"""Film models that the studio knows how to run in ComfyUI, and which files of a server belong to them.

Sources: the public ComfyUI documentation (tutorials of Wan, LTX-Video and LTX-2, built-in nodes) and its workflow
templates, which say how each family wants to be sampled.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from studio.engine.renderers.remote.comfy.installed import Installed, Needs, Part, file_name, stem

Takes = Literal["words", "picture", "both"]
_UMT5: Final = (Part("umt5_xxl", r"umt5[_-]?xxl"),)
_WAN_VAE: Final = Part("wan_2.1_vae", r"wan[_-]?2[._]?1[_-]?vae")


@dataclass(frozen=True)
class Ltx2:
    """How a model of LTX-2 works, which makes pictures and sound in one go.

    Attributes:
        lora: the LoRA of few steps; *lora_strength*: how much of it. *needs_lora*: nothing is sampled without it;
            else only the second stage needs it.
        sigmas: the noise of the first stage; none is the family's own scheduler.
        upscaler: the network that enlarges the first stage's latent film twofold, where it is installed.
        finer, finer_sampler: noise and sampler of the second stage, at the full size.
        keep: how firmly the first stage keeps to the first picture, 0–1.
        compression: how much that picture is compressed first, as films are.
        guided: it can also end with a picture.
    """

    upscaler: Part
    lora: Part | None = None
    lora_strength: float = 1.0
    needs_lora: bool = False
    sigmas: str = "1.0, 0.99375, 0.9875, 0.98125, 0.975, 0.909375, 0.725, 0.421875, 0.0"
    finer: str = "0.909375, 0.725, 0.421875, 0.0"
    finer_sampler: str = "euler"
    keep: float = 1.0
    compression: int = 33
    guided: bool = False


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
        ltx2: how it makes sound too, for LTX-2.
    """

    family: str
    file: str
    takes: Takes
    node: str
    picture_node: str
    second: str = ""
    checkpoint: bool = False
    clips: tuple[Part, ...] = _UMT5
    clip_type: str = "wan"
    vae: Part | None = _WAN_VAE
    fps: int = 16
    step: int = 4
    grid: int = 16
    area: int = 832 * 480
    most_s: float = 10.0
    steps: int = 20
    cfg: float = 6.0
    sampler: str = "uni_pc"
    shift: float | None = 8.0
    ltx2: Ltx2 | None = None


@dataclass(frozen=True)
class FilmModel:
    """A film model that a server can run, with its files; *lora* and *upscaler* only for LTX-2, if installed."""

    file: str
    recipe: FilmRecipe
    second: str = ""
    clips: tuple[str, ...] = ()
    vae: str = ""
    lora: str = ""
    upscaler: str = ""

    @property
    def name(self) -> str:
        """What people call it."""
        return re.sub(r"[_-]?high[_-]?noise", "", stem(self.file))

    def ends_with_picture(self, installed: Installed) -> bool:
        """Return whether the film can end with a given picture."""
        if self.recipe.ltx2 is not None:
            return self.recipe.ltx2.guided and installed.has("LTXVAddGuide", "LTXVCropGuides")
        return self.recipe.picture_node == "WanImageToVideo" and installed.has(FIRST_AND_LAST)


def _ltx_2(family: str, file: str, cfg: float, sampler: str, way: Ltx2) -> FilmRecipe:
    return FilmRecipe(
        family, file, "both", "EmptyLTXVLatentVideo", "LTXVImgToVideoInplace", checkpoint=True,
        clips=(Part("gemma_3_12B_it", r"gemma[_-]?3[_-]12b"),), vae=None, fps=24, step=8, grid=64, area=1280 * 704,
        cfg=cfg, sampler=sampler, shift=None, ltx2=way,
    )  # fmt: skip


_UPSCALER: Final = Part("ltx-2-spatial-upscaler-x2", r"ltx[_-]?2[_-]spatial[_-]upscaler[_-]x2")
_UPSCALER_3: Final = Part("ltx-2.3-spatial-upscaler-x2", r"ltx[_-]?2\.3[_-]spatial[_-]upscaler[_-]x2")
_LORA: Final = Part("ltx-2-19b-distilled-lora", r"ltx[_-]?2[_-]19b[_-]distilled[_-]lora")
_LORA_3: Final = Part("ltx-2.3-22b-distilled-lora", r"ltx[_-]?2\.3[_-]22b[_-]distilled.*lora")
_FINER_3: Final = "0.85, 0.7250, 0.4219, 0.0"

RECIPES: Final = (
    _ltx_2(
        "LTX-2.3", r"ltx[_-]?2\.3[_-]22b[_-]dev", 1.0, "euler",
        Ltx2(_UPSCALER_3, _LORA_3, 0.5, needs_lora=True, finer=_FINER_3, keep=0.7, compression=18, guided=True),
    ),
    _ltx_2(
        "LTX-2.3", r"ltx[_-]?2\.3[_-]22b[_-]distilled", 1.0, "euler",
        Ltx2(_UPSCALER_3, finer=_FINER_3, keep=0.7, compression=18, guided=True),
    ),
    _ltx_2(
        "LTX-2", r"ltx[_-]?2[_-]19b[_-]dev", 4.0, "euler_ancestral",
        Ltx2(_UPSCALER, _LORA, sigmas="", finer_sampler="euler_ancestral"),
    ),
    _ltx_2(
        "LTX-2", r"ltx[_-]?2[_-]19b[_-]distilled", 1.0, "euler", Ltx2(_UPSCALER, finer_sampler="gradient_estimation"),
    ),
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
        vae=Part("wan2.2_vae", r"wan[_-]?2[._]?2[_-]?vae"), fps=24, grid=32, area=1280 * 704, cfg=5.0,
    ),
    FilmRecipe(
        "LTX-Video", r"ltx[_-]?video|ltxv", "both", "EmptyLTXVLatentVideo", "LTXVImgToVideo", checkpoint=True,
        clips=(Part("t5xxl", r"t5[_-]?xxl"),), clip_type="ltxv", vae=None, fps=24, step=8, grid=32, area=768 * 512,
        steps=30, cfg=3.0, sampler="euler", shift=None,
    ),
    FilmRecipe("Wan 2.1", r"wan2[._]?1.*t2v", "words", "EmptyHunyuanLatentVideo", "", steps=30),
    FilmRecipe("Wan 2.1", r"wan2[._]?1.*i2v", "picture", "", "WanImageToVideo", steps=20),
)  # fmt: skip
"""Best first."""

SAVING: Final = ("CreateVideo", "SaveVideo")
FIRST_AND_LAST: Final = "WanFirstLastFrameToVideo"
_LTX_2_NODES: Final = (
    "LTXAVTextEncoderLoader", "LTXVAudioVAELoader", "EmptyLTXVLatentVideo", "LTXVEmptyLatentAudio",
    "LTXVConcatAVLatent", "LTXVSeparateAVLatent", "LTXVAudioVAEDecode", "LTXVConditioning", "LTXVImgToVideoInplace",
    "LTXVPreprocess", "RandomNoise", "KSamplerSelect", "CFGGuider", "SamplerCustomAdvanced", *SAVING,
)  # fmt: skip


def film_models(installed: Installed) -> list[FilmModel]:
    """Return the film models that *installed* can run, best first."""
    return [model for model in _found(installed) if isinstance(model, FilmModel)]


def incomplete(installed: Installed) -> list[str]:
    """Return in words which known film models are there and what each of them lacks."""
    return [lack for lack in _found(installed) if isinstance(lack, str)]


def frames_for(recipe: FilmRecipe, wanted: int) -> int:
    """Return the least number of frames that the model makes, at least *wanted*."""
    return recipe.step * -(-(wanted - 1) // recipe.step) + 1


def _found(installed: Installed) -> list[FilmModel | str]:
    """Return every known model that is there, or in words what it lacks."""
    found: list[FilmModel | str] = []
    for recipe in RECIPES:
        loader, name = ("CheckpointLoaderSimple", "ckpt_name") if recipe.checkpoint else ("UNETLoader", "unet_name")
        for file in installed.options(loader, name):
            if re.search(recipe.file, file_name(file), re.IGNORECASE):
                found.append(_model(installed, recipe, file, loader, name))
    return found


def _model(installed: Installed, recipe: FilmRecipe, file: str, loader: str, name: str) -> FilmModel | str:
    needs = Needs(installed)
    needs.node("CLIPTextEncode", "VAEDecode", *(node for node in (recipe.node, recipe.picture_node) if node))
    if recipe.ltx2 is not None:
        return _ltx_2_model(installed, needs, recipe, recipe.ltx2, file)
    if not installed.has("SaveWEBM"):
        needs.node(*SAVING)
    needs.node("SamplerCustom" if recipe.checkpoint else "KSamplerAdvanced" if recipe.second else "KSampler")
    clips = needs.text_encoders(recipe.clips, recipe.clip_type)
    vae = needs.file("VAELoader", "vae_name", recipe.vae, "VAE") if recipe.vae is not None else ""
    second = needs.file(loader, name, Part("of low noise", recipe.second), "half") if recipe.second else ""
    model = FilmModel(file, recipe, second, clips, vae)
    return needs.said(model.name) if needs.missing else model


def _ltx_2_model(installed: Installed, needs: Needs, recipe: FilmRecipe, way: Ltx2, file: str) -> FilmModel | str:
    needs.node(*_LTX_2_NODES, "ManualSigmas" if way.sigmas else "LTXVScheduler")
    encoder = needs.file("LTXAVTextEncoderLoader", "text_encoder", recipe.clips[0], "text encoder")
    for node in ("LTXAVTextEncoderLoader", "LTXVAudioVAELoader"):
        needs.choice(node, "ckpt_name", file, "the checkpoint")
    lora = installed.find("LoraLoaderModelOnly", "lora_name", way.lora.pattern) if way.lora is not None else None
    if way.needs_lora and way.lora is not None and lora is None:
        needs.file("LoraLoaderModelOnly", "lora_name", way.lora, "LoRA")
    refines = installed.has("LatentUpscaleModelLoader", "LTXVLatentUpsampler", "ManualSigmas") and (
        way.lora is None or lora is not None
    )
    found = installed.find("LatentUpscaleModelLoader", "model_name", way.upscaler.pattern) if refines else None
    model = FilmModel(file, recipe, clips=(encoder,), lora=lora or "", upscaler=found or "")
    return needs.said(model.name) if needs.missing else model
