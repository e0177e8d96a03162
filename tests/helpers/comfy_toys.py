"""Toys in place of the networks of LTX-2, ACE-Step and Hunyuan3D, for the ComfyUI of the tests."""

import io
import json
import struct
from typing import Any

import cv2
import numpy as np
import soundfile

RATE = 44_100
_PASSED_ON = {
    "ModelSamplingAuraFlow": "model", "LatentApplyOperationCFG": "model", "LTXVPreprocess": "image",
    "LatentUpscaleModelLoader": "model_name", "LTXVAudioVAELoader": "ckpt_name", "VAEDecodeHunyuan3D": "samples",
    "LTXAVTextEncoderLoader": "text_encoder", "CLIPVisionEncode": "image", "VoxelToMesh": "voxel",
    "LatentOperationTonemapReinhard": "multiplier",
}  # fmt: skip
"""Nodes that give one of their inputs."""


def node(kind: str, given: dict[str, Any]) -> Any:
    """Return what a node gives, or None for another one."""
    if kind in _PASSED_ON:
        return given[_PASSED_ON[kind]]
    match kind:
        case "TextEncodeAceStepAudio" | "TextEncodeAceStepAudio1.5":
            return {"text": given["tags"], "refs": []}
        case "EmptyAceStepLatentAudio" | "EmptyAceStep1.5LatentAudio":
            return {"sound": given["seconds"]}
        case "LTXVEmptyLatentAudio":
            return {"sound": given["frames_number"] / given["frame_rate"]}
        case "VAEDecodeAudio" | "LTXVAudioVAEDecode":
            return np.sin(np.arange(round(given["samples"]["sound"] * RATE)) * (2 * np.pi * 330 / RATE)) * 0.2
        case "LTXVConcatAVLatent":
            return {"av": [given["video_latent"], given["audio_latent"]]}
        case "LTXVSeparateAVLatent":
            return list(given["av_latent"]["av"])
        case "LTXVImgToVideoInplace":
            return _between(given["latent"], given["image"], None)
        case "LTXVAddGuide":
            first = given["image"] if given["frame_idx"] == 0 else None
            guided = _between(given["latent"], first, given["image"] if first is None else None)
            return [given["positive"], given["negative"], guided]
        case "LTXVCropGuides":
            return [given["positive"], given["negative"], given["latent"]]
        case "LTXVLatentUpsampler":
            frames = given["samples"]["samples"]
            larger = [cv2.resize(frame, None, fx=2, fy=2) for frame in frames]
            return {"samples": np.stack(larger), "film": True}
        case "VAEDecodeTiled":
            return given["samples"]["samples"]
        case "ImageOnlyCheckpointLoader":
            return [given["ckpt_name"], "vision", "vae"]
        case "Hunyuan3Dv2Conditioning" | "Hunyuan3Dv2ConditioningMultiView":
            return [{"text": "", "refs": []}, {"text": "", "refs": []}]
        case "EmptyLatentHunyuan3Dv2":
            return {"shape": given["resolution"]}
    return None


def _between(latent: dict[str, Any], first: Any, last: Any) -> dict[str, Any]:
    """Return a latent film that begins or ends with a picture."""
    frames = latent["samples"]
    size = frames[0].shape[1::-1]
    start = frames[0] if first is None else cv2.resize(first, size)
    end = frames[-1] if last is None else cv2.resize(last, size)
    shares = np.linspace(0, 1, len(frames))
    return {"samples": np.stack([start * (1 - share) + end * share for share in shares]), "film": True}


def flac(samples: np.ndarray) -> bytes:
    """Return a sound as a FLAC file."""
    out = io.BytesIO()
    soundfile.write(out, samples, RATE, format="FLAC")
    return out.getvalue()


def glb() -> bytes:
    """Return a model of one triangle."""
    binary = struct.pack("<9f3H2x", 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 2)
    document = json.dumps(
        {
            "asset": {"version": "2.0"},
            "buffers": [{"byteLength": len(binary)}],
            "bufferViews": [
                {"buffer": 0, "byteOffset": 0, "byteLength": 36}, {"buffer": 0, "byteOffset": 36, "byteLength": 6},
            ],
            "accessors": [
                {"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3", "min": [0, 0, 0],
                 "max": [1, 1, 0]},
                {"bufferView": 1, "componentType": 5123, "count": 3, "type": "SCALAR"},
            ],
            "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
        }
    ).encode()  # fmt: skip
    document += b" " * (-len(document) % 4)
    length = 12 + 8 + len(document) + 8 + len(binary)
    head = struct.pack("<4sII", b"glTF", 2, length) + struct.pack("<I4s", len(document), b"JSON")
    return head + document + struct.pack("<I4s", len(binary), b"BIN\0") + binary
