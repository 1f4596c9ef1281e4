"""Keeps the time that griffe needs for a class or module in proportion to its size.

griffe looks for the docstring of an attribute among all statements around it, so that its cost
grows with the square of their number. This extension shows it the attribute and the next
statement alone.
"""

import ast
from copy import copy
from typing import Any

import griffe


class AttributeContext(griffe.Extension):
    """Shows griffe of each attribute only the statement after it."""

    def __init__(self) -> None:
        super().__init__()
        self._next_statements: dict[int, ast.stmt] = {}
        self._bodies: dict[int, list[ast.stmt]] = {}

    def on_attribute_node(self, *, node: Any, agent: Any, **_: Any) -> None:
        """Put a copy of the class or module around an attribute that holds little else."""
        parent = node.parent
        if not isinstance(parent, ast.ClassDef | ast.Module):
            return
        if id(parent.body) not in self._bodies:
            self._bodies[id(parent.body)] = (
                parent.body
            )  # Kept, so that its id stays its own.
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
