"""The shipped model files are listed, licensed, small and checked."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from studio import resources
from studio.contract.errors import ToolError
from studio.engine.renderers import model_files


def test_every_file_is_listed_with_origin_and_licence() -> None:
    folder = resources.path("models")
    listed = model_files.index()
    present = {p.name for p in folder.iterdir() if p.suffix in (".onnx", ".bin", ".param")}
    assert set(listed) == present
    assert sum(f.byte_length for f in listed.values()) <= 40_000_000
    for entry in listed.values():
        content = (folder / entry.name).read_bytes()
        assert len(content) == entry.byte_length
        assert hashlib.sha256(content).hexdigest() == entry.sha256
        assert entry.origin
        assert entry.version
        assert entry.licence
        assert entry.licence_files
        for licence in entry.licence_files:
            assert (folder / licence).stat().st_size > 500


def test_a_damaged_or_missing_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = resources.path("models", "u2netp.onnx").read_bytes()
    model_files.index()
    model_files.model_path.cache_clear()
    monkeypatch.setattr(resources, "path", lambda *parts: tmp_path / parts[-1])
    with pytest.raises(ToolError, match="missing") as missing:
        model_files.model_path("u2netp.onnx")
    assert missing.value.code == "MODEL_UNAVAILABLE"
    (tmp_path / "u2netp.onnx").write_bytes(good[:-1] + b"\0")
    with pytest.raises(ToolError, match="damaged"):
        model_files.model_path("u2netp.onnx")
    (tmp_path / "u2netp.onnx").write_bytes(good)
    assert model_files.model_path("u2netp.onnx") == tmp_path / "u2netp.onnx"
    model_files.model_path.cache_clear()


def test_loading_the_runtime_leaves_no_trace_outside(tmp_path: Path) -> None:
    """ONNX Runtime would keep a device id and events for its maker in the home folder."""
    places = dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME", "LOCALAPPDATA"), str(tmp_path))
    known = {name: value for name, value in os.environ.items() if name != "CI"}  # there it keeps quiet by itself
    code = "import studio.engine.renderers, onnxruntime; onnxruntime.SessionOptions()"
    subprocess.run([sys.executable, "-c", code], env={**known, **places}, check=True)
    assert list(tmp_path.rglob("*")) == []
