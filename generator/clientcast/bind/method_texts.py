"""The docstrings of all methods: text alone, which a fork makes beside the rest of `bind`."""

from collections.abc import Mapping

from msgspec import Struct

from clientcast import ir
from clientcast.bind.arguments import Argument
from clientcast.bind.examples import Example, Examples
from clientcast.bind.method_docstrings import MethodDocstrings
from clientcast.bind.pointers import item_type
from clientcast.faults import working_on
from clientcast.view import ASYNC, SYNC

DocstringsByMode = dict[str, str]
"""The docstring literals of a method by class prefix of the mode."""


class MethodTexts(Struct, frozen=True):
    """Maker of the docstrings of the methods of one API, and of the examples in them.

    Attributes:
        arguments: The arguments of each operation, by pointer.
        paths: The attributes from the client to the method of each operation, by pointer.
    """

    api: ir.Api
    docstrings: MethodDocstrings
    examples: Examples
    arguments: Mapping[str, tuple[Argument, ...]]
    paths: Mapping[str, tuple[str, ...]]

    def all_docstrings(self) -> dict[str, DocstringsByMode]:
        """Return the docstrings of the methods of each operation, by pointer."""
        return {o.pointer: self._docstrings(o) for o in self.api.operations}

    def _docstrings(self, operation: ir.Operation) -> DocstringsByMode:
        with working_on(f"#{operation.pointer}"):
            example = self.example(operation)
            return self.docstrings.for_operation(
                operation,
                self.arguments[operation.pointer],
                {mode.class_prefix: example.text(mode) for mode in (SYNC, ASYNC)},
            )

    def example(self, operation: ir.Operation, *, brief: bool = False) -> Example:
        """Return an example call of an operation.

        Args:
            operation: The operation.
            brief: Whether to pass only required arguments and print the result.
        """
        item = item_type(self.api, operation)
        if operation.success.kind.is_stream:
            item = operation.success.type
        path, arguments = (
            self.paths[operation.pointer],
            self.arguments[operation.pointer],
        )
        return self.examples.for_operation(
            operation, path, arguments, item, brief=brief
        )
