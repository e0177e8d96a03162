"""Small 3D models as GLB bytes."""

import io
import json
import struct
from typing import Any

import numpy as np
from PIL import Image


def glb(document: dict[str, Any], binary: bytes) -> bytes:
    """Pack a glTF document and its binary chunk."""
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    binary += bytes(-len(binary) % 4)
    body = struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", len(binary), 0x004E4942) + binary
    return struct.pack("<III", 0x46546C67, 2, 12 + len(body)) + body


def card(front: np.ndarray, *, scale: float = 1.0) -> bytes:
    """A flat card (two wide, two high, facing +z) with the H×W×3 picture *front*, and a blue one behind it."""
    corners = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], "<f4")
    uv = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], "<f4")
    triangles = np.array([0, 1, 2, 0, 2, 3], "<u2")
    picture = io.BytesIO()
    Image.fromarray(front).save(picture, "PNG")
    parts = [corners.tobytes(), uv.tobytes(), triangles.tobytes(), picture.getvalue()]
    views, at = [], 0
    for part in parts:
        views.append({"buffer": 0, "byteOffset": at, "byteLength": len(part)})
        at += len(part) + -len(part) % 4
    primitive = {"attributes": {"POSITION": 0, "TEXCOORD_0": 1}, "indices": 2}
    document = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0, 1]}],
        "nodes": [
            {"mesh": 0, "scale": [scale, scale, scale]},
            {"mesh": 1, "scale": [scale, scale, scale], "translation": [0, 0, -0.2 * scale]},
        ],
        "meshes": [{"primitives": [{**primitive, "material": 0}]}, {"primitives": [{**primitive, "material": 1}]}],
        "materials": [
            {"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}},
            {"pbrMetallicRoughness": {"baseColorFactor": [0, 0, 1, 1]}},
        ],
        "textures": [{"source": 0}],
        "images": [{"bufferView": 3, "mimeType": "image/png"}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3"},
            {"bufferView": 1, "componentType": 5126, "count": 4, "type": "VEC2"},
            {"bufferView": 2, "componentType": 5123, "count": 6, "type": "SCALAR"},
        ],
        "bufferViews": views,
        "buffers": [{"byteLength": at}],
    }
    return glb(document, b"".join(part + bytes(-len(part) % 4) for part in parts))
