"""Sentences about the behaviour of calls: retries, pagination, polling and deadlines."""

from clientcast.docs.markdown import code, escape_text
from clientcast.docs.reference import Operation, Reference

RETRIED_STATUSES = (408, 425, 429, 502, 503, 504)
"""Response statuses after which the runtime of a package retries an idempotent call."""

_STATUS_LIST = ", ".join(map(str, RETRIED_STATUSES))


def retry_text(operation: Operation) -> str:
    """Describe when a call of an operation is retried."""
    if operation.repeatable:
        return (
            "The operation is idempotent. A call is retried, up to `max_retries` times"
            " within the deadline, if no response was received, or if the response has one of"
            f" the statuses {_STATUS_LIST}."
        )
    return (
        "The operation is not idempotent. A call is retried, up to `max_retries` times"
        " within the deadline, only if the request was not delivered, or after a response"
        " with status 429 that states a delay (`Retry-After`)."
    )


def paging_text(operation: Operation) -> str:
    """Describe how to page through the items that an operation returns."""
    return (
        "The method returns the first page. Iterate over it for the items of all pages,"
        f" which are requested by {escape_text(operation.paging)}, or collect them with `all()`."
        " `items` and `body` belong to this page; `has_next` and `next_page()` lead to the next"
        " one."
    )


def polling_text(reference: Reference) -> str:
    """Describe a call that is polled after a response with status 202."""
    client = code(reference.client.name.lower())
    return (
        "If the server responds with status 202 (Accepted), the call polls for the result"
        " until the deadline. Then it raises `AcceptedError`. To continue, now or in"
        f" another process, pass its `request_id` to the `resume` method of {client}."
    )


def lists_text(reference: Reference) -> str:
    """Describe pages for the whole client."""
    return (
        "Methods that list items return a `Page`. `items` and `body` belong to this page;"
        " iterate over the page for the items of this and all following pages."
        " `has_next` tells whether there is another page, and `next_page()` requests it."
        " If a page cannot be loaded, `error.last_page.next_page()` continues from the last"
        f" one. Pages of {code(reference.client.async_name)} are iterated with `async for`,"
        " and their `next_page()` and `all()` are awaited."
    )


def collecting_text() -> str:
    """Describe how to remove the items of a list."""
    return (
        "`all()` fetches all pages and returns their items as a list. Use it before you remove"
        " items, or change what they are filtered or sorted by: with an offset, the items that"
        " remain move up, and the next page skips as many as were removed. If the pages have a"
        " total and it falls, a `PaginationWarning` is issued. A cursor or a link is"
        " safe if it names an item or a point in time, and not if it has an offset inside; where"
        " the API does not say which, collect the items first. `all()` fetches no further page"
        " after 100,000 items and raises `PaginationError`; `max_items` is that number, and"
        " `None` lifts the limit."
    )


def tokens_text() -> str:
    """Describe how a client fetches OAuth 2.0 tokens."""
    return (
        "With `client_id` and the arguments beside it, the client fetches access tokens itself."
        " It keeps a token until shortly before it expires, and fetches another one if the server"
        " rejects it (401). Threads, and the tasks of an event loop, share one token request. A"
        " client secret gets one token for each set of scopes that operations need, so that no"
        " token can do more than its call; a refresh token gets one token for all operations, and"
        " is replaced by the new one if the server sends one. `TokenOptions` changes this:"
        ' `scopes` sets the scopes of one token for all operations, `client_authentication="body"`'
        " sends the id and secret in the form rather than by HTTP Basic, `parameters` adds"
        " parameters such as `audience`, and `on_refresh_token` stores each new refresh token. The"
        " deadline, the retries and the connections of the call apply to its token request; hooks"
        " and the headers of `with_options` do not. If the server gives no token, the call raises"
        " `TokenError`. For tokens from elsewhere, pass a function as the credential."
    )


def webhooks_text(reference: Reference) -> str:
    """Describe how deliveries of webhooks are verified and read."""
    return (
        f"{code('unwrap')} of the module {code(f'{reference.package}.webhooks')} verifies a delivery and"
        " returns its event. The clients have it as `webhooks.unwrap` (`webhook_events.unwrap` if"
        " the API has a resource of that name). Pass the body as it was received, before it is"
        " parsed:\n\n```\nevent = unwrap(request_body, request_headers, secret=secret)\n```\n\n"
        "An event that fits no model is an `Unknown`, with a `ResponseWarning`. If a signature is"
        " missing or wrong, or the timestamp is more than 5 minutes off, `unwrap` raises"
        " `WebhookVerificationError`; `tolerance` changes the 5 minutes, and `None` accepts any"
        " timestamp. An event may be delivered more than once: its id, if there is one, is in the"
        " headers."
    )


def options_text(reference: Reference) -> str:
    """Describe what a caller can change for some calls: additions, servers and redirects."""
    client = reference.client.name.lower()
    return (
        "`with_options` returns a client with other options, over the same connections:\n\n"
        "* `extra_headers`, `extra_query` and `extra_body` add what the API does not"
        " document. A header of a credential, such as `Authorization`, is sent in place of the"
        " credential. A call with an argument of the same name is refused.\n"
        "* `base_url` and `credentials` are those of another tenant. The credentials are given"
        " by the names of the arguments above; those of this client are not sent to another"
        " origin.\n"
        "* `follow_redirects=True` follows up to 10 redirects within the deadline. Another origin"
        " receives no credentials, cookies or headers; with 307 and 308 it receives the body."
        " From https to http needs `allow_http=True`.\n\n"
        f'`{client}.request("GET", "/path/{{id}}", path_arguments=..., returns=...)` calls a'
        " route that the API does not document, with the credentials, limits, retries and errors"
        " of an operation."
    )


def timeout_text() -> str:
    """Describe the deadline and the retries of a call."""
    return (
        "`timeout` is the deadline of a whole call in seconds, including all retries and"
        " the delays between them. A call is retried, up to `max_retries` times, only if"
        " that is safe: if the request was not delivered; if the operation is idempotent"
        " and no response was received or the response has one of the statuses"
        f" {_STATUS_LIST}; or after status 429 with a delay (`Retry-After`). The delay is"
        " the server's `Retry-After`, or grows with each attempt."
        " `with_options(timeout=..., max_retries=...)` returns a client with other values"
        " that shares the connections."
    )


def plain_data_text() -> str:
    """Describe the conversion of models to and from plain data, and their copies."""
    return (
        "`to_dict()` returns a model as a JSON object, and `to_json()` as JSON, with the names of"
        " the API and with additional properties. What a request does not send is left out:"
        " fields that are `UNSET`, and optional ones that are `None`. Enums are their values,"
        " and date-times, durations and bytes are text. A decimal that is a number in JSON is a"
        " `float` in a dict; `to_json()` has all its digits. The class methods `from_dict()` and"
        " `from_json()` read data as a response is read: properties without a field are kept,"
        " and what does not match the model stays as it is, with a `ResponseWarning`. With"
        " `strict=True` it raises `ValueError`.\n\n"
        "`evolve(field=value)` returns a copy with other values of some fields, as `copy.replace`"
        " does from Python 3.13 on; the names are those of the fields in Python. Models are"
        " equal if they are of the same class and all fields are equal; they can change, and"
        " so cannot be hashed. If pytest finds that two models differ, it shows which fields"
        " do, with their values, except for fields whose names sound like secrets. An alias is"
        " an annotation and has no methods: convert the models in it, or read it with"
        " `pydantic.TypeAdapter`."
    )


def testing_text(reference: Reference) -> str:
    """Describe the fake of a client."""
    operation = reference.operations[0].name if reference.operations else "operation"
    client = reference.client
    ways = ["`returns(...)`"]
    if any(operation.paging for operation in reference.operations):
        ways.append("`returns_pages(...)`")
    if any("Stream[" in operation.returns for operation in reference.operations):
        ways.append("`streams(...)`")
    if any(operation.polled for operation in reference.operations):
        ways.append("`is_accepted()`")
    return (
        f"{code(client.fake)} of the module {code(f'{reference.package}.testing')} is a fake of the"
        " API: its `client` and `async_client` are real clients, whose requests stay in memory, and"
        " for which time passes at once. An operation responds with its example until a test sets"
        f" another response by a method of {code(f'fake.{operation}')}: {', '.join(ways)},"
        " `raises(NotFoundError)`, `responds(429)`, `responds_by(function)`, `times_out()`,"
        " `resets_connection()`, `refuses_connection()` or `is_slow(seconds)`."
        " `when(...)` sets the response for some arguments, and `then` the next one in a sequence."
        f" {code(f'fake.{operation}.calls')} has the calls, to compare with `[call(...)]`."
        f" The functions of {code(f'{reference.package}.testing.builders')} return models in which"
        " everything that is not given has an example."
    )


def pydantic_text() -> str:
    """Describe models in pydantic and FastAPI."""
    return (
        "Models, enums and aliases can be types of fields in models of pydantic 2, and the types of"
        " requests and responses in FastAPI, with their JSON Schema. Neither package is"
        " needed otherwise. A model, or a mapping as `to_dict()` returns it, is accepted;"
        " one that does not match is a validation error, as with `strict=True`. FastAPI takes a"
        " model as the body only if the parameter says so: `Annotated[Model, Body()]`."
    )
