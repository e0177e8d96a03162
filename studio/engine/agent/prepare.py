"""From a request as it came to one the loop can work on: checked, inline media kept, media indexed.

Sources: contract/chat-completions.md §3, §4 and §6.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from studio.contract.chat import (
    MAX_IMAGES,
    ChatRequest,
    ImagePart,
    ImageUrl,
    MediaContext,
    MediaKind,
    Message,
    TextPart,
    ToolFamily,
)
from studio.contract.errors import InvalidRequest
from studio.contract.manifest import KEY, latest_manifest
from studio.contract.media import MediaIndex, seed_index
from studio.engine.agent.surface import Surface, build_surface
from studio.engine.data_uri import is_data_uri
from studio.engine.limits import MESSAGE_CHARACTERS, MESSAGES
from studio.engine.media_desk import Caller, MediaDesk


@dataclass(frozen=True)
class Prepared:
    """A request ready to be answered; inline media are assets now, and ``messages`` cite their URLs."""

    request: ChatRequest
    messages: list[Message]
    media: MediaIndex
    surface: Surface
    caller: Caller

    @property
    def request_text(self) -> str:
        """The newest user message, as typed."""
        return next((message.text for message in reversed(self.messages) if message.role == "user"), "")


async def prepare(request: ChatRequest, caller: Caller, desk: MediaDesk, default_tools: ToolFamily) -> Prepared:
    """Check *request*, keep its inline media and index everything.

    Raises:
        InvalidRequest: something in it cannot be accepted; nothing was answered.
        OSError: inline media could not be kept.
    """
    _check(request)
    surface = build_surface(request, default_tools)
    intake = _Intake(caller, desk)
    await intake.know(_urls(request))
    messages = [await intake.message(i, message) for i, message in enumerate(request.messages)]
    references = [await intake.reference(i, request) for i in range(len(request.all_media_references))]
    context = await intake.context(request.media_context)
    media = seed_index(context, references, messages)
    media.manifest = latest_manifest(_findings(messages))
    return Prepared(request, messages, media, surface, caller)


def _findings(messages: Sequence[Message]) -> list[object]:
    """Return the ``data`` of every tool result that *messages* hold."""
    found = []
    for message in messages:
        if message.role == "tool" and KEY in message.text:
            try:
                result = msgspec.json.decode(message.text)
            except msgspec.DecodeError:
                continue
            found.append(result.get("data") if isinstance(result, dict) else None)
    return found


def _check(request: ChatRequest) -> None:
    if len(request.messages) > MESSAGES:
        raise InvalidRequest(f"A conversation may have at most {MESSAGES} messages.", param="messages")
    pictures = 0
    for i, message in enumerate(request.messages):
        if message.role == "tool" and not message.tool_call_id:
            raise InvalidRequest(f"messages[{i}].tool_call_id is required", param=f"messages[{i}].tool_call_id")
        if len(message.text) > MESSAGE_CHARACTERS:
            raise InvalidRequest(
                f"messages[{i}].content allows at most {MESSAGE_CHARACTERS:,} characters",
                param=f"messages[{i}].content",
            )
        pictures += len(message.images)
    if pictures > MAX_IMAGES:
        raise InvalidRequest(
            f"{pictures} pictures were sent; at most {MAX_IMAGES} can go in one request.",
            code="too_many_images",
            param="messages",
        )
    if (
        request.response_format
        and request.response_format.type == "json_schema"
        and not request.response_format.json_schema
    ):
        raise InvalidRequest("response_format.json_schema is required", param="response_format.json_schema")


def _urls(request: ChatRequest) -> list[str]:
    context = request.media_context or MediaContext()
    lists = (
        context.images,
        context.videos,
        context.audio,
        context.uploaded_images,
        context.uploaded_videos,
        context.uploaded_audio,
    )
    parts = [image.url for message in request.messages for image in message.images]
    return [*(r.location or "" for r in request.all_media_references), *(url for urls in lists for url in urls), *parts]


class _Intake:
    """Turns the URLs of one request into stable ones: one string for each asset, however it was cited."""

    def __init__(self, caller: Caller, desk: MediaDesk) -> None:
        self._caller = caller
        self._desk = desk
        self._by_asset: dict[str, str] = {}
        self._by_uri: dict[str, str] = {}

    async def know(self, urls: Sequence[str]) -> None:
        """Renew our own URLs among *urls* whose assets belong to the caller."""
        own = {url: found.asset_id for url in urls if not is_data_uri(url) and (found := self._desk.urls.parse(url))}
        for asset in await self._desk.store.get_many(set(own.values()), self._caller.owner):
            self._by_asset[asset.id] = self._desk.url(self._caller, asset)
        self._by_uri.update(
            {url: self._by_asset[asset_id] for url, asset_id in own.items() if asset_id in self._by_asset}
        )

    async def url(
        self, url: str, kind: MediaKind, param: str, *, filename: str | None = None, vision: bool = False
    ) -> str:
        if url in self._by_uri or not url:
            return self._by_uri.get(url, url)
        if not is_data_uri(url):
            if not url.lower().startswith(("http://", "https://")):
                raise InvalidRequest(
                    "Media must be a data URI or an http(s) address.", code="invalid_media_url", param=param
                )
            return url
        asset = await self._desk.take_in(self._caller, url, kind, param=param, filename=filename, vision=vision)
        stable = self._by_asset.setdefault(asset.id, self._desk.url(self._caller, asset))
        self._by_uri[url] = stable
        return stable

    async def message(self, number: int, message: Message) -> Message:
        role = "system" if message.role == "developer" else message.role
        content = message.content
        if isinstance(content, list):
            parts: list[TextPart | ImagePart] = []
            for place, part in enumerate(content):
                if isinstance(part, ImagePart):
                    where = f"messages[{number}].content[{place}].image_url"
                    stable = await self.url(part.image_url.url, "image", where, vision=True)
                    part = ImagePart(ImageUrl(stable, part.image_url.detail))
                parts.append(part)
            content = parts
        return msgspec.structs.replace(message, role=role, content=content)

    async def reference(self, number: int, request: ChatRequest) -> tuple[MediaKind, str]:
        reference = request.all_media_references[number]
        where = f"media_references[{number}]"
        if not reference.location:
            raise InvalidRequest(f"{where}.url is required", param=f"{where}.url")
        return reference.kind, await self.url(reference.location, reference.kind, where, filename=reference.filename)

    async def context(self, context: MediaContext | None) -> MediaContext | None:
        if context is None:
            return None
        lists: dict[str, list[str]] = {}
        kinds: dict[str, MediaKind] = {"images": "image", "videos": "video", "audio": "audio"}
        for name, kind in kinds.items():
            for member in (name, f"uploaded_{name}"):
                urls: list[str] = getattr(context, member)
                lists[member] = [
                    await self.url(url, kind, f"media_context.{member}[{i}]") for i, url in enumerate(urls)
                ]
        return MediaContext(**lists)
