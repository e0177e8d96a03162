"""Pieces: verified on disk before they exist, one index for ever, honest about what cannot be kept."""

import errno
import hashlib
import io
import os
import struct
import wave
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from studio.contract.media import MediaIndex, badge
from studio.library import importing
from studio.library.errors import LibraryError
from studio.library.library import Library
from studio.library.names import export_name, slug
from studio.library.records import NewPiece
from tests.library.conftest import files_of, make_piece, png


@pytest.fixture
def session(library: Library) -> str:
    return library.sessions.create("s").id


def test_a_piece_with_its_provenance(library: Library, session: str) -> None:
    turn = library.turns.begin(session, "a lighthouse")
    data = png(5)
    incoming = library.media.incoming_path(".png")
    incoming.write_bytes(data)
    sha = hashlib.sha256(data).hexdigest()
    new = NewPiece(
        session, "image", "image/png", turn_id=turn.id, call_id="c1", origin="t/c1/0", title="Lighthouse, above clouds",
        width=4, height=3, prompt="a lighthouse", used_prompt="A lighthouse, oil", tool="generate_image",
        arguments={"prompt": "x", "n": [1]}, seed=2**53, model="Painter", renderer="painter", parents=("b", "a"),
        source_url="http://127.0.0.1/v1/media/x",
    )  # fmt: skip
    piece = library.media.commit_file(incoming, new, sha256=sha)
    assert not incoming.exists()
    assert piece.path == library.data_dir / "media" / sha[:2] / f"{sha}.png"
    assert piece.path.read_bytes() == data
    assert (piece.badge, piece.index, piece.round, piece.byte_length) == ("Image 1", 0, 1, len(data))
    assert piece.name == "lighthouse-above-clouds-image-1.png"
    for name in ("prompt", "used_prompt", "arguments", "seed", "model", "renderer", "parents", "source_url", "call_id"):
        assert getattr(piece, name) == getattr(new, name), name
    assert library.media.get(piece.id) == piece
    # Saving again after a crash is the same piece, not a second one.
    assert library.media.store_bytes(data, new) == piece
    assert library.media.ids(session) == [piece.id]


def test_duplicates_cost_nothing(library: Library, session: str) -> None:
    first, second = make_piece(library, session), make_piece(library, session)
    assert first.path == second.path
    assert (first.index, second.index) == (0, 1)
    assert len(files_of(library.data_dir)) == 1
    assert library.media_bytes() == first.byte_length


def test_a_damaged_file_on_disk_is_replaced_by_good_bytes(library: Library, session: str) -> None:
    piece = make_piece(library, session)
    piece.path.write_bytes(b"rot")
    again = make_piece(library, session)
    assert again.path.read_bytes() == png()


def test_wrong_bytes_are_not_a_piece(library: Library, session: str) -> None:
    incoming = library.media.incoming_path()
    incoming.write_bytes(png())
    with pytest.raises(LibraryError, match="damaged") as caught:
        library.media.commit_file(incoming, NewPiece(session, "image", "image/png"), sha256="0" * 64)
    assert caught.value.kind == "corrupt"
    assert files_of(library.data_dir) == []
    assert library.media.ids(session) == []


# --- a full disk -------------------------------------------------------------------------------------


def full(*arguments: object) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("broken", ["write", "fsync", "replace", "open"])
@pytest.mark.parametrize("way", ["bytes", "import", "commit"])
def test_a_full_disk_leaves_everything_as_it_was(
    library: Library, session: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, way: str
) -> None:
    make_piece(library, session, 1)
    before, listed = files_of(library.data_dir), library.media.list(session)
    dropped = tmp_path / "dropped.png"
    dropped.write_bytes(png(2))
    incoming = library.media.incoming_path()
    incoming.write_bytes(png(3))
    ways: dict[str, Callable[[], object]] = {
        "bytes": lambda: make_piece(library, session, 4),
        "import": lambda: library.media.import_file(session, dropped),
        "commit": lambda: library.media.commit_file(incoming, NewPiece(session, "image", "image/png")),
    }
    if broken in ("write", "open") and way == "commit":
        incoming.unlink()  # nothing is written there
        return
    with monkeypatch.context() as patch:
        patch.setattr(Path if broken == "replace" else os, broken, full)
        with pytest.raises(LibraryError) as caught:
            ways[way]()
    assert caught.value.kind == "disk_full"
    assert all(words.endswith(".") for words in (caught.value.what, caught.value.kept, caught.value.action))
    incoming.unlink(missing_ok=True)
    assert files_of(library.data_dir) == before
    assert library.media.list(session) == listed
    assert make_piece(library, session, 4).index == 1


def test_a_full_database_is_the_same_sentence(library: Library, session: str) -> None:
    with library._db.read() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages}")
    turn_text = "word " * 20000
    with pytest.raises(LibraryError) as caught:
        library.drafts.put(session, turn_text)
    assert caught.value.kind == "disk_full"
    assert library.drafts.get(session).text == ""
    with library._db.read() as db:
        db.execute("PRAGMA max_page_count = 1000000")
    library.drafts.put(session, turn_text)
    assert library.drafts.get(session).text == turn_text


def test_a_file_that_cannot_be_committed_to_the_database_is_no_piece(library: Library, session: str) -> None:
    with library._db.read() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LibraryError):
        make_piece(library, session, 1, prompt="x" * 100_000)
    with library._db.read() as db:
        db.execute("PRAGMA max_page_count = 1000000")
    assert library.media.ids(session) == []
    assert make_piece(library, session, 1, prompt="x" * 100_000).index == 0


# --- importing ---------------------------------------------------------------------------------------


def test_a_dropped_photo(library: Library, session: str, tmp_path: Path) -> None:
    path = tmp_path / "Holiday photo.JPG"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (8, 5)).save(path, "JPEG", exif=exif)
    piece = library.media.import_file(session, path, purpose="edit")
    assert (piece.badge, piece.index, piece.uploaded, piece.name) == ("Upload 1", -1, True, "Holiday photo.JPG")
    assert (piece.width, piece.height) == (5, 8)  # as it is seen: the camera lay on its side
    assert (piece.mime_type, piece.arguments) == ("image/jpeg", {"purpose": "edit"})
    assert path.exists()
    # The same bytes again are the same upload, also after it was deleted.
    assert library.media.import_bytes(session, path.read_bytes(), "other name.jpg").id == piece.id
    library.media.bury([piece.id])
    assert library.media.import_file(session, path) == piece
    other = library.sessions.create().id
    assert library.media.import_file(other, path).index == -1


def test_a_file_that_vanishes(library: Library, session: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "gone.png"
    with pytest.raises(LibraryError, match=r"gone\.png is not there any more"):
        library.media.import_file(session, path)
    path.write_bytes(png())
    size = importing.check_size

    def vanish(what: Path | int) -> None:
        size(what)
        path.unlink()

    monkeypatch.setattr("studio.library.media.check_size", vanish)
    with pytest.raises(LibraryError, match="not there any more") as caught:
        library.media.import_file(session, path)
    assert caught.value.kind == "missing"
    assert files_of(library.data_dir) == []


def as_jpeg(picture: bytes) -> bytes:
    with Image.open(io.BytesIO(picture)) as opened:
        buffer = io.BytesIO()
        opened.save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (b"", "unsupported", "empty"),
        (b"PK\x03\x04 a zip", "unsupported", "cannot read"),
        (b"\0\0\0\x18ftypheic", "unsupported", "cannot read"),
        (b"\x89PNG\r\n\x1a\n but not really", "unsupported", "damaged"),
        (png()[:20], "unsupported", "damaged"),
        (png()[:-20], "unsupported", "damaged"),
        (as_jpeg(png())[:-20], "unsupported", "damaged"),
    ],
)
def test_what_cannot_be_read(library: Library, session: str, data: bytes, kind: str, words: str) -> None:
    with pytest.raises(LibraryError, match=words) as caught:
        library.media.import_bytes(session, data, "thing")
    assert caught.value.kind == kind
    assert files_of(library.data_dir) == []
    assert library.media.ids(session) == []


def test_decompression_bombs_and_giants(library: Library, session: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ihdr = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = bytearray(png())
    bomb[12 : 12 + len(ihdr)] = ihdr
    import zlib

    bomb[29:33] = struct.pack(">I", zlib.crc32(ihdr))
    with pytest.raises(LibraryError, match="million pixels") as caught:
        library.media.import_bytes(session, bytes(bomb), "bomb.png")
    assert caught.value.kind == "too_large"
    monkeypatch.setattr(importing, "MAX_IMPORT_BYTES", 10)
    with pytest.raises(LibraryError, match="up to 100 MB"):
        library.media.import_bytes(session, png(), "big.png")
    assert files_of(library.data_dir) == []


def test_folders_sounds_and_films(library: Library, session: str, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="is a folder"):
        library.media.import_file(session, tmp_path)
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(100)
        file.writeframes(b"\0" * 250)
    piece = library.media.import_bytes(session, sound.getvalue(), "sea.wav")
    assert (piece.kind, piece.duration_s, piece.badge) == ("audio", 2.5, "Upload sound 1")
    film = library.media.import_bytes(session, b"\0\0\0\x18ftypisom" + b"\0" * 40, "film.mp4")
    assert (film.kind, film.mime_type, film.badge) == ("video", "video/mp4", "Upload video 1")
    shape = library.media.import_bytes(session, b"glTF" + b"\0" * 40, "shape.glb")
    assert (shape.kind, shape.index, shape.badge) == ("model3d", None, "Upload Model 1")


# --- the index ---------------------------------------------------------------------------------------


def test_deleting_leaves_a_tombstone(library: Library, session: str) -> None:
    pieces = [make_piece(library, session, shade) for shade in range(3)]
    library.media.bury([pieces[2].id, pieces[0].id])
    assert library.media.ids(session) == [pieces[1].id]
    assert [piece.id for piece in library.media.list(session, buried=True)] == [pieces[0].id, pieces[2].id]
    assert library.media.next_index(session, "image") == 3
    assert [(entry.index, entry.deleted) for entry in library.media.index_entries(session)] == [
        (0, True), (1, False), (2, True)
    ]  # fmt: skip
    library.media.unbury([pieces[0].id])
    assert library.media.ids(session) == [pieces[0].id, pieces[1].id]
    assert pieces[2].path.exists()
    assert library.media.purge_buried(2**62) == 1
    assert not pieces[2].path.exists()
    assert pieces[0].path.exists()


def test_an_index_that_the_server_gave_is_kept_while_it_is_free(library: Library, session: str) -> None:
    assert make_piece(library, session, 1, index=2).badge == "Image 3"
    assert make_piece(library, session, 2, index=0).index == 0
    assert make_piece(library, session, 3, index=2).index == 3
    assert make_piece(library, session, 4, index=-1).index == 4


Step = tuple[str, int]
STEPS = st.lists(st.tuples(st.sampled_from(["make", "film", "drop", "bury", "unbury"]), st.integers(0, 9)), max_size=14)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_the_index_agrees_with_the_contract(library: Library, steps: list[Step]) -> None:
    """Whatever happens to a session, its badges are those of ``contract.media`` and never move."""
    session = library.sessions.create().id
    index, seen = MediaIndex(), {}
    for what, number in steps:
        ids = list(seen)
        if what in ("make", "film"):
            kind = "image" if what == "make" else "video"
            new = NewPiece(session, kind, "image/png")  # type: ignore[arg-type]
            piece = library.media.store_bytes(png(number), new)
            assert piece.index == index.add_generated(kind, piece.id)  # type: ignore[arg-type]
        elif what == "drop":
            piece = library.media.import_bytes(session, png(number), "x.png")
            assert piece.index == index.add_upload("image", piece.sha256)
        elif ids:
            getattr(library.media, what)([ids[number % len(ids)]])
            continue
        else:
            continue
        seen[piece.id] = piece.badge
        assert piece.index is not None
        assert piece.badge == badge(piece.kind, piece.index)  # type: ignore[arg-type]
    assert {piece.id: piece.badge for piece in library.media.get_many(seen)} == seen
    entries = {(entry.kind, entry.index) for entry in library.media.index_entries(session)}
    for kind in ("image", "video"):
        assert index.count(kind) == sum(k == kind and i >= 0 for k, i in entries)  # type: ignore[arg-type]
        assert index.count(kind, uploaded=True) == sum(k == kind and i < 0 for k, i in entries)  # type: ignore[arg-type]


# --- looking and exporting ---------------------------------------------------------------------------


def test_covers_favourites_and_titles(library: Library, session: str) -> None:
    pieces = [make_piece(library, session, shade) for shade in range(5)]
    assert library.media.cover_paths(session) == tuple(piece.path for piece in pieces[:0:-1])
    assert library.sessions.get(session).covers == library.media.cover_paths(session)
    library.media.set_favourite(pieces[0].id, True)
    library.media.set_title(pieces[0].id, "Koi, asleep")
    piece = library.media.get(pieces[0].id)
    assert piece is not None
    assert (piece.favourite, piece.name) == (True, "koi-asleep-image-1.png")
    assert library.media.get("no") is None
    assert [p.index for p in library.media.list(session, offset=1, limit=2)] == [1, 2]
    assert [p.id for p in library.media.get_many([pieces[3].id, "no", pieces[1].id])] == [pieces[3].id, pieces[1].id]


def test_save_as(library: Library, session: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    piece = make_piece(library, session)
    target = tmp_path / "out.png"
    target.write_bytes(b"before")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(LibraryError):
            library.media.save_as(piece.id, target)
    assert target.read_bytes() == b"before"
    assert library.media.save_as(piece.id, target) == target
    assert target.read_bytes() == png()
    with pytest.raises(LibraryError) as caught:
        library.media.save_as(piece.id, tmp_path / "nowhere" / "out.png")
    assert caught.value.kind == "missing"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "out.png"]
    piece.path.unlink()
    with pytest.raises(LibraryError, match="not there any more"):
        library.media.save_as(piece.id, target)


def test_reconcile_finds_what_is_gone_and_what_came_back(library: Library, session: str) -> None:
    kept, gone = make_piece(library, session, 1), make_piece(library, session, 2)
    content = gone.path.read_bytes()
    gone.path.unlink()
    assert [piece.id for piece in library.reconcile()] == [gone.id]
    assert [piece.missing for piece in library.media.list(session)] == [False, True]
    gone.path.write_bytes(content)
    assert library.reconcile() == []
    assert library.media.get(gone.id) == gone
    assert library.media.get(kept.id) == kept


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Lighthouse above the clouds", "lighthouse-above-the-clouds"),
        ("  ../../etc/pass_wd\0 ", "etc-pass-wd"),
        ("Ünïcode & Größe", "unicode-grosse"),
        ("夜の海", "夜の海"),
        ("CON", "con-"),
        ("🌊", ""),
        ("word " * 40, "-".join(["word"] * 12)),
    ],
)
def test_slugs(text: str, name: str) -> None:
    assert slug(text) == name


def test_export_names() -> None:
    assert export_name("", "Image 3", "png") == "image-3.png"
    assert export_name("🌊", "", "png") == "piece.png"


def test_listing_costs_what_is_visible(library: Library, session: str) -> None:
    """Of 10,000 pieces, ids come from one index alone, and a screenful reads a screenful of rows."""
    row = make_piece(library, session)
    with library._db.write() as db:
        db.executemany(
            "INSERT INTO media (id, session_id, number, sha256, kind, uploaded, ext, mime_type, byte_length,"
            " created_ms) VALUES (?, ?, ?, ?, 'image', 0, 'png', 'image/png', 1, 1)",
            [(f"p{number}", session, number, row.sha256) for number in range(2, 10_001)],
        )
        plan = " ".join(
            str(tuple(step))
            for step in db.execute(
                "EXPLAIN QUERY PLAN SELECT id FROM media WHERE session_id = ? AND deleted_ms IS NULL ORDER BY seq",
                (session,),
            )
        )
    assert "COVERING INDEX media_alive" in plan
    assert "TEMP B-TREE" not in plan
    assert len(library.media.ids(session)) == 10_000
    reads: list[int] = []
    with library._db.read() as db:
        db.set_progress_handler(lambda: reads.append(1) or 0, 100)  # type: ignore[func-returns-value]
        library.media.get_many(["p1", *(f"p{number}" for number in range(5000, 5040))])
        visible = len(reads)
        reads.clear()
        library.media.list(session)
        everything = len(reads)
        db.set_progress_handler(None, 0)
    assert visible * 50 < everything
