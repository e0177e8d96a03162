"""The side of the editor: the chosen stage's kind, tool, arguments, list, failures, condition and checkpoint."""

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from studio.contract.editing import operations as ops
from studio.contract.editing.document import INPUTS, REMOVE, Stage, StageKind
from studio.contract.editing.ports import OVER, InPort, arguments_of, input_ports, output_ports
from studio.contract.tools import catalogue
from studio.ui.forms.fields import UNSET, ChoiceField, LongTextField, NumberField, SwitchField, TextField
from studio.ui.settings.parts import IconLabel, Rule
from studio.ui.templates.graph.facts import COLOR_OF_KIND, ICON_OF_KIND
from studio.ui.templates.inspector.arguments import ArgumentRow, BoundChip
from studio.ui.templates.inspector.binding import bind_menu, popup, source_words
from studio.ui.templates.inspector.condition import ConditionForm
from studio.ui.theme import theme
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.choices import Segmented
from studio.ui.widgets.labels import Label
from studio.viewmodels.observable import Binding
from studio.viewmodels.words import tool_title

if TYPE_CHECKING:
    from studio.viewmodels.templates.editor import EditorModel

_FAILURES: Final = (
    ("stop", "Stop the run"),
    ("skip", "Skip it"),
    ("continue", "Go on without it"),
    ("retry_once", "Try once more"),
)
_KINDS: Final = (("fixed", "Fixed"), ("interactive", "Interactive"), ("batch", "Batch"))
_RARE: Final = 5
"""With more unused arguments than this, the rare ones are behind “More settings”."""


class Inspector(QScrollArea):
    """One chosen stage as a form; words for none or several."""

    def __init__(self, editor: "EditorModel", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._form: StageForm | None = None
        self._key: tuple[Any, ...] = ()
        self._more: set[str] = set()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName("Inspector")
        self._bindings: list[Binding] = [
            editor.document.changed.connect(lambda _document: self.refresh()),
            editor.selection.changed.connect(lambda _nodes: self.refresh()),
            editor.focus.changed.connect(self._focus),
            editor.problems.changed.connect(lambda _problems: self.refresh()),
        ]
        self.refresh()

    @property
    def form(self) -> "StageForm | None":
        """The form of the chosen stage; None for none or several."""
        return self._form

    def refresh(self) -> None:
        """Show what is chosen. A form is built again only when another stage, kind or tool is shown."""
        document, chosen = self._editor.document.value, self._editor.selection.value
        stages = [document.stage(node) for node in chosen if node != INPUTS and document.has_stage(node)]
        if len(stages) == 1:
            stage = stages[0]
            key = (stage.id, stage.kind, stage.tool, stage.id in self._more)
            if self._form is None or key != self._key:
                self._key = key
                self._form = StageForm(self._editor, stage, wide=stage.id in self._more)
                self._form.more.clicked.connect(lambda: self._show_more(stage.id))
                self.setWidget(self._form)
            self._form.show_stage(stage)
            return
        self._form, self._key = None, ()
        self.setWidget(_words_for(document, stages, chosen))

    def close_bindings(self) -> None:
        """Listen no more."""
        for binding in self._bindings:
            binding.cut()

    def _show_more(self, stage_id: str) -> None:
        self._more.add(stage_id)
        self.refresh()

    def _focus(self, place: tuple[str, str]) -> None:
        node, member = place
        if not member or self._form is None or self._form.stage_id != node:
            return
        if member in self._form.hidden:
            self._show_more(node)
        row = self._form.rows.get(member) if self._form is not None else None
        if row is not None:
            self.ensureWidgetVisible(row)
            row.take_focus()


class StageForm(QWidget):
    """Everything of one stage."""

    def __init__(self, editor: "EditorModel", stage: Stage, *, wide: bool) -> None:
        super().__init__()
        self._editor = editor
        self.stage_id = stage.id
        self.rows: dict[str, ArgumentRow] = {}
        self.hidden: set[str] = set()
        self.setProperty("ground", "none")
        shade = theme()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, shade.px("space.6"))
        column.setSpacing(0)
        column.addWidget(self._head(stage))
        body = QVBoxLayout()
        pad = shade.px("space.6")
        body.setContentsMargins(pad, shade.px("space.5"), pad, 0)
        body.setSpacing(shade.px("space.5"))
        column.addLayout(body)
        column.addStretch(1)
        self.kind = Segmented(_KINDS, name="Kind of stage", height=32, marks=("lock", "hand", "layers"))
        self.kind.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.kind.chosen.connect(self._set_kind)
        body.addWidget(self.kind)
        self.label = TextField("Name")
        self.label.set_name("Name of the stage")
        self._wire(self.label, "label", "Rename the stage")
        body.addLayout(_titled("Name", self.label))
        self.more = Button("More settings", kind="quiet", icon="chevron-down")
        self._build_call(body, stage, wide)
        body.addWidget(Rule())
        self._build_rest(body, stage)
        self.show_stage(stage)

    def show_stage(self, stage: Stage) -> None:
        """Show the present values."""
        wires = tuple(wire for wire in self._editor.wires if wire.target == stage.id)
        self.title.setText(stage.label)
        self.kind.set_current(stage.kind)
        self.label.set_value(stage.body.get("label", UNSET))
        for row in self.rows.values():
            row.show_stage(stage, wires)
        if stage.kind == "batch":
            self._show_list(stage)
        elif stage.kind == "interactive":
            self.prompt.set_value(stage.body.get("systemPrompt", UNSET))
            self.message.set_value(stage.body.get("userMessage", UNSET))
            self._show_allowed(stage)
        if stage.kind != "interactive":
            self.failure.set_value(stage.body.get("onError", "stop"))
        self.condition.show_stage(stage)
        self.checkpoint.set_value(stage.body.get("checkpointRequired") is True)
        self.output.set_value(stage.produces[0] if stage.produces else UNSET)

    # --- building ------------------------------------------------------------------------------

    def _head(self, stage: Stage) -> QWidget:
        shade = theme()
        head = QFrame()
        head.setObjectName("inspectorHead")
        head.setFixedHeight(shade.px("size.paneHeaderSmall"))
        row = QHBoxLayout(head)
        row.setContentsMargins(shade.px("space.6"), 0, shade.px("space.4"), 0)
        row.setSpacing(shade.px("space.3"))
        ports = output_ports(stage)
        kind = "hand" if stage.kind == "interactive" else ports[0].kind if ports else "data"
        if kind == "hand":
            row.addWidget(IconLabel("hand", 18, "status.warning"))
        else:
            row.addWidget(IconLabel(ICON_OF_KIND[kind], 18, COLOR_OF_KIND[kind]))
        self.title = Label(stage.label, "title")
        row.addWidget(self.title, 1)
        copy = IconButton("copy", "Duplicate the stage", shortcut="Ctrl+D", icon_size=16)
        copy.clicked.connect(self._duplicate)
        delete = IconButton("trash", "Delete the stage", shortcut="Del", icon_size=16)
        delete.clicked.connect(self._delete)
        row.addWidget(copy)
        row.addWidget(delete)
        return head

    def _build_call(self, body: QVBoxLayout, stage: Stage, wide: bool) -> None:
        if stage.kind == "interactive":
            self._build_interactive(body)
            return
        tools = [(name, tool_title(name)) for name, tool in catalogue().items() if tool.durable_step]
        self.tool = ChoiceField(sorted(tools, key=lambda each: each[1]))
        self.tool.set_name("Tool")
        self.tool.set_value(stage.tool or str(stage.call.get("tool") or "unknown"))
        self.tool.edited.connect(self._set_tool)
        body.addLayout(_titled("Tool", self.tool))
        if stage.tool not in catalogue():
            body.addWidget(
                Label("This studio does not know the tool. It is kept as it is.", "small", "muted", wrap=True)
            )
        if stage.kind == "batch":
            self._build_list(body)
        ports = arguments_of(stage.tool)
        order = sorted(range(len(ports)), key=lambda n: (_rank(ports[n], stage), n))
        used = [ports[n] for n in order if _rank(ports[n], stage) < 3]
        rare = [ports[n] for n in order if _rank(ports[n], stage) >= 3]
        if not wide and len(rare) > _RARE:
            self.hidden = {port.name for port in rare}
            rare = []
        pair: QHBoxLayout | None = None
        for port in (*used, *rare):
            row = self.rows[port.name] = ArgumentRow(self._editor, stage, port)
            if not row.is_narrow:
                body.addWidget(row)
                pair = None
            elif pair is not None:
                pair.addWidget(row, 1, Qt.AlignmentFlag.AlignTop)
                pair = None
            else:
                pair = QHBoxLayout()
                pair.setSpacing(theme().px("space.4"))
                pair.addWidget(row, 1, Qt.AlignmentFlag.AlignTop)
                body.addLayout(pair)
        body.addWidget(self.more)
        self.more.setVisible(bool(self.hidden))

    def _build_interactive(self, body: QVBoxLayout) -> None:
        self.prompt = LongTextField("What the agent should do here, together with the person", lines=4)
        self.prompt.set_name("Instructions")
        self._wire(self.prompt, "systemPrompt", "Change the instructions")
        body.addLayout(_titled("Instructions", self.prompt))
        self.message = LongTextField("What the person reads first", lines=2)
        self.message.set_name("First message")
        self._wire(self.message, "userMessage", "Change the first message")
        body.addLayout(_titled("First message", self.message))
        self.allowed = Label("", "body", wrap=True)
        self.allow = Button("Allowed tools…", icon="plus")
        self.allow.clicked.connect(self._allow_menu)
        body.addLayout(_titled("Allowed tools", self.allowed))
        body.addWidget(self.allow)
        self.more.hide()

    def _build_list(self, body: QVBoxLayout) -> None:
        self.over = QVBoxLayout()
        self.over.setSpacing(theme().px("space.2"))
        body.addLayout(_titled("For each of", self.over))
        self.over_chip: QWidget | None = None
        self.at_once = NumberField(low=1, high=16, whole=True, usual=1)
        self.at_once.set_name("At once")
        self._wire(self.at_once, "concurrency", "Change how many run at once")
        body.addLayout(_titled("At once", self.at_once))
        self.tries = NumberField(low=1, high=5, whole=True, usual=1)
        self.tries.set_name("Tries for each")
        self._wire(self.tries, "maxAttemptsPerItem", "Change the tries")
        body.addLayout(_titled("Tries for each", self.tries))
        self.item_label = TextField("View {index}")
        self.item_label.set_name("Name of each")
        self._wire(self.item_label, "itemLabelTemplate", "Change the names of the items")
        body.addLayout(_titled("Name of each", self.item_label))
        self.partial = SwitchField("Keep those that succeed")
        self._wire(self.partial, "partialExecutionEnabled", "Change what happens when some fail")
        body.addWidget(self.partial)

    def _build_rest(self, body: QVBoxLayout, stage: Stage) -> None:
        if stage.kind != "interactive":
            self.failure = ChoiceField(_FAILURES)
            self.failure.set_name("If it fails")
            self._wire(self.failure, "onError", "Change what happens if it fails", usual="stop")
            body.addLayout(_titled("If it fails", self.failure))
        self.condition = ConditionForm(self._editor)
        body.addLayout(_titled("Runs", self.condition))
        self.checkpoint = SwitchField("Checkpoint after this stage", "Pause so you can look first", icon="flag")
        self._wire(self.checkpoint, "checkpointRequired", "Change the checkpoint", usual=False)
        body.addWidget(self.checkpoint)
        self.output = TextField()
        self.output.set_name("Name of the output")
        self.output.line.setProperty("mono", True)
        self.output.line.editingFinished.connect(self._rename_output)
        body.addLayout(_titled("Output is called", self.output))
        if stage.parent is not None:
            out = Button(f"Take it out of {self._editor.document.value.stage(stage.parent).label}", icon="arrow-right")
            out.clicked.connect(
                lambda: self._editor.apply("Take the stage out", lambda doc: ops.unnest_stages(doc, [self.stage_id]))
            )
            body.addWidget(out)

    # --- showing -------------------------------------------------------------------------------

    def _show_list(self, stage: Stage) -> None:
        if self.over_chip is not None:
            self.over_chip.hide()
            self.over_chip.deleteLater()
        wire = next((w for w in self._editor.wires if w.target == stage.id and w.port == OVER), None)
        over = str(stage.body.get("overBinding") or "")
        port = next(port for port in input_ports(stage) if port.name == OVER)
        if wire is not None or over:
            words = source_words(self._editor.document.value, wire) if wire is not None else over
            kind = wire.kind if wire is not None else "data"
            chip = BoundChip(ICON_OF_KIND[kind], COLOR_OF_KIND[kind], words)
            chip.pressed.connect(lambda: popup(bind_menu(self._editor, stage.id, port, self), chip))
            chip.dropped.connect(lambda: self._set_member(OVER, "", "Let go of the list"))
            self.over_chip = chip
        else:
            choose = Button("Choose a list…", icon="link")
            choose.clicked.connect(lambda: popup(bind_menu(self._editor, stage.id, port, self), choose))
            self.over_chip = choose
        self.over.addWidget(self.over_chip)
        self.at_once.set_value(stage.body.get("concurrency", UNSET))
        self.tries.set_value(stage.body.get("maxAttemptsPerItem", UNSET))
        self.item_label.set_value(stage.body.get("itemLabelTemplate", UNSET))
        self.partial.set_value(stage.body.get("partialExecutionEnabled") is True)

    def _show_allowed(self, stage: Stage) -> None:
        allowed = stage.body.get("allowedTools")
        names = [tool_title(name) for name in allowed if isinstance(name, str)] if isinstance(allowed, list) else []
        self.allowed.setText(", ".join(names) or "None: the person answers in a form")

    # --- edits ---------------------------------------------------------------------------------

    def _wire(self, field: Any, member: str, step: str, *, usual: Any = UNSET) -> None:
        """Let a field write one member of the stage."""
        field.edited.connect(lambda value: self._set_member(member, REMOVE if value == usual else value, step))
        field.finished.connect(self._editor.end_gesture)

    def _set_member(self, member: str, value: Any, step: str) -> None:
        new = REMOVE if value is UNSET else value
        self._editor.apply(
            f"{step}: {self.title.text()}" if member != "label" else step,
            lambda doc: ops.set_stage_member(doc, self.stage_id, member, new),
            gesture=f"{self.stage_id}.{member}",
        )

    def _set_kind(self, kind: str) -> None:
        chosen: StageKind = "batch" if kind == "batch" else "interactive" if kind == "interactive" else "fixed"
        words = {"fixed": "fixed", "interactive": "interactive", "batch": "a batch"}[chosen]
        if not self._editor.apply(
            f"Make {self.title.text()} {words}", lambda doc: ops.convert_stage(doc, self.stage_id, chosen)
        ):
            self.kind.set_current(self._editor.document.value.stage(self.stage_id).kind)

    def _set_tool(self, tool: Any) -> None:
        self._editor.apply(
            f"Let {self.title.text()} {tool_title(str(tool)).lower()}",
            lambda doc: ops.set_tool(doc, self.stage_id, str(tool)),
        )

    def _rename_output(self) -> None:
        stage = self._editor.document.value.stage(self.stage_id)
        old, new = stage.produces[0] if stage.produces else "", self.output.line.text().strip()
        if new == old:
            return
        if old and new:
            done = self._editor.apply(f"Rename {old}", lambda doc: ops.rename_artifact(doc, old, new))
        else:
            value = [new] if new else REMOVE
            done = self._editor.apply(
                "Name the output", lambda doc: ops.set_stage_member(doc, self.stage_id, "produces", value)
            )
        if not done:
            self.output.set_value(old or UNSET)

    def _allow_menu(self) -> None:
        from PySide6.QtWidgets import QMenu

        stage = self._editor.document.value.stage(self.stage_id)
        allowed = stage.body.get("allowedTools")
        names = [name for name in allowed if isinstance(name, str)] if isinstance(allowed, list) else []
        menu = QMenu(self)
        for name in sorted(catalogue(), key=tool_title):
            action = menu.addAction(tool_title(name))
            action.setCheckable(True)
            action.setChecked(name in names)
            action.triggered.connect(lambda on, name=name: self._allow(names, name, on))
        popup(menu, self.allow)

    def _allow(self, names: list[str], name: str, on: bool) -> None:
        kept = [each for each in names if each != name] + ([name] if on else [])
        self._set_member("allowedTools", kept, "Change the allowed tools")

    def _duplicate(self) -> None:
        made: list[str] = []

        def edit(document: Any) -> Any:
            changed, ids = ops.duplicate_stages(document, [self.stage_id])
            made.extend(ids)
            return changed

        if self._editor.apply(f"Duplicate {self.title.text()}", edit):
            self._editor.select(made)

    def _delete(self) -> None:
        self._editor.apply(f"Delete {self.title.text()}", lambda doc: ops.remove_stages(doc, [self.stage_id]))


def _rank(port: InPort, stage: Stage) -> int:
    """Return how early an argument is shown: required and given ones, then pieces and prompts, then the rest."""
    if port.required or port.name == "prompt":
        return 0
    if port.name in stage.arguments:
        return 1
    first = next((each for each in arguments_of(stage.tool) if each.takes_media), None)
    if port == first or port.name in ("duration", "model", "videoModel", "aspectRatio", "seed", "numberOfVariations"):
        return 2
    return 3


def _titled(words: str, content: "QWidget | QVBoxLayout") -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(theme().px("space.2"))
    column.addWidget(Label(words, "body", "secondary"))
    if isinstance(content, QWidget):
        column.addWidget(content)
    else:
        column.addLayout(content)
    return column


def _words_for(document: Any, stages: list[Stage], chosen: tuple[str, ...]) -> QWidget:
    holder = QWidget()
    holder.setProperty("ground", "none")
    shade = theme()
    column = QVBoxLayout(holder)
    pad = shade.px("space.6")
    column.setContentsMargins(pad, shade.px("space.5"), pad, pad)
    column.setSpacing(shade.px("space.4"))
    if len(stages) > 1:
        column.addWidget(Label(f"{len(stages)} stages", "title"))
        column.addWidget(Label(", ".join(stage.label for stage in stages), "body", "secondary", wrap=True))
        column.addWidget(Label("Ctrl+D copies them, Del removes them, drag moves them.", "small", "muted", wrap=True))
    elif chosen == (INPUTS,):
        column.addWidget(Label("Inputs", "title"))
        for entry in document.inputs:
            said = entry.get("description") or entry.get("type") or ""
            column.addWidget(Label(f"{entry['name']}: {said}", "body", "secondary", wrap=True))
        column.addWidget(Label("They are edited under Inputs.", "small", "muted", wrap=True))
    else:
        column.addWidget(Label("Nothing chosen", "title"))
        column.addWidget(
            Label("Choose a stage to see what it does, or add one with + Stage.", "body", "secondary", wrap=True)
        )
    column.addStretch(1)
    return holder
