"""Optional models of an engine: our extension ``/v1/studio/packs``, as client and server spell it."""

from typing import Literal

from msgspec import Struct, field

PackStatus = Literal["available", "installing", "installed", "failed"]


class InstallPack(Struct, frozen=True):
    """Body of an install. ``source``: a folder of archives, or the model file of a pack that runs one's own."""

    source: str | None = None


class PackInfo(Struct, frozen=True, rename="camel", kw_only=True):
    """One pack: what it is, and how it stands.

    Attributes:
        does: what it is for, one sentence.
        licence, origin, limits: to be shown before installing.
        download_bytes, installed_bytes: what it will take.
        disk_bytes: what it takes now.
        own_model: the kind of model file that must be named when it is installed.
        outdated: another edition than the offered one is installed.
        fraction: how far an install is, 0.0–1.0.
        label: what an install does, in words.
        error: why the last install failed.
        model_file: the person's own model.
        revision: grows with every change; give it as ``after`` to wait for the next.
    """

    id: str
    title: str
    version: str
    does: str
    tools: list[str]
    licence: str
    origin: str
    limits: str = ""
    download_bytes: int
    installed_bytes: int
    own_model: Literal["gguf"] | None = None
    state: PackStatus
    installed_version: str | None = None
    outdated: bool = False
    disk_bytes: int = 0
    model_file: str | None = None
    fraction: float | None = None
    label: str | None = None
    error: str | None = None
    revision: int = 0


class PackList(Struct, frozen=True):
    """Data of the list."""

    packs: list[PackInfo] = field(default_factory=list)
