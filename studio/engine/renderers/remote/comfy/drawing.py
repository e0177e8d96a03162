"""Graphs for pictures: from words, from a picture, from a picture with a mask, by instruction, and enlarging."""

from collections.abc import Sequence
from typing import Any, Final

from studio.engine.renderers.registry import same_model
from studio.engine.renderers.remote.comfy.graph import Graph, Link, Node
from studio.engine.renderers.remote.comfy.installed import Installed
from studio.engine.renderers.remote.comfy.recipes import Model, Recipe

_SECOND_PASS: Final = 0.5
"""How much the second pass of a small model redraws, once its draft is enlarged."""
_MASKED_DENOISE: Final = 0.9
_MASK_GROWTH_PX: Final = 6
_DECODING: Final = "Decoding"
MOST_REFERENCES: Final = 3


class Drawing:
    """One graph in the making, for one model of one server."""

    def __init__(self, installed: Installed, model: Model, *, size: tuple[int, int], label: str = "Drawing") -> None:
        """Begin a graph that draws at *size* in pixels, which the pictures that it gets have too."""
        self.graph = Graph()
        self._size = size
        self._installed = installed
        self.model = model
        self._label = label
        self._network, self._clip, self._vae = self._load()

    @property
    def recipe(self) -> Recipe:
        """How the model wants to be used."""
        return self.model.recipe

    def add_loras(self, wanted: Sequence[tuple[str, float]]) -> list[str]:
        """Put LoRAs into the model, those that the server has; return their files."""
        files = self._installed.options("LoraLoader", "lora_name")
        used = []
        for name, strength in wanted:
            file = same_model(name, files)
            if file is None:
                continue
            node = self.graph.add(
                "LoraLoader",
                model=self._network,
                clip=self._clip,
                lora_name=file,
                strength_model=strength,
                strength_clip=strength,
            )
            self._network, self._clip = node.out(0), node.out(1)
            used.append(file)
        return used

    def from_words(self, prompt: str, negative: str, seed: int, cfg: float | None, final: tuple[int, int]) -> Graph:
        """Draw; when *final* is much larger, enlarge the draft and go over it once more."""
        size = self._size
        positive, unwanted = self._conditions(prompt, negative)
        latent = self.graph.add(self.recipe.latent, width=size[0], height=size[1], batch_size=1)
        drawn = self._sample(positive, unwanted, latent.out(), seed, cfg, 1.0)
        larger_fits = self._installed.has("LatentUpscale") and self.recipe.edits != "flux2"
        if final[0] * final[1] > 1.5 * size[0] * size[1] and larger_fits:
            larger = self.graph.add(
                "LatentUpscale",
                samples=drawn.out(),
                upscale_method="bislerp",
                width=final[0],
                height=final[1],
                crop="disabled",
            )
            drawn = self._sample(positive, unwanted, larger.out(), seed, cfg, _SECOND_PASS)
        return self._shown(drawn.out())

    def from_picture(
        self, prompt: str, negative: str, picture: str, seed: int, cfg: float | None, keep: float
    ) -> Graph:
        """Redraw an uploaded *picture*, of which the share *keep* (0–1) stays."""
        positive, unwanted = self._conditions(prompt, negative)
        source = self.graph.add("LoadImage", image=picture)
        latent = self.graph.add("VAEEncode", pixels=source.out(), vae=self._vae)
        drawn = self._sample(positive, unwanted, latent.out(), seed, cfg, max(0.05, min(1.0, 1.0 - keep)))
        return self._shown(drawn.out())

    def into_mask(self, prompt: str, negative: str, picture: str, seed: int, cfg: float | None) -> Graph:
        """Redraw the transparent parts of an uploaded *picture*."""
        positive, unwanted = self._conditions(prompt, negative)
        source = self.graph.add("LoadImage", image=picture)
        mask = source.out(1)
        if self._installed.has("GrowMask"):
            mask = self.graph.add("GrowMask", mask=mask, expand=_MASK_GROWTH_PX, tapered_corners=True).out()
        if self.recipe.inpaints and self._installed.has("InpaintModelConditioning"):
            extra: dict[str, Any] = (
                {"noise_mask": True} if self._installed.accepts("InpaintModelConditioning", "noise_mask") else {}
            )
            node = self.graph.add(
                "InpaintModelConditioning",
                positive=positive,
                negative=unwanted,
                vae=self._vae,
                pixels=source.out(),
                mask=mask,
                **extra,
            )
            drawn = self._sample(node.out(0), node.out(1), node.out(2), seed, cfg, 1.0)
        else:
            encoded = self.graph.add("VAEEncode", pixels=source.out(), vae=self._vae)
            latent = self.graph.add("SetLatentNoiseMask", samples=encoded.out(), mask=mask)
            drawn = self._sample(positive, unwanted, latent.out(), seed, cfg, _MASKED_DENOISE)
        return self._shown(drawn.out())

    def by_instruction(
        self, prompt: str, negative: str, pictures: Sequence[str], seed: int, cfg: float | None
    ) -> Graph:
        """Do what *prompt* says to the uploaded *pictures*, the main one first; the model must edit."""
        sources = [self.graph.add("LoadImage", image=name).out() for name in pictures[:MOST_REFERENCES]]
        if self.recipe.edits == "qwen":
            positive, unwanted = self._qwen(prompt, sources), self._qwen(negative, sources)
        elif self.recipe.edits == "flux2":
            positive, unwanted = self._flux_2(prompt, negative, sources)
        else:
            positive, unwanted = self._kontext(prompt, sources)
        latent = self.graph.add(self.recipe.latent, width=self._size[0], height=self._size[1], batch_size=1)
        drawn = self._sample(positive, unwanted, latent.out(), seed, cfg, 1.0)
        return self._shown(drawn.out())

    def _load(self) -> tuple[Link, Link, Link]:
        add, model = self.graph.add, self.model
        if model.recipe.is_checkpoint:
            node = add("CheckpointLoaderSimple", ckpt_name=model.file, label="Loading the model")
            return node.out(0), node.out(1), node.out(2)
        network = add(
            "UNETLoader",
            unet_name=model.file,
            weight_dtype=self._installed.pick("UNETLoader", "weight_dtype", "default"),
            label="Loading the model",
        )
        clip = load_text_encoders(self.graph, model.clips, model.recipe.clip_type)
        vae = add("VAELoader", vae_name=model.vae)
        return network.out(), clip, vae.out()

    def _conditions(self, prompt: str, negative: str) -> tuple[Link, Link]:
        positive = self._guided(self.graph.add("CLIPTextEncode", clip=self._clip, text=prompt).out())
        if self.recipe.cfg <= 1.0 and self._installed.has("ConditioningZeroOut"):
            return positive, self.graph.add("ConditioningZeroOut", conditioning=positive).out()
        return positive, self.graph.add("CLIPTextEncode", clip=self._clip, text=negative).out()

    def _guided(self, condition: Link) -> Link:
        if self.recipe.guidance is None or not self._installed.has("FluxGuidance"):
            return condition
        return self.graph.add("FluxGuidance", conditioning=condition, guidance=self.recipe.guidance).out()

    def _qwen(self, prompt: str, sources: Sequence[Link]) -> Link:
        plus = "TextEncodeQwenImageEditPlus"
        if self._installed.has(plus):
            named: dict[str, Any] = {f"image{place}": source for place, source in enumerate(sources, start=1)}
            return self.graph.add(plus, clip=self._clip, vae=self._vae, prompt=prompt, **named).out()
        single = "TextEncodeQwenImageEdit"
        return self.graph.add(single, clip=self._clip, vae=self._vae, prompt=prompt, image=sources[0]).out()

    def _kontext(self, prompt: str, sources: Sequence[Link]) -> tuple[Link, Link]:
        condition = self.graph.add("CLIPTextEncode", clip=self._clip, text=prompt).out()
        for source in sources:
            scaled = source
            if self._installed.has("FluxKontextImageScale"):
                scaled = self.graph.add("FluxKontextImageScale", image=source).out()
            latent = self.graph.add("VAEEncode", pixels=scaled, vae=self._vae).out()
            condition = self.graph.add("ReferenceLatent", conditioning=condition, latent=latent).out()
        positive = self._guided(condition)
        return positive, self.graph.add("ConditioningZeroOut", conditioning=positive).out()

    def _flux_2(self, prompt: str, negative: str, sources: Sequence[Link]) -> tuple[Link, Link]:
        """Return the conditions of FLUX.2, which sees every source beside its words."""
        positive, unwanted = self._conditions(prompt, negative)
        for source in sources:
            latent = self.graph.add("VAEEncode", pixels=source, vae=self._vae).out()
            positive = self.graph.add("ReferenceLatent", conditioning=positive, latent=latent).out()
            if self.recipe.guidance is None:
                unwanted = self.graph.add("ReferenceLatent", conditioning=unwanted, latent=latent).out()
        return positive, unwanted

    def _sample_flux_2(
        self, positive: Link, negative: Link, latent: Link, seed: int, cfg: float | None, denoise: float
    ) -> Node:
        """Sample with the schedule of FLUX.2, which depends on the size; less *denoise* takes only its end."""
        recipe, add = self.recipe, self.graph.add
        width, height = self._size
        sigmas = add("Flux2Scheduler", steps=recipe.steps, width=width, height=height).out()
        if denoise < 1.0:
            sigmas = add("SplitSigmasDenoise", sigmas=sigmas, denoise=round(denoise, 3)).out(1)
        if recipe.guidance is not None and self._installed.has("BasicGuider"):
            guider = add("BasicGuider", model=self._network, conditioning=positive)
        else:
            strength = recipe.cfg if cfg is None or recipe.cfg <= 1.0 else cfg
            guider = add("CFGGuider", model=self._network, positive=positive, negative=negative, cfg=strength)
        return add(
            "SamplerCustomAdvanced",
            units=max(1.0, recipe.steps * denoise),
            label=self._label,
            noise=add("RandomNoise", noise_seed=seed).out(),
            guider=guider.out(),
            sampler=add("KSamplerSelect", sampler_name=recipe.sampler).out(),
            sigmas=sigmas,
            latent_image=latent,
        )

    def _sample(
        self, positive: Link, negative: Link, latent: Link, seed: int, cfg: float | None, denoise: float
    ) -> Node:
        if self.recipe.edits == "flux2":
            return self._sample_flux_2(positive, negative, latent, seed, cfg, denoise)
        recipe, network = self.recipe, self._network
        if recipe.shift is not None and self._installed.has(recipe.shift[0]):
            network = self.graph.add(recipe.shift[0], model=network, shift=recipe.shift[1]).out()
        return self.graph.add(
            "KSampler",
            units=max(1.0, recipe.steps * denoise),
            label=self._label,
            model=network,
            positive=positive,
            negative=negative,
            latent_image=latent,
            seed=seed,
            steps=recipe.steps,
            cfg=recipe.cfg if cfg is None or recipe.cfg <= 1.0 else cfg,
            sampler_name=self._installed.pick("KSampler", "sampler_name", recipe.sampler, "euler"),
            scheduler=self._installed.pick("KSampler", "scheduler", recipe.scheduler, "normal"),
            denoise=round(denoise, 3),
        )

    def _shown(self, latent: Link) -> Graph:
        pixels = self.graph.add("VAEDecode", samples=latent, vae=self._vae, label=_DECODING)
        self.graph.add("PreviewImage", images=pixels.out())
        return self.graph


def load_text_encoders(graph: Graph, files: Sequence[str], kind: str) -> Link:
    """Add the loader of one or two text encoders and return its output."""
    if len(files) == 1:
        return graph.add("CLIPLoader", clip_name=files[0], type=kind).out()
    return graph.add("DualCLIPLoader", clip_name1=files[0], clip_name2=files[1], type=kind).out()


def enlarging(picture: str, file: str) -> Graph:
    """Return the graph that enlarges an uploaded *picture* with the network *file*."""
    graph = Graph()
    source = graph.add("LoadImage", image=picture)
    network = graph.add("UpscaleModelLoader", model_name=file, label="Loading the network")
    larger = graph.add(
        "ImageUpscaleWithModel", upscale_model=network.out(), image=source.out(), units=1.0, label="Enlarging"
    )
    graph.add("PreviewImage", images=larger.out())
    return graph
