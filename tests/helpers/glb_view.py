"""A plain look at a model: triangles drawn from far to near with their texture's colours and one light."""

import cv2
import numpy as np

from tests.helpers.glb_reader import Primitive


def view(primitives: list[Primitive], yaw_degrees: float, pitch_degrees: float = 0.0, size: int = 320) -> np.ndarray:
    """Return size×size×3 of the model turned by *yaw_degrees*; one flat colour for each triangle."""
    yaw, pitch = np.radians(yaw_degrees), np.radians(pitch_degrees)
    turn = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    tilt = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    rotation = tilt @ turn
    corners, colours, depths = [], [], []
    for part in primitives:
        texture = np.asarray(part.textures["colour"].convert("RGB"))
        height, width = texture.shape[:2]
        place = part.positions.astype(float) @ rotation.T
        normals = part.normals.astype(float) @ rotation.T
        near = 2.8 / (2.8 - place[:, 2:3])
        flat = np.column_stack((place[:, :1] * near * 0.84 + 0.5, 0.5 - place[:, 1:2] * near * 0.84)) * size
        shape = flat[part.triangles]
        edge_a, edge_b = shape[:, 1] - shape[:, 0], shape[:, 2] - shape[:, 0]
        facing = edge_a[:, 0] * edge_b[:, 1] - edge_a[:, 1] * edge_b[:, 0] < 0
        middle = part.uvs[part.triangles].mean(1)
        column = np.clip((middle[:, 0] * width).astype(int), 0, width - 1)
        row = np.clip((middle[:, 1] * height).astype(int), 0, height - 1)
        light = np.clip(normals[part.triangles].mean(1) @ np.array([-0.35, 0.45, 0.82]), 0, 1) * 0.7 + 0.38
        corners.append(shape[facing])
        colours.append(np.clip(texture[row, column] * light[:, None], 0, 255)[facing])
        depths.append(place[part.triangles, 2].mean(1)[facing])
    order = np.argsort(np.concatenate(depths))
    shapes, shades = np.concatenate(corners)[order], np.concatenate(colours)[order]
    picture = np.full((size, size, 3), 46, np.uint8)
    for shape, shade in zip(np.rint(shapes * 16).astype(np.int32), shades, strict=True):
        cv2.fillConvexPoly(picture, shape, [float(v) for v in shade], shift=4)
    return picture
