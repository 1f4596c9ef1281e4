"""Programs that can be run as they stand, made of the examples in docstrings."""

import ast
import textwrap
from dataclasses import dataclass

from clientcast.docs.reference import Example

_DATES = ("date", "datetime")


@dataclass(frozen=True, slots=True)
class Program:
    """What stands around a call of one package's client.

    Attributes:
        package: What is imported.
        synchronous, asynchronous: The example of each client class: a `with` statement.
        models: The names that `models.py` of the package declares.
    """

    package: str
    synchronous: str
    asynchronous: str
    models: frozenset[str]

    def whole(self) -> Example | None:
        """The example of the client itself; None where it has none in both modes."""
        return self._example(
            self._complete(self.synchronous), self._complete(self.asynchronous)
        )

    def around(self, synchronous: str, asynchronous: str) -> Example | None:
        """The example of an operation, with the client made and closed."""
        return self._example(
            self._complete(_within(self.synchronous, synchronous)),
            self._complete(_within(self.asynchronous, asynchronous)),
        )

    def _example(self, synchronous: str, asynchronous: str) -> Example | None:
        if not synchronous or not asynchronous:
            return None
        return Example(synchronous, asynchronous)

    def _complete(self, program: str) -> str:
        """The program below what it imports; empty where it is no Python."""
        tree = _parsed(program)
        if tree is None or not tree.body:
            return ""
        found = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        names = {node.id for node in found}
        bound = {node.id for node in found if isinstance(node.ctx, ast.Store)}
        used = sorted(names & self.models - bound)
        client = _made(tree)
        lines = [f"from datetime import {n}" for n in _DATES if n in names]
        lines += [f"from {self.package} import {', '.join(sorted([client, *used]))}"]
        return "\n".join([*lines, "", program.rstrip()])


def _within(client: str, call: str) -> str:
    """A call in place of the one in the `with` statement of a client's example."""
    tree = _parsed(client)
    if (
        tree is None
        or not call
        or not isinstance(tree.body[0], ast.With | ast.AsyncWith)
    ):
        return ""
    head = client.split("\n")[: tree.body[0].body[0].lineno - 1]
    return "\n".join([*head, textwrap.indent(call, "    ")])


def _parsed(program: str) -> ast.Module | None:
    """The syntax tree, where `await` may stand at the top; None where it is no Python."""
    try:
        # Parsed only: nothing of it is ever run.
        return ast.parse(f"{program}\n") if program else None
    except (SyntaxError, ValueError, RecursionError):
        return None


def _made(tree: ast.Module) -> str:
    """The client class that a program makes."""
    statement = tree.body[0]
    if isinstance(statement, ast.With | ast.AsyncWith):
        made = statement.items[0].context_expr
        if isinstance(made, ast.Call) and isinstance(made.func, ast.Name):
            return made.func.id
    return ""
