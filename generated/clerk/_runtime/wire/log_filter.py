"""Filter for the logs of httpx2 and httpcore2, which would show data of calls.

At INFO and DEBUG they log whole URLs, which contain ids, and response headers, which contain
cookies. Logs of other requests are not affected.
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
"""Whether the current code is sending or receiving for a call."""


def _is_allowed(_: logging.LogRecord) -> bool:
    return not SUPPRESS_LOGS.get()


for _name in _LOGGERS:
    logging.getLogger(_name).addFilter(_is_allowed)
