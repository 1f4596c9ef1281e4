"""Kinds of documents: a file, a URL, an application, or standard input."""

import re
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from msgspec import Struct

_MODULE = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_APPLICATION = re.compile(rf"(?P<module>{_MODULE}):(?P<attribute>{_MODULE}(?:\(\))?)")
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://.*", re.DOTALL)

STANDARD_INPUT = "-"


class SpecError(ValueError):
    """A text that names no document."""


class Url(Struct, frozen=True):
    """A document that is fetched.

    Attributes:
        url: An `https://` URL.
        allow_private: Whether its host may have an address of a private network.
    """

    url: str
    allow_private: bool = False


class Application(Struct, frozen=True):
    """A document that an application has of itself.

    Attributes:
        module: The module to import.
        attribute: The application in it; with `()` a function that returns it.
        folder: The folder to import it from.
    """

    module: str
    attribute: str
    folder: Path


class StandardInput(Struct, frozen=True):
    """A document that is read from standard input."""


Spec = Path | Url | Application | StandardInput


def parse_spec(text: str, folder: Path, *, allow_private: bool = False) -> Spec:
    """Return the document that a text names.

    Args:
        text: A path, an `https://` URL, `module:app`, or `-`.
        folder: The folder that a path is relative to, and that an application is imported from.
        allow_private: Whether a URL may lead into a private network.

    Raises:
        SpecError: There is no such file, or the URL is not allowed.
    """
    if text == STANDARD_INPUT:
        return StandardInput()
    url = _URL.fullmatch(text)
    if url is not None:
        problem = url_problem(text)
        if problem:
            raise SpecError(problem)
        return Url(text, allow_private)
    file = folder / text
    if file.exists() and not file.is_dir():  # Also a pipe, as in `--spec <(program)`.
        return file
    application = _APPLICATION.fullmatch(text)
    if application is not None and not file.is_dir():
        return Application(application["module"], application["attribute"], folder)
    raise SpecError(
        f"{text} is a folder" if file.is_dir() else f"there is no file {text}"
    )


def url_problem(url: str) -> str:
    """Return why a URL cannot be fetched; empty if it can. The message has no secret."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "a URL of a document must be https:// and a host"
    if parts.scheme != "https":
        return f"{public_url(url)} is not https://"
    if parts.username is not None or parts.password is not None:
        return (
            f"{public_url(url)} has a user or a password: fetch it with a program that asks"
            " for it, and give the document as a file or -"
        )
    if not host or not url.isprintable() or " " in url:
        return "a URL of a document must be https:// and a host"
    return ""


def public_url(url: str) -> str:
    """Return a URL without user, password, fragment and the values of its query."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "a URL"
    fields = [field.partition("=") for field in parts.query.split("&") if field]
    query = "&".join(f"{name}=..." if mark else "..." for name, mark, _ in fields)
    return urlunsplit((parts.scheme, host, parts.path, query, ""))


def spec_label(spec: Spec) -> str:
    """Return what a document is called in messages."""
    match spec:
        case Path():
            return spec.as_posix()
        case Url():
            return public_url(spec.url)
        case Application():
            return f"{spec.module}:{spec.attribute}"
        case StandardInput():
            return "<stdin>"


def spec_stem(spec: Spec) -> str:
    """Return the word of a document that a package may be named by; empty if it has none."""
    match spec:
        case Path():
            return spec.stem
        case Url():
            return Path(urlsplit(spec.url).path).stem
        case Application():
            return spec.module.rpartition(".")[2]
        case StandardInput():
            return ""
