"""Bounds on what a request may bring. Bodies are refused while they are read (413).

Sources: ARCHITECTURE, Security; contract/chat-completions.md §4.
"""

CHAT_BODY_BYTES = 64 * 1024 * 1024
JSON_BODY_BYTES = 8 * 1024 * 1024
IMAGE_PIXELS = 100_000_000
"""More is a decompression bomb."""
MEDIA_BYTES = 100 * 1024 * 1024
"""One fetched or inline piece of media."""
VISION_EDGE_PX = 1024
"""Longest side of the copy that a vision model sees."""
MESSAGES = 2_000
TOOLS = 512
"""More custom tools than any known client sends."""
MESSAGE_CHARACTERS = 2_000_000
"""Text of one message: a long book. Inline pictures are measured apart."""
