"""Graphs for LTX-2, which films pictures and sound together: a draft at half the size, then the same, finer.

After the public workflow templates of ComfyUI. Where the network that enlarges the draft is not installed, and where
the film must end with a given picture, it is sampled once at its full size, as the templates for those do.
"""

from typing import Any, Final

from studio.engine.renderers.remote.comfy.film_recipes import FilmModel, Ltx2
from studio.engine.renderers.remote.comfy.graph import Graph, Link
from studio.engine.renderers.remote.comfy.installed import Installed

_FIRST_STEPS: Final = 8
_FINER_STEPS: Final = 3
_GUIDE_STRENGTH: Final = 0.7
_GUIDE_COMPRESSION: Final = 25
_TILES: Final[dict[str, int]] = {"tile_size": 512, "overlap": 64, "temporal_size": 4096, "temporal_overlap": 8}


class Filming:
    """One graph in the making."""

    def __init__(self, installed: Installed, model: FilmModel, way: Ltx2, seed: int) -> None:
        self.graph = Graph()
        self._installed = installed
        self._recipe, self._way, self._model = model.recipe, way, model
        self._seed = seed
        loaded = self.graph.add("CheckpointLoaderSimple", ckpt_name=model.file, label="Loading the model")
        self._plain, self._vae = loaded.out(0), loaded.out(2)
        self._network = self._with_lora(self._plain) if way.needs_lora else self._plain
        self._sound_vae = self.graph.add("LTXVAudioVAELoader", ckpt_name=model.file).out()
        self._clip = self.graph.add(
            "LTXAVTextEncoderLoader",
            text_encoder=model.clips[0],
            ckpt_name=model.file,
            device=installed.pick("LTXAVTextEncoderLoader", "device", "default"),
        ).out()

    def film(
        self,
        prompt: str,
        negative: str,
        size: tuple[int, int],
        frames: int,
        start: str | None,
        end: str | None,
    ) -> tuple[Link, Link]:
        """Add everything up to the frames of the film; return them and its sound, not yet decoded."""
        positive, unwanted = self._conditions(prompt, negative)
        twice = bool(self._model.upscaler) and end is None
        first = (size[0] // 2, size[1] // 2) if twice else size
        latent = self._empty(first, frames)
        if end is not None:
            positive, unwanted, latent = self._guides(positive, unwanted, latent, start, end)
        elif start is not None:
            latent = self._begun(latent, start, self._way.keep)
        video, sound = self._sample(self._network, positive, unwanted, latent, self._silence(frames), finer=False)
        if end is not None:
            cropped = self.graph.add("LTXVCropGuides", positive=positive, negative=unwanted, latent=video)
            video = cropped.out(2)
        elif twice:
            larger = self._enlarged(video)
            larger = larger if start is None else self._begun(larger, start, 1.0)
            network = self._network if self._way.needs_lora or not self._model.lora else self._with_lora(self._plain)
            video, sound = self._sample(network, positive, unwanted, larger, sound, finer=True)
        return self._pixels(video), sound

    def heard(self, sound: Link) -> Link:
        """Decode the sound."""
        return self.graph.add("LTXVAudioVAEDecode", samples=sound, audio_vae=self._sound_vae).out()

    def _with_lora(self, network: Link) -> Link:
        return self.graph.add(
            "LoraLoaderModelOnly", model=network, lora_name=self._model.lora, strength_model=self._way.lora_strength
        ).out()

    def _conditions(self, prompt: str, negative: str) -> tuple[Link, Link]:
        positive = self.graph.add("CLIPTextEncode", clip=self._clip, text=prompt).out()
        unwanted = self.graph.add("CLIPTextEncode", clip=self._clip, text=negative).out()
        timed = self.graph.add(
            "LTXVConditioning", positive=positive, negative=unwanted, frame_rate=float(self._recipe.fps)
        )
        return timed.out(0), timed.out(1)

    def _empty(self, size: tuple[int, int], frames: int) -> Link:
        return self.graph.add(self._recipe.node, width=size[0], height=size[1], length=frames, batch_size=1).out()

    def _silence(self, frames: int) -> Link:
        return self.graph.add(
            "LTXVEmptyLatentAudio",
            frames_number=frames,
            frame_rate=self._recipe.fps,
            batch_size=1,
            audio_vae=self._sound_vae,
        ).out()

    def _picture(self, name: str, compression: int) -> Link:
        source = self.graph.add("LoadImage", image=name).out()
        return self.graph.add("LTXVPreprocess", image=source, img_compression=compression).out()

    def _begun(self, latent: Link, start: str, strength: float) -> Link:
        """Put the first picture into a latent film."""
        picture = self._picture(start, self._way.compression)
        return self.graph.add(
            self._recipe.picture_node, vae=self._vae, image=picture, latent=latent, strength=strength, bypass=False
        ).out()

    def _guides(
        self, positive: Link, negative: Link, latent: Link, start: str | None, end: str
    ) -> tuple[Link, Link, Link]:
        """Guide the film to the pictures that it begins and ends with."""
        for name, frame in ((start, 0), (end, -1)):
            if name is None:
                continue
            node = self.graph.add(
                "LTXVAddGuide",
                positive=positive,
                negative=negative,
                vae=self._vae,
                latent=latent,
                image=self._picture(name, _GUIDE_COMPRESSION),
                frame_idx=frame,
                strength=_GUIDE_STRENGTH,
            )
            positive, negative, latent = node.out(0), node.out(1), node.out(2)
        return positive, negative, latent

    def _enlarged(self, video: Link) -> Link:
        network = self.graph.add("LatentUpscaleModelLoader", model_name=self._model.upscaler).out()
        return self.graph.add("LTXVLatentUpsampler", samples=video, upscale_model=network, vae=self._vae).out()

    def _sample(
        self, network: Link, positive: Link, negative: Link, video: Link, sound: Link, *, finer: bool
    ) -> tuple[Link, Link]:
        """Sample pictures and sound together; *finer* is the second stage. Return both latents."""
        add, way, recipe = self.graph.add, self._way, self._recipe
        both = add("LTXVConcatAVLatent", video_latent=video, audio_latent=sound).out()
        noise, steps = (way.finer, _FINER_STEPS) if finer else (way.sigmas, _FIRST_STEPS)
        if noise:
            sigmas = add("ManualSigmas", sigmas=noise).out()
        else:
            steps = recipe.steps
            shifts: dict[str, Any] = {"max_shift": 2.05, "base_shift": 0.95, "stretch": True, "terminal": 0.1}
            sigmas = add("LTXVScheduler", steps=steps, latent=both, **shifts).out()
        cfg = 1.0 if finer else recipe.cfg
        sampler = way.finer_sampler if finer else recipe.sampler
        drawn = add(
            "SamplerCustomAdvanced",
            units=steps * (4 if finer else 1),  # four times the pixels
            label="Filming once more, finer" if finer else "Filming",
            noise=add("RandomNoise", noise_seed=self._seed + finer).out(),
            guider=add("CFGGuider", model=network, positive=positive, negative=negative, cfg=cfg).out(),
            sampler=add("KSamplerSelect", sampler_name=sampler).out(),
            sigmas=sigmas,
            latent_image=both,
        )
        parts = add("LTXVSeparateAVLatent", av_latent=drawn.out())
        return parts.out(0), parts.out(1)

    def _pixels(self, video: Link) -> Link:
        tiled = self._installed.has("VAEDecodeTiled")
        node, extra = ("VAEDecodeTiled", _TILES) if tiled else ("VAEDecode", {})
        return self.graph.add(node, samples=video, vae=self._vae, label="Decoding", **extra).out()
