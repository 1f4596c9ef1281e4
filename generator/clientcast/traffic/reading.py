"""Reading of recordings within limits, in the format that their content has."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from clientcast.diagnostic import Diagnostic
from clientcast.source import UnreadableData, read_yaml_of_application
from clientcast.traffic.exchanges import Exchange, Recording, RecordingError
from clientcast.traffic.formats import json_exchanges, prism_exchanges

MAX_BYTES = 64 * 1024 * 1024
MAX_EXCHANGES = 100_000
_MAX_MISTAKES = 20
"""Entries of a recording that are reported as unreadable."""

_TNETSTRING = re.compile(rb"[0-9]{1,12}:")
_FORMATS = (
    "the formats are HAR, cassettes of vcrpy and VCR in YAML or JSON, logs of Prism, and JSON"
    " lists of objects with request and response"
)


def read_recording(path: Path, name: str) -> Recording:
    """Read a recording.

    Args:
        path: The file.
        name: The name of the file in messages.

    Raises:
        OSError: The file cannot be opened.
    """
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        size = f"the recording is larger than {MAX_BYTES >> 20} MiB"
        return _unreadable(name, "limit-size", size, "split it")
    if _TNETSTRING.match(content) and content.rstrip()[-1:] in (b"}", b"]"):
        return _unreadable(
            name,
            "recording-format",
            "this is a flow file of mitmproxy, which only mitmproxy reads",
            f"export it as HAR: mitmdump -nr {name} --set hardump={name}.har",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = "the recording is not UTF-8 text"
        return _unreadable(name, "not-utf-8", message, _FORMATS)
    if "[HTTP SERVER]" in text and text.lstrip()[:1] != "{":
        return _collect(name, prism_exchanges(text, name))
    try:
        data = _data(name, text)
    except UnreadableData as error:
        return Recording((), (error.diagnostic,))
    exchanges = json_exchanges(data, name)
    if exchanges is None:
        message = "this is no recording of a known format"
        return _unreadable(name, "recording-format", message, _FORMATS)
    return _collect(name, exchanges)


def _data(name: str, text: str) -> Any:
    """Return the data of JSON or YAML text."""
    if text.lstrip()[:1] not in ("{", "["):
        return read_yaml_of_application(name, text)
    try:
        return json.loads(text)
    except RecursionError:
        problem = Diagnostic(
            name, 1, 1, "limit-depth", "the recording is nested too deep"
        )
    except json.JSONDecodeError as error:
        problem = Diagnostic(name, error.lineno, error.colno, "json-syntax", error.msg)
    except ValueError:
        problem = Diagnostic(name, 1, 1, "limit-digits", "a number has too many digits")
    raise UnreadableData(problem)


def _collect(name: str, found: Iterable[Exchange | RecordingError]) -> Recording:
    exchanges: list[Exchange] = []
    mistakes: list[Diagnostic] = []
    number = 0
    for item in found:
        if isinstance(item, Exchange):
            exchanges.append(item)
        else:
            number += 1
            if len(mistakes) < _MAX_MISTAKES:
                mistakes.append(Diagnostic(name, 1, 1, "recording-entry", str(item)))
        if len(exchanges) > MAX_EXCHANGES:
            message = f"the recording has more than {MAX_EXCHANGES:,} exchanges"
            mistakes.append(
                Diagnostic(name, 1, 1, "limit-exchanges", message, "split it")
            )
            exchanges.pop()
            break
    if number > len(mistakes):
        more = f"{number - len(mistakes)} more entries cannot be read"
        mistakes.append(Diagnostic(name, 1, 1, "recording-entry", more))
    return Recording(tuple(exchanges), tuple(mistakes))


def _unreadable(name: str, code: str, message: str, hint: str) -> Recording:
    return Recording((), (Diagnostic(name, 1, 1, code, message, hint),))
