"""griffe extension that keeps the time to read a class or module linear in its size.

griffe searches all statements of the parent for the docstring of an attribute, so that its cost
is quadratic in their number. This extension limits the search to the attribute and the next
statement.
"""

import ast
from copy import copy
from typing import Any

import griffe


class AttributeContext(griffe.Extension):
    """Extension that limits the context of each attribute to the statement after it."""

    def __init__(self) -> None:
        super().__init__()
        self._next_statements: dict[int, ast.stmt] = {}
        self._bodies: dict[int, list[ast.stmt]] = {}

    def on_attribute_node(self, *, node: Any, agent: Any, **_: Any) -> None:
        """Replace the parent of an attribute by a copy with only the next statement."""
        parent = node.parent
        if not isinstance(parent, ast.ClassDef | ast.Module):
            return
        if id(parent.body) not in self._bodies:
            self._bodies[id(parent.body)] = (
                parent.body
            )  # The reference keeps its id unique.
            self._next_statements |= {
                id(statement): next_statement
                for statement, next_statement in zip(
                    parent.body, parent.body[1:], strict=False
                )
            }
        context = copy(parent)
        next_statement = self._next_statements.get(id(node))
        context.body = [node] if next_statement is None else [node, next_statement]
        node.parent = context
