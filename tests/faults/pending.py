"""What is known not to be as expected yet: by row and case, why, in which modes.

A case that is right by now and still stands here is an error, so that this empties itself.
"""

from collections.abc import Mapping

from tests.faults.modes import MODES

Pending = dict[tuple[str, str], Mapping[str, str]]


def _in(reason: str, *modes: str) -> Mapping[str, str]:
    return dict.fromkeys(modes or [mode.name for mode in MODES], reason)


_MORE_BYTES = _in("a connection with bytes left over is used again")
_DELIVERED = _in("a deadline while connecting counts as delivered", "asyncio", "trio")
_HANDSHAKE = _in("TLS that is cancelled leaves its socket open", "asyncio", "trio")
_UNFINISHED = _in("the body's iterator is left to the garbage collector", "trio")
_PAGE_LEFT = _in("a list that is left leaves an asynchronous generator", "trio")
_HOP_HEADERS = _in("headers of one connection may be set")
_TIMEOUT = _in("a timeout is not checked")
_KEYS = _in("the keys of TLS are written where the environment says")

BROKEN: Pending = {
    ("F04", "deadline of 0.5 s"): _DELIVERED,
    ("F19", "a forged answer"): _MORE_BYTES,
    ("F19", "garbage"): _MORE_BYTES,
    ("F19", "an empty line"): _MORE_BYTES,
    ("G06", ""): _MORE_BYTES,
    ("G11", "with a length"): _MORE_BYTES,
    ("G11", "an answer"): _MORE_BYTES,
    ("G11", "a few bytes"): _MORE_BYTES,
    ("G07", "in the TLS handshake"): _HANDSHAKE,
    ("G18", "in the TLS handshake"): _HANDSHAKE,
    ("G07", "in the look-up of a name"): _in(
        "a name is looked up for as long as that takes", "sync"
    ),
    ("F57", ""): _UNFINISHED,
    ("G22", "too large"): _UNFINISHED,
    ("G22", "no gzip"): _UNFINISHED,
    ("F58", ""): _UNFINISHED,
    ("F59", "no gzip"): _UNFINISHED,
    ("F62", "not encoded as it says"): _UNFINISHED,
    ("G10", ""): _UNFINISHED,
    ("F82", ""): _PAGE_LEFT,
    ("F86", ""): _PAGE_LEFT,
    **{
        ("G14", name): _HOP_HEADERS
        for name in ("Expect", "Keep-Alive", "TE", "Trailer", "Upgrade")
    },
    ("G15", "not a number"): _TIMEOUT,
    ("G15", "negative"): _TIMEOUT,
    ("F76", "SSLKEYLOGFILE"): _KEYS,
}

_BASE_URL = _in("frames of the constructor hold the base URL")
_OPTION = _in("frames of with_options hold the headers")
_GARBAGE = _in("the cause says what the server sent")
_LINK = _in("frames that build a request hold its headers")
_URL = _in("a frame that sends holds the URL", "sync")

LEAKY: Pending = {
    **{
        ("F07", name): _BASE_URL
        for name in ("user and password", "query", "no scheme", "another scheme")
    },
    **{
        ("F70", f"option, {name}"): _OPTION
        for name in (
            "a line break",
            "CR LF and a header",
            "NUL",
            "a space",
            "a letter that is not ASCII",
            "a lone surrogate",
        )
    },
    ("F70", "name of an option"): _OPTION,
    **{
        ("F72", name): _OPTION
        for name in (
            "Host",
            "Content-Length",
            "Transfer-Encoding",
            "Connection",
            "authorization",
            "COOKIE",
            "Content-Type",
            "Accept-Encoding",
        )
    },
    ("F16", "bad status line, POST"): _GARBAGE,
    ("G04", "no colon"): _GARBAGE,
    ("G04", "NUL"): _GARBAGE,
    ("G04", "space in a name"): _GARBAGE,
    **{
        ("F87", name): _LINK
        for name in (
            "another port",
            "no scheme",
            "another scheme",
            "another host",
            "a user",
            "no URL",
        )
    },
    ("G15", "not a number"): _URL,
    ("G19", "before the answer"): _URL,
    ("G19", "in the head"): _URL,
    ("G18", "while sending"): _in(
        "frames of httpcore2 hold the body when a call is cancelled", "asyncio", "trio"
    ),
}
