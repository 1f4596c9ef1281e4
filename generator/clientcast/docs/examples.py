"""Complete example programs, built from the examples in docstrings."""

import ast
import textwrap
from dataclasses import dataclass
from functools import lru_cache

from clientcast.docs.reference import Example

_STATUS_ERROR = "APIStatusError"
_DATE_TYPES = ("date", "datetime")


@dataclass(frozen=True, slots=True)
class ExampleBuilder:
    """Builder of example programs for one package.

    Attributes:
        package: Import name of the package.
        synchronous, asynchronous: Example of each client class: a `with` statement.
        models: Names that `models.py` of the package declares.
    """

    package: str
    synchronous: str
    asynchronous: str
    models: frozenset[str]

    def client_example(self) -> Example | None:
        """Return the example of the client, or None unless both modes have one."""
        return self._pair(
            self._add_imports(self.synchronous), self._add_imports(self.asynchronous)
        )

    def operation_example(self, synchronous: str, asynchronous: str) -> Example | None:
        """Return the example of an operation inside the `with` statement of the client."""
        return self._pair(
            self._add_imports(_replace_call(self.synchronous, synchronous)),
            self._add_imports(_replace_call(self.asynchronous, asynchronous)),
        )

    def error_handling_example(self, base: str) -> Example | None:
        """Return the example of the client with error handling.

        Args:
            base: Common base class of the errors of calls.
        """
        return self._pair(
            self._add_imports(_add_error_handling(self.synchronous, base)),
            self._add_imports(_add_error_handling(self.asynchronous, base)),
        )

    def _pair(self, synchronous: str, asynchronous: str) -> Example | None:
        if not synchronous or not asynchronous:
            return None
        return Example(synchronous, asynchronous)

    def _add_imports(self, program: str) -> str:
        """Add the imports to a program; empty if it is not valid Python."""
        tree = _parse(program)
        if tree is None or not tree.body:
            return ""
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        names = {node.id for node in nodes}
        assigned = {node.id for node in nodes if isinstance(node.ctx, ast.Store)}
        exception_classes = {
            node.type.id
            for node in ast.walk(tree)
            if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Name)
        }
        used = exception_classes | (names & self.models - assigned)
        client = _client_class(tree)
        lines = [f"from datetime import {n}" for n in _DATE_TYPES if n in names]
        lines += [f"from {self.package} import {', '.join(sorted({client, *used}))}"]
        return "\n".join([*lines, "", program.rstrip()])


def _replace_call(client: str, call: str) -> str:
    """Replace the call in the `with` statement of a client's example."""
    head, _ = _split_with_statement(client)
    return f"{head}\n{textwrap.indent(call, '    ')}" if head and call else ""


def _add_error_handling(client: str, base: str) -> str:
    """Wrap the call of a client's example in a `try` statement."""
    head, call = _split_with_statement(client)
    lines = (
        "try:",
        call,
        f"except {_STATUS_ERROR} as error:",
        "    print(error.status_code, error.code, error.request_id)",
        f"except {base} as error:",
        "    print(error)",
    )
    return f"{head}\n{textwrap.indent(chr(10).join(lines), '    ')}" if head else ""


@lru_cache(maxsize=2)  # Each operation asks for the examples of the same two clients.
def _split_with_statement(client: str) -> tuple[str, str]:
    """Split a client's example into the head and the body of its `with` statement.

    Both are empty if the example is not a `with` statement.
    """
    tree = _parse(client)
    if tree is None or not isinstance(tree.body[0], ast.With | ast.AsyncWith):
        return "", ""
    lines = client.split("\n")
    start = tree.body[0].body[0].lineno - 1
    return "\n".join(lines[:start]), "\n".join(lines[start:])


def _parse(program: str) -> ast.Module | None:
    """Parse a program, which may have top-level `await`; None if it is not valid Python."""
    try:
        # Only parsed, never executed.
        return ast.parse(f"{program}\n") if program else None
    except (SyntaxError, ValueError, RecursionError):
        return None


def _client_class(tree: ast.Module) -> str:
    """Return the name of the client class that a program constructs."""
    statement = tree.body[0]
    if isinstance(statement, ast.With | ast.AsyncWith):
        expression = statement.items[0].context_expr
        if isinstance(expression, ast.Call) and isinstance(expression.func, ast.Name):
            return expression.func.id
    return ""
