"""Opens the real widgets on models in memory and takes pictures of them.

``python -m tests.helpers.preview OUT [--theme dark] [--size 1440x900] [--scene create]``
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from studio.ui.gallery.peaks import close_peaks
from studio.ui.gallery.thumbnails import close_thumbnails
from studio.ui.theme import theme
from studio.viewmodels.state import Attachment, TextItem, ToolItem, Waiting
from studio.viewmodels.templates.bench import Verdict
from studio.viewmodels.templates.looks import Look
from tests.helpers.fake_models import StudioInMemory, sample_studio
from tests.helpers.sample_runs import show_sample_run, with_pictures

SCENES: dict[str, Callable[[StudioInMemory], QWidget]] = {}


def scene(call: Callable[[StudioInMemory], QWidget]) -> Callable[[StudioInMemory], QWidget]:
    """Register a function that builds what is shown."""
    SCENES[call.__name__] = call
    return call


@scene
def gallery(studio: StudioInMemory) -> QWidget:
    from studio.ui.gallery.pane import GalleryPane

    pane = GalleryPane(studio.create)  # type: ignore[arg-type]
    studio.create.selection.value = ("p3",)
    pane.resize(352, 900)
    return pane


@scene
def gallery_empty(studio: StudioInMemory) -> QWidget:
    studio.create.show([], [])
    pane = gallery(studio)
    studio.create.selection.value = ()
    return pane


@scene
def create(studio: StudioInMemory) -> QWidget:
    from studio.ui.shell import MainWindow

    window = MainWindow(studio)  # type: ignore[arg-type]
    studio.create.selection.value = ("p3",)
    return window


@scene
def template_drafted(studio: StudioInMemory) -> QWidget:
    draft = {"name": "Night market", "stages": [{}, {}, {}], "inputs": [{}, {}]}
    turn = studio.create.turns[1]
    turn.user_text = "Make a template: a dish, its stall at night, and a short film of it"
    turn.items = [
        ToolItem(
            "c9", "compose_workflow_template", "Drafted a template", "done", model="Built-in composer", seconds=0.4,
            message="“Night market” has 3 stages.", draft=draft,
        ),
        TextItem("It asks for the dish and the mood. Open it to see how the three stages follow each other."),
    ]  # fmt: skip
    turn.status = "done"
    studio.create.working.value = False
    return create(studio)


@scene
def approval(studio: StudioInMemory) -> QWidget:
    ask = Waiting(
        "cost_approval_required", "One slow move from each picture, joined into a 24-second film.", "c9",
        "animate_photo", "Seedance 2.0",
        {"prompt": "slow dolly in, fog drifting", "sourceImageIndices": [0, 2, 3], "width": 1280, "height": 720,
         "duration": 8},
        {"totalEstimatedCapacityUnits": 296}, 296.0, "spark", 1.48,
    )  # fmt: skip
    return _asking(studio, ask)


@scene
def approval_edit(studio: StudioInMemory) -> QWidget:
    window = approval(studio)
    transcript = window.workspace("create").transcript  # type: ignore[attr-defined]
    transcript.around.editing.add("t2")
    transcript.relayout(1)
    return window


@scene
def question(studio: StudioInMemory) -> QWidget:
    words = "Which of the four should become the poster, and should the lamp be lit?"
    answers = ("The third, lamp lit", "The fourth, lamp dark", "All four, as a triptych with the cut-out lamp")
    return _asking(studio, Waiting("ask_clarifying_question", words, options=answers))


def _asking(studio: StudioInMemory, ask: Waiting) -> QWidget:
    turn = studio.create.turns[1]
    turn.items = [TextItem("I’d make one slow move from each picture and join them in order. Here’s the price first.")]
    turn.waiting = ask
    if ask.is_approval:
        turn.items.append(ToolItem(ask.call_id, ask.tool, arguments=ask.arguments))
    turn.status = "working" if ask.is_approval else "done"
    studio.create.working.value = ask.is_approval
    rows = [replace(row, state="needs_you") if row.id == "s1" else row for row in studio.sessions.rows]
    studio.sessions.set_rows(rows)
    return create(studio)


@scene
def sending(studio: StudioInMemory) -> QWidget:
    chip = partial(Attachment, path=studio.create.pieces[5].path)
    studio.create.composer.set_attachments([
        chip("a1", "pressed-fern.png", "ready", "u1", byte_length=2_100_000, badge="Upload 1"),
        chip("a2", "moth-wing.tif", "uploading", "u2", progress=0.62),
        Attachment("a3", "garden-loop.wav", "uploading", "u3", kind="audio", progress=0.2),
        Attachment("a4", "harbour.mp4", "failed", "u4", kind="video", trouble="The connection broke."),
    ])  # fmt: skip
    studio.create.composer.text.value = "Combine the glow of Image 1 with these paper textures"
    studio.create.turns[1].items = studio.create.turns[1].items[:2]
    studio.create.turns[1].phase = "reconnecting"
    return create(studio)


@scene
def films(studio: StudioInMemory) -> QWidget:
    import cv2
    import numpy as np

    folder = studio.create.pieces[0].path.parent
    path = folder / "harbour.mp4"
    frame = cv2.imread(str(studio.create.pieces[3].path))
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 10, (768, 512))
    for number in range(20):
        writer.write(np.zeros_like(frame) if number < 3 else frame)
    writer.release()
    upload = studio.create.pieces[5]
    film = replace(upload, id="v1", kind="video", badge="Upload video 1", path=path, name="harbour.mp4",
                   duration_s=62.0, mime_type="video/mp4")  # fmt: skip
    sound = replace(upload, id="s1", kind="audio", badge="Upload sound 1", path=folder / "fog-horn.wav",
                    name="fog-horn.wav", duration_s=14.0, width=None, height=None)  # fmt: skip
    odd = replace(film, id="v2", badge="Upload video 2", path=folder / "odd.webm", name="odd.webm", width=None)
    odd.path.write_bytes(b"nothing")
    turn = studio.create.turns[1]
    turn.attachments = ("v1", "s1", "u1", "v2")
    studio.create.show(studio.create.turns, [*studio.create.pieces, film, sound, odd])
    window = create(studio)
    studio.create.selection.value = ("v1",)
    return window


@scene
def film_viewer(studio: StudioInMemory) -> QWidget:
    window = films(studio)
    window.open_viewer("v1")  # type: ignore[attr-defined]
    return window


@scene
def sound_viewer(studio: StudioInMemory) -> QWidget:
    import numpy as np
    import soundfile

    window = films(studio)
    at = np.arange(14 * 22050) / 22050
    loud = np.clip(np.sin(at * 0.9) ** 2 * (0.55 + 0.45 * np.sin(at * 7)), 0, 1)
    soundfile.write(studio.create.piece("s1").path, loud * np.sin(at * 1400), 22050)  # type: ignore[union-attr]
    window.open_viewer("s1")  # type: ignore[attr-defined]
    return window


@scene
def model_viewer(studio: StudioInMemory) -> QWidget:
    import cv2

    from tests.helpers.models3d import card

    window = films(studio)
    path = studio.create.pieces[0].path.parent / "relief.glb"
    front = cv2.imread(str(studio.create.pieces[3].path))[:, :, ::-1]
    path.write_bytes(card(front))
    piece = replace(studio.create.pieces[0], id="d1", kind="model3d", badge="3D 1", index=None, path=path, width=None,
                    height=None, title="The coast as a relief")  # fmt: skip
    studio.create.show(studio.create.turns, [*studio.create.pieces, piece])
    window.open_viewer("d1")  # type: ignore[attr-defined]
    return window


@scene
def packs(studio: StudioInMemory) -> QWidget:
    first, second, *_rest = [pack.id for pack in studio.packs.packs.value]
    studio.packs.change(first, state="installing", fraction=0.42, label="Fetching part 2 of 5", revision=3)
    studio.packs.change(second, state="failed", error="The package index did not answer. Nothing was changed.")
    window = create(studio)
    window.show_settings("packs")  # type: ignore[attr-defined]
    return window


@scene
def pack_wanted(studio: StudioInMemory) -> QWidget:
    from studio.engine.packs.store import not_installed
    from studio.viewmodels.troubles import pack_trouble

    error = not_installed("voice")
    turn = studio.create.turns[1]
    trouble = pack_trouble(error.data or {})
    turn.items = [ToolItem("c7", "generate_speech", "Speaking", "failed", message=str(error), trouble=trouble)]
    turn.status = "done"
    studio.create.working.value = False
    return create(studio)


@scene
def empty(studio: StudioInMemory) -> QWidget:
    studio.create.title.value = "New session"
    studio.create.show([], [])
    from studio.ui.shell import MainWindow

    return MainWindow(studio)  # type: ignore[arg-type]


@scene
def library(studio: StudioInMemory) -> QWidget:
    window = create(studio)
    window.show_workspace("library")  # type: ignore[attr-defined]
    return window


@scene
def settings(studio: StudioInMemory) -> QWidget:
    studio.connection.keys["supernet"] = "sk-preview-9f2c"
    window = create(studio)
    window.show_settings("connections")  # type: ignore[attr-defined]
    return window


@scene
def appearance(studio: StudioInMemory) -> QWidget:
    window = create(studio)
    window.show_settings("appearance")  # type: ignore[attr-defined]
    return window


@scene
def storage(studio: StudioInMemory) -> QWidget:
    window = create(studio)
    window.show_settings("storage")  # type: ignore[attr-defined]
    return window


@scene
def about(studio: StudioInMemory) -> QWidget:
    window = create(studio)
    window.show_settings("about")  # type: ignore[attr-defined]
    return window


@scene
def templates_list(studio: StudioInMemory) -> QWidget:
    window = create(studio)
    window.show_workspace("templates")  # type: ignore[attr-defined]
    window.workspace("templates").show_template("t0")  # type: ignore[attr-defined]
    return window


@scene
def templates_conflict(studio: StudioInMemory) -> QWidget:
    window = create(studio)
    window.show_workspace("templates")  # type: ignore[attr-defined]
    window.workspace("templates").show_template("t2")  # type: ignore[attr-defined]
    return window


@scene
def templates_page(studio: StudioInMemory) -> QWidget:
    window = templates_list(studio)
    runs = [show_sample_run(studio, status) for status in ("completed", "completed", "waiting_for_user", "running")]
    pieces = runs[0].pieces
    desk = window.workspace("templates").desk  # type: ignore[attr-defined]
    desk.looks._show("t0", Look(runs[1].id, pieces[0], pieces[0], pieces[1]))
    return window


@scene
def templates_editor(studio: StudioInMemory) -> QWidget:
    window = templates_list(studio)
    window.workspace("templates").edit("t0")  # type: ignore[attr-defined]
    editor = studio.templates.current.value
    assert editor is not None
    editor.select(["animate"])
    return window


@scene
def templates_inputs(studio: StudioInMemory) -> QWidget:
    window = templates_editor(studio)
    view = window.workspace("templates").editor_view()  # type: ignore[attr-defined]
    view.show_tab("inputs")
    view._inputs.choose("style")
    return window


@scene
def templates_json(studio: StudioInMemory) -> QWidget:
    window = templates_editor(studio)
    view = window.workspace("templates").editor_view()  # type: ignore[attr-defined]
    view.show_tab("json")
    view._json.edit.setPlainText(view._json.edit.toPlainText().replace('"music",', '"music"', 1))
    view._json.apply_now()
    return window


@scene
def templates_outline(studio: StudioInMemory) -> QWidget:
    window = templates_editor(studio)
    window.workspace("templates").editor_view().show_tab("outline")  # type: ignore[attr-defined]
    return window


@scene
def viewer(studio: StudioInMemory) -> QWidget:
    window = create(studio)
    window.open_viewer("p3")  # type: ignore[attr-defined]
    return window


@scene
def templates_run_form(studio: StudioInMemory) -> QWidget:
    window = templates_editor(studio)
    studio.connection.kind.value = "supernet"
    document = with_pictures(studio.templates.document_of("t0"), studio.covers)
    desk = window.workspace("templates").desk  # type: ignore[attr-defined]
    pieces = studio.create.pieces
    desk.looks._show("t0", Look("r1", pieces[2], pieces[2], pieces[1]))
    form = desk.open_form("t0", document)
    form.launch.balance.amounts.value = {"spark": 1284.6, "sogni": 12.0}
    pictures = [f"file:{path}" for path in studio.covers[1:3]]
    idea = "A lone lighthouse on a cliff above a sea of clouds, at every hour of the day"
    form.form.set_values({"idea": idea, "references": pictures, "shape": "3:2"})
    form.form.more.setChecked(True)
    form.form.show_problems()
    form.form.focus_field("idea")
    form.refresh()
    return window


@scene
def templates_running(studio: StudioInMemory) -> QWidget:
    window = templates_editor(studio)
    show_sample_run(studio, "running")
    return window


@scene
def templates_asking(studio: StudioInMemory) -> QWidget:
    window = templates_editor(studio)
    show_sample_run(studio, "waiting_for_user")
    return window


@scene
def templates_results(studio: StudioInMemory) -> QWidget:
    window = templates_editor(studio)
    run = show_sample_run(studio, "completed")
    window.workspace("templates").desk.open_results(run)  # type: ignore[attr-defined]
    return window


@scene
def templates_reseed(studio: StudioInMemory) -> QWidget:
    window = templates_editor(studio)
    run = show_sample_run(studio, "completed")
    window.workspace("templates").desk.open_reseed(run)  # type: ignore[attr-defined]
    return window


@scene
def templates_bench(studio: StudioInMemory) -> QWidget:
    window = templates_editor(studio)
    run = show_sample_run(studio, "completed")
    desk = window.workspace("templates").desk  # type: ignore[attr-defined]
    dialog = desk.open_bench("t0", run.document)
    case = dialog._bench.keep_run(run, "A lighthouse")
    dialog._bench.keep_run(run, "Only music")
    wrong = ("Variations made 3 instead of 4",)
    dialog._bench.verdicts.value = {case.name: Verdict("passed"), "Only music": Verdict("failed", wrong)}
    return window


@scene
def templates_batch(studio: StudioInMemory) -> QWidget:
    window = templates_list(studio)
    pieces = [piece for piece in studio.create.pieces if piece.kind == "image"][:3]
    document = studio.templates.document_of("starter:photo-in-several-styles")
    assert document is not None
    desk = window.workspace("templates").desk  # type: ignore[attr-defined]
    desk.open_form("starter:photo-in-several-styles", document, pieces)
    return window


@scene
def toasts(studio: StudioInMemory) -> QWidget:
    window = create(studio)
    post = studio.notices.post
    post("success", "Saved 3 pictures", "In Pictures, Studio, Lighthouse above the clouds.", action="Show in folder",
         run=lambda: None)  # fmt: skip
    post("info", "Moved 2 pictures to the bin", "They stay there for 30 days.", action="Undo", run=lambda: None)
    post("error", "Couldn't save the picture", "The disk is full. Nothing was lost. Free 12 MB, then try again.",
         action="Try again", run=lambda: None, details="ENOSPC")  # fmt: skip
    return window


@scene
def connection_popover(studio: StudioInMemory) -> QWidget:
    window = create(studio)
    window.rail.connection.click()  # type: ignore[attr-defined]
    return window


@scene
def palette(studio: StudioInMemory) -> QWidget:
    window = create(studio)
    window.open_palette()  # type: ignore[attr-defined]
    return window


def settle(app: QApplication, seconds: float = 0.8) -> None:
    """Let layouts, decoders and animations come to rest."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        app.processEvents()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        time.sleep(0.01)


def take(names: list[str], out: Path, choice: str, size: tuple[int, int], scale: float) -> list[Path]:
    """Take a picture of each scene and return the files."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    theme().apply_to(app)
    theme().choose(choice, scale=scale)  # type: ignore[arg-type]
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            studio = sample_studio(Path(folder), working=name != "viewer")
            studio.settings.theme.value = choice  # type: ignore[assignment]
            studio.settings.scale.value = scale
            widget = SCENES[name](studio)
            if not name.startswith("gallery"):
                widget.resize(*size)
            widget.show()
            settle(app)
            file = out / f"{name}-{choice}-{size[0]}x{size[1]}.png"
            widget.grab().save(str(file))
            files.append(file)
            widget.close()
            widget.deleteLater()
            settle(app, 0.05)
    close_peaks()
    close_thumbnails()
    return files


def main() -> int:
    """Take the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--theme", default="dark", choices=["dark", "light", "high-contrast"])
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--scene", action="append", choices=sorted(SCENES))
    given = parser.parse_args()
    width, height = (int(part) for part in given.size.split("x"))
    for file in take(given.scene or ["create"], given.out, given.theme, (width, height), given.scale):
        sys.stdout.write(f"{file}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
