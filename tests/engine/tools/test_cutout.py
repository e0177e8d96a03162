"""Cutting out: overlap with the true subject, clean rims, masks, refusals."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.contract.errors import ToolError
from studio.engine.packs import store
from studio.engine.renderers import model_files, runtime
from studio.engine.tools.remove_background import RemoveBackground
from tests.engine.tools.conftest import Context, decode, scene, scene_mask


async def test_cut_out_overlaps_the_subject(save: Callable[..., Path], tmp_path: Path) -> None:
    original = scene(360, 270)
    outcome = await RemoveBackground().run({}, Context([save(original)], folder=tmp_path))
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


async def test_mask_and_repeatable(save: Callable[..., Path], tmp_path: Path) -> None:
    context = Context([save(scene())], folder=tmp_path)
    first = await RemoveBackground().run({"applyMask": False}, context)
    second = await RemoveBackground().run({"applyMask": False}, context)
    mask = decode(first.made[0].data)
    assert mask.mode == "L"
    assert mask.size == (240, 180)
    assert first.made[0].data == second.made[0].data


async def test_transparency_that_was_there_stays(save: Callable[..., Path], tmp_path: Path) -> None:
    picture = np.dstack((scene(), np.where(scene_mask(), 255, 0).astype(np.uint8)))
    picture[:, :120, 3] = 0
    out = np.asarray(decode((await RemoveBackground().run({}, Context([save(picture)], folder=tmp_path))).made[0].data))
    assert out[:, :120, 3].max() == 0


async def test_nothing_to_cut_out(save: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="No subject"):
        await RemoveBackground().run({}, Context([save(np.full((64, 64, 3), 127, np.uint8))], folder=tmp_path))


PACKS = Path(os.environ.get("STUDIO_TEST_PACKS", "/nonexistent"))


@pytest.mark.skipif(store.installed(PACKS, "cut-outs") is None, reason="give a folder with the pack: STUDIO_TEST_PACKS")
async def test_the_real_better_network_cuts_as_well(save: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "packs").symlink_to(PACKS)
    outcome = await RemoveBackground().run({}, Context([save(scene(360, 270))], folder=tmp_path))
    assert outcome.model == "U2-Net"
    truth, found = scene_mask(360, 270), np.asarray(decode(outcome.made[0].data))[:, :, 3] > 127
    assert (truth & found).sum() / (truth | found).sum() > 0.93


async def test_a_picture_by_address(save: Callable[..., Path], tmp_path: Path) -> None:
    other, wanted = save(scene(64, 48), "other.png"), save(scene(), "wanted.png")
    outcome = await RemoveBackground().run({"source_image_url": str(wanted)}, Context([other], folder=tmp_path))
    assert decode(outcome.made[0].data).size == (240, 180)
    assert "given address" in outcome.message
    assert outcome.model == "U2-Net-p"


async def test_the_pack_for_cut_outs_is_used(
    save: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The small network stands in for the large one: what is tested is which file is run.
    data = model_files.model_path("u2netp.onnx").read_bytes()
    folder = tmp_path / "packs" / "cut-outs"
    folder.mkdir(parents=True)
    (folder / "u2net.onnx").write_bytes(data)
    kept = {"name": "u2net.onnx", "byte_length": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (folder / store.MANIFEST).write_text(json.dumps({"version": "1", "files": [kept]}))
    opened: list[str] = []
    monkeypatch.setattr(runtime, "session_at", lambda path, look=runtime.session_at: opened.append(path) or look(path))
    context = Context([save(scene())], folder=tmp_path)
    outcome = await RemoveBackground().run({}, context)
    assert outcome.model == "U2-Net"
    assert set(opened) == {str(folder / "u2net.onnx")}
    (folder / "u2net.onnx").write_bytes(b"")
    with pytest.raises(ToolError) as caught:
        await RemoveBackground().run({}, context)
    assert caught.value.code == "MODEL_UNAVAILABLE"
