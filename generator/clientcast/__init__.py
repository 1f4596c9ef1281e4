"""Generator of typed Python client packages, sync and async, from OpenAPI documents."""

__version__ = "0.3.0"
