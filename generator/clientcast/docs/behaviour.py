"""How calls behave, in words: pages, retries, and work that goes on after an answer."""

from clientcast.docs.markdown import code, escape_text
from clientcast.docs.reference import Operation, Reference

RETRIED_STATUSES = (408, 425, 429, 502, 503, 504)
"""The statuses that the runtime of a package tries again."""

_STATUS_LIST = ", ".join(map(str, RETRIED_STATUSES))


def retry_text(operation: Operation) -> str:
    """When a call of an operation is tried again."""
    if operation.repeatable:
        return (
            "It may be repeated without harm. It is tried again, up to `max_retries` times"
            f" within the deadline, when no answer came or the server answered {_STATUS_LIST}."
        )
    return (
        "It is not repeated once the server may have received it: it is tried again, up to"
        " `max_retries` times within the deadline, only when it could not be delivered, or"
        " when a 429 says how long to wait."
    )


def paging_text(operation: Operation) -> str:
    """How one gets from page to page."""
    return (
        "It returns the first page. Iterating over it goes on through all pages, which are"
        f" followed by {escape_text(operation.paging)}; `items` and `body` are those of this page,"
        " `has_next` and `next_page()` lead to the one after it."
    )


def polling_text(reference: Reference) -> str:
    """What becomes of a call that the server accepts to finish it later."""
    client = code(reference.client.name.lower())
    return (
        "Where the server answers 202 it goes on with the work. The call then asks for the"
        " answer until the deadline; after that an `AcceptedError` carries the `request_id`"
        f" that the `resume` method of {client} takes, now or in another process."
    )


def lists_text(reference: Reference) -> str:
    """How lists come, for the whole client."""
    return (
        "A list comes as a `Page`: `items` and `body` of this page, and iteration over all"
        " pages from this one on. `has_next` says whether there is another, and"
        " `next_page()` gets it. Where one fails on the way, `error.last_page.next_page()`"
        f" goes on. Those of {code(reference.client.async_name)} are iterated with"
        " `async for`, and their `next_page()` is awaited."
    )


def timeout_text() -> str:
    """How long a call takes at most, and how often it is tried."""
    return (
        "`timeout` is the deadline of a whole call in seconds: every try, every pause and"
        " every byte counts. A call is tried again (`max_retries`) only where that can do no"
        f" harm: when it could not be delivered, or, if it may be repeated, when no answer"
        f" came or the server answered {_STATUS_LIST}. The pause is what the server asks for,"
        " or grows from try to try. `with_options(timeout=..., max_retries=...)` gives a"
        " client with other values that shares the connections."
    )
