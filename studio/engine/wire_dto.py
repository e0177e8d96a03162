"""Request bodies through ``contract.wire.parse``: camelCase aliases, empty body as ``{}``, our own sentences.

A ``MsgspecDTO`` of which only the decoding is ours, so that OpenAPI still shows the struct.
"""

from typing import Any, TypeVar

from litestar.dto import MsgspecDTO
from msgspec import Struct

from studio.contract import wire

T = TypeVar("T", bound=Struct)


class WireDTO(MsgspecDTO[T]):
    """Decodes a body into the struct itself."""

    def decode_bytes(self, value: bytes) -> Any:
        """Return the struct that *value* holds.

        Raises:
            InvalidRequest: the body breaks it; ``param`` names the field.
        """
        return wire.parse(self.model_type, value)

    @classmethod
    def create_for_field_definition(cls, field_definition: Any, handler_id: str, backend_cls: Any = None) -> None:
        """Build no transfer model: nothing here uses one, and it costs 80 ms at every start."""

    @classmethod
    def create_openapi_schema(cls, field_definition: Any, handler_id: str, schema_creator: Any) -> Any:
        """Describe the struct, not a transfer model."""
        return schema_creator.for_field_definition(field_definition)
