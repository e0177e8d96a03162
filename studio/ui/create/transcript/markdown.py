"""One chunk of Markdown as a QTextDocument in the studio's type.

HTML in Markdown is shown as text, nothing is ever loaded from disk or network: an image
in an answer becomes a link with its description, since the pieces themselves hang below it.
"""

import re
from collections.abc import Iterator

from PySide6.QtCore import QUrl
from PySide6.QtGui import (
    QFont,
    QImage,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextLength,
    QTextOption,
    QTextTable,
)

from studio.ui.create import look
from studio.ui.create.transcript.blocks import Chunk

_IMAGE = re.compile(r"!\[([^\]\n]*)\]\(")
_LINKISH = re.compile(r"\]\(|`|https?://|www\.|<\w")
_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
_HEADINGS = {1: ("heading", 20, 28), 2: ("heading", 18, 24), 3: ("title", 15, 22)}
_TRANSPARENT = QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)
_TRANSPARENT.fill(0)


class ClosedDocument(QTextDocument):
    """A document that loads nothing."""

    def loadResource(self, _kind: int, _name: QUrl | str) -> QImage:
        """Refuse every picture and style sheet."""
        return _TRANSPARENT


def new_document(style: str = "reading") -> ClosedDocument:
    """Return an empty document in the text style *style*, without undo and margins."""
    document = ClosedDocument()
    document.setUndoRedoEnabled(False)
    document.setDocumentMargin(0)
    document.setIndentWidth(look.px(20))
    document.setDefaultFont(look.font(style))
    option = document.defaultTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(option)
    return document


def fill(document: QTextDocument, chunk: Chunk) -> None:
    """Replace the contents of *document* by *chunk*, styled."""
    if chunk.kind == "code":
        _fill_code(document, chunk.source)
        return
    document.setMarkdown(_IMAGE.sub(lambda match: f"[{match[1] or 'picture'}](", chunk.source), _FEATURES)
    _style_blocks(document, chunk)
    if _LINKISH.search(chunk.source):
        _style_runs(document)
    if chunk.kind == "table":
        _style_tables(document)


def fill_plain(document: QTextDocument, text: str, style: str = "reading") -> None:
    """Replace the contents of *document* by plain text."""
    document.setPlainText(text)
    _set_lines(document, look.line_px(style))


def text_of(document: QTextDocument, start: int = 0, end: int | None = None) -> str:
    """Plain text from *start* to *end*, as it is copied."""
    cursor = QTextCursor(document)
    last = max(0, document.characterCount() - 1)
    cursor.setPosition(min(start, last))
    cursor.setPosition(last if end is None else min(end, last), QTextCursor.MoveMode.KeepAnchor)
    return cursor.selectedText().replace("\u2029", "\n").replace("\u2028", "\n").replace("\u00a0", " ")


def blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    """Every block of *document*."""
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def line_format(line_px: int) -> QTextBlockFormat:
    """A block format with a fixed line height."""
    form = QTextBlockFormat()
    form.setLineHeight(line_px, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    return form


def _set_lines(document: QTextDocument, line_px: int) -> None:
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    cursor.mergeBlockFormat(line_format(line_px))


def _fill_code(document: QTextDocument, source: str) -> None:
    document.setDefaultFont(look.font("mono"))
    document.setPlainText(source)
    _set_lines(document, look.line_px("mono"))


def _style_blocks(document: QTextDocument, chunk: Chunk) -> None:
    line_px = look.line_px("reading")
    cursor = QTextCursor(document)
    if chunk.kind == "paragraph":
        form = line_format(line_px)
        form.setTopMargin(0)
        form.setBottomMargin(0)
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(form)
        return
    for block in blocks(document):
        level = block.blockFormat().headingLevel()
        cursor.setPosition(block.position())
        form = QTextBlockFormat()
        form.setTopMargin(look.px(4) if chunk.kind == "list" and block.blockNumber() else 0)
        form.setBottomMargin(0)
        if chunk.kind == "quote":
            form.setLeftMargin(0)
            form.setRightMargin(0)
        if level:
            style, size, height = _HEADINGS.get(level, ("title", 14, 22))
            form.setLineHeight(look.px(height), QTextBlockFormat.LineHeightTypes.FixedHeight.value)
            _style_heading(document, block, style, look.px(size))
        else:
            form.setLineHeight(line_px, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor.mergeBlockFormat(form)


def _style_heading(document: QTextDocument, block: QTextBlock, style: str, size_px: int) -> None:
    """Set a heading's type run by run, since Qt's own relative sizes win over a merged size."""
    weight = look.font(style).weight()
    for position, length, form in _runs(block):
        form.clearProperty(QTextFormat.Property.FontSizeAdjustment.value)
        form.setProperty(QTextFormat.Property.FontPixelSize.value, size_px)
        form.setFontWeight(weight)
        cursor = QTextCursor(document)
        cursor.setPosition(position)
        cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(form)


def _runs(block: QTextBlock) -> list[tuple[int, int, QTextCharFormat]]:
    """Position, length and format of each run of *block*."""
    found = []
    run = block.begin()
    while not run.atEnd():
        fragment = run.fragment()
        found.append((fragment.position(), fragment.length(), fragment.charFormat()))
        run += 1
    return found


def _style_runs(document: QTextDocument) -> None:
    """Give links and inline code their looks."""
    changes = [
        (position, length, form.isAnchor())
        for block in blocks(document)
        for position, length, form in _runs(block)
        if form.isAnchor() or form.fontFixedPitch()
    ]
    for position, length, is_link in changes:
        cursor = QTextCursor(document)
        cursor.setPosition(position)
        cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(_link_format() if is_link else _code_format())


def _link_format() -> QTextCharFormat:
    form = QTextCharFormat()
    form.setForeground(look.color("accent.text"))
    form.setFontUnderline(False)
    return form


def _code_format() -> QTextCharFormat:
    form = QTextCharFormat()
    font = look.font("mono")
    form.setFontFamilies(font.families())
    form.setProperty(QTextFormat.Property.FontPixelSize.value, font.pixelSize() + look.px(1))
    form.setBackground(look.color("fill.hover"))
    form.setFontWeight(QFont.Weight.Normal)
    return form


def _style_tables(document: QTextDocument) -> None:
    tables = [frame for frame in document.rootFrame().childFrames() if isinstance(frame, QTextTable)]
    for table in tables:
        form = table.format()
        form.setBorderCollapse(True)
        form.setBorder(1)
        form.setBorderBrush(look.color("border.default"))
        form.setCellPadding(look.px(6))
        form.setCellSpacing(0)
        form.setTopMargin(0)
        form.setBottomMargin(0)
        form.setWidth(QTextLength())
        table.setFormat(form)


def is_safe_link(url: QUrl) -> bool:
    """Whether a link of an answer may be opened by the system: web and mail only."""
    return url.isValid() and url.scheme().lower() in ("http", "https", "mailto")
