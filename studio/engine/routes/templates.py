"""``/v1/creative-agent/workflows/templates``: saved workflows with inputs. Source: contract/templates.md §1."""

from typing import TYPE_CHECKING, Annotated, Any, get_args

from litestar import Request, Response, delete, get, patch, post
from litestar.openapi import ResponseSpec
from litestar.params import Body, FromPath, QueryParameter

from studio.contract import wire
from studio.contract.errors import InvalidRequest
from studio.engine.openapi import FAILURES, failure
from studio.engine.services import caller, services
from studio.engine.templates.bodies import (
    DeletedData,
    DeletedEnvelope,
    ForkTemplate,
    NewTemplate,
    TemplateEnvelope,
    TemplatePageEnvelope,
    TemplatePatch,
    Visibility,
)
from studio.engine.wire_dto import WireDTO

if TYPE_CHECKING:
    from studio.engine.templates.store import Document, TemplateStore

ROOT = "/v1/creative-agent/workflows/templates"
_MOST_OFFSET = 2**31 - 1

Web = Request[Any, Any, Any]
_ONE = ResponseSpec(TemplateEnvelope, description="The template.", generate_examples=False)
_INVALID = {400: failure("The template is not valid; details.issues lists every finding with its code and path.")}


class _NewAsSent(WireDTO[NewTemplate]):
    """Hands over the object as it was sent: members that nobody knows are kept too."""

    def decode_bytes(self, value: bytes) -> Any:
        """Return the decoded JSON."""
        return wire.decode(value)


class _PatchAsSent(WireDTO[TemplatePatch]):
    """Hands over the object as it was sent."""

    def decode_bytes(self, value: bytes) -> Any:
        """Return the decoded JSON."""
        return wire.decode(value)


@post(
    ROOT,
    dto=_NewAsSent,
    return_dto=None,
    status_code=201,
    tags=["Templates"],
    summary="Save a template",
    responses={**FAILURES, **_INVALID, 201: _ONE, 409: failure("Its id is in use.")},
)
async def create_template(request: Web, data: Annotated[NewTemplate, Body()]) -> Response[Any]:
    """Check a template and keep it; it gets an id and version 0.0.1."""
    given = await _renewed(request, data)
    return _answer(request, {"template": await _store(request).create(caller(request).owner, given)}, 201)


@get(
    ROOT,
    tags=["Templates"],
    summary="Templates, newest first",
    responses={**FAILURES, 200: ResponseSpec(TemplatePageEnvelope, description="A page.", generate_examples=False)},
)
async def list_templates(
    request: Web,
    visibility: Annotated[str, QueryParameter(description="own, public, or all for both.")] = "own",
    offset: Annotated[int, QueryParameter(ge=0, le=_MOST_OFFSET)] = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> Response[Any]:
    """Return a page of templates; those that come with the engine are public and stand last."""
    named = next((each for each in get_args(Visibility) if each == visibility), None)
    if named is None:
        raise InvalidRequest("visibility must be one of: own, public, all.", param="visibility")
    found, following = await _store(request).page(caller(request).owner, named, limit=limit, offset=offset)
    return _answer(request, {"templates": found, "next": following})


@get(f"{ROOT}/{{template_id:str}}", tags=["Templates"], summary="A template", responses={**FAILURES, 200: _ONE})
async def get_template(request: Web, template_id: FromPath[str]) -> Response[Any]:
    """Return one of your templates, or a public one."""
    return _answer(request, {"template": await _store(request).get(caller(request).owner, template_id)})


@patch(
    f"{ROOT}/{{template_id:str}}",
    dto=_PatchAsSent,
    return_dto=None,
    tags=["Templates"],
    summary="Change a template",
    responses={**FAILURES, **_INVALID, 200: _ONE},
)
async def update_template(
    request: Web,
    template_id: FromPath[str],
    data: Annotated[TemplatePatch, Body()] = TemplatePatch(),  # noqa: B008 - frozen
) -> Response[Any]:
    """Replace top-level members of one of your templates; its version rises by one patch."""
    given = await _renewed(request, data)
    return _answer(request, {"template": await _store(request).change(caller(request).owner, template_id, given)})


@delete(
    f"{ROOT}/{{template_id:str}}",
    status_code=200,
    tags=["Templates"],
    summary="Delete a template",
    responses={**FAILURES, 200: ResponseSpec(DeletedEnvelope, description="It is gone.", generate_examples=False)},
)
async def delete_template(request: Web, template_id: FromPath[str]) -> DeletedEnvelope:
    """Delete one of your templates; what runs goes on."""
    await _store(request).delete(caller(request).owner, template_id)
    return DeletedEnvelope(DeletedData(template_id))


@post(
    f"{ROOT}/{{template_id:str}}/fork",
    dto=WireDTO[ForkTemplate],
    return_dto=None,
    status_code=201,
    tags=["Templates"],
    summary="Copy a template",
    responses={**FAILURES, 201: _ONE},
)
async def fork_template(
    request: Web,
    template_id: FromPath[str],
    data: Annotated[ForkTemplate, Body()] = ForkTemplate(),  # noqa: B008 - frozen
) -> Response[Any]:
    """Make a private copy of a template that you may see."""
    forked = await _store(request).fork(caller(request).owner, template_id, data.new_name)
    return _answer(request, {"template": forked}, 201)


def _store(request: Web) -> "TemplateStore":
    # What checks templates is loaded by the first request for one: the ready line does not wait for it.
    from studio.engine.templates.store import template_store

    return template_store(services(request))


async def _renewed(request: Web, data: object) -> "Document":
    """Return the body with the caller's own links signed anew, so that they are kept as references."""
    from studio.engine.workflows.intake import renewed

    given = {} if isinstance(data, TemplatePatch) else data
    if not isinstance(given, dict):
        raise InvalidRequest("A template must be an object.", code="invalid_template")
    found: Document = await renewed(given, caller(request), services(request).desk)
    return found


def _answer(request: Web, data: dict[str, Any], status_code: int = 200) -> Response[Any]:
    text = wire.encode({"status": "success", "data": data}).decode()
    opened = services(request).jobs.sealer.open(text, caller(request).base_url)
    return Response(opened.encode(), status_code=status_code, media_type="application/json; charset=utf-8")


TEMPLATE_ROUTES = [create_template, list_templates, get_template, update_template, delete_template, fork_template]
