"""The subject network, run once for each sight: tests share a few pictures."""

import hashlib

import numpy as np
import pytest

from studio.engine.renderers import cutout

_SIGHTS: dict[bytes, np.ndarray] = {}
_look = cutout.saliency


def saliency(rgb: np.ndarray) -> np.ndarray:
    """Return what ``cutout.saliency`` returns, from memory when it has seen these pixels."""
    key = hashlib.sha256(rgb.tobytes() + str(rgb.shape).encode()).digest()
    if key not in _SIGHTS:
        _SIGHTS[key] = _look(rgb)
    return _SIGHTS[key].copy()


@pytest.fixture(autouse=True)
def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the memory in every test of a module that imports this fixture."""
    monkeypatch.setattr(cutout, "saliency", saliency)
