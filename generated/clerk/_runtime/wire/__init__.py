"""Connections, framing and response bodies. Imports no other layer."""
