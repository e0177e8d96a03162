"""Renderers that are other programs: ComfyUI, an images endpoint, the Supernet. Reached only as the person set them up."""
