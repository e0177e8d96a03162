"""Speech: a script spoken by Kokoro voices, and a recording written down by Whisper. Both need a pack."""
