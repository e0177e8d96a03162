"""Cutting out: overlap with the true subject, clean rims, masks, refusals."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.contract.errors import ToolError
from studio.engine.tools.remove_background import RemoveBackground
from tests.engine.tools.conftest import Context, decode, scene, scene_mask


async def test_cut_out_overlaps_the_subject(save: Callable[..., Path]) -> None:
    original = scene(360, 270)
    outcome = await RemoveBackground().run({}, Context([save(original)]))
    made = outcome.made[0]
    out = np.asarray(decode(made.data))
    assert out.shape == (270, 360, 4)
    assert made.mime_type == "image/png"
    truth, found = scene_mask(360, 270), out[:, :, 3] > 127
    overlap = (truth & found).sum() / (truth | found).sum()
    assert overlap > 0.93
    assert out[2, 2, 3] == 0
    solid = out[:, :, 3] == 255
    assert np.array_equal(out[solid][:, :3], original[solid]), "pixels of the subject are untouched"


async def test_mask_and_repeatable(save: Callable[..., Path]) -> None:
    context = Context([save(scene())])
    first = await RemoveBackground().run({"applyMask": False}, context)
    second = await RemoveBackground().run({"applyMask": False}, context)
    mask = decode(first.made[0].data)
    assert mask.mode == "L"
    assert mask.size == (240, 180)
    assert first.made[0].data == second.made[0].data


async def test_transparency_that_was_there_stays(save: Callable[..., Path]) -> None:
    picture = np.dstack((scene(), np.where(scene_mask(), 255, 0).astype(np.uint8)))
    picture[:, :120, 3] = 0
    out = np.asarray(decode((await RemoveBackground().run({}, Context([save(picture)]))).made[0].data))
    assert out[:, :120, 3].max() == 0


async def test_nothing_to_cut_out(save: Callable[..., Path]) -> None:
    with pytest.raises(ToolError, match="No subject"):
        await RemoveBackground().run({}, Context([save(np.full((64, 64, 3), 127, np.uint8))]))
