"""The process is killed at every named point; the library opens again with nothing lost and nothing half there."""

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from studio.library import faults
from studio.library.library import Library
from studio.library.recent import recent_sessions
from studio.library.records import NewPiece, TextItem, ToolItem
from tests.library.conftest import files_of, png

ROOT = Path(__file__).parents[2]
STORY = """
import sys
from pathlib import Path
from studio.library.library import Library
from studio.library.records import NewPiece, ToolItem

data_dir, safe, risky = Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), bytes.fromhex(sys.argv[3])
import os
fault = os.environ.pop("STUDIO_LIBRARY_FAULT")
library = Library.open(data_dir)
session = library.sessions.create("kept").id
turn = library.turns.begin(session, "a lighthouse").id
library.turns.append_text(turn, "I am ")
library.turns.append_text(turn, "painting.")
library.turns.upsert_tool(turn, ToolItem("c1", "generate_image", "Painting", "working"))
library.media.store_bytes(safe, NewPiece(session, "image", "image/png", turn_id=turn, origin="0"))
library.drafts.put(session, "and at night")
print("ready", flush=True)
os.environ["STUDIO_LIBRARY_FAULT"] = fault
library.media.store_bytes(risky, NewPiece(session, "image", "image/png", turn_id=turn, origin="1"))
print("survived", flush=True)
"""


def run(code: str, fault: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, faults.VARIABLE: fault, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that cannot be caught")
@pytest.mark.parametrize(
    "fault", ["file_half_written", "file_written", "file_synced", "file_renamed", "before_commit", "after_commit"]
)
def test_killed_while_saving_a_result(tmp_path: Path, fault: str) -> None:
    safe, risky = png(1), png(2)
    done = run(STORY, fault, str(tmp_path), safe.hex(), risky.hex())
    assert done.stdout == "ready\n", done.stderr
    assert done.returncode == -signal.SIGKILL
    assert [row.title for row in recent_sessions(tmp_path)] == ["kept"]  # before anything is put in order
    with Library.open(tmp_path) as library:
        assert library.interrupted == 1
        (row,) = library.sessions.list()
        (turn,) = library.turns.list(row.id)
        assert turn.status == "stopped"
        assert turn.items[0] == TextItem("I am painting.")
        assert isinstance(turn.items[1], ToolItem)
        assert turn.items[1].status == "stopped"
        assert library.drafts.get(row.id).text == "and at night"
        pieces = library.media.list(row.id)
        assert len(pieces) == (2 if fault == "after_commit" else 1)
        assert pieces[0].path.read_bytes() == safe
        assert library.reconcile() == []
        for name in files_of(tmp_path):
            content = (tmp_path / "media" / name).read_bytes()
            assert Path(name).stem == hashlib.sha256(content).hexdigest(), "a file that is not whole"
        # Saving it again is one piece, with the index it would have had.
        again = library.media.store_bytes(risky, NewPiece(row.id, "image", "image/png", origin="1"))
        assert (again.index, len(library.media.ids(row.id))) == (1, 2)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that cannot be caught")
@pytest.mark.parametrize("fault", ["backup_made", "migration_done"])
def test_killed_while_a_file_is_carried_over(tmp_path: Path, fault: str) -> None:
    db = sqlite3.connect(tmp_path / "library.sqlite")
    db.executescript((Path(__file__).parent / "data" / "library-1.0.sql").read_text())
    db.close()
    code = "import sys, pathlib, studio.library.library as l; l.Library.open(pathlib.Path(sys.argv[1]))"
    assert run(code, fault, str(tmp_path)).returncode == -signal.SIGKILL
    with Library.open(tmp_path) as library:
        assert [row.title for row in library.sessions.list()] == ["Old lighthouse"]
        assert [row.id for row in library.sessions.search("pharos")] == ["s1"]
    assert list((tmp_path / "backups").glob("*.sqlite"))
    assert not list((tmp_path / "backups").glob("*.part"))


RUN_STORY = """
import os, sys
from pathlib import Path
fault = os.environ.pop("STUDIO_LIBRARY_FAULT")
from studio.library.library import Library
from studio.library.records import TextItem
from studio.library.runs import RunEvent

library = Library.open(Path(sys.argv[1]))
session = library.sessions.create("kept").id
turn = library.turns.begin(session, "a lighthouse").id
os.environ["STUDIO_LIBRARY_FAULT"] = fault
library.runs.begin(turn, "key", kind="local", base_url="http://127.0.0.1:1", request="{}")
library.runs.started("key", "run_1", "http://127.0.0.1:1")
library.runs.append("key", [RunEvent(n, "assistant_message_delta", n) for n in range(3)])
with library.together():
    library.turns.put_items(turn, [TextItem("Here.")])
    library.turns.finish(turn, "done")
    library.runs.end("key", "completed")
print("survived", flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that cannot be caught")
@pytest.mark.parametrize(
    ("fault", "run_id", "events"),
    [("run_begun", "", 0), ("run_started", "run_1", 0), ("run_events_kept", "run_1", 3), ("run_ended", "run_1", 3)],
)
def test_killed_while_a_run_is_followed(tmp_path: Path, fault: str, run_id: str, events: int) -> None:
    done = run(RUN_STORY, fault, str(tmp_path))
    assert (done.stdout, done.returncode) == ("", -signal.SIGKILL), done.stderr
    with Library.open(tmp_path) as library:
        # Killed inside the block that ends it: none of the end has happened.
        (row,) = library.runs.open()
        assert (row.key, row.run_id, row.sequence) == ("key", run_id, events - 1)
        assert [event.sequence for event in library.runs.events("key")] == list(range(events))
        turn = library.turns.get(row.turn_id)
        assert (turn.status, turn.items) == ("working", [])
        assert library.interrupted == 0


def test_every_fault_point_is_tried() -> None:
    """A new point must be added to a test above."""
    text = Path(__file__).read_text()
    assert all(f'"{point}"' in text for point in faults.POINTS)
