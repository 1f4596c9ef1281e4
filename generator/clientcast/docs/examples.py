"""Complete example programs, built from the examples in docstrings."""

import ast
import textwrap
from functools import lru_cache

from msgspec import Struct

from clientcast.docs.reference import Example

_STATUS_ERROR = "APIStatusError"
_DATE_TYPES = ("date", "datetime")


class ExampleBuilder(Struct, frozen=True):
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

    def fake_example(self, fake: str) -> str:
        """Return a program that makes the call of the client's example to a fake.

        Args:
            fake: Name of the fake; if empty, there is no program.
        """
        tree = _parse(self.synchronous)
        _, call = _split_with_statement(self.synchronous)
        if not fake or tree is None or not call:
            return ""
        imports = [f"from {self.package}.testing import {fake}"]
        used = self._used_models(tree)
        if used:
            imports.insert(0, f"from {self.package} import {', '.join(sorted(used))}")
        lines = (
            *(*_date_imports(tree), *imports, ""),
            *(f"fake = {fake}()", f"{_client_variable(tree)} = fake.client"),
            textwrap.dedent(call).rstrip(),
        )
        return "\n".join(lines)

    def _pair(self, synchronous: str, asynchronous: str) -> Example | None:
        if not synchronous or not asynchronous:
            return None
        return Example(synchronous, asynchronous)

    def _add_imports(self, program: str) -> str:
        """Add the imports to a program; empty if it is not valid Python."""
        tree = _parse(program)
        if tree is None or not tree.body:
            return ""
        exception_classes = {
            node.type.id
            for node in ast.walk(tree)
            if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Name)
        }
        used = sorted(
            {_client_class(tree), *exception_classes, *self._used_models(tree)}
        )
        imports = (
            *_date_imports(tree),
            f"from {self.package} import {', '.join(used)}",
        )
        return "\n".join([*imports, "", program.rstrip()])

    def _used_models(self, tree: ast.Module) -> set[str]:
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        assigned = {node.id for node in nodes if isinstance(node.ctx, ast.Store)}
        return {node.id for node in nodes} & self.models - assigned


def _date_imports(tree: ast.Module) -> list[str]:
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return [f"from datetime import {name}" for name in _DATE_TYPES if name in names]


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


def _client_variable(tree: ast.Module) -> str:
    """Return the name of the variable that a program gives its client."""
    statement = tree.body[0]
    if isinstance(statement, ast.With | ast.AsyncWith):
        variable = statement.items[0].optional_vars
        if isinstance(variable, ast.Name):
            return variable.id
    return "client"
