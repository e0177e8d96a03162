"""Which language models a connection offers. Source: contract/chat-completions.md §11."""

from typing import Any
from urllib.parse import quote

from studio.contract import wire
from studio.contract.errors import InvalidRequest, TransportError
from studio.contract.models import Model
from studio.service.transport import Transport


async def list_models(transport: Transport) -> list[Model]:
    """Return the models of ``GET /v1/models``, in the server's order; entries without an id are left out.

    Raises:
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    body = await transport.get_json("/v1/models")
    rows = body.get("data", body.get("models")) if isinstance(body, dict) else body
    if not isinstance(rows, list):
        raise TransportError("The server's list of models cannot be read.", phase="read", sent=True)
    return [model for model in map(_model, rows) if model is not None]


async def get_model(transport: Transport, model_id: str) -> Model:
    """Return one model.

    Raises:
        ModelNotFound: the server does not offer it.
        ApiError, TransportError: as in ``Transport.get_json``.
    """
    model = _model(await transport.get_json(f"/v1/models/{quote(model_id, safe='/')}"))
    if model is None:
        raise TransportError("The server's description of the model cannot be read.", phase="read", sent=True)
    return model


def _model(row: Any) -> Model | None:
    if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not row["id"]:
        return None
    try:
        return wire.convert(Model, row)
    except InvalidRequest:
        # Another server's extra has our name and another shape; the id is what counts.
        owner = row.get("owned_by")
        return Model(id=row["id"], owned_by=owner if isinstance(owner, str) else "")
