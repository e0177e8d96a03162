"""Upload slots of presigned uploads, and saved assets."""
