"""``image_to_3d`` on this computer: a rounded relief of the subject, or a relief of the whole picture.

One picture does not show what is behind or how deep things are. The subject's outline is
inflated, its picture laid on the front; the back carries a back view when there is one,
else the colours of the contour. A picture without a subject becomes a tile whose height
is the rough depth.
"""

import io
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.engine.renderers import cutout, depth, filling, glb, pictures, runtime
from studio.engine.renderers.glb import Surface, Texture
from studio.engine.renderers.pictures import Mask, Picture, Rgb
from studio.engine.renderers.relief import surfaces
from studio.engine.renderers.relief.order import Order
from studio.engine.renderers.relief.rounding import inflate
from studio.engine.renderers.rendered import RenderedMedia
from studio.engine.renderers.worker import report

Floats = NDArray[np.float32]

_ROUNDNESS: Final = 0.62  # an inflated outline is rounder than most things are deep
_TILE_DEPTH: Final = 0.28  # of the longest edge
_TILE_BASE: Final = 0.04
_MARGIN: Final = 0.03
_DETAIL: Final = 1.6
_SURE_OUTLINE: Final = 0.6
_JPEG_QUALITY: Final = 92


def render(path: str, order: Order, out: str) -> RenderedMedia:
    """Make a GLB of a picture file at *out* (runs in a render worker).

    ``notes``: shape (subject or picture), faces, vertices, width, height, depth (metres; the longest edge is 1),
    back (view, contour colours or plain), texture_width, texture_height.
    """
    runtime.prepare_opencv()
    report(0.0, "Reading the picture")
    picture = pictures.load(path)
    mask, front = _outline(picture)
    report(0.2, "Rounding the outline" if mask is not None else "Guessing the depth")
    if mask is not None:
        made, notes = _body(picture.rgb, mask, order)
    else:
        seen = picture.rgb if picture.alpha is None else pictures.flatten(picture.rgb, picture.alpha)
        made, notes = _tile(seen, front, order)
    report(0.9, "Writing the model")
    glb.write(Path(out), "2.5D relief", made, order.about)
    everything = np.concatenate([surface.positions for surface in made])
    size = everything.max(0) - everything.min(0)
    notes |= {
        "faces": int(sum(len(surface.triangles) for surface in made)),
        "vertices": len(everything),
        "width": round(float(size[0]), 4),
        "height": round(float(size[1]), 4),
        "depth": round(float(size[2]), 4),
    }
    return RenderedMedia(out, "model/gltf-binary", "model", notes=notes)


def _outline(picture: Picture) -> tuple[Floats | None, Floats]:
    """Return the outline of a body, or None, and what stands out in any case (H×W, 0–1).

    The outline is the transparency that the picture has, else the subject.
    """
    if picture.alpha is not None and 0.01 < float((picture.alpha > 127).mean()) < 0.99:
        opaque = picture.alpha.astype(np.float32) / 255.0
        return opaque, opaque
    mask = cutout.soft_mask(picture.rgb)
    if mask is None:
        return None, np.zeros(picture.rgb.shape[:2], np.float32)
    # What fills the picture to its edges has no outline to round, and a landscape in which
    # the network half believes is no body either.
    fits = 0.01 < float((mask > 0.5).mean()) < 0.93
    sure = float((mask > 0.8).sum()) > _SURE_OUTLINE * float((mask > 0.2).sum())
    return (mask if fits and sure else None), mask


def _body(rgb: Rgb, mask: Floats, order: Order) -> tuple[list[Surface], dict[str, object]]:
    rgb, mask = _cropped(rgb, mask)
    height, width = mask.shape
    longest = max(width, height)
    grid = _grid(mask, order.faces // 2, order.resolution)
    small = np.asarray(cv2.resize(mask, grid, interpolation=cv2.INTER_AREA), np.float32)
    padded = np.asarray(cv2.copyMakeBorder(small, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=0.0), np.float32)
    small = _without_crumbs(padded)
    thickness = inflate(small) * _ROUNDNESS
    front = surfaces.sheet(small, thickness)
    scale = 1.0 / max(grid)
    report(0.45, "Painting the textures")
    colour = cutout.free_from_background(rgb, pictures.to_bytes(mask))
    colour = pictures.fill_behind(colour, np.where(mask > 0.6, 255, 0).astype(np.uint8))
    maps = _detail_maps(colour, thickness[2:-2, 2:-2] * (longest / max(grid)), order)
    uvs = _shares(front.places - 2, grid)
    positions = _positions(front.places - 2, front.heights, grid, scale)
    faces = front.triangles
    sheets = [_surface("front", positions, faces, uvs, _jpeg(colour, order.texture_px), maps)]
    report(0.7, "Closing the back")
    behind, back_uvs, back_kind = _back(rgb, colour, mask, uvs, order)
    turned = positions * np.array([1, 1, -1], np.float32)
    sheets.append(_surface("back", turned, faces[:, [0, 2, 1]], back_uvs, behind, (None, None)))
    notes: dict[str, object] = {"shape": "subject", "back": back_kind}
    return sheets, notes | _texture_size(colour, order)


def _without_crumbs(mask: Floats) -> Floats:
    """Drop specks that would float as crumbs: things below 2 % of the largest."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((mask > 0.5).astype(np.uint8), connectivity=4)
    if count <= 2:
        return mask
    areas = stats[1:, cv2.CC_STAT_AREA]
    kept = np.isin(labels, 1 + np.nonzero(areas >= 0.02 * areas.max())[0])
    near = cv2.dilate(kept.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    return np.where(near, mask, 0).astype(np.float32)


def _tile(rgb: Rgb, front: Floats, order: Order) -> tuple[list[Surface], dict[str, object]]:
    height, width = rgb.shape[:2]
    near = depth.depth_map(rgb, front)
    full = np.ones((height, width), np.float32)
    grid = _grid(full, order.faces - 2000, order.resolution)
    columns, rows = grid
    heights = np.asarray(cv2.resize(near, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)
    heights = heights * _TILE_DEPTH * max(grid) + _TILE_BASE * max(grid)
    ys, xs = np.mgrid[0:rows, 0:columns].astype(np.float32)
    places = np.stack((xs.ravel(), ys.ravel()), 1).astype(np.float32)
    a = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)[None, :]).ravel()
    odd = ((a // columns + a % columns) % 2 == 1)[:, None]
    first = np.where(odd, np.stack((a, a + columns, a + 1), 1), np.stack((a, a + columns, a + columns + 1), 1))
    second = np.where(odd, np.stack((a + 1, a + columns, a + columns + 1), 1), np.stack((a, a + columns + 1, a + 1), 1))
    scale = 1.0 / max(grid)
    positions = _positions(places, heights.ravel(), grid, scale)
    uvs = _shares(places, grid)
    report(0.45, "Painting the textures")
    maps = _detail_maps(rgb, heights * (max(width, height) / max(grid)), order)
    faces = np.concatenate((first, second)).astype(np.uint32)
    sheets = [_surface("front", positions, faces, uvs, _jpeg(rgb, order.texture_px), maps)]
    report(0.7, "Closing the back")
    sheets.append(_walls(positions, uvs, rows, columns, rgb))
    notes: dict[str, object] = {"shape": "picture", "back": "plain"}
    return sheets, notes | _texture_size(rgb, order)


def _walls(positions: Floats, uvs: Floats, rows: int, columns: int, rgb: Rgb) -> Surface:
    """Return the sides and the flat back of a tile."""
    number = np.arange(rows * columns).reshape(rows, columns)
    # Around the tile as its front triangles run: down on the left, along the bottom, up, back along the top.
    ring = np.concatenate((number[:, 0], number[-1, 1:], number[-2::-1, -1], number[0, -2:0:-1]))
    top = positions[ring]
    foot = top * np.array([1, 1, 0], np.float32)
    count = len(ring)
    here, after = np.arange(count), np.roll(np.arange(count), -1)
    sides = np.concatenate(
        (
            np.stack((here, here + count, after), 1),
            np.stack((after, here + count, after + count), 1),
        )
    )
    middle = foot.mean(0, keepdims=True)
    fan = np.stack((np.full(count, 3 * count), after + 2 * count, here + 2 * count), 1)
    vertices = np.concatenate((top, foot, foot, middle)).astype(np.float32)
    triangles = np.concatenate((sides, fan)).astype(np.uint32)
    middle_uv = np.array([[0.5, 0.5]], np.float32)
    coordinates = np.concatenate((uvs[ring], uvs[ring], uvs[ring], middle_uv)).astype(np.float32)
    blurred = cv2.GaussianBlur(pictures.resize(rgb, *pictures.fit_within(rgb.shape[1], rgb.shape[0], 256)), (0, 0), 12)
    return Surface(
        "sides and back", vertices, surfaces.normals(vertices, triangles), coordinates, triangles,
        _encoded(np.asarray(blurred, np.uint8)),
    )  # fmt: skip


def _cropped(rgb: Rgb, mask: Floats) -> tuple[Rgb, Floats]:
    rows, columns = np.where((mask > 0.5).any(1))[0], np.where((mask > 0.5).any(0))[0]
    pad = max(2, round(_MARGIN * max(rows[-1] - rows[0], columns[-1] - columns[0])))
    down = slice(max(0, int(rows[0]) - pad), int(rows[-1]) + 1 + pad)
    across = slice(max(0, int(columns[0]) - pad), int(columns[-1]) + 1 + pad)
    return np.ascontiguousarray(rgb[down, across]), np.ascontiguousarray(mask[down, across])


def _grid(mask: Floats, faces: int, resolution: int) -> tuple[int, int]:
    """Return the columns and rows of a grid that gives about *faces* triangles inside *mask*, never more."""
    height, width = mask.shape
    share = max(0.01, float((mask > 0.5).mean()))
    cells = faces * 0.97 / 2 / share
    step = max((width * height / cells) ** 0.5, max(width, height) / resolution)
    return max(8, int(width / step)), max(8, int(height / step))


def _shares(places: Floats, grid: tuple[int, int]) -> Floats:
    return ((places + 0.5) / np.array(grid, np.float32)).astype(np.float32)


def _positions(places: Floats, heights: Floats, grid: tuple[int, int], scale: float) -> Floats:
    columns, rows = grid
    x = (places[:, 0] - (columns - 1) / 2) * scale
    y = ((rows - 1) / 2 - places[:, 1]) * scale
    return np.stack((x, y, heights * scale), 1).astype(np.float32)


def _surface(
    name: str,
    positions: Floats,
    triangles: NDArray[np.uint32],
    uvs: Floats,
    colour: Texture,
    maps: tuple[Texture | None, Texture | None],
) -> Surface:
    normals = surfaces.normals(positions, triangles)
    return Surface(name, positions, normals, uvs, np.ascontiguousarray(triangles), colour, *maps)


def _back(rgb: Rgb, colour: Rgb, mask: Floats, uvs: Floats, order: Order) -> tuple[Texture, Floats, str]:
    """Return the texture of the back, its coordinates, and what it is."""
    if order.back is not None:
        view = pictures.load(order.back)
        outline, _ = _outline(view)
        if outline is not None:
            seen, outline = _cropped(view.rgb, outline)
            seen = pictures.fill_behind(seen, np.where(outline > 0.6, 255, 0).astype(np.uint8))
            # Seen from behind, left and right change places; both crops end at their outlines.
            mirrored = np.stack((1.0 - uvs[:, 0], uvs[:, 1]), 1).astype(np.float32)
            return _jpeg(seen, order.texture_px), mirrored, "view"
    small = pictures.fit_within(rgb.shape[1], rgb.shape[0], 512)
    solid = cv2.resize(mask, small, interpolation=cv2.INTER_AREA) > 0.5
    rim = max(3, round(0.05 * max(small)))
    inner = cv2.erode(solid.astype(np.uint8), np.ones((rim, rim), np.uint8)).astype(bool)
    plain = filling.fill(pictures.resize(colour, *small), inner, smooth=True)
    return _encoded(np.asarray(cv2.GaussianBlur(plain, (0, 0), 2.0), np.uint8)), uvs, "contour colours"


def _detail_maps(rgb: Rgb, heights: Floats, order: Order) -> tuple[Texture, Texture]:
    """Return a normal map of the fine light and dark of the picture, and the occlusion of the heights."""
    width, height = _edges(rgb, order.normal_px)
    grey = cv2.cvtColor(pictures.resize(rgb, width, height), cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    fine = cv2.GaussianBlur(grey, (0, 0), 1.0) - cv2.GaussianBlur(grey, (0, 0), max(width, height) / 60)
    strength = _DETAIL * max(width, height) / 512
    x = -np.asarray(cv2.Sobel(fine, cv2.CV_32F, 1, 0, scale=1 / 8), np.float32) * strength
    y = np.asarray(cv2.Sobel(fine, cv2.CV_32F, 0, 1, scale=1 / 8), np.float32) * strength
    length = np.sqrt(x * x + y * y + 1)
    normal = np.dstack((x / length, y / length, 1 / length)) * 0.5 + 0.5
    report(0.55, "Painting the textures")
    across, down = _edges(rgb, order.occlusion_px)
    level = np.asarray(cv2.resize(heights, (across, down), interpolation=cv2.INTER_LINEAR), np.float32)
    longest = max(across, down)
    closed = np.ones((down, across), np.float32)
    for share in (0.01, 0.03, 0.08):
        around = cv2.GaussianBlur(level, (0, 0), share * longest)
        unit = share * max(rgb.shape[:2])
        closed -= 0.3 * np.clip((around - level) / unit, 0, 1)
    return _encoded(pictures.to_bytes(normal), "PNG"), _encoded(pictures.to_bytes(np.clip(closed, 0, 1)))


def _edges(rgb: Rgb, longest: int) -> tuple[int, int]:
    height, width = rgb.shape[:2]
    scale = longest / max(width, height)
    return max(4, round(width * scale)), max(4, round(height * scale))


def _texture_size(rgb: Rgb, order: Order) -> dict[str, object]:
    width, height = _edges(rgb, order.texture_px)
    return {"texture_width": width, "texture_height": height}


def _jpeg(rgb: Rgb, longest: int) -> Texture:
    return _encoded(pictures.resize(rgb, *_edges(rgb, longest)))


def _encoded(pixels: Rgb | Mask, kind: str = "JPEG") -> Texture:
    buffer = io.BytesIO()
    if kind == "PNG":
        Image.fromarray(pixels).save(buffer, "PNG", compress_level=4)
        return Texture(buffer.getvalue(), "image/png")
    Image.fromarray(pixels).save(buffer, "JPEG", quality=_JPEG_QUALITY)
    return Texture(buffer.getvalue(), "image/jpeg")
