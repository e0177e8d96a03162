"""The OpenAPI document: JSON only, because the framework's viewers load code from elsewhere."""

from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from msgspec import Struct, field

from studio import __version__


class ErrorDetail(Struct, frozen=True):
    """The OpenAI part of an error."""

    message: str
    type: str
    code: str | None = None
    param: str | None = None


class ErrorBody(Struct, frozen=True, rename="camel"):
    """The hybrid error body that every known client understands (contract/errors.md §1 D)."""

    message: str
    error_code: int
    error: ErrorDetail
    status: str = "error"
    details: dict[str, object] = field(default_factory=dict)
    retry_after: float | None = None


def failure(description: str) -> ResponseSpec:
    """Return the description of one failing status."""
    return ResponseSpec(data_container=ErrorBody, description=description, generate_examples=False)


FAILURES = {
    400: failure("The request breaks the contract."),
    401: failure("No key, or a wrong one."),
    403: failure("The host name or the origin is not allowed."),
    404: failure("There is no such thing here."),
    500: failure("The engine failed."),
}


def config() -> OpenAPIConfig:
    """Return the configuration of ``/openapi.json``."""
    return OpenAPIConfig(
        title="Sogni Intelligence Studio engine",
        version=__version__,
        description="The Sogni Intelligence REST API, answered by this computer.",
        path="/openapi.json",
        # A root path would put the framework's own HTML page in front of every unknown address.
        render_plugins=[JsonRenderPlugin(path=["/", "/openapi.json"], media_type="application/json")],  # type: ignore[arg-type]
        use_handler_docstrings=True,
        security=[{"bearer": []}, {"apiKey": []}],
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(type="http", scheme="bearer"),
                "apiKey": SecurityScheme(type="apiKey", name="api-key", security_scheme_in="header"),
            }
        ),
    )
