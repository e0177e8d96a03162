"""Checkpoints of jobs can be made again; a damaged file of them must not stop every run."""

from pathlib import Path
from typing import Any

from studio.engine.durable.dbos_runtime import checkpoints


def test_damaged_checkpoints_are_set_aside(tmp_path: Path, expect_log: Any) -> None:
    assert checkpoints(tmp_path).read_bytes() == b""
    (tmp_path / "durable.sqlite").write_bytes(b"no database at all" * 1000)
    (tmp_path / "durable.sqlite-wal").touch()
    expect_log("the checkpoints of jobs are damaged")
    assert checkpoints(tmp_path).read_bytes() == b""
    assert [path.name.partition("-")[0] for path in sorted(tmp_path.iterdir())] == ["durable.damaged", "durable.sqlite"]
