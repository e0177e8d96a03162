"""``POST /v1/creative-agent/tools/execute``: one text tool without a conversation. Source: chat-completions.md §12."""

import secrets
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, post
from litestar.params import Body
from msgspec import Struct, field

from studio.contract.billing import BillingMode, TokenChoice
from studio.contract.errors import InsufficientCredit, InvalidRequest
from studio.contract.media import MediaIndex
from studio.contract.tools import catalogue
from studio.engine.agent.brains import FRESH_S
from studio.engine.agent.calls import perform_call, tool_result
from studio.engine.billing.desk import Payer, header_token
from studio.engine.body import empty_is_object
from studio.engine.openapi import FAILURES, failure
from studio.engine.services import caller, services
from studio.engine.wire_dto import WireDTO


class ExecuteTool(Struct, frozen=True, kw_only=True):
    """Body of a direct execution."""

    tool: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    arguments: dict[str, Any] = field(default_factory=dict)
    app_source: Annotated[str, msgspec.Meta(max_length=128)] | None = None
    token_type: TokenChoice | None = None
    billing_mode: BillingMode | None = None
    safe_content_filter: bool | None = None


class Executed(Struct, frozen=True, rename="camel"):
    """What came of it; ``message`` is the text to show."""

    tool_call_id: str
    tool: str
    result: dict[str, Any]
    message: str | None


class ExecutedEnvelope(Struct, frozen=True):
    """Body of the answer."""

    data: Executed
    status: str = "success"


_TEXT_MEMBERS: Final = ("prompt", "script", "lyrics", "structure")


@post(
    "/v1/creative-agent/tools/execute",
    dto=WireDTO[ExecuteTool],
    return_dto=None,
    before_request=empty_is_object(ExecuteTool),
    status_code=200,
    tags=["Tools"],
    summary="Run one text tool",
    responses={**FAILURES, 402: failure("The balance does not cover it."), 429: failure("Too many requests.")},
)
async def execute_tool(request: Request[Any, Any, Any], data: Annotated[ExecuteTool, Body()]) -> ExecutedEnvelope:
    """Run a composition or planning tool and return its result.

    Raises:
        InvalidRequest: the tool is not one of the six, or its arguments are wrong.
        InsufficientCredit: the balance does not cover it; nothing was done.
    """
    known = catalogue().get(data.tool)
    if known is None or not known.direct_execute:
        allowed = ", ".join(tool.name for tool in catalogue().values() if tool.direct_execute)
        raise InvalidRequest(f"{data.tool} cannot be executed directly. These can: {allowed}.", param="tool")
    parts, who = services(request), caller(request)
    await parts.brains.ready(max_age_s=FRESH_S)
    call_id = f"call_{secrets.token_hex(12)}"
    media = MediaIndex()
    performed = await perform_call(
        parts.workshop,
        tool=data.tool,
        call_id=call_id,
        arguments=data.arguments,
        media=media,
        caller=who,
        request_text="",
        backend=parts.brains.default,
        tick=lambda tick: None,
        payer=Payer(who.owner, data.token_type or header_token(request.headers) or "auto", data.billing_mode or "auto"),
        key=call_id,
    )
    if performed.failure is not None:
        failed = performed.failure
        if failed.error_type == "COST_LIMIT_EXCEEDED":
            raise InsufficientCredit(failed.message or "The balance does not cover it.")
        raise InvalidRequest(
            failed.message or "The tool failed.", code=(failed.error_type or "").lower() or None, param="arguments"
        )
    result = msgspec.to_builtins(tool_result(performed, media))
    # The planners' findings are members of the result itself here: steps, fits_budget, template_draft, plan.
    result = {**(performed.data or {}), **result}
    shown = next((performed.text[name] for name in _TEXT_MEMBERS if performed.text.get(name)), performed.message)
    return ExecutedEnvelope(Executed(call_id, data.tool, result, shown or None))
