"""Decisions about a call: its request, retries, pages and the meaning of responses. No I/O."""
