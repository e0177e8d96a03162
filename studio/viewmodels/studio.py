"""``StudioModel``: everything behind one window. Build it, ``start`` before paint, ``start_services`` after."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.viewmodels.connection import ConnectionModel
from studio.viewmodels.create import CreateModel
from studio.viewmodels.desk import Desk
from studio.viewmodels.engine_process import EngineProcess
from studio.viewmodels.notices import NoticesModel
from studio.viewmodels.packs import PacksModel
from studio.viewmodels.sessions import CURRENT, SessionsModel
from studio.viewmodels.settings import SettingsModel

if TYPE_CHECKING:
    from studio.viewmodels.templates.from_chat import ChatTemplates
    from studio.viewmodels.templates.listing import TemplatesModel
    from studio.viewmodels.templates.running import TemplateRuns
    from studio.viewmodels.templates.syncing import SyncModel
    from studio.viewmodels.uploading import Uploader


class StudioModel:
    """The view models of one window on one data folder."""

    def __init__(self, data_dir: Path, *, engine: EngineProcess | None = None) -> None:
        self.data_dir = data_dir
        self._desk = Desk(data_dir)
        self.notices: NoticesModel = self._desk.notices
        self.settings = SettingsModel(data_dir, self._keep_setting)
        self.engine = engine or EngineProcess(data_dir)
        self.connection = ConnectionModel(self._desk, self.settings, self.engine)
        self.packs = PacksModel(self._desk, self.connection)
        self.create = CreateModel(self._desk, self.connection)
        self.sessions = SessionsModel(self._desk, self.create, self.settings)
        self._services_started = False
        self._closed = False
        self.connection.models.changed.connect(self._models_changed)
        for signal in (self.connection.kind.changed, self.connection.keys.changed, self.connection.custom_url.changed):
            signal.connect(lambda _value: self._judge_connection())
        self.create.composer.tools.changed.connect(lambda tools: self.settings.set("composer.tools", tools))
        self.create.composer.model.changed.connect(lambda model: self.settings.set("composer.model", model))
        self.create.session_changed.connect(self._session_changed)

    @cached_property
    def templates(self) -> "TemplatesModel":
        """The templates; their code is loaded when somebody asks for them first."""
        from studio.viewmodels.templates.listing import TemplatesModel

        return TemplatesModel(self._desk)

    @cached_property
    def chat_templates(self) -> "ChatTemplates":
        """Templates made of conversations."""
        from studio.viewmodels.templates.from_chat import ChatTemplates

        return ChatTemplates(self._desk, self.templates)

    @cached_property
    def template_runs(self) -> "TemplateRuns":
        """The runs of templates."""
        from studio.viewmodels.templates.running import TemplateRuns

        runs = TemplateRuns(self._desk, self.connection, lambda: self._template_uploads)
        runs.session_changed.connect(self._made_by_run)
        runs.changed.connect(self.sessions.changed.emit)  # how a run stands is part of how its session stands
        return runs

    @cached_property
    def _template_uploads(self) -> "Uploader":
        from studio.viewmodels.upload_wire import HttpUploads
        from studio.viewmodels.uploading import Uploader

        return Uploader(self._desk, HttpUploads())

    @cached_property
    def templates_sync(self) -> "SyncModel":
        """What goes between the templates and a server."""
        from studio.viewmodels.templates.syncing import SyncModel

        return SyncModel(self._desk, self.connection, self.templates)

    def start(self) -> None:
        """Read settings and session titles; sync, quick, before first paint."""
        from studio.library.recent import first_paint

        seen = first_paint(self.data_dir)
        self.settings.load(seen.settings)
        self.connection.load()
        tools = self.settings.get("composer.tools")
        if tools in ("none", "creative-tools", "creative-agent"):
            self.create.composer.tools.value = tools
        model = self.settings.get("composer.model")
        self.create.composer.model.value = model if isinstance(model, str) else ""
        self.sessions.load(seen.sessions)
        self._judge_connection()

    async def start_services(self) -> None:
        """Open the library, reach the connection, start the engine; after first paint, inside the loop.

        Everything goes on in the background; failures become notices.
        """
        if self._services_started:
            return
        self._services_started = True
        if self.connection.kind.value == "local":
            self.engine.spawn()
        self._desk.begin()
        self.sessions.refresh()
        self._desk.tasks.start("create.load", self.create.load)
        self._desk.tasks.start("create.attach", self.create.attach_all)
        self.connection.start()
        self._desk.tasks.start("settings.media", self._count_media)
        self._desk.tasks.start("templates.attach", self._attach_runs)

    async def close(self) -> None:
        """End running turns, keep what is open, ask the engine to leave, and end every task and thread."""
        if self._closed:
            return
        self._closed = True
        if not self._services_started:
            return
        self.create.leave_all()
        self.create.composer.flush_draft()
        if "templates" in self.__dict__:
            self.templates.flush()
        await self.create.close()
        if "_template_uploads" in self.__dict__:
            await self._template_uploads.aclose()
        await self._desk.close()
        await self.engine.leave()
        await self.connection.close()

    def _made_by_run(self, session_id: str) -> None:
        """A run of a template put something into a session: show it, also where that session is open."""
        self.sessions.refresh()
        conversation = self.create.conversation
        busy = conversation.working.value or conversation.saving or conversation.unsaved
        if conversation.id != session_id or not conversation.kept or busy:
            return

        async def read() -> None:
            turns, pieces = await self._desk.call(lambda lib: (lib.turns.list(session_id), lib.media.list(session_id)))
            if not conversation.working.value:
                conversation.turns = turns
                conversation.reset.emit()
                conversation.set_pieces(pieces)

        self._desk.tasks.start(f"create.reload.{session_id}", read, restart=True)

    async def _attach_runs(self) -> None:
        """Follow again the runs of templates that were not over when the last window closed."""
        if await self._desk.call(lambda lib: lib.templates.has_open_runs()):
            await self._desk.warm()
            self.template_runs.load()

    def _keep_setting(self, key: str, value: Any) -> None:
        self._desk.save("keeping a setting", lambda lib: lib.settings.put(key, value))

    def _models_changed(self, models: tuple[Any, ...]) -> None:
        composer = self.create.composer
        composer.models.value = models
        if composer.model.value and models and all(model.id != composer.model.value for model in models):
            composer.model.value = ""  # the one chosen earlier is not offered any more

    def _judge_connection(self) -> None:
        connection = self.connection
        kind = connection.kind.value
        why = ""
        if kind == "supernet" and not connection.has_key("supernet"):
            why = "Sogni Supernet needs a key. Put it in under Settings."
        elif kind == "custom" and not connection.custom_url.value.strip():
            why = "Your own server needs an address. Put it in under Settings."
        self.create.composer.set_obstacle(why)

    def _session_changed(self, session_id: str) -> None:
        if session_id == self.create.conversation.id and self.create.turns:
            self.settings.set(CURRENT, session_id)
        if not self.create.is_working(session_id):
            self._desk.tasks.start("settings.media", self._count_media, restart=True)

    async def _count_media(self) -> None:
        self.settings.media_bytes.value = await self._desk.call(lambda lib: lib.media_bytes())
