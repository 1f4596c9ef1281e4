"""Synchronous client whose operations return files."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from typing import BinaryIO, ParamSpec

from ..call.downloads import downloading
from .base import Client

P = ParamSpec("P")


class DownloadingClient(Client):
    """Base class of clients with an operation that returns bytes."""

    def download(
        self,
        to: str | PathLike[str] | BinaryIO,
        method: Callable[P, bytes | None],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> int:
        """Call a method that returns bytes and write its response body to a file.

        The body is not held in memory, so that it may have any size. If `to` is a path, the
        body is written to a temporary file in the same directory, which replaces the path
        once it is complete; on an error the path is left unchanged.

        Args:
            to: A path, or a file object that is open for writing bytes.
            method: A method of a resource that returns bytes.
            args: Positional arguments of the method.
            kwargs: Keyword arguments of the method.

        Returns:
            Number of bytes written.

        Raises:
            TypeError: If the method does not return bytes.
            OSError: If the file cannot be written.
            APIError: If the method raises it.
        """
        with downloading(to) as download:
            method(*args, **kwargs)
        return download.size
