"""Writing GLB files (glTF 2.0, binary): one mesh of textured surfaces."""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_FLOAT, _UNSIGNED_INT = 5126, 5125
_VERTICES, _INDICES = 34962, 34963
_REPEAT_NOT: Final = 33071  # clamp to edge
_LINEAR, _MIPMAPS = 9729, 9987


@dataclass(frozen=True)
class Texture:
    """An encoded picture and its MIME type (image/png or image/jpeg)."""

    data: bytes
    mime_type: str


@dataclass(frozen=True)
class Surface:
    """One textured part of a mesh.

    Attributes:
        positions: N×3, in metres, y up, z towards the viewer.
        normals: N×3, unit length.
        uvs: N×2, 0–1 from the upper left corner of the texture.
        triangles: M×3 numbers of vertices, counter-clockwise seen from outside.
        colour, normal_map, occlusion: textures; the last two may be missing.
    """

    name: str
    positions: Floats
    normals: Floats
    uvs: Floats
    triangles: NDArray[np.uint32]
    colour: Texture
    normal_map: Texture | None = None
    occlusion: Texture | None = None


class _Builder:
    """Collects the binary chunk and the lists that point into it."""

    def __init__(self) -> None:
        self.blobs: list[bytes] = []
        self.length = 0
        self.views: list[dict[str, Any]] = []
        self.accessors: list[dict[str, Any]] = []
        self.images: list[dict[str, Any]] = []

    def view(self, data: bytes, target: int | None = None) -> int:
        padding = -self.length % 4
        self.blobs.append(b"\0" * padding)
        self.length += padding
        view: dict[str, Any] = {"buffer": 0, "byteOffset": self.length, "byteLength": len(data)}
        if target is not None:
            view["target"] = target
        self.blobs.append(data)
        self.length += len(data)
        self.views.append(view)
        return len(self.views) - 1

    def accessor(self, values: NDArray[Any], kind: str, component: int, target: int, *, bounds: bool = False) -> int:
        entry: dict[str, Any] = {
            "bufferView": self.view(np.ascontiguousarray(values).tobytes(), target),
            "componentType": component,
            "count": int(values.size if kind == "SCALAR" else len(values)),
            "type": kind,
        }
        if bounds:
            entry["min"] = [float(v) for v in values.min(0)]
            entry["max"] = [float(v) for v in values.max(0)]
        self.accessors.append(entry)
        return len(self.accessors) - 1

    def texture(self, texture: Texture) -> int:
        """Add a picture; textures and images are numbered alike."""
        self.images.append({"bufferView": self.view(texture.data), "mimeType": texture.mime_type})
        return len(self.images) - 1


def write(path: Path, name: str, surfaces: Sequence[Surface], about: Mapping[str, str]) -> int:
    """Write a GLB file with one node and return its number of bytes.

    Args:
        about: provenance; kept in ``asset.extras``.

    Raises:
        ValueError: no surface, or one without triangles.
    """
    if not surfaces or any(not len(surface.triangles) for surface in surfaces):
        raise ValueError("a model needs surfaces with triangles")
    build = _Builder()
    primitives, materials = [], []
    for surface in surfaces:
        material: dict[str, Any] = {
            "name": surface.name,
            "pbrMetallicRoughness": {
                "baseColorTexture": {"index": build.texture(surface.colour)},
                "metallicFactor": 0.0,
                "roughnessFactor": 0.9,
            },
        }
        if surface.normal_map is not None:
            material["normalTexture"] = {"index": build.texture(surface.normal_map)}
        if surface.occlusion is not None:
            material["occlusionTexture"] = {"index": build.texture(surface.occlusion)}
        materials.append(material)
        primitives.append(
            {
                "attributes": {
                    "POSITION": build.accessor(surface.positions.astype("<f4"), "VEC3", _FLOAT, _VERTICES, bounds=True),
                    "NORMAL": build.accessor(surface.normals.astype("<f4"), "VEC3", _FLOAT, _VERTICES),
                    "TEXCOORD_0": build.accessor(surface.uvs.astype("<f4"), "VEC2", _FLOAT, _VERTICES),
                },
                "indices": build.accessor(surface.triangles.astype("<u4"), "SCALAR", _UNSIGNED_INT, _INDICES),
                "material": len(materials) - 1,
            }
        )
    document = {
        "asset": {"version": "2.0", "generator": about.get("Software", ""), "extras": dict(about)},
        "scene": 0,
        "scenes": [{"name": name, "nodes": [0]}],
        "nodes": [{"name": name, "mesh": 0}],
        "meshes": [{"name": name, "primitives": primitives}],
        "materials": materials,
        "textures": [{"source": i, "sampler": 0} for i in range(len(build.images))],
        "images": build.images,
        "samplers": [{"magFilter": _LINEAR, "minFilter": _MIPMAPS, "wrapS": _REPEAT_NOT, "wrapT": _REPEAT_NOT}],
        "accessors": build.accessors,
        "bufferViews": build.views,
        "buffers": [{"byteLength": build.length}],
    }
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 4)
    tail = -build.length % 4
    total = 12 + 8 + len(text) + 8 + build.length + tail
    with path.open("wb") as file:
        file.write(struct.pack("<4sII", b"glTF", 2, total))
        file.write(struct.pack("<I4s", len(text), b"JSON") + text)
        file.write(struct.pack("<I4s", build.length + tail, b"BIN\0"))
        for blob in build.blobs:
            file.write(blob)
        file.write(b"\0" * tail)
    return total
