"""Example values of an API, valid by its schemas and the same in each run."""

from clientcast.examples.operations import ExampleResponse, Examples, ExampleValues

__all__ = ["ExampleResponse", "ExampleValues", "Examples"]
