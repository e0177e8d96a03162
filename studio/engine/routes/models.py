"""``GET /v1/models`` and ``GET /v1/models/{id}``. Ids may hold a slash. Source: contract/chat-completions.md §11."""

from typing import Any

from litestar import Request, get
from litestar.params import FromPath

from studio.contract.errors import ModelNotFound
from studio.contract.models import Model, ModelList
from studio.engine.agent.brains import FRESH_S
from studio.engine.openapi import FAILURES
from studio.engine.services import services


@get("/v1/models", tags=["Models"], summary="Language models", responses=FAILURES)
async def list_models(request: Request[Any, Any, Any]) -> ModelList:
    """List what really answers first, then the documented ids as aliases of the default.

    Looks for language models again, when the last look is some seconds old.
    """
    brains = services(request).brains
    await brains.ready(max_age_s=FRESH_S)
    return ModelList(brains.models())


@get("/v1/models/{model_id:path}", tags=["Models"], summary="One language model", responses=FAILURES)
async def get_model(request: Request[Any, Any, Any], model_id: FromPath[str]) -> Model:
    """Return one model.

    Raises:
        ModelNotFound: the id is not in the list.
    """
    brains = services(request).brains
    await brains.ready()
    wanted = model_id.removeprefix("/")  # Litestar hands a path parameter over with its leading slash
    for model in brains.models():
        if model.id == wanted:
            return model
    raise ModelNotFound(
        f"The model {wanted} is not available here. GET /v1/models lists those that are.", param="model"
    )
