"""What a picture shows, as far as small networks on this computer can tell: a guess at its subject, faces, and text.

Labels come from EfficientNet-Lite0 (1,000 ImageNet classes: animals, tools, vehicles, buildings, dishes; no people),
faces from OpenCV's frontal-face cascade, text from RapidOCR (PP-OCRv6). None of them describes or understands.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from studio import resources
from studio.engine.renderers import pictures, runtime
from studio.engine.renderers.pictures import Mask, Rgb

_NET_EDGE: Final = 224
_CROP_FROM: Final = 256
_LABEL_SHAPE: Final = 4
_TEXT_EDGE: Final = 2000
_TEXT_SHAPE: Final = 8
"""How many times longer than wide a picture is read at most: the reader brings the short edge to a fixed length."""
_SURE_TEXT: Final = 0.75
_FACE_EDGE: Final = 900
_SURE_FACE: Final = 2.0


@cache
def _names() -> list[str]:
    names: list[str] = json.loads(resources.path("models", "imagenet-labels.json").read_bytes())["names"]
    return names


def labels(rgb: Rgb, count: int = 5) -> list[dict[str, Any]]:
    """Return the most likely names of what H×W×3 *rgb* shows, with their shares (0–1)."""
    height, width = rgb.shape[:2]
    most = _LABEL_SHAPE * min(height, width)  # only the middle is looked at; a strip would become a giant
    top, left = max(0, height - most) // 2, max(0, width - most) // 2
    rgb = rgb[top : top + most, left : left + most]
    height, width = rgb.shape[:2]
    scale = _CROP_FROM / min(height, width)
    small = pictures.resize(rgb, max(_NET_EDGE, round(width * scale)), max(_NET_EDGE, round(height * scale)))
    top, left = (small.shape[0] - _NET_EDGE) // 2, (small.shape[1] - _NET_EDGE) // 2
    crop = small[top : top + _NET_EDGE, left : left + _NET_EDGE].astype(np.float32)
    planes = np.ascontiguousarray(((crop - 127.0) / 128.0).transpose(2, 0, 1)[None])
    shares = np.asarray(runtime.session("efficientnet-lite0.onnx").run(None, {"pixels": planes})[0])[0]
    best = np.argsort(-shares)[:count]
    return [{"name": _names()[int(i)], "share": round(float(shares[i]), 3)} for i in best]


@cache
def _cascade() -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_alt2.xml"))


def faces(rgb: Rgb) -> list[list[float]]:
    """Return the boxes of frontal faces (left, top, right, bottom, shares of the picture), largest first."""
    work = pictures.resize(rgb, *pictures.fit_within(rgb.shape[1], rgb.shape[0], _FACE_EDGE))
    height, width = work.shape[:2]
    grey = cv2.equalizeHist(cv2.cvtColor(work, cv2.COLOR_RGB2GRAY))
    edge = max(24, min(height, width) // 24)
    boxes, _, weights = _cascade().detectMultiScale3(grey, 1.1, 5, minSize=(edge, edge), outputRejectLevels=True)
    plain = np.asarray(cv2.cvtColor(work, cv2.COLOR_RGB2GRAY), np.uint8)
    kept = [
        box for box, weight in zip(boxes, weights, strict=True) if float(weight) >= _SURE_FACE and _holds(plain, box)
    ]
    return [
        [round(float(v), 3) for v in (x / width, y / height, (x + w) / width, (y + h) / height)]
        for x, y, w, h in sorted(kept, key=lambda box: -int(box[2]) * int(box[3]))
    ]


def _holds(grey: Mask, box: Any) -> bool:
    """Tell whether a face is still found when its surroundings are looked at alone, in two other sizes.

    The cascade sees faces in the grain of wood and stone, but only at one size and in one light.
    """
    x, y, wide, high = (int(v) for v in box)
    cut = grey[max(0, y - high // 2) : y + high + high // 2, max(0, x - wide // 2) : x + wide + wide // 2]
    for face_px in (76, 104):
        scale = face_px / wide
        size = (max(24, round(cut.shape[1] * scale)), max(24, round(cut.shape[0] * scale)))
        near = cv2.equalizeHist(cv2.resize(cut, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC))
        if len(_cascade().detectMultiScale(near, 1.08, 4, minSize=(round(face_px * 0.6),) * 2)) == 0:
            return False
    return True


@cache
def _reader() -> Any:
    from rapidocr import RapidOCR

    # One thread: its sessions cannot be told not to spin, and a pool of one has nobody to wait for.
    threads = {"intra_op_num_threads": 1, "inter_op_num_threads": 1}
    options = {f"EngineConfig.onnxruntime.{name}": value for name, value in threads.items()}
    return RapidOCR(params={"Global.log_level": "critical", **options})


def text(rgb: Rgb) -> list[dict[str, Any]]:
    """Return the sure lines of text in reading order: text, score (0–1), box (shares of the picture)."""
    work = pictures.resize(rgb, *pictures.fit_within(rgb.shape[1], rgb.shape[0], _TEXT_EDGE))
    height, width = work.shape[:2]
    least = max(height, width) // _TEXT_SHAPE
    below, beside = max(0, least - height), max(0, least - width)
    if below or beside:
        ground = work[0, 0].tolist()
        work = np.asarray(cv2.copyMakeBorder(work, 0, below, 0, beside, cv2.BORDER_CONSTANT, value=ground), np.uint8)
    found = _reader()(np.ascontiguousarray(work[:, :, ::-1]))
    lines = []
    for words, score, corners in zip(
        found.txts or (), found.scores or (), found.boxes if found.txts else (), strict=True
    ):
        if score < _SURE_TEXT or not words.strip():
            continue
        xs, ys = np.clip(corners[:, 0] / width, 0, 1), np.clip(corners[:, 1] / height, 0, 1)
        box = [round(float(v), 3) for v in (xs.min(), ys.min(), xs.max(), ys.max())]
        lines.append({"text": words.strip(), "score": round(float(score), 3), "box": box})
    return lines
