"""Reading GLB files from the specification, apart from the writer, and checking what it demands."""

import io
import json
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

_COMPONENTS = {5121: "<u1", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_PLACES = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}


@dataclass
class Primitive:
    """One textured part: positions and normals N×3, uvs N×2, triangles M×3, textures by role."""

    positions: np.ndarray
    normals: np.ndarray
    uvs: np.ndarray
    triangles: np.ndarray
    textures: dict[str, Image.Image]


def read(data: bytes) -> tuple[dict[str, Any], list[Primitive]]:
    """Return the JSON document and the parts of the first mesh; assert every rule on the way."""
    magic, version, length = struct.unpack("<4sII", data[:12])
    assert (magic, version, length) == (b"glTF", 2, len(data))
    assert length % 4 == 0
    size, kind = struct.unpack("<I4s", data[12:20])
    assert kind == b"JSON"
    assert size % 4 == 0
    document = json.loads(data[20 : 20 + size])
    start = 20 + size
    size, kind = struct.unpack("<I4s", data[start : start + 8])
    assert kind == b"BIN\0"
    assert size % 4 == 0
    assert start + 8 + size == length
    binary = data[start + 8 :]
    assert document["asset"]["version"] == "2.0"
    assert 0 <= len(binary) - document["buffers"][0]["byteLength"] < 4
    primitives = [_primitive(document, binary, entry) for entry in document["meshes"][0]["primitives"]]
    return document, primitives


def _view(document: dict[str, Any], binary: bytes, number: int) -> bytes:
    view = document["bufferViews"][number]
    assert view["byteOffset"] + view["byteLength"] <= document["buffers"][0]["byteLength"]
    return binary[view["byteOffset"] : view["byteOffset"] + view["byteLength"]]


def _values(document: dict[str, Any], binary: bytes, number: int) -> np.ndarray:
    accessor = document["accessors"][number]
    places = _PLACES[accessor["type"]]
    assert document["bufferViews"][accessor["bufferView"]]["byteOffset"] % 4 == 0
    raw = np.frombuffer(_view(document, binary, accessor["bufferView"]), _COMPONENTS[accessor["componentType"]])
    assert raw.size == accessor["count"] * places
    values = raw.reshape(-1, places)
    if "min" in accessor:
        assert np.allclose(values.min(0), accessor["min"])
        assert np.allclose(values.max(0), accessor["max"])
    return values


def _primitive(document: dict[str, Any], binary: bytes, entry: dict[str, Any]) -> Primitive:
    attributes = entry["attributes"]
    assert "min" in document["accessors"][attributes["POSITION"]]
    positions, normals, uvs = (
        _values(document, binary, attributes[name]) for name in ("POSITION", "NORMAL", "TEXCOORD_0")
    )
    triangles = _values(document, binary, entry["indices"]).reshape(-1, 3)
    assert len(positions) == len(normals) == len(uvs)
    assert triangles.max() < len(positions)
    assert np.isfinite(positions).all()
    assert np.allclose(np.linalg.norm(normals, axis=1), 1, atol=1e-4)
    material = document["materials"][entry["material"]]
    roles = {
        "colour": material["pbrMetallicRoughness"].get("baseColorTexture"),
        "normal": material.get("normalTexture"),
        "occlusion": material.get("occlusionTexture"),
    }
    textures = {}
    for role, reference in roles.items():
        if reference is not None:
            image = document["images"][document["textures"][reference["index"]]["source"]]
            textures[role] = Image.open(io.BytesIO(_view(document, binary, image["bufferView"])))
            assert Image.MIME[textures[role].format or ""] == image["mimeType"]
    return Primitive(positions, normals, uvs, triangles, textures)
