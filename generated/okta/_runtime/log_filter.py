"""Keeps what goes over the wire for a call out of the logs of httpx2 and httpcore2.

At their levels INFO and DEBUG they name whole URLs, which have ids in them, and the headers of
answers, which set cookies. What they log of other requests is not touched.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar

_LOGGERS = (
    "httpx2",
    "httpcore2.connection",
    "httpcore2.http11",
    "httpcore2.http2",
    "httpcore2.proxy",
    "httpcore2.socks",
)

SUPPRESS_LOGS: ContextVar[bool] = ContextVar("suppress_logs", default=False)
"""Whether nothing is to be logged of what is sent and received now."""


def _is_allowed(_: logging.LogRecord) -> bool:
    return not SUPPRESS_LOGS.get()


for _name in _LOGGERS:
    logging.getLogger(_name).addFilter(_is_allowed)
