"""ComfyUI over its public HTTP and WebSocket interface."""
