"""What a ComfyUI server says that it has: its answer to ``/object_info``, for tests.

The nodes are declared as the built-in ones are in the documentation and in answers of real servers: inputs with their
types, bounds and defaults, what newer versions want besides, types that list several.
"""

from dataclasses import dataclass, field
from typing import Any

NUMBER, WORDS, FLAG = ["INT", {}], ["STRING", {"multiline": True}], ["BOOLEAN", {}]
FLOAT = ["FLOAT", {}]
SAMPLERS = ["euler", "euler_ancestral", "dpmpp_2m", "dpmpp_sde", "res_multistep", "gradient_estimation", "uni_pc"]
SCHEDULERS = ["normal", "karras", "simple", "sgm_uniform"]
KEYS = ["C", "C#", "Db", "D", "D#", "Eb", "E", "F", "F#", "Gb", "G", "G#", "Ab", "A", "A#", "Bb", "B"]
CLIP_TYPES = ["stable_diffusion", "sd3", "lumina2", "qwen_image", "wan", "ltxv", "flux2", "krea2"]


def whole(default: int, low: int, high: int) -> list[Any]:
    """Declare a whole number."""
    return ["INT", {"default": default, "min": low, "max": high}]


def real(default: float, low: float, high: float) -> list[Any]:
    """Declare a number."""
    return ["FLOAT", {"default": default, "min": low, "max": high, "step": 0.01}]


@dataclass
class Files:
    """What is installed."""

    checkpoints: list[str] = field(default_factory=lambda: ["sd15/dreamshaper_8.safetensors"])
    diffusion: list[str] = field(default_factory=list)
    clips: list[str] = field(default_factory=list)
    vaes: list[str] = field(default_factory=list)
    loras: list[str] = field(default_factory=list)
    upscalers: list[str] = field(default_factory=list)
    latent_upscalers: list[str] = field(default_factory=list)


def object_info(files: Files, *, newer: bool = True, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return the node classes; *newer* writes choices in the newer of the two published forms."""

    def choice(options: list[str]) -> list[Any]:
        return ["COMBO", {"options": list(options)}] if newer else [list(options), {}]

    def defaulted(options: list[str], default: str) -> list[Any]:
        return ["COMBO", {"options": options, "default": default}] if newer else [options, {"default": default}]

    sampling = {
        "model": ["MODEL"], "positive": ["CONDITIONING"], "negative": ["CONDITIONING"], "latent_image": ["LATENT"],
        "seed": NUMBER, "steps": NUMBER, "cfg": FLOAT, "sampler_name": choice(SAMPLERS),
        "scheduler": choice(SCHEDULERS), "denoise": FLOAT,
    }  # fmt: skip
    sized = {"width": NUMBER, "height": NUMBER, "batch_size": NUMBER}
    film = {"width": NUMBER, "height": NUMBER, "length": NUMBER, "batch_size": NUMBER}
    conditions = {"positive": ["CONDITIONING"], "negative": ["CONDITIONING"]}
    nodes: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
        "CheckpointLoaderSimple": ({"ckpt_name": choice(files.checkpoints)}, {}, ["MODEL", "CLIP", "VAE"]),
        "UNETLoader": (
            {"unet_name": choice(files.diffusion), "weight_dtype": choice(["default", "fp8_e4m3fn"])}, {}, ["MODEL"],
        ),
        "CLIPLoader": ({"clip_name": choice(files.clips), "type": choice(CLIP_TYPES)}, {}, ["CLIP"]),
        "DualCLIPLoader": (
            {"clip_name1": choice(files.clips), "clip_name2": choice(files.clips),
             "type": choice(["sdxl", "flux", "ace"])},
            {}, ["CLIP"],
        ),
        "VAELoader": ({"vae_name": choice(files.vaes)}, {}, ["VAE"]),
        "LoraLoader": (
            {"model": ["MODEL"], "clip": ["CLIP"], "lora_name": choice(files.loras), "strength_model": FLOAT,
             "strength_clip": FLOAT}, {}, ["MODEL", "CLIP"],
        ),
        "CLIPTextEncode": ({"text": WORDS, "clip": ["CLIP"]}, {}, ["CONDITIONING"]),
        "ConditioningZeroOut": ({"conditioning": ["CONDITIONING"]}, {}, ["CONDITIONING"]),
        "FluxGuidance": ({"conditioning": ["CONDITIONING"], "guidance": FLOAT}, {}, ["CONDITIONING"]),
        "ReferenceLatent": ({"conditioning": ["CONDITIONING"]}, {"latent": ["LATENT"]}, ["CONDITIONING"]),
        "TextEncodeQwenImageEditPlus": (
            {"clip": ["CLIP"], "prompt": WORDS},
            {"vae": ["VAE"], "image1": ["IMAGE"], "image2": ["IMAGE"], "image3": ["IMAGE"]}, ["CONDITIONING"],
        ),
        "ModelSamplingAuraFlow": ({"model": ["MODEL"], "shift": FLOAT}, {}, ["MODEL"]),
        "ModelSamplingSD3": ({"model": ["MODEL"], "shift": FLOAT}, {}, ["MODEL"]),
        "EmptyLatentImage": (sized, {}, ["LATENT"]),
        "EmptySD3LatentImage": (sized, {}, ["LATENT"]),
        "LatentUpscale": (
            {"samples": ["LATENT"], "upscale_method": choice(["bilinear", "bislerp"]), "width": NUMBER,
             "height": NUMBER, "crop": choice(["disabled", "center"])}, {}, ["LATENT"],
        ),
        "LoadImage": ({"image": [[], {"image_upload": True}]}, {}, ["IMAGE", "MASK"]),
        "VAEEncode": ({"pixels": ["IMAGE"], "vae": ["VAE"]}, {}, ["LATENT"]),
        "GrowMask": ({"mask": ["MASK"], "expand": NUMBER, "tapered_corners": FLAG}, {}, ["MASK"]),
        "SetLatentNoiseMask": ({"samples": ["LATENT"], "mask": ["MASK"]}, {}, ["LATENT"]),
        "InpaintModelConditioning": (
            {**conditions, "vae": ["VAE"], "pixels": ["IMAGE"], "mask": ["MASK"], "noise_mask": FLAG}, {},
            ["CONDITIONING", "CONDITIONING", "LATENT"],
        ),
        "KSampler": (sampling, {}, ["LATENT"]),
        "VAEDecode": ({"samples": ["LATENT"], "vae": ["VAE"]}, {}, ["IMAGE"]),
        "UpscaleModelLoader": ({"model_name": choice(files.upscalers)}, {}, ["UPSCALE_MODEL"]),
        "ImageUpscaleWithModel": ({"upscale_model": ["UPSCALE_MODEL"], "image": ["IMAGE"]}, {}, ["IMAGE"]),
        "PreviewImage": ({"images": ["IMAGE"]}, {}, []),
        "Wan22ImageToVideoLatent": ({"vae": ["VAE"], **film}, {"start_image": ["IMAGE"]}, ["LATENT"]),
        "EmptyHunyuanLatentVideo": (film, {}, ["LATENT"]),
        "WanImageToVideo": (
            {**conditions, "vae": ["VAE"], **film}, {"start_image": ["IMAGE"]},
            ["CONDITIONING", "CONDITIONING", "LATENT"],
        ),
        "WanFirstLastFrameToVideo": (
            {**conditions, "vae": ["VAE"], **film}, {"start_image": ["IMAGE"], "end_image": ["IMAGE"]},
            ["CONDITIONING", "CONDITIONING", "LATENT"],
        ),
        "EmptyLTXVLatentVideo": (film, {}, ["LATENT"]),
        "LTXVImgToVideo": (
            {**conditions, "vae": ["VAE"], "image": ["IMAGE"], **film, "strength": FLOAT}, {},
            ["CONDITIONING", "CONDITIONING", "LATENT"],
        ),
        "LTXVConditioning": ({**conditions, "frame_rate": FLOAT}, {}, ["CONDITIONING", "CONDITIONING"]),
        "LTXVScheduler": (
            {"steps": NUMBER, "max_shift": FLOAT, "base_shift": FLOAT, "stretch": FLAG, "terminal": FLOAT},
            {"latent": ["LATENT"]}, ["SIGMAS"],
        ),
        "KSamplerSelect": ({"sampler_name": choice(SAMPLERS)}, {}, ["SAMPLER"]),
        "SamplerCustom": (
            {"model": ["MODEL"], "add_noise": FLAG, "noise_seed": NUMBER, "cfg": FLOAT, **conditions,
             "sampler": ["SAMPLER"], "sigmas": ["SIGMAS"], "latent_image": ["LATENT"]}, {}, ["LATENT", "LATENT"],
        ),
        "KSamplerAdvanced": (
            {"model": ["MODEL"], "add_noise": choice(["enable", "disable"]), "noise_seed": NUMBER, "steps": NUMBER,
             "cfg": FLOAT, "sampler_name": choice(SAMPLERS), "scheduler": choice(SCHEDULERS), **conditions,
             "latent_image": ["LATENT"], "start_at_step": NUMBER, "end_at_step": NUMBER,
             "return_with_leftover_noise": choice(["enable", "disable"])}, {}, ["LATENT"],
        ),
        "RandomNoise": ({"noise_seed": whole(0, 0, 2**64 - 1)}, {}, ["NOISE"]),
        "BasicGuider": ({"model": ["MODEL"], "conditioning": ["CONDITIONING"]}, {}, ["GUIDER"]),
        "CFGGuider": ({"model": ["MODEL"], **conditions, "cfg": real(8.0, 0.0, 100.0)}, {}, ["GUIDER"]),
        "Flux2Scheduler": (
            {"steps": whole(20, 1, 4096), "width": whole(1024, 16, 16384), "height": whole(1024, 16, 16384)}, {},
            ["SIGMAS"],
        ),
        "SplitSigmasDenoise": (
            {"sigmas": ["SIGMAS"], "denoise": real(1.0, 0.0, 1.0)}, {}, ["SIGMAS", "SIGMAS"],
        ),
        "ManualSigmas": ({"sigmas": ["STRING", {"default": "1, 0.5", "multiline": False}]}, {}, ["SIGMAS"]),
        "SamplerCustomAdvanced": (
            {"noise": ["NOISE"], "guider": ["GUIDER"], "sampler": ["SAMPLER"], "sigmas": ["SIGMAS"],
             "latent_image": ["LATENT"]}, {}, ["LATENT", "LATENT"],
        ),
        "EmptyFlux2LatentImage": (
            {"width": whole(1024, 16, 16384), "height": whole(1024, 16, 16384), "batch_size": whole(1, 1, 4096)}, {},
            ["LATENT"],
        ),
        "LoraLoaderModelOnly": (
            {"model": ["MODEL"], "lora_name": choice(files.loras), "strength_model": real(1.0, -100.0, 100.0)}, {},
            ["MODEL"],
        ),
        "LTXAVTextEncoderLoader": (
            {"text_encoder": choice(files.clips), "ckpt_name": choice(files.checkpoints),
             "device": choice(["default", "cpu"])}, {}, ["CLIP"],
        ),
        "LTXVAudioVAELoader": ({"ckpt_name": choice(files.checkpoints)}, {}, ["VAE"]),
        "LTXVEmptyLatentAudio": (
            {"frames_number": whole(97, 1, 1000), "frame_rate": whole(25, 1, 1000), "batch_size": whole(1, 1, 4096),
             "audio_vae": ["VAE"]}, {}, ["LATENT"],
        ),
        "LTXVConcatAVLatent": ({"video_latent": ["LATENT"], "audio_latent": ["LATENT"]}, {}, ["LATENT"]),
        "LTXVSeparateAVLatent": ({"av_latent": ["LATENT"]}, {}, ["LATENT", "LATENT"]),
        "LTXVAudioVAEDecode": ({"samples": ["LATENT"], "audio_vae": ["VAE"]}, {}, ["AUDIO"]),
        "LTXVPreprocess": ({"image": ["IMAGE"], "img_compression": whole(35, 0, 100)}, {}, ["IMAGE"]),
        "LTXVImgToVideoInplace": (
            {"vae": ["VAE"], "image": ["IMAGE"], "latent": ["LATENT"], "strength": real(1.0, 0.0, 1.0),
             "bypass": ["BOOLEAN", {"default": False}]}, {}, ["LATENT"],
        ),
        "LTXVAddGuide": (
            {**conditions, "vae": ["VAE"], "latent": ["LATENT"], "image": ["IMAGE"],
             "frame_idx": whole(0, -9999, 9999), "strength": real(1.0, 0.0, 10.0)},
            {"attention_mask": ["MASK"]}, ["CONDITIONING", "CONDITIONING", "LATENT"],
        ),
        "LTXVCropGuides": ({**conditions, "latent": ["LATENT"]}, {}, ["CONDITIONING", "CONDITIONING", "LATENT"]),
        "LatentUpscaleModelLoader": ({"model_name": choice(files.latent_upscalers)}, {}, ["LATENT_UPSCALE_MODEL"]),
        "LTXVLatentUpsampler": (
            {"samples": ["LATENT"], "upscale_model": ["LATENT_UPSCALE_MODEL"], "vae": ["VAE"]}, {}, ["LATENT"],
        ),
        "VAEDecodeTiled": (
            {"samples": ["LATENT"], "vae": ["VAE"], "tile_size": whole(512, 64, 4096), "overlap": whole(64, 0, 4096),
             "temporal_size": whole(64, 8, 4096), "temporal_overlap": whole(8, 4, 4096)}, {}, ["IMAGE"],
        ),
        "TextEncodeAceStepAudio": (
            {"clip": ["CLIP"], "tags": WORDS, "lyrics": WORDS, "lyrics_strength": real(1.0, 0.0, 10.0)}, {},
            ["CONDITIONING"],
        ),
        "TextEncodeAceStepAudio1.5": (
            {"clip": ["CLIP"], "tags": WORDS, "lyrics": WORDS, "seed": whole(0, 0, 2**64 - 1),
             "bpm": whole(120, 10, 300), "duration": real(120.0, 0.0, 2000.0),
             "timesignature": choice(["2", "3", "4", "6"]), "language": choice(["en", "ja", "zh", "ko", "ru"]),
             "keyscale": choice([f"{root} {mode}" for mode in ("major", "minor") for root in KEYS]),
             "generate_audio_codes": ["BOOLEAN", {"default": True}], "cfg_scale": real(2.0, 0.0, 100.0),
             "temperature": real(0.85, 0.0, 2.0), "top_p": real(0.9, 0.0, 2000.0), "top_k": whole(0, 0, 100),
             "min_p": real(0.0, 0.0, 1.0)}, {}, ["CONDITIONING"],
        ),
        "EmptyAceStepLatentAudio": ({"seconds": real(120.0, 1.0, 1000.0), "batch_size": whole(1, 1, 4096)}, {},
                                    ["LATENT"]),
        "EmptyAceStep1.5LatentAudio": ({"seconds": real(120.0, 1.0, 1000.0), "batch_size": whole(1, 1, 4096)}, {},
                                       ["LATENT"]),
        "LatentOperationTonemapReinhard": ({"multiplier": real(1.0, 0.0, 100.0)}, {}, ["LATENT_OPERATION"]),
        "LatentApplyOperationCFG": ({"model": ["MODEL"], "operation": ["LATENT_OPERATION"]}, {}, ["MODEL"]),
        "VAEDecodeAudio": ({"samples": ["LATENT"], "vae": ["VAE"]}, {}, ["AUDIO"]),
        "SaveAudio": ({"audio": ["AUDIO"], "filename_prefix": ["STRING", {"default": "audio/ComfyUI"}]}, {}, []),
        "SaveAudioMP3": (
            {"audio": ["AUDIO"], "filename_prefix": ["STRING", {"default": "audio/ComfyUI"}],
             "quality": defaulted(["V0", "128k", "320k"], "V0")}, {}, [],
        ),
        "ImageOnlyCheckpointLoader": (
            {"ckpt_name": choice(files.checkpoints)}, {}, ["MODEL", "CLIP_VISION", "VAE"],
        ),
        "CLIPVisionEncode": (
            {"clip_vision": ["CLIP_VISION"], "image": ["IMAGE"], "crop": choice(["center", "none"])}, {},
            ["CLIP_VISION_OUTPUT"],
        ),
        "Hunyuan3Dv2Conditioning": (
            {"clip_vision_output": ["CLIP_VISION_OUTPUT"]}, {}, ["CONDITIONING", "CONDITIONING"],
        ),
        "Hunyuan3Dv2ConditioningMultiView": (
            {}, {view: ["CLIP_VISION_OUTPUT"] for view in ("front", "left", "back", "right")},
            ["CONDITIONING", "CONDITIONING"],
        ),
        "EmptyLatentHunyuan3Dv2": ({"resolution": whole(3072, 1, 8192), "batch_size": whole(1, 1, 4096)}, {},
                                   ["LATENT"]),
        "VAEDecodeHunyuan3D": (
            {"samples": ["LATENT"], "vae": ["VAE"], "num_chunks": whole(8000, 1000, 500000),
             "octree_resolution": whole(256, 16, 512)}, {}, ["VOXEL"],
        ),
        "VoxelToMesh": (
            {"voxel": ["VOXEL"], "algorithm": choice(["surface net", "basic"]), "threshold": real(0.6, -1.0, 1.0)},
            {}, ["MESH"],
        ),
        "SaveGLB": (
            {"mesh": ["MESH,FILE_3D_GLB,FILE_3D"], "filename_prefix": ["STRING", {"default": "3d/ComfyUI"}]}, {}, [],
        ),
        "CreateVideo": ({"images": ["IMAGE"], "fps": real(30.0, 1.0, 120.0)}, {"audio": ["AUDIO"]}, ["VIDEO"]),
        "SaveVideo": (
            {"video": ["VIDEO"], "filename_prefix": WORDS, "format": defaulted(["auto", "mp4"], "auto"),
             "codec": defaulted(["auto", "h264"], "auto"), "bit_depth": defaulted(["auto", "10"], "auto")}, {}, [],
        ),
    }  # fmt: skip
    outputs = {"PreviewImage", "SaveVideo", "SaveAudio", "SaveAudioMP3", "SaveGLB"}
    return {
        name: {
            "input": {"required": required, "optional": optional},
            "output": output,
            "output_name": output,
            "name": name,
            "display_name": name,
            "category": "test",
            "output_node": name in outputs,
        }
        for name, (required, optional, output) in nodes.items()
        if name not in without
    }
