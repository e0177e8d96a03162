"""When a stage runs: always, after another one went well or badly, when something was made, or by an expression."""

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.contract.editing import operations as ops
from studio.contract.editing.document import Stage
from studio.contract.templates.conditions import ExpressionError, parse_expression
from studio.ui.forms.fields import UNSET, ChoiceField, TextField
from studio.ui.theme import theme
from studio.ui.widgets.labels import Label

if TYPE_CHECKING:
    from studio.viewmodels.templates.editor import EditorModel

_KINDS: Final = (
    ("always", "Always"),
    ("if_success_of", "If a stage went well"),
    ("if_error_in", "If a stage failed"),
    ("if_artifact_exists", "If something was made"),
    ("input", "If an input is…"),
    ("expr", "By an expression"),
)


class ConditionForm(QWidget):
    """Builds the condition of one stage."""

    def __init__(self, editor: "EditorModel") -> None:
        super().__init__()
        self._editor = editor
        self._stage_id = ""
        self._asked = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme().px("space.2"))
        self.kind = ChoiceField(_KINDS)
        self.kind.set_name("Runs")
        self.what = ChoiceField([])
        self.what.set_name("Of which")
        self.value = TextField("true")
        self.value.set_name("Is")
        self.answer = ChoiceField([])
        self.answer.set_name("Is")
        self.wrong = Label("", "small", "danger", wrap=True)
        for widget in (self.kind, self.what, self.answer, self.value, self.wrong):
            column.addWidget(widget)
        self.kind.edited.connect(self._kind_chosen)
        self.what.edited.connect(self._what_chosen)
        self.value.edited.connect(self._value_typed)
        self.answer.edited.connect(self._value_typed)
        self.value.finished.connect(editor.end_gesture)

    def show_stage(self, stage: Stage) -> None:
        """Show the present condition."""
        if stage.id != self._stage_id:
            self._stage_id, self._asked = stage.id, ""
        condition = stage.body.get("condition")
        body: Any = condition if isinstance(condition, dict) else {}
        kind = str(body.get("type") or "always")
        simple = _simple_input(body.get("expression")) if kind == "expr" else None
        if self._asked and kind == "always":
            kind = self._asked  # the kind was chosen, and nothing yet for it
        elif simple is not None and self._asked != "expr":
            kind = "input"
        self.kind.set_value(kind)
        self._fill(kind)
        self.what.setVisible(kind in ("if_success_of", "if_error_in", "if_artifact_exists", "input"))
        name, value = simple or ("", "true")
        answers = self._answers(name) if kind == "input" else []
        self.answer.setVisible(bool(answers))
        self.value.setVisible(kind == "expr" or (kind == "input" and not answers))
        self.wrong.hide()
        if kind in ("if_success_of", "if_error_in"):
            self.what.set_value(body.get("stageId") or UNSET)
        elif kind == "if_artifact_exists":
            self.what.set_value(body.get("artifactName") or UNSET)
        elif kind == "input":
            self.what.set_value(name or UNSET)
            self.value.set_value(value)
            self.answer.set_options(answers)
            self.answer.set_value(value)
        elif kind == "expr":
            self.value.set_value(body.get("expression") or "")
            self._check(body.get("expression"))

    def _fill(self, kind: str) -> None:
        document = self._editor.document.value
        options: list[tuple[str, str]] = []
        if kind in ("if_success_of", "if_error_in"):
            options = [(stage.id, stage.label) for stage in document.stages if stage.id != self._stage_id]
        elif kind == "if_artifact_exists":
            options = [(name, name) for name, maker in document.producers.items() if maker != self._stage_id]
        elif kind == "input":
            options = [(str(entry["name"]), str(entry["name"])) for entry in document.inputs]
        self.what.set_options(options)

    def _answers(self, name: str) -> list[tuple[str, str]]:
        """Return what an input can be, where that is a choice."""
        entry = self._editor.document.value.input(name)
        if entry is None or isinstance(entry.get("multiple"), dict):
            return []
        if entry.get("type") == "boolean":
            return [("true", "on"), ("false", "off")]
        options = entry.get("options") if entry.get("type") == "select" else None
        given = [each for each in options if isinstance(each, dict)] if isinstance(options, list) else []
        return [(str(each.get("value")), str(each.get("label") or each.get("value"))) for each in given]

    def _usual(self, name: str) -> str:
        """Return the expression that an input is the first thing it can be."""
        answers = self._answers(name)
        return f"inputs.{name} == {_literal(answers[0][0] if answers else 'true')}"

    def _kind_chosen(self, kind: Any) -> None:
        self._asked = "" if kind == "always" else str(kind)
        if kind == "always":
            self._set(None)
            return
        self._fill(str(kind))
        first = self.what.combo.itemData(0)
        if kind in ("if_success_of", "if_error_in") and first:
            self._set({"type": kind, "stageId": first})
        elif kind == "if_artifact_exists" and first:
            self._set({"type": kind, "artifactName": first})
        elif kind == "input" and first:
            self._set({"type": "expr", "expression": self._usual(str(first))})
        else:
            self.show_stage(self._editor.document.value.stage(self._stage_id))

    def _what_chosen(self, value: Any) -> None:
        kind = self.kind.value()
        if kind in ("if_success_of", "if_error_in"):
            self._set({"type": kind, "stageId": value})
        elif kind == "if_artifact_exists":
            self._set({"type": kind, "artifactName": value})
        elif kind == "input":
            self._set({"type": "expr", "expression": self._usual(str(value))})

    def _value_typed(self, value: Any) -> None:
        text = "" if value is UNSET else str(value)
        if self.kind.value() == "input":
            name = self.what.value()
            if name is not UNSET and name is not None:
                self._set({"type": "expr", "expression": f"inputs.{name} == {_literal(text)}"}, typing=True)
            return
        self._check(text)
        self._set({"type": "expr", "expression": text}, typing=True)

    def _check(self, text: object) -> None:
        try:
            if isinstance(text, str) and text.strip():
                parse_expression(text)
        except ExpressionError as error:
            self.wrong.setText(str(error))
            self.wrong.show()
            return
        self.wrong.hide()

    def _set(self, condition: Any, *, typing: bool = False) -> None:
        label = self._editor.document.value.stage(self._stage_id).label
        self._editor.apply(
            f"Change when {label} runs",
            lambda doc: ops.set_condition(doc, self._stage_id, condition),
            gesture=f"{self._stage_id}.condition" if typing else "",
        )


def _simple_input(text: object) -> tuple[str, str] | None:
    """Return name and value of ``inputs.NAME == VALUE``; None for anything else."""
    if not isinstance(text, str):
        return None
    left, equals, right = text.partition("==")
    root, dot, name = left.strip().removeprefix("$").partition(".")
    plain = name.replace("_", "a").isalnum()
    if (
        not equals
        or root != "inputs"
        or not dot
        or not plain
        or any(sign in right for sign in ("&&", "||", "==", "!="))
    ):
        return None
    return name, right.strip().strip("\"'")


def _literal(text: str) -> str:
    word = text.strip()
    if word in ("true", "false", "null"):
        return word
    try:
        float(word)
    except ValueError:
        return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return word
