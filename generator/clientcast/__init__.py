"""Casts an OpenAPI document into a typed Python client package, sync and async."""

__version__ = "0.1.0"
