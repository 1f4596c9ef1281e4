"""The module of webhooks: the type of their events and how they are verified."""

from clientcast import ir
from clientcast.bind import runtime
from clientcast.bind.docstrings import docstring
from clientcast.bind.lines import one_line
from clientcast.bind.names import Scope
from clientcast.bind.types import Annotations
from clientcast.code import (
    Arguments,
    Call,
    Constant,
    Expression,
    Imports,
    Name,
    Subscript,
    imports_in,
    union,
)
from clientcast.webhooks_view import Webhooks

_ATTRIBUTES = ("webhooks", "webhook_events")


def bind_webhooks(
    api: ir.Api,
    annotations: Annotations,
    scope: Scope,
    resources: frozenset[str],
) -> Webhooks | None:
    """Return the contents of `webhooks.py`; None if the document has no webhooks.

    Args:
        api: The API.
        annotations: The annotations of its types.
        scope: The names of the package's classes.
        resources: The attributes of the client.
    """
    if api.webhooks is None:
        return None
    names = [name for name in _ATTRIBUTES if name not in resources]
    attribute = names[0] if names else "webhook_receiver"
    event_name = scope.claim("WebhookEvent", "AnyWebhookEvent")
    event = annotations.for_response(api.webhooks.event)
    if event != runtime.ANY:
        event = union(event, runtime.UNKNOWN)
    receiver = Call(
        Subscript(runtime.WEBHOOK_RECEIVER, (Name(event_name),)),
        Arguments((Name(event_name),), _scheme(api.webhooks.signature)),
    )
    return Webhooks(
        attribute=attribute,
        docstring=docstring(
            f"Webhooks of {one_line(api.title)}: requests that the API sends to you."
        ),
        imports=Imports(frozenset(imports_in(runtime.TYPE_ALIAS, event, receiver))),
        event_name=event_name,
        event=event,
        event_docstring=docstring(
            "An event of a webhook. One that fits no model is an `Unknown`."
        ),
        receiver=receiver,
    )


def _scheme(
    signature: ir.WebhookSignature | None,
) -> tuple[tuple[str, Expression], ...]:
    """Return the argument for the signature; none for that of Standard Webhooks."""
    if signature is None:
        return ()
    keywords = (
        ("algorithm", signature.algorithm, "sha256"),
        ("encoding", signature.encoding, "hex"),
        ("prefix", signature.prefix, ""),
        ("signed", signature.signed, "{body}"),
        ("timestamp", signature.timestamp, ""),
        ("timestamp_prefix", signature.timestamp_prefix, ""),
        ("id", signature.id, ""),
    )
    given = tuple((n, Constant(v)) for n, v, default in keywords if v != default)
    arguments = Arguments((Constant(signature.header),), given)
    return (("scheme", Call(runtime.WEBHOOK_SCHEME, arguments)),)
