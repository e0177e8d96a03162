"""3D models as pictures: reads a GLB file and paints it with a depth buffer in NumPy. No graphics card, no Qt.

Format: glTF 2.0 binary (Khronos, "glTF 2.0 Specification"). Read are triangle meshes with their node transforms, one
texture coordinate set, base colour factor and base colour texture. Animations, skins and compressed meshes are not.
"""

import io
import json
import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
MOST_TRIANGLES: Final = 1_500_000
_MOST_BYTES: Final = 512 * 1024 * 1024
_MOST_TEXELS: Final = 2 * 8192 * 8192
"""Of all its textures together."""
_MOST_NODES: Final = 10_000
_MAGIC, _JSON, _BIN = 0x46546C67, 0x4E4F534A, 0x004E4942
_TYPES: Final = {5120: "i1", 5121: "u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS: Final = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
_FOV: Final = math.radians(32)
_LIGHT: Final = np.array([-0.35, 0.55, 0.76], np.float32)
_SMALL_PX: Final = 6
"""Triangles up to this many pixels wide are painted together; larger ones are halved until they are that small."""


class UnreadableModelError(Exception):
    """The file is no model that can be shown; the text is one sentence."""


@dataclass(frozen=True)
class Mesh:
    """Triangles, centred at 0 and at most 1 from it.

    Attributes:
        corners: T×3×3 positions; uv: T×3×2 texture places; tint: T×3 base colours (0–1); material: T texture numbers,
            −1 for none.
        textures: H×W×3 pictures.
    """

    corners: Floats
    uv: Floats
    tint: Floats
    material: NDArray[np.int32]
    textures: tuple[NDArray[np.uint8], ...]


@dataclass(frozen=True)
class View:
    """From where a model is seen: angles in degrees (0, 0 is its front), and how large."""

    turn: float = 0.0
    tilt: float = 0.0
    zoom: float = 1.0


def read_glb(path: Path) -> Mesh:
    """Read the model at *path*.

    Raises:
        UnreadableModelError: it is damaged, too large, or uses what is not read here.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UnreadableModelError("The model is too large to be shown.")
        return _Reader(path.read_bytes()).mesh()
    except UnreadableModelError:
        raise
    except Exception as error:  # a damaged file fails anywhere, and a window that shows it must not
        raise UnreadableModelError("The model is damaged or of an unknown kind.") from error


class _Reader:
    def __init__(self, data: bytes) -> None:
        magic, version, _length = struct.unpack_from("<III", data)
        if magic != _MAGIC or version != 2:
            raise ValueError("no GLB 2")
        self._binary, at, text = b"", 12, b"{}"
        while at + 8 <= len(data):
            size, kind = struct.unpack_from("<II", data, at)
            body = data[at + 8 : at + 8 + size]
            if kind == _JSON:
                text = body
            elif kind == _BIN:
                self._binary = body
            at += 8 + size
        self._json: dict[str, Any] = json.loads(text)
        if set(self._json.get("extensionsRequired", [])) & {"KHR_draco_mesh_compression", "EXT_meshopt_compression"}:
            raise UnreadableModelError("The model is compressed in a way that can't be shown here.")
        self._parts: list[tuple[Floats, Floats, Floats, int]] = []
        self._nodes = self._triangles = self._texels = 0

    def mesh(self) -> Mesh:
        scene = self._json["scenes"][self._json.get("scene", 0)]
        for node in scene["nodes"]:
            self._walk(node, np.eye(4, dtype=np.float32))
        if not self._parts:
            raise UnreadableModelError("The model has no surface.")
        corners = np.concatenate([part[0] for part in self._parts])
        low, high = corners.min((0, 1)), corners.max((0, 1))
        reach = float(np.linalg.norm(high - low)) / 2 or 1.0
        if not math.isfinite(reach):
            raise ValueError("places without number")
        return Mesh(
            (corners - (low + high) / 2) / reach,
            np.concatenate([part[1] for part in self._parts]),
            np.concatenate([part[2] for part in self._parts]),
            np.concatenate([np.full(len(part[0]), part[3], np.int32) for part in self._parts]),
            tuple(self._texture(number) for number in range(len(self._json.get("textures", [])))),
        )

    def _walk(self, number: int, parent: Floats, depth: int = 0) -> None:
        self._nodes += 1
        if depth > 64 or self._nodes > _MOST_NODES:
            raise ValueError("nodes in a circle")
        node = self._json["nodes"][number]
        placed = parent @ _matrix(node)
        if "mesh" in node:
            for primitive in self._json["meshes"][node["mesh"]]["primitives"]:
                if primitive.get("mode", 4) == 4:
                    self._add(primitive, placed)
        for child in node.get("children", []):
            self._walk(child, placed, depth + 1)

    def _add(self, primitive: dict[str, Any], placed: Floats) -> None:
        places = self._values(primitive["attributes"]["POSITION"]).astype(np.float32)
        places = places @ placed[:3, :3].T + placed[:3, 3]
        indices: NDArray[np.int64] = (
            self._values(primitive["indices"]).reshape(-1).astype(np.int64)
            if "indices" in primitive
            else np.arange(len(places))
        )
        corners = indices[: len(indices) // 3 * 3].reshape(-1, 3)
        self._triangles += len(corners)
        if self._triangles > MOST_TRIANGLES:
            raise UnreadableModelError("The model has too many triangles to be shown here.")
        material = self._json.get("materials", [{}])[primitive["material"]] if "material" in primitive else {}
        surface = material.get("pbrMetallicRoughness", {})
        texture = surface.get("baseColorTexture", {})
        name = f"TEXCOORD_{texture.get('texCoord', 0)}"
        uv = (
            self._values(primitive["attributes"][name]).astype(np.float32)
            if name in primitive["attributes"]
            else np.zeros((len(places), 2), np.float32)
        )
        tint = np.tile(np.asarray(surface.get("baseColorFactor", [1, 1, 1, 1])[:3], np.float32), (len(corners), 1))
        self._parts.append((places[corners], uv[corners], tint, int(texture.get("index", -1))))

    def _values(self, number: int) -> NDArray[Any]:
        accessor = self._json["accessors"][number]
        view = self._json["bufferViews"][accessor["bufferView"]]
        kind, width, count = np.dtype(_TYPES[accessor["componentType"]]), _WIDTHS[accessor["type"]], accessor["count"]
        start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
        stride = view.get("byteStride", kind.itemsize * width)
        if (
            count <= 0
            or start < 0
            or stride < kind.itemsize * width
            or start + stride * (count - 1) + kind.itemsize * width > len(self._binary)
        ):
            raise ValueError("values outside the file")
        values = np.ndarray((count, width), kind, self._binary, start, (stride, kind.itemsize))
        if accessor.get("normalized") and kind.kind in "iu":
            return np.asarray(values, np.float32) / np.iinfo(kind).max
        return values

    def _texture(self, number: int) -> NDArray[np.uint8]:
        from PIL import Image

        image = self._json["images"][self._json["textures"][number]["source"]]
        view = self._json["bufferViews"][image["bufferView"]]
        start = view.get("byteOffset", 0)
        with Image.open(io.BytesIO(self._binary[start : start + view["byteLength"]])) as picture:
            self._texels += picture.width * picture.height
            if self._texels > _MOST_TEXELS:
                raise UnreadableModelError("The model's texture is too large to be shown here.")
            return np.asarray(picture.convert("RGB"))


def _matrix(node: dict[str, Any]) -> Floats:
    if "matrix" in node:
        return np.asarray(node["matrix"], np.float32).reshape(4, 4).T
    placed = np.eye(4, dtype=np.float32)
    x, y, z, w = node.get("rotation", (0, 0, 0, 1))
    placed[:3, :3] = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ],
        np.float32,
    ) * np.asarray(node.get("scale", (1, 1, 1)), np.float32)
    placed[:3, 3] = node.get("translation", (0, 0, 0))
    return placed


def paint(mesh: Mesh, width: int, height: int, view: View, *, wires: bool = False) -> NDArray[np.uint8]:
    """Return a height×width×4 picture (RGBA, straight alpha) of *mesh* on a transparent ground.

    Args:
        wires: paint only the edges of the triangles.
    """
    corners, uv, tint, material = mesh.corners, mesh.uv, mesh.tint, mesh.material
    seen = _turned(corners, view)
    flat = _projected(seen, width, height, view.zoom)
    for _ in range(16):
        wide = np.ptp(flat[..., :2], axis=1).max(1) > _SMALL_PX
        inside = (flat[..., 0].max(1) >= 0) & (flat[..., 0].min(1) < width)
        inside &= (flat[..., 1].max(1) >= 0) & (flat[..., 1].min(1) < height)
        split = wide & inside
        if not split.any() or wires:
            break
        seen, uv = (np.concatenate([part[~split & inside], _halved(part[split])]) for part in (seen, uv))
        tint, material = (
            np.concatenate([part[~split & inside], np.tile(part[split], (2,) + (1,) * (part.ndim - 1))])
            for part in (tint, material)
        )
        flat = _projected(seen, width, height, view.zoom)
    out = np.zeros((height * width, 4), np.uint8)
    if wires:
        _draw_wires(out, flat, tint, width, height)
    else:
        _fill(out, mesh, seen, flat, uv, tint, material, width, height)
    return out.reshape(height, width, 4)


def _turned(corners: Floats, view: View) -> Floats:
    turn, tilt = math.radians(view.turn), math.radians(view.tilt)
    about_y = np.array([[math.cos(turn), 0, math.sin(turn)], [0, 1, 0], [-math.sin(turn), 0, math.cos(turn)]])
    about_x = np.array([[1, 0, 0], [0, math.cos(tilt), -math.sin(tilt)], [0, math.sin(tilt), math.cos(tilt)]])
    turned: Floats = corners @ (about_x @ about_y).T.astype(np.float32)
    return turned


def _projected(seen: Floats, width: int, height: int, zoom: float) -> Floats:
    """Return T×3×3: x and y in pixels, and nearness (larger is nearer)."""
    away = 1.08 / math.sin(_FOV / 2)
    depth = np.maximum(away - seen[..., 2], 0.05)
    focal = min(width, height) / 2 / math.tan(_FOV / 2) * zoom
    return np.stack(
        (width / 2 + focal * seen[..., 0] / depth, height / 2 - focal * seen[..., 1] / depth, 1 / depth), -1
    ).astype(np.float32)


def _halved(part: Floats) -> Floats:
    """Cut each triangle in two at the middle of the side from its first to its third corner.

    The halves are so ordered that their other sides come next (newest-vertex bisection), which keeps them round.
    """
    a, b, c = part[:, 0], part[:, 1], part[:, 2]
    middle = (a + c) / 2
    return np.concatenate((np.stack((b, middle, a), 1), np.stack((b, middle, c), 1)))


def _fill(
    out: NDArray[np.uint8],
    mesh: Mesh,
    seen: Floats,
    flat: Floats,
    uv: Floats,
    tint: Floats,
    material: NDArray[np.int32],
    width: int,
    height: int,
) -> None:
    normal = np.cross(seen[:, 1] - seen[:, 0], seen[:, 2] - seen[:, 0])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    shade = 0.45 + 0.6 * np.abs(normal @ (_LIGHT / np.linalg.norm(_LIGHT)))
    near = np.full(width * height, -1.0, np.float32)
    which = np.zeros(width * height, np.int64)
    left, top = np.floor(flat[..., 0].min(1)), np.floor(flat[..., 1].min(1))
    (x0, y0), (x1, y1), (x2, y2) = (flat[:, k, :2].T for k in range(3))
    area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
    area = np.where(np.abs(area) < 1e-9, 1e-9, area)
    numbers = np.arange(len(flat))
    for dy in range(_SMALL_PX + 2):
        for dx in range(_SMALL_PX + 2):
            x, y = left + dx, top + dy
            first = ((x1 - x) * (y2 - y) - (x2 - x) * (y1 - y)) / area
            second = ((x2 - x) * (y0 - y) - (x0 - x) * (y2 - y)) / area
            third = 1 - first - second
            # A hair more than the triangle, so that neighbours leave no seam.
            hit = (np.minimum(np.minimum(first, second), third) >= -0.02) & (x >= 0) & (x < width)
            hit &= (y >= 0) & (y < height)
            if not hit.any():
                continue
            place = (y[hit] * width + x[hit]).astype(np.int64)
            depth = first[hit] * flat[hit, 0, 2] + second[hit] * flat[hit, 1, 2] + third[hit] * flat[hit, 2, 2]
            order = np.argsort(depth, kind="stable")  # the nearest comes last and stays
            place, depth, found = place[order], depth[order], numbers[hit][order]
            win = depth > near[place]
            near[place[win]], which[place[win]] = depth[win], found[win]
    painted = np.flatnonzero(near > 0)
    of = which[painted]
    x, y = (painted % width).astype(np.float32), (painted // width).astype(np.float32)
    first = ((x1[of] - x) * (y2[of] - y) - (x2[of] - x) * (y1[of] - y)) / area[of]
    second = ((x2[of] - x) * (y0[of] - y) - (x0[of] - x) * (y2[of] - y)) / area[of]
    weights = np.stack((first, second, 1 - first - second), 1) * flat[of, :, 2]
    weights /= np.maximum(weights.sum(1, keepdims=True), 1e-12)
    spot = (uv[of] * weights[..., None]).sum(1)
    colour = tint[of] * 255.0
    for number, texture in enumerate(mesh.textures):
        mine = material[of] == number
        if mine.any():
            rows = (np.mod(spot[mine, 1], 1.0) * texture.shape[0]).astype(np.int64).clip(0, texture.shape[0] - 1)
            columns = (np.mod(spot[mine, 0], 1.0) * texture.shape[1]).astype(np.int64).clip(0, texture.shape[1] - 1)
            colour[mine] = texture[rows, columns] * tint[of][mine]
    out[painted, :3] = np.clip(colour * shade[of][:, None], 0, 255)
    out[painted, 3] = 255


def _draw_wires(out: NDArray[np.uint8], flat: Floats, tint: Floats, width: int, height: int) -> None:
    for start, end in ((0, 1), (1, 2), (2, 0)):
        a, b = flat[:, start], flat[:, end]
        steps = int(np.clip(np.ceil(np.abs(a - b)[:, :2].max(initial=1)), 2, max(width, height)))
        for share in np.linspace(0, 1, steps, dtype=np.float32):
            x, y = (a + (b - a) * share)[:, :2].T.astype(np.int64)
            hit = (x >= 0) & (x < width) & (y >= 0) & (y < height)
            place = y[hit] * width + x[hit]
            out[place, :3] = np.clip(tint[hit] * 200, 0, 255)
            out[place, 3] = 255
