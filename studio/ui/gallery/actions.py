"""What can be done with pieces: menu, copy, save, delete, drag out under a readable name."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt, QUrl
from PySide6.QtGui import QAction, QDrag, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from studio.ui.gallery.decoding import read_full
from studio.ui.gallery.entries import PICTURED
from studio.ui.gallery.thumbnails import thumbnails
from studio.ui.theme import icons, theme
from studio.viewmodels.state import Piece

if TYPE_CHECKING:
    from studio.viewmodels.create import CreateModel

PIECES_MIME = "application/x-studio-pieces"
Action = Literal["cutout", "upscale", "style", "restore", "describe"]
TOOLS: tuple[tuple[str, str, Action, str], ...] = (
    ("Cut out", "cutout", "cutout", "B"),
    ("Upscale", "upscale", "upscale", "U"),
    ("Change style", "palette", "style", ""),
    ("Restore", "wand", "restore", ""),
    ("Describe", "eye", "describe", ""),
)
"""Words, icon, action and key of the tools that work on pictures."""


def off_reason(action: str, pieces: Sequence[Piece]) -> str:
    """Return why *action* cannot be done with *pieces*; empty when it can."""
    if any(piece.missing for piece in pieces):
        return "The file is missing."
    if action in ("reference", "save", "copy"):
        return "" if action != "copy" or (len(pieces) == 1 and pieces[0].kind == "image") else "For one picture."
    return "" if all(piece.kind == "image" for piece in pieces) else "For pictures only."


def named_file(piece: Piece, folder: Path | None = None) -> Path | None:
    """Return a copy of the piece under its readable name; None when its file is gone.

    Stored names are hashes. It is a copy, not a link: another program may write into what it is given,
    and the stored bytes must stay what their hash says.
    """
    if not piece.path.is_file():
        return None
    folder = folder or Path(tempfile.gettempdir()) / "studio-drag" / piece.id.replace("/", "-")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / (Path(piece.name).name or f"{piece.badge}{piece.path.suffix}")
    if not (target.exists() and target.stat().st_size == piece.path.stat().st_size):
        shutil.copyfile(piece.path, target)
    return target


def mime_of(pieces: Sequence[Piece]) -> QMimeData:
    """Return what a drag or copy of *pieces* carries: files by readable name, and our own ids."""
    data = QMimeData()
    files = [file for piece in pieces if (file := named_file(piece)) is not None]
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    data.setData(PIECES_MIME, "\n".join(piece.id for piece in pieces).encode())
    return data


def piece_ids_of(data: QMimeData) -> list[str]:
    """Return the ids that a drag of our own carries."""
    return [line for line in bytes(data.data(PIECES_MIME).data()).decode().split("\n") if line]


def drag_out(source: QWidget, pieces: Sequence[Piece]) -> None:
    """Start a drag of *pieces* out of the window."""
    drag = QDrag(source)
    drag.setMimeData(mime_of(pieces))
    size = QSize(theme().px(96), theme().px(72))
    shown = pieces[0].kind in PICTURED
    picture = thumbnails().get(pieces[0].path, size, source.devicePixelRatioF()) if shown else None
    if picture is not None:
        drag.setPixmap(picture)
        drag.setHotSpot(QPoint(size.width() // 2, size.height() // 2))
    drag.exec(Qt.DropAction.CopyAction)


def copy_picture(piece: Piece) -> None:
    """Put the picture, its file and its id on the clipboard."""
    data = mime_of([piece])
    if piece.kind == "image":
        image = read_full(piece.path)
        if not image.isNull():
            data.setImageData(image)
    QGuiApplication.clipboard().setMimeData(data)


def copy_pieces(pieces: Sequence[Piece]) -> None:
    """Put pieces on the clipboard: one as a picture, several as files."""
    if len(pieces) == 1:
        copy_picture(pieces[0])
    elif pieces:
        QGuiApplication.clipboard().setMimeData(mime_of(pieces))


def save_as(parent: QWidget, create: "CreateModel", piece: Piece) -> None:
    """Ask where, without blocking the window, and save a copy there."""
    dialog = QFileDialog(parent, f"Save {piece.badge} as", str(Path.home() / piece.name))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda target: create.save_as(piece.id, Path(target)))
    dialog.open()


def save_all(parent: QWidget, create: "CreateModel", pieces: Sequence[Piece]) -> None:
    """Ask for a file (one piece) or a folder (several) and save copies there; nothing is overwritten."""
    if len(pieces) == 1:
        save_as(parent, create, pieces[0])
        return
    dialog = QFileDialog(parent, f"Save {len(pieces)} pieces in a folder", str(Path.home()))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    chosen = list(pieces)
    dialog.fileSelected.connect(lambda folder: save_into(create, chosen, Path(folder)))
    dialog.open()


def save_into(create: "CreateModel", pieces: Sequence[Piece], folder: Path) -> list[Path]:
    """Save *pieces* in *folder* under free names and return these."""
    taken: set[Path] = set()
    for piece in pieces:
        name = Path(Path(piece.name).name or f"{piece.badge}{piece.path.suffix}")
        target, number = folder / name, 1
        while target.exists() or target in taken:
            number += 1
            target = folder / f"{name.stem} {number}{name.suffix}"
        taken.add(target)
        create.save_as(piece.id, target)
    return sorted(taken)


def use_all(create: "CreateModel", pieces: Sequence[Piece]) -> None:
    """Put every piece into the message."""
    for piece in pieces:
        create.use_as_reference(piece.id)


def love_all(create: "CreateModel", pieces: Sequence[Piece]) -> None:
    """Mark every piece as a favourite; when all are, none."""
    wanted = not all(piece.favourite for piece in pieces)
    for piece in pieces:
        create.set_favourite(piece.id, wanted)


def menu_for(
    parent: QWidget, create: "CreateModel", piece: Piece, others: Sequence[Piece] = (), *, with_open: bool = False
) -> QMenu:
    """Return the context menu of *piece*, or of the whole selection when *others* are given."""
    pieces = list(others) or [piece]
    ids = tuple(each.id for each in pieces)
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def add(words: str, icon: str, action: str = "", key: str = "") -> QAction:
        chosen = menu.addAction(icons.icon(icon), words)
        reason = off_reason(action, pieces) if action else ""
        chosen.setEnabled(not reason)
        chosen.setToolTip(reason)
        if key:
            chosen.setShortcut(QKeySequence(key))
            # The view itself answers to the key; here it is only shown.
            chosen.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        return chosen

    if with_open:
        from studio.ui.viewer import open_piece

        add("Open", "fit", key="Return").triggered.connect(lambda: open_piece(parent, piece.id))
    use = add("Use as reference", "reference", "reference", "R")
    use.triggered.connect(lambda: use_all(create, pieces))
    add("Copy picture" if len(pieces) == 1 else "Copy", "copy", "", "Ctrl+C").triggered.connect(
        lambda: copy_pieces(pieces)
    )
    add("Save as…", "save", "save", "S").triggered.connect(lambda: save_all(parent, create, pieces))
    menu.addSeparator()
    for words, icon, action, key in TOOLS:
        add(words, icon, action, key).triggered.connect(lambda _on=False, action=action: create.run_action(action, ids))
    menu.addSeparator()
    wanted = not all(each.favourite for each in pieces)
    favourite = add("Favourite" if wanted else "Not a favourite", "heart" if wanted else "heart-filled", key="F")
    favourite.triggered.connect(lambda: love_all(create, pieces))
    add("Move to the bin", "trash", key="Del").triggered.connect(lambda: create.delete_pieces(ids))
    return menu
