"""What can be done with a piece from the transcript: menu, copy, drag out under a readable name."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt, QUrl
from PySide6.QtGui import QAction, QDrag, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from studio.ui.create import look
from studio.ui.create.pictures import Pictures
from studio.viewmodels.state import Piece

if TYPE_CHECKING:
    from studio.viewmodels.create import CreateModel

_TOOLS = (
    ("Cut out", "cutout", "cutout"),
    ("Upscale", "upscale", "upscale"),
    ("Change style", "palette", "style"),
    ("Describe", "eye", "describe"),
)


def named_file(piece: Piece, folder: Path | None = None) -> Path | None:
    """Return the piece as a file with its readable name; None when its file is gone.

    Stored names are hashes. The named file is a hard link where the disk allows it, else a copy.
    """
    if not piece.path.is_file():
        return None
    folder = folder or Path(tempfile.gettempdir()) / "studio-drag" / piece.id
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / (Path(piece.name).name or f"{piece.badge}{piece.path.suffix}")
    if target.exists() and target.stat().st_size == piece.path.stat().st_size:
        return target
    target.unlink(missing_ok=True)
    try:
        os.link(piece.path, target)
    except OSError:
        shutil.copyfile(piece.path, target)
    return target


def mime_of(pieces: list[Piece]) -> QMimeData:
    """What a drag of *pieces* carries: files by readable name, and our own ids."""
    data = QMimeData()
    files = [file for piece in pieces if (file := named_file(piece)) is not None]
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    data.setData("application/x-studio-pieces", "\n".join(piece.id for piece in pieces).encode())
    return data


def drag_out(source: QWidget, pieces: list[Piece], pictures: Pictures) -> None:
    """Start a drag of *pieces* out of the window."""
    drag = QDrag(source)
    drag.setMimeData(mime_of(pieces))
    size = QSize(look.px(96), look.px(72))
    picture = pictures.get(pieces[0].path, size, source.devicePixelRatioF())
    if picture is not None:
        drag.setPixmap(picture)
        drag.setHotSpot(QPoint(size.width() // 2, size.height() // 2))
    drag.exec(Qt.DropAction.CopyAction)


def copy_picture(piece: Piece) -> None:
    """Put the picture and its file on the clipboard."""
    data = mime_of([piece])
    image = QImage(str(piece.path))
    if not image.isNull():
        data.setImageData(image)
    QGuiApplication.clipboard().setMimeData(data)


def save_as(parent: QWidget, model: "CreateModel", piece: Piece) -> None:
    """Ask where, without blocking the window, and save a copy there."""
    dialog = QFileDialog(parent, f"Save {piece.badge} as", str(Path.home() / piece.name))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda target: model.save_as(piece.id, Path(target)))
    dialog.open()


def menu_for(parent: QWidget, model: "CreateModel", piece: Piece) -> QMenu:
    """The context menu of a piece."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def add(words: str, icon: str, enabled: bool = True) -> QAction:
        action = menu.addAction(look.icon(icon), words)
        action.setEnabled(enabled)
        return action

    is_picture = piece.kind == "image" and not piece.missing
    add("Use as reference", "reference", not piece.missing).triggered.connect(lambda: model.use_as_reference(piece.id))
    add("Copy picture", "copy", is_picture).triggered.connect(lambda: copy_picture(piece))
    add("Save as…", "save", not piece.missing).triggered.connect(lambda: save_as(parent, model, piece))
    menu.addSeparator()
    for words, icon, name in _TOOLS:
        chosen = add(words, icon, is_picture)
        chosen.triggered.connect(lambda _on=False, name=name: model.run_action(name, (piece.id,)))
    menu.addSeparator()
    favourite = add("Not a favourite" if piece.favourite else "Favourite", "heart")
    favourite.triggered.connect(lambda: model.set_favourite(piece.id, not piece.favourite))
    add("Move to the bin", "trash").triggered.connect(lambda: model.delete_pieces((piece.id,)))
    return menu
