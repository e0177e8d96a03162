"""A template from a chat: the calls that were made become stages, what they worked on becomes wires and inputs.

The calls are taken as they were recorded. A number of a piece that one of them made becomes a binding to its stage;
any other piece (an upload, or something made before) becomes an input. The words of the stages that start from nothing
become inputs with those words as defaults. Nothing is guessed beyond what the tools themselves take when no piece is
named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from studio.contract.editing import references
from studio.contract.editing.chat_arguments import (
    KINDS,
    NEWEST_IS_MINUS_ONE,
    UNNAMED,
    UPLOADS_FROM_ZERO,
    is_index,
    kind_of,
    made_kind,
    makes,
    number_of,
)
from studio.contract.editing.document import Document, EditError
from studio.contract.editing.layout import tidied
from studio.contract.editing.operations import free_name, new_template
from studio.contract.editing.operations.naming import identifier
from studio.contract.templates.bindings import embedded
from studio.contract.tools import EXTRA_ARGUMENTS, MEDIA_ALIASES, argument_names, catalogue

_WORDS: Final = {"image": ("picture", "Picture"), "video": ("clip", "Clip"), "audio": ("sound", "Sound")}
_PROMPTS: Final = ("prompt", "description", "text")
_RESTORE: Final = "restore_photo"
"""Works on the first picture of a run and takes no number."""
_MONTAGE: Final = "dance_montage"
_NODE: Final = (154.0, 96.0)


@dataclass(frozen=True)
class ChatPiece:
    """A piece of the session.

    Attributes:
        kind: ``image``, ``video``, ``audio``; others are never referred to.
        index: its number on the wire; negative for uploads.
        words: the file's name or the title.
        url: where the connection read it.
    """

    id: str
    kind: str
    index: int | None
    words: str = ""
    url: str = ""

    @property
    def uploaded(self) -> bool:
        """Whether the person brought it."""
        return self.index is not None and self.index < 0


@dataclass(frozen=True)
class ChatCall:
    """One recorded call.

    Attributes:
        pieces: ids of what it made.
        done: it succeeded.
        parents: ids of what it worked on, as far as that was recorded.
    """

    tool: str
    arguments: Mapping[str, Any]
    pieces: tuple[str, ...] = ()
    done: bool = True
    parents: tuple[str, ...] = ()


def drafted(calls: Sequence[ChatCall], pieces: Sequence[ChatPiece], *, name: str, brief: str = "") -> Document:
    """Return the template that does again what *calls* did.

    Args:
        pieces: every piece of the session, oldest first, those that were deleted too.
        brief: what the person asked for.

    Raises:
        EditError: none of the calls made anything.
    """
    draft = _Draft([call for call in calls if call.tool.strip()], pieces)  # a call without a tool can't be done again
    kept = draft.kept()
    if not kept:
        raise EditError("Nothing was made there, so there is nothing to make a template of.")
    for number in kept:
        draft.add(number)
    document = Document(
        {
            **new_template(name).content,
            **({"brief": brief} if brief else {}),
            "inputs": draft.inputs,
            "stages": draft.stages,
        }
    )
    return tidied(document, lambda _node: _NODE)


@dataclass
class _Draft:
    calls: Sequence[ChatCall]
    pieces: Sequence[ChatPiece]
    inputs: list[dict[str, Any]] = field(default_factory=list)
    stages: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._by_id = {piece.id: piece for piece in self.pieces}
        self._by_index = {(piece.kind, piece.index): piece for piece in self.pieces if piece.index is not None}
        self._at = {piece.id: number for number, piece in enumerate(self.pieces)}
        self._maker = {piece: number for number, call in enumerate(self.calls) for piece in call.pieces}
        self._stage_of: dict[int, str] = {}
        self._input_of: dict[str, str] = {}
        """The input of each piece (by id) and of each text."""
        self._needs: list[str] = []
        self._labels: set[str] = set()

    # --- which calls ---------------------------------------------------------------------------

    def kept(self) -> list[int]:
        """Return the numbers of the calls that become stages: those that made something, and what these work on."""
        wanted = {number for number, call in enumerate(self.calls) if call.done and makes(call.tool)}
        for number in range(len(self.calls) - 1, -1, -1):
            if number in wanted:
                found = (self._maker.get(piece.id) for piece in self._used(number))
                wanted |= {maker for maker in found if maker is not None and maker < number}
        return sorted(wanted)

    def _used(self, number: int) -> list[ChatPiece]:
        call = self.calls[number]
        found: list[ChatPiece] = []

        def note(tool: str, name: str, value: Any) -> None:
            for each in value if isinstance(value, list) else [value]:
                piece = self._piece(number, tool, name, each)
                if piece is not None:
                    found.append(piece)

        def walk(value: Any) -> None:
            if isinstance(value, Mapping):
                for key, inner in value.items():
                    if is_index(str(key)):
                        note("", str(key), inner)
                    else:
                        walk(inner)
            elif isinstance(value, list):
                for inner in value:
                    walk(inner)

        for name, value in self._arguments(number).items():
            if is_index(name) or "url" in name.lower():
                note(call.tool, name, value)
            else:
                walk(value)
        return found

    # --- stages --------------------------------------------------------------------------------

    def add(self, number: int) -> None:
        """Add the stage of one call."""
        call = self.calls[number]
        words = call.tool.replace("_", " ").strip().capitalize() or "Stage"
        label = _free_label(words, self._labels)
        self._labels.add(label)
        stage_id = free_name(identifier(label), {stage["id"] for stage in self.stages})
        self._needs = []
        arguments = {
            name: self._value(number, name, value)
            for name, value in self._arguments(number).items()
            if not self._waits_only(number, name, value)
        }
        if call.tool == _MONTAGE and "sourceImageIndex" not in arguments:
            self._take_all_pictures(number, arguments)
        if not self._needs:
            self._ask_for_words(label, stage_id, arguments)
        stage = {"id": stage_id, "type": "fixed", "label": label, "produces": [stage_id]}
        if self._needs:
            stage["requiredArtifactsIn"] = list(dict.fromkeys(self._needs))
        if call.tool == _RESTORE:
            self._show_the_photo(number)
        self.stages.append({**stage, "tool": call.tool, "args": arguments})
        self._stage_of[number] = stage_id

    def _take_all_pictures(self, number: int, arguments: dict[str, Any]) -> None:
        """A montage without a picture takes every one that was made before, so it waits for them; else an upload."""
        makers = [maker for maker in self._stage_of if made_kind(self.calls[maker].tool, "") == "image"]
        self._needs += [self._stage_of[maker] for maker in makers]
        source = None if makers else self._unnamed(number, "image")
        if source is not None:
            arguments["sourceImageIndex"] = self._binding(source)

    def _arguments(self, number: int) -> dict[str, Any]:
        """Return the arguments of a call, spelled as its tool spells them, with the piece that it took by itself."""
        call = self.calls[number]
        names = argument_names(call.tool, call.arguments)
        given = {names[name]: value for name, value in call.arguments.items() if value is not None}
        tool = catalogue().get(call.tool)
        if tool is None:
            return given
        known = {*tool.parameters.get("properties", {}), *EXTRA_ARGUMENTS.get(call.tool, ()), *MEDIA_ALIASES}
        given = {name: value for name, value in given.items() if name in known}
        if call.tool == "generate_image" and not given.get("starting_image_strength"):
            given.pop("sourceImageIndex", None)  # it starts from no picture then, whatever was named
        argument = UNNAMED.get(call.tool)
        if argument is not None:
            kind = kind_of(call.tool, argument)
            plural = argument.removesuffix("Index") + "Indices"
            urls = {f"source_{kind}_url", f"reference_{kind}_url"}
            if argument not in given and plural not in given and not urls & given.keys():
                source = self._unnamed(number, kind, uploads_first=(call.tool, argument) in UPLOADS_FROM_ZERO)
                if source is not None:
                    given[argument] = _Named(source)
        return given

    def _waits_only(self, number: int, name: str, value: Any) -> bool:
        """Whether an argument takes the newest result of the run by itself: its stage is waited for, and not named."""
        call = self.calls[number]
        if (call.tool, name) not in UPLOADS_FROM_ZERO:
            return False
        piece = self._piece(number, call.tool, name, value)
        stage_id = self._stage_of.get(self._maker.get(piece.id, -1)) if piece is not None else None
        if stage_id is not None:
            self._needs.append(stage_id)
        return stage_id is not None

    def _unnamed(self, number: int, kind: str, *, uploads_first: bool = False) -> ChatPiece | None:
        """Return the piece that a call takes when it names none: as recorded, else the newest result or an upload."""
        call = self.calls[number]
        for parent in call.parents:
            if parent in self._by_id and self._by_id[parent].kind == kind:
                return self._by_id[parent]
        end = min((self._at[piece] for piece in call.pieces if piece in self._at), default=len(self.pieces))
        later = {piece for each in self.calls[number:] for piece in each.pieces}
        alike = [piece for piece in self.pieces[:end] if piece.kind == kind and piece.index is not None]
        made = [piece for piece in alike if not piece.uploaded and piece.id not in later][-1:]
        sent = [piece for piece in alike if piece.uploaded][:1]
        found = [*sent, *made] if uploads_first else [*made, *sent]
        return found[0] if found else None

    def _value(self, number: int, name: str, value: Any) -> Any:
        """Return an argument as it stands in a template."""
        tool = self.calls[number].tool
        if is_index(name):
            return self._bound(number, tool, name, value)
        if "url" in name.lower() and isinstance(value, str):
            piece = self._piece(number, tool, name, value)
            if piece is not None:
                return self._binding(piece)
            return self._inlined(tool, name, value) if value.startswith("data:") else self._literal(name, value)
        return self._literal(name, value)

    def _bound(self, number: int, tool: str, name: str, value: Any) -> Any:
        if not isinstance(value, list):
            piece = self._piece(number, tool, name, value)
            return self._unknown(tool, name, value) if piece is None else self._binding(piece)
        found = [self._piece(number, tool, name, each) for each in value]
        whole = self._whole(found)
        if whole is not None:
            return whole
        pairs = zip(value, found, strict=True)
        return [self._unknown(tool, name, each) if piece is None else self._binding(piece) for each, piece in pairs]

    def _unknown(self, tool: str, name: str, value: Any) -> Any:
        """Return what stands for a number that no piece has: an input, where the tool is known to take a piece."""
        index = number_of(tool, name, value)
        if index is None or tool not in catalogue():
            return self._literal(name, value)
        kind = kind_of(tool, name)
        return self._media_input(ChatPiece(f"{kind}/{index}", kind, index))

    def _whole(self, found: Sequence[ChatPiece | None]) -> str | None:
        """Return the binding to everything that one stage made, when it is exactly that."""
        makers = {self._maker.get(piece.id) if piece is not None else None for piece in found}
        maker = makers.pop() if len(makers) == 1 else None
        if maker is None or maker not in self._stage_of or len(found) < 2:
            return None
        first = found[0]
        if first is None or [piece.id for piece in found if piece is not None] != self._siblings(maker, first.kind):
            return None
        if first.kind != made_kind(self.calls[maker].tool, first.kind):
            return None
        stage_id = self._stage_of[maker]
        self._needs.append(stage_id)
        return references.artifact_text(stage_id, references.ALL_URLS)

    def _piece(self, number: int, tool: str, name: str, value: Any) -> ChatPiece | None:
        """Return the piece that a number or an address means; None when there is no such piece."""
        if isinstance(value, _Named):
            return value.piece
        if isinstance(value, str):
            bare = value.partition("?")[0]
            return next((each for each in self.pieces if each.url and each.url.partition("?")[0] == bare), None)
        index, kind = number_of(tool, name, value), kind_of(tool, name)
        if index is None:
            return None
        if (tool, name) in NEWEST_IS_MINUS_ONE and index == -1:
            return self._unnamed(number, kind)
        return self._by_index.get((kind, index))

    def _siblings(self, maker: int, kind: str) -> list[str]:
        """Return what a call made of one kind, in the order of its numbers."""
        made = [self._by_id[piece] for piece in self.calls[maker].pieces if piece in self._by_id]
        alike = [piece for piece in made if piece.kind == kind]
        return [piece.id for piece in sorted(alike, key=lambda piece: (piece.index is None, piece.index or 0))]

    def _binding(self, piece: ChatPiece) -> str:
        maker = self._maker.get(piece.id)
        stage_id = self._stage_of.get(maker) if maker is not None else None
        if stage_id is not None and maker is not None and piece.kind == made_kind(self.calls[maker].tool, piece.kind):
            self._needs.append(stage_id)
            place = self._siblings(maker, piece.kind).index(piece.id)
            return references.artifact_text(stage_id, references.ONE_URL.replace("[0]", f"[{place}]", 1))
        return self._media_input(piece)

    def _literal(self, name: str, value: Any) -> Any:
        """Return what is no piece as it is; a text that would be read as a binding is asked for instead."""
        if isinstance(value, str):
            if value.startswith("$") or embedded(value):
                return self._text_input(identifier(name), name, value)
            return value
        if isinstance(value, Mapping):
            return {str(key): self._inner(str(key), inner) for key, inner in value.items() if inner is not None}
        return [self._literal(name, inner) for inner in value] if isinstance(value, list) else value

    def _inner(self, key: str, value: Any) -> Any:
        """Return a member of an object. A piece in there is an input: what a stage makes cannot go into objects."""
        if not is_index(key):
            return self._literal(key, value)
        if isinstance(value, list):
            return [self._inner(key, each) for each in value]
        piece = self._piece(-1, "", key, value)
        return self._literal(key, value) if piece is None else self._media_input(piece)

    # --- inputs --------------------------------------------------------------------------------

    def _media_input(self, piece: ChatPiece) -> str:
        if piece.id not in self._input_of:
            kind = piece.kind if piece.kind in KINDS else "image"
            word, title = _WORDS[kind]
            about = f"Like “{piece.words}”" if piece.words else f"The {title.lower()} to start from"
            self._input_of[piece.id] = self._add_input(word, kind, title, about)
        return references.input_text(self._input_of[piece.id])

    def _inlined(self, tool: str, name: str, value: str) -> str:
        kind = kind_of(tool, name)
        if value not in self._input_of:
            word = "mask" if "mask" in name.lower() else _WORDS[kind][0]
            self._input_of[value] = self._add_input(word, kind, word.capitalize(), f"The {word} that was given")
        return references.input_text(self._input_of[value])

    def _text_input(self, wanted: str, title: str, value: str, about: str = "") -> str:
        key = f"text:{value}"
        if key not in self._input_of:
            self._input_of[key] = self._add_input(wanted, "text", title, about, default=value)
        return references.input_text(self._input_of[key])

    def _ask_for_words(self, label: str, stage_id: str, arguments: dict[str, Any]) -> None:
        for name in _PROMPTS:
            value = arguments.get(name)
            if isinstance(value, str) and value.strip():
                if not value.startswith("$"):
                    first = not any(entry["type"] == "text" for entry in self.inputs)
                    wanted, title = ("prompt", "Prompt") if first else (f"{stage_id}_prompt", f"{label}: prompt")
                    arguments[name] = self._text_input(wanted, title, value, f"The words for “{label}”")
                return

    def _add_input(self, wanted: str, kind: str, title: str, about: str, *, default: str | None = None) -> str:
        chosen = free_name(identifier(wanted), {entry["name"] for entry in self.inputs})
        chosen = chosen if chosen[0].isalpha() else f"input_{chosen}"
        schema: dict[str, Any] = {"title": title}
        entry: dict[str, Any] = {"name": chosen, "type": kind, "required": default is None, "description": about}
        if default is not None:
            entry["default"] = default
            schema["format"] = "long"
        number = chosen.rpartition("_")[2]
        if default is None and number.isdigit():
            schema["title"] = f"{title} {number}"
        self.inputs.append({**entry, "jsonSchema": schema})
        return chosen

    def _show_the_photo(self, number: int) -> None:
        """Restoring takes the first picture of a run: a stage that looks at the photo puts it there."""
        sent = [piece for piece in self.pieces if piece.kind == "image" and piece.uploaded]
        photo = max(sent, key=lambda piece: piece.index or 0, default=None)
        if photo is None:
            return
        first = next(filter(None, map(_first_picture, self.stages)), "")
        if first and first == references.input_text(self._input_of.get(photo.id, "")):
            return
        taken = {stage["id"] for stage in self.stages}
        stage_id = free_name("look", taken)
        self.stages.insert(
            0,
            {
                "id": stage_id,
                "type": "fixed",
                "label": "Look at the photo",
                "produces": [stage_id],
                "onError": "skip",
                "tool": "analyze_image",
                "args": {
                    "query": "What does this photo show, and how is it damaged?",
                    "sourceImageIndex": self._media_input(photo),
                },
            },
        )


@dataclass(frozen=True)
class _Named:
    """A piece that stands where the call named none."""

    piece: ChatPiece


def _free_label(words: str, taken: set[str]) -> str:
    """Return *words*, with a number when they are taken."""
    found, number = words, 2
    while found in taken:
        found, number = f"{words} {number}", number + 1
    return found


def _first_picture(stage: Mapping[str, Any]) -> str:
    """Return the first binding of a stage to a picture of the inputs; empty for none."""
    for name, value in stage["args"].items():
        if is_index(name) and kind_of(stage["tool"], name) == "image":
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, str) and each.startswith("$inputs."):
                    return each
    return ""
