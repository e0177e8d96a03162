"""Chat completions as data: request, messages, response, stream chunks, tool results.

Source: contract/chat-completions.md. Unknown members are ignored; camelCase aliases are
accepted by ``wire.parse``.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

DEFAULT_MODEL = "qwen3.6-35b-a3b-gguf-iq4xs"
ALIAS_MODELS = (DEFAULT_MODEL, "qwen3.5-35b-a3b-abliterated-gguf-q4km")
MAX_IMAGES = 20
MAX_IMAGE_BYTES = 10 * 1024 * 1024
MAX_ROUNDS = 5
MAX_CALLS_PER_ROUND = 8

Role = Literal["system", "developer", "user", "assistant", "tool"]
FinishReason = Literal["stop", "length", "tool_calls", "content_filter"]
ToolFamily = Literal["creative-tools", "creative-agent", "none"]
MediaKind = Literal["image", "video", "audio"]


class ImageUrl(Struct, frozen=True, omit_defaults=True):
    """Target of an image part: an inline PNG/JPEG data URI, or an http(s) URL."""

    url: str
    detail: Literal["auto", "low", "high"] | None = None


class TextPart(Struct, frozen=True, tag_field="type", tag="text"):
    """A text part of a user message."""

    text: str


class ImagePart(Struct, frozen=True, tag_field="type", tag="image_url"):
    """A picture part of a user message."""

    image_url: ImageUrl


Content = str | list[TextPart | ImagePart] | None


class FunctionCall(Struct, frozen=True):
    """Name and JSON-text arguments of a call."""

    name: str
    arguments: str = "{}"


class ToolCall(Struct, frozen=True):
    """One call of a tool by the assistant."""

    function: FunctionCall
    id: str = ""
    type: str = "function"


class Message(Struct, frozen=True, omit_defaults=True):
    """One message of a conversation."""

    role: Role
    content: Content = None
    tool_calls: list[ToolCall] | None = None
    tool_call_id: str | None = None
    name: str | None = None
    reasoning_content: str | None = None

    @property
    def text(self) -> str:
        """The text of the message; picture parts are left out."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if isinstance(part, TextPart))
        return self.content or ""

    @property
    def images(self) -> list[ImageUrl]:
        """The picture parts, in order."""
        if not isinstance(self.content, list):
            return []
        return [part.image_url for part in self.content if isinstance(part, ImagePart)]


class FunctionSpec(Struct, frozen=True, omit_defaults=True):
    """A function that the model may call; ``parameters`` is a JSON Schema."""

    name: Annotated[str, Meta(min_length=1, max_length=128)]
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class ToolSpec(Struct, frozen=True):
    """An OpenAI function tool."""

    function: FunctionSpec
    type: Literal["function"] = "function"


class NamedFunction(Struct, frozen=True):
    """The function named by a forced ``tool_choice``."""

    name: str


class NamedToolChoice(Struct, frozen=True):
    """``tool_choice`` that forces one function."""

    function: NamedFunction
    type: Literal["function"] = "function"


ToolChoice = Literal["auto", "none", "required"] | NamedToolChoice


class JsonSchemaFormat(Struct, frozen=True, omit_defaults=True):
    """Schema of a ``json_schema`` response format."""

    name: str
    schema: dict[str, Any]
    strict: bool | None = None
    description: str | None = None


class ResponseFormat(Struct, frozen=True, omit_defaults=True):
    """How the answer must be shaped."""

    type: Literal["text", "json_object", "json_schema"] = "text"
    json_schema: JsonSchemaFormat | None = None


class StreamOptions(Struct, frozen=True, omit_defaults=True):
    """Options of a streamed answer."""

    include_usage: bool = False


class MediaReference(Struct, frozen=True, omit_defaults=True):
    """A piece of media that tools may use."""

    kind: MediaKind
    url: str | None = None
    value: str | None = None
    data_uri: str | None = None
    id: str | None = None
    mime_type: str | None = None
    filename: str | None = None
    byte_length: int | None = None
    prompt_label: str | None = None
    source: str | None = None
    flag: str | None = None
    storage: dict[str, Any] | None = None

    @property
    def location(self) -> str | None:
        """The URL or data URI, whichever member carries it."""
        return self.url or self.data_uri or self.value


class MediaContext(Struct, frozen=True, rename="camel", omit_defaults=True):
    """Everything indexable in a session, so that a stateless client can go on."""

    images: list[str] = field(default_factory=list)
    videos: list[str] = field(default_factory=list)
    audio: list[str] = field(default_factory=list)
    uploaded_images: list[str] = field(default_factory=list)
    uploaded_videos: list[str] = field(default_factory=list)
    uploaded_audio: list[str] = field(default_factory=list)


class ChatRequest(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Body of ``POST /v1/chat/completions``."""

    messages: Annotated[list[Message], Meta(min_length=1)]
    model: str = DEFAULT_MODEL
    stream: bool = False
    stream_options: StreamOptions | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    repetition_penalty: float | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    stop: str | list[str] | None = None
    tools: list[ToolSpec] | None = None
    tool_choice: ToolChoice | None = None
    parallel_tool_calls: bool | None = None
    sogni_tools: bool | str | None = None
    sogni_tool_execution: bool | None = None
    task_profile: Literal["general", "coding", "reasoning"] | None = None
    chat_template_kwargs: dict[str, Any] | None = None
    response_format: ResponseFormat | None = None
    token_type: Literal["spark", "sogni", "auto"] | None = None
    billing_mode: Literal["auto", "subscription", "tokens"] | None = None
    app_source: str | None = None
    media_references: list[MediaReference] | None = None
    api_media_references: list[MediaReference] | None = None
    media_context: MediaContext | None = None
    safe_content_filter: bool | None = None

    @property
    def all_media_references(self) -> list[MediaReference]:
        """References under either name, in request order."""
        return [*(self.media_references or []), *(self.api_media_references or [])]


class Usage(Struct, frozen=True):
    """Token counts, summed over all rounds of a request."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.total_tokens + other.total_tokens,
        )


class Output(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """Provenance of one produced file (our extension, inside ``x_studio.outputs``)."""

    url: str
    media_type: str
    """Kind: image, video, audio, model or text."""
    mime_type: str
    sha256: str
    byte_length: int
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    seed: int | None = None
    prompt: str | None = None
    """The prompt that was really used."""
    title: str | None = None
    """A short museum-label title, without a trailing full stop."""
    role: str | None = None
    """None for a result; ``last_frame``, or ``source`` for what a result was made from."""


class Provenance(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """Who made a tool's result and how (our extension)."""

    renderer: str
    """For example ``painter``, ``onnx-style``, ``ncnn``."""
    model: str
    """Name for people, for example ``Built-in painter · coast``."""
    reason: str | None = None
    alternatives: list[str] = field(default_factory=list)
    """One sentence for each renderer that was not used, and why."""
    seconds: float = 0.0
    outputs: list[Output] = field(default_factory=list)
    attachments: list[Output] = field(default_factory=list)
    """Further files of this call that carry no index: a film's last frame, a track's MIDI."""


class ToolResult(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Result of one tool call: content of the ``tool`` message and element of ``sogni_tool_results``."""

    tool: str
    success: bool
    ok: bool
    tool_call_id: str | None = field(name="toolCallId", default=None)
    message: str | None = None
    result_urls: list[str] = field(name="resultUrls", default_factory=list)
    video_result_urls: list[str] = field(name="videoResultUrls", default_factory=list)
    audio_result_urls: list[str] = field(name="audioResultUrls", default_factory=list)
    last_frame_url: str | None = field(name="lastFrameUrl", default=None)
    start_index: int | None = field(name="startIndex", default=None)
    indices: list[int] = field(default_factory=list)
    workflow_id: str | None = field(name="workflowId", default=None)
    prompt: str | None = None
    script: str | None = None
    lyrics: str | None = None
    structure: str | None = None
    data: dict[str, Any] | None = None
    """Structured findings of analysis and metadata tools."""
    error: str | None = None
    error_type: str | None = None
    control_action: str | None = field(name="controlAction", default=None)
    retry_policy: str | None = field(name="retryPolicy", default=None)
    required_tool: str | None = field(name="requiredTool", default=None)
    suggested_args: dict[str, Any] | None = field(name="suggestedArgs", default=None)
    x_studio: Provenance | None = None

    @property
    def urls(self) -> list[str]:
        """Every produced URL, pictures first."""
        return [*self.result_urls, *self.video_result_urls, *self.audio_result_urls]


ToolStatus = Literal["queued", "processing", "completed", "failed", "cancelled"]


class SogniProgress(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """Progress of one tool call, as the top-level ``sogni_progress`` of an empty-delta chunk.

    The members of ``tool_call_progress`` (contract/chat-runs.md §4) plus ours:
    ``arguments`` on the first tick, ``result`` on the last.
    """

    tool_call_id: str
    tool_name: str
    status: ToolStatus
    progress: float | None = None
    """0.0–1.0; None while unknown."""
    eta_seconds: float | None = None
    step_label: str | None = None
    job_index: int | None = None
    job_label: str | None = None
    job_progress: float | None = None
    result_url: str | None = None
    job_error: str | None = None
    arguments: dict[str, Any] | None = None
    result: ToolResult | None = None


class FunctionDelta(Struct, frozen=True, omit_defaults=True):
    """A fragment of a streamed call."""

    name: str | None = None
    arguments: str | None = None


class ToolCallDelta(Struct, frozen=True):
    """A fragment of a streamed tool call; the first of an index carries id and name."""

    index: Annotated[int, Meta(ge=0, le=1023)] = 0
    id: str | UnsetType | None = UNSET
    type: str | UnsetType | None = UNSET
    function: FunctionDelta | UnsetType = UNSET


class Delta(Struct, frozen=True, omit_defaults=True):
    """What a chunk adds to the message."""

    role: str | None = None
    content: str | None = None
    reasoning_content: str | None = None
    tool_calls: list[ToolCallDelta] | None = None


class ChunkChoice(Struct, frozen=True):
    """The one choice of a chunk."""

    delta: Delta = field(default_factory=Delta)
    index: int = 0
    finish_reason: str | None = None


class StudioAnswer(Struct, frozen=True, omit_defaults=True):
    """What really answered (our extension ``x_studio``)."""

    answered_by: str
    """Backend and model in words, for example ``director`` or ``ollama · qwen3:14b``."""
    notices: list[str] = field(default_factory=list)
    """Sentences for the artist, for example that history was shortened."""


class ChatChunk(Struct, frozen=True, kw_only=True):
    """One ``chat.completion.chunk`` of a stream; absent extras are ``UNSET`` and not encoded."""

    id: str = ""
    created: int = 0
    model: str = ""
    choices: list[ChunkChoice] = field(default_factory=list)
    object: str = "chat.completion.chunk"
    usage: Usage | UnsetType | None = UNSET
    cost: dict[str, Any] | UnsetType = UNSET
    """On the last chunk, where the language model has a price (our placement)."""
    sogni_progress: SogniProgress | UnsetType = UNSET
    sogni_tool_results: list[ToolResult] | UnsetType = UNSET
    creative_workflows: list[dict[str, Any]] | UnsetType = UNSET
    x_studio: StudioAnswer | UnsetType = UNSET


class AnswerMessage(Struct, frozen=True):
    """The assistant's message in a response; ``content`` is always present."""

    content: str | None = None
    role: Literal["assistant"] = "assistant"
    tool_calls: list[ToolCall] | UnsetType = UNSET
    reasoning_content: str | UnsetType | None = UNSET


class Choice(Struct, frozen=True):
    """The one choice of a response."""

    message: AnswerMessage
    index: int = 0
    finish_reason: str | None = "stop"


class ChatResponse(Struct, frozen=True, kw_only=True):
    """Body of a plain (not streamed) answer; absent extras are ``UNSET`` and not encoded."""

    id: str
    created: int
    model: str
    choices: list[Choice]
    object: Literal["chat.completion"] = "chat.completion"
    usage: Usage = field(default_factory=Usage)
    cost: dict[str, Any] | UnsetType = UNSET
    creative_workflows: list[dict[str, Any]] | UnsetType = UNSET
    sogni_tool_results: list[ToolResult] | UnsetType = UNSET
    x_studio: StudioAnswer | UnsetType = UNSET


def tool_family(value: bool | str | None, default: ToolFamily = "creative-tools") -> ToolFamily:
    """Resolve ``sogni_tools`` (contract/chat-completions.md §5); *default* applies when it was omitted.

    Raises:
        ValueError: the string is not a documented value.
    """
    if value is None:
        return default
    if value is True or value in ("creative-tools", "rich", "true"):
        return "creative-tools"
    if value is False or value in ("none", "false"):
        return "none"
    if value == "creative-agent":
        return "creative-agent"
    raise ValueError(f'sogni_tools must be a boolean, "creative-tools", "creative-agent" or "none", not {value!r}')


def estimate_tokens(messages: list[Message]) -> int:
    """Estimate input tokens as the service prices them: JSON length / 4, pictures as ``[image]``."""
    total = 0
    for message in messages:
        total += len(message.text) + 7 * len(message.images) + 24
        for call in message.tool_calls or []:
            total += len(call.function.name) + len(call.function.arguments) + 40
    return -(-total // 4)


def call_arguments(call: ToolCall) -> dict[str, Any]:
    """Return a call's arguments; malformed or non-object JSON counts as ``{}``."""
    try:
        value = msgspec.json.decode(call.function.arguments)
    except msgspec.DecodeError:
        return {}
    return value if isinstance(value, dict) else {}
