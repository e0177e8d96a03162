"""What the routes use, in one place: the parts of one engine, built once by ``app.build``."""

from dataclasses import dataclass
from typing import Any

from litestar import Request

from studio.engine.activity import Activity
from studio.engine.agent.brains import Brains
from studio.engine.agent.calls import Workshop
from studio.engine.auth import Owner
from studio.engine.billing.desk import BillingDesk
from studio.engine.durable.execution import Runtime
from studio.engine.durable.jobs import JobStore
from studio.engine.media_desk import Caller, MediaDesk
from studio.engine.settings import EngineSettings
from studio.engine.store.database import Database
from studio.engine.uploads.desk import UploadDesk


@dataclass(frozen=True)
class Services:
    """The parts that requests work with."""

    settings: EngineSettings
    database: Database
    brains: Brains
    workshop: Workshop
    desk: MediaDesk
    uploads: UploadDesk
    activity: Activity
    jobs: JobStore
    runtime: Runtime
    billing: BillingDesk


def services(request: Request[Any, Any, Any]) -> Services:
    """Return the services of the application that serves *request*."""
    found = request.app.state.services
    assert isinstance(found, Services)
    return found


def caller(request: Request[Any, Any, Any]) -> Caller:
    """Return who asks, and the address under which this engine was reached."""
    owner = request.scope["state"]["owner"]
    assert isinstance(owner, Owner)
    return Caller(owner.id, f"http://{request.headers['host']}")
