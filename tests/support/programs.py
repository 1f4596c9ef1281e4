"""Programs of pages."""

import ast
import asyncio
import inspect
from typing import Any


def run_program(source: str, name: str, namespace: dict[str, Any]) -> None:
    """Run a program, which may have top-level `await`.

    Args:
        source: The program.
        name: The name of its file in tracebacks.
        namespace: Its global names, which it may change.
    """
    code = compile(source, name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    running = eval(code, namespace)
    if inspect.iscoroutine(running):
        asyncio.run(running)
