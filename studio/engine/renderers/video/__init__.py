"""Films and sounds: reading, writing, joining and changing them with ffmpeg as a separate program."""
