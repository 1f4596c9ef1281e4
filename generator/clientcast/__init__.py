"""Generator of typed Python client packages, sync and async, from OpenAPI documents."""

__version__ = "0.1.0"
