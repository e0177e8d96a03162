"""Pictures on the wall: thumbnails, justified rows, tiles, selection and what can be done with pieces."""
