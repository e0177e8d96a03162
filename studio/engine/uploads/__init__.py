"""Files that come in by presigned addresses, and the library of saved assets (contract/media-uploads.md)."""
