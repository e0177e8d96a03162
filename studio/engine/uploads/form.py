"""A posted form as it comes in: fields first, then one file, of which no more than a block is ever held.

S3 semantics: fields after the file are ignored, unknown fields too.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Final

from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from studio.engine.uploads.inlet import OVERHEAD_BYTES
from studio.engine.uploads.policy import SIGNED_FIELDS
from studio.engine.uploads.refusals import UploadRefused

MAX_FIELD_BYTES: Final = 16 * 1024
MAX_FIELDS: Final = 64
MAX_HEADER_BYTES: Final = 16 * 1024


class Form:
    """The form of one request. Call ``read_fields``, then iterate over ``file``.

    Attributes:
        fields: those that count.
        filename, content_type: what the sender calls the file.
    """

    def __init__(self, pieces: AsyncGenerator[bytes, None], content_type: str, limit_bytes: int) -> None:
        """Make a form of the body *pieces*.

        Raises:
            UploadRefused: *content_type* is no form.
        """
        kind, options = parse_options_header(content_type)
        boundary = options.get("boundary", "")
        if kind != "multipart/form-data" or not 1 <= len(boundary) <= 200:
            raise UploadRefused("MalformedPOSTRequest", "Post a multipart/form-data form with a boundary.")
        self.fields: dict[str, str] = {}
        self.filename = ""
        self.content_type = ""
        self._limit_bytes = limit_bytes + OVERHEAD_BYTES
        self._events = self._parse(pieces, boundary)

    async def aclose(self) -> None:
        """Read no further."""
        await self._events.aclose()

    async def read_fields(self) -> None:
        """Read everything before the file.

        Raises:
            UploadRefused: the form is malformed, or holds no file.
        """
        name, value, count = "", bytearray(), 0
        async for event in self._events:
            if isinstance(event, MultipartSegment):
                if event.name == "file":
                    self.filename, self.content_type = event.filename or "", _content_type(event)
                    return
                count += 1
                if count > MAX_FIELDS:
                    raise UploadRefused("MalformedPOSTRequest", f"This form has more than {MAX_FIELDS} fields.")
                name, value = event.name, bytearray()
            elif event is not None:
                value += event
                if len(value) > MAX_FIELD_BYTES:
                    raise UploadRefused("MalformedPOSTRequest", "A field of this form is too long.")
            else:
                self._note(name, bytes(value))
        raise UploadRefused("InvalidArgument", "This form has no file. Its last part must be named file.")

    async def file(self) -> AsyncIterator[bytes]:
        """Yield the file, then make sure that the form ends as forms do.

        Raises:
            UploadRefused: the form is malformed or was cut off.
        """
        inside = True
        async for event in self._events:
            if isinstance(event, MultipartSegment):
                if event.name == "file":
                    raise UploadRefused("InvalidArgument", "This form has more than one file.")
            elif event is None:
                inside = False
            elif inside:
                yield bytes(event)

    def _note(self, name: str, value: bytes) -> None:
        known = {field.lower(): field for field in SIGNED_FIELDS}.get(name.lower())
        if known is None:
            return
        if known in self.fields:
            raise UploadRefused("InvalidArgument", f"This form has the field {known} twice.")
        self.fields[known] = value.decode("utf-8", "replace")

    async def _parse(
        self, pieces: AsyncGenerator[bytes, None], boundary: str
    ) -> AsyncGenerator[MultipartSegment | bytes | bytearray | None, None]:
        size = 0
        try:
            with PushMultipartParser(
                boundary, max_header_size=MAX_HEADER_BYTES, max_segment_count=MAX_FIELDS + 8
            ) as parser:
                async for piece in pieces:
                    size += len(piece)
                    if size > self._limit_bytes:
                        raise UploadRefused("EntityTooLarge", "This form is larger than a file may be.")
                    if piece and not parser.closed:
                        for event in parser.parse(piece):
                            yield event
        except (MultipartError, UnicodeError) as error:
            raise UploadRefused(
                "MalformedPOSTRequest", "The form is not well-formed, or was cut off. Send it again."
            ) from error


def _content_type(segment: MultipartSegment) -> str:
    """Return the declared type of a file; nothing when the sender did not declare one."""
    return next((value for name, value in segment.headerlist if name.lower() == "content-type"), "")
