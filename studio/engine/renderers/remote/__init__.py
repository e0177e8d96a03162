"""Renderers that are other programs: ComfyUI, an images endpoint, the Supernet; reached only as they were set up."""
