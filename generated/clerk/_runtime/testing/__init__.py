"""The fake of an API: the real client over an in-memory transport."""
