"""Templates in memory for widget tests and previews: the real models on a desk that keeps nothing."""

from pathlib import Path
from typing import Any

from studio.contract.editing.document import Document
from studio.contract.editing.layout import tidied
from studio.library.templates import StoredTemplate, Sync
from studio.viewmodels.notices import NoticesModel
from studio.viewmodels.templates.listing import TemplatesModel, _starters
from studio.viewmodels.templates.running import TemplateRuns

NOW_MS = 1_780_000_000_000


class NoTasks:
    """Runs nothing; notes what was asked for."""

    def __init__(self) -> None:
        self.started: list[str] = []

    def start(self, name: str, work: Any, *, restart: bool = False) -> bool:
        self.started.append(name)
        return True


class MemoryDesk:
    """A desk without threads and without a library."""

    def __init__(self) -> None:
        self.loop = None
        self.notices = NoticesModel()
        self.tasks = NoTasks()
        self.saved: list[str] = []
        self.data_dir = Path()

    def save(self, what: str, work: Any) -> None:
        self.saved.append(what)


def album_cover() -> dict[str, Any]:
    """The template of the mockups: five inputs, six stages, a checkpoint, a condition, an interactive stage."""
    return {
        "name": "Living album cover", "version": "1.3.0", "category": "music", "stability": "beta",
        "description": "One idea, four hours of light, moving to a song of its own.",
        "visibility": "private", "tags": ["music", "film", "cover"],
        "inputs": [
            {"name": "idea", "type": "text", "required": True, "description": "What should it show?",
             "jsonSchema": {"title": "Idea", "format": "long"}},
            {"name": "style", "type": "select", "required": False, "default": "painterly", "description": "The look",
             "jsonSchema": {"title": "Style"},
             "options": [{"value": "painterly", "label": "Painterly"}, {"value": "paper_cut", "label": "Paper cut"},
                         {"value": "ink_wash", "label": "Ink wash"}]},
            {"name": "references", "type": "image", "required": False, "multiple": {"min": 0, "max": 6},
             "description": "Pictures to follow", "jsonSchema": {"title": "References"}},
            {"name": "hours", "type": "number", "required": False, "default": 4, "description": "Hours of the day",
             "jsonSchema": {"title": "Hours of the day", "minimum": 2, "maximum": 8}},
            {"name": "music", "type": "boolean", "required": False, "default": True, "description": "Music",
             "jsonSchema": {"title": "Music"}},
        ],
        "stages": [
            {"id": "variations", "type": "fixed", "label": "Variations", "produces": ["images"],
             "tool": "generate_image", "checkpointRequired": True,
             "args": {"prompt": "$inputs.idea", "numberOfVariations": 4}},
            {"id": "animate", "type": "batch", "label": "Animate", "produces": ["clips"],
             "requiredArtifactsIn": ["images"], "overBinding": "$artifacts.images.items[*].selectedVersion.url",
             "itemName": "image", "concurrency": 2, "partialExecutionEnabled": True, "onError": "retry_once",
             "itemStage": {"id": "animate_item", "type": "fixed", "tool": "animate_photo",
                           "args": {"prompt": "Slow push in, fog drifting left to right. $inputs.style",
                                    "sourceImageIndex": "$item.value"}}},
            {"id": "score", "type": "fixed", "label": "Score", "produces": ["audio"], "tool": "generate_music",
             "condition": {"type": "expr", "expression": "inputs.music == true"},
             "args": {"prompt": "$inputs.idea", "duration": 30}},
            {"id": "listen", "type": "interactive", "label": "Listen", "produces": ["kept"],
             "requiredArtifactsIn": ["audio"], "systemPrompt": "Let the person keep the song or try again.",
             "allowedTools": ["generate_music"]},
            {"id": "assemble", "type": "fixed", "label": "Assemble", "produces": ["film"],
             "requiredArtifactsIn": ["clips", "audio"], "tool": "stitch_video",
             "args": {"videoIndices": "$artifacts.clips.items[*].selectedVersion.url",
                      "audioIndex": "$artifacts.audio[0].selectedVersion.url"}},
        ],
    }  # fmt: skip


def _theirs(content: dict[str, Any]) -> dict[str, Any]:
    stages = [dict(stage) for stage in content["stages"]]
    stages[0] = {**stages[0], "label": "Four hours"}
    return {**content, "stages": stages, "description": "Print size is now A3"}


def template_models(covers: list[Path]) -> TemplatesModel:
    """Four templates of one's own in every state, and the starters."""
    model = TemplatesModel(MemoryDesk())  # type: ignore[arg-type]
    album = dict(tidied(Document(album_cover()), lambda node: (160, 208)).content)
    names = ("Living album cover", "Six-shot short film", "Poster series in three papers", "Restore a family album")
    synced = Sync("supernet", "r1", "0.0.3", {"name": "before"})
    for number, name in enumerate(names):
        content = {**album, "name": name}
        sync = (
            synced,
            Sync("supernet", "r2", "0.0.1", content),
            Sync("supernet", "r3", "1", dict(content), _theirs(content)),
            Sync(),
        )
        stored = StoredTemplate(f"t{number}", content, NOW_MS, NOW_MS - number, sync=sync[number])
        model._mine[stored.id] = stored
        model._covers[stored.id] = covers[number % len(covers)]
    model._starters = _starters()
    model._list()
    return model


class FakeSync:
    """A server that is there; notes what was asked of it."""

    available = True
    server_name = "Supernet"

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def sync(self) -> None:
        self.asked.append(("sync", ""))

    def __getattr__(self, name: str) -> Any:
        return lambda template_id, *_rest: self.asked.append((name, template_id))


def runs_in_memory(connection: Any) -> TemplateRuns:
    """Runs that are never really started."""
    line = NoLine(connection)
    return TemplateRuns(MemoryDesk(), line, lambda: None)  # type: ignore[arg-type, return-value]


class NoLine:
    """A connection that leads nowhere."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def kind_now(self) -> Any:
        return self._connection.kind.value
