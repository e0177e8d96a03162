"""The parts of one engine, built in one function from one configuration. Opens nothing.

The server (``app``) and a render worker (``worker``) are made of the same parts.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from studio.engine.activity import Activity
from studio.engine.agent.backends.base import Backend
from studio.engine.agent.backends.bundled_finder import BUNDLED, BundledFinder
from studio.engine.agent.backends.detect import Finder, FoundModel, FoundServer
from studio.engine.agent.brains import Brains
from studio.engine.agent.calls import Workshop
from studio.engine.billing.opening import billing_desk
from studio.engine.durable.dbos_runtime import DbosRuntime
from studio.engine.durable.hub import Hub
from studio.engine.durable.jobs import JobStore
from studio.engine.fetch import Fetcher
from studio.engine.files import secret_file
from studio.engine.guards import host_name, is_loopback
from studio.engine.media_desk import MediaDesk
from studio.engine.media_urls import MediaUrls
from studio.engine.runs.executor import RunExecutor
from studio.engine.runs.work import RunWork
from studio.engine.services import Services
from studio.engine.settings import EngineSettings
from studio.engine.store.assets import AssetStore
from studio.engine.store.database import Database
from studio.engine.store.seal import Sealer
from studio.engine.tools.base import Folders
from studio.engine.uploads.desk import UploadDesk
from studio.engine.uploads.policy import Signer
from studio.engine.workflows.registration import Workflows

if TYPE_CHECKING:
    from studio.engine.agent.tool_context import Renders
    from studio.engine.durable.execution import Runtime
    from studio.engine.renderers.registry import Renderers
    from studio.engine.tools.base import ToolRunner

MakeRuntime = Callable[[JobStore, str], "Runtime"]
"""Makes a runtime for a store and the engine's own base URL."""


def assemble(
    settings: EngineSettings,
    *,
    port: int = 0,
    leave: Callable[[], None] = lambda: None,
    worker: bool = False,
    director: Backend | None = None,
    runners: "Mapping[str, ToolRunner] | None" = None,
    pool: "Renders | None" = None,
    fetcher: Fetcher | None = None,
    runtime: MakeRuntime | None = None,
) -> Services:
    """Return the parts of an engine.

    Args:
        port: the port it will listen on, so that it does not take itself for a language model.
        leave: ends the process; called when the engine may go.
        worker: it only does queued steps of a shared database.
        director, runners, pool, fetcher, runtime: parts to use instead of the built-in ones.
    """
    database = Database(settings.engine_dir, settings.database_url)
    hosts = settings.allow_hosts
    url_key = secret_file(settings.engine_dir / "url-key")
    urls = MediaUrls(
        url_key,
        own_host=lambda host: is_loopback(host_name(host)) or host_name(host) in hosts,
    )
    desk = MediaDesk(AssetStore(settings.engine_dir, database), urls, fetcher or Fetcher())
    brains = Brains(
        director or _director(), _finder(settings, port), _backend_maker(settings), preferred=settings.llm_model
    )
    billing = billing_desk(settings, database)
    folders = Folders(settings.engine_dir / "cache", settings.engine_dir / "packs")
    built_in = _runners() if runners is None else runners
    renderers = _renderers(settings, built_in)
    workshop = Workshop(built_in, pool or LazyPool(), desk, billing, folders, renderers)
    activity = Activity(leave, idle_s=settings.exit_when_idle_s)
    hub = Hub()
    jobs = JobStore(database, Sealer(urls), hub)
    if database.is_shared:
        hub.poll_with(jobs.grown)
    own_url = f"http://127.0.0.1:{port}"

    def busy(change: int) -> None:
        activity.begin() if change > 0 else activity.end()

    made = (
        runtime(jobs, own_url)
        if runtime is not None
        else DbosRuntime(
            jobs,
            settings.engine_dir,
            base_url=own_url,
            database_url=settings.database_url,
            worker=worker,
            busy=busy,
        )
    )
    services = Services(
        settings=settings,
        database=database,
        brains=brains,
        workshop=workshop,
        desk=desk,
        uploads=UploadDesk(desk.store, database, Signer(url_key)),
        activity=activity,
        jobs=jobs,
        runtime=made,
        billing=billing,
    )
    _register_executors(services)
    return services


def _register_executors(services: Services) -> None:
    """Tell the runtime who carries which kind of job through."""
    services.runtime.register(Workflows(services))
    run_steps = RunWork(
        services.jobs, services.brains, services.workshop, services.billing, lambda: services.runtime.base_url
    )
    services.runtime.register(RunExecutor(services.jobs, services.workshop, services.billing, run_steps))


async def close(services: Services) -> None:
    """Put everything away; what runs is taken up again after the next start."""
    services.activity.close()
    await services.runtime.close()
    await services.jobs.close()
    await services.jobs.hub.close()
    await services.brains.close()
    if isinstance(services.workshop.pool, LazyPool):
        await services.workshop.pool.close()
    services.database.close()


def _director() -> Backend:
    from studio.engine.agent.backends.director import DirectorBackend

    return DirectorBackend()


def _runners() -> "Mapping[str, ToolRunner]":
    from studio.engine.tools.registry import runners

    return runners()


def _renderers(settings: EngineSettings, built_in: "Mapping[str, ToolRunner]") -> "Renderers":
    from studio.engine.renderers.registry import OtherRenderer, Renderers

    def others() -> list[OtherRenderer]:
        from studio.engine.renderers.remote.connect import connect

        return connect(settings.renderers, detect=settings.detect)

    return Renderers(others, lambda: built_in)


def _finder(settings: EngineSettings, port: int) -> Finder | None:
    if not settings.llm_url and not settings.detect:
        return None
    return BundledFinder(
        settings.llm_url,
        settings.llm_model,
        settings.llm_api_key,
        loopback=settings.detect,
        own_port=port,
        packs=settings.engine_dir / "packs",
    )


def _backend_maker(settings: EngineSettings) -> Callable[[FoundServer, FoundModel], Backend]:
    def make(server: FoundServer, model: FoundModel) -> Backend:
        if server.base_url == BUNDLED:
            from studio.engine.agent.backends.bundled import BundledBackend

            return BundledBackend(settings.engine_dir / "packs", model)
        from studio.engine.agent.backends.openai import OpenAIBackend

        return OpenAIBackend(server, model, api_key=settings.llm_api_key if settings.llm_url else None)

    return make


class LazyPool:
    """The render pool, made on first use: the server's start does not wait for its imports."""

    def __init__(self) -> None:
        self._made: Any = None

    async def run(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run *function* in the pool."""
        if self._made is None:
            from studio.engine.renderers.pool import RenderPool

            self._made = RenderPool()
        return await self._made.run(function, *args, **kwargs)

    async def close(self) -> None:
        """End the pool, if it was made."""
        if self._made is not None:
            await self._made.close()
