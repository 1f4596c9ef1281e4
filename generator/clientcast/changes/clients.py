"""Changes of the client class: its constructor, credentials and servers."""

from collections.abc import Iterator, Mapping

from clientcast.changes.annotations import TypeChanges
from clientcast.changes.types import Change, Severity, code
from clientcast.surface.types import Client, Surface, Webhooks

_BREAKING, _RISKY, _SAFE = Severity

_Finding = tuple[Severity, str, str, str, str]
"""The fields of a change, without places."""


def renamed_credentials(old: Client, new: Client) -> dict[str, str]:
    """Return the new names of credential arguments, by the old ones."""
    before = {
        _without_name(source, name): name
        for name, source in old.credentials.items()
        if name not in new.credentials
    }
    after = {
        _without_name(source, name): name
        for name, source in new.credentials.items()
        if name not in old.credentials
    }
    return {name: after[source] for source, name in before.items() if source in after}


def compare_clients(
    old: Client, new: Client, types: TypeChanges, credentials: Mapping[str, str]
) -> Iterator[Change]:
    """Yield the changes of the client class.

    Args:
        old: The old class.
        new: The new class.
        types: The comparison of types.
        credentials: The new names of credential arguments, by the old ones.
    """
    found = [
        *_class_changes(old, new),
        *_argument_changes(old, new, types, credentials),
        *_credential_changes(old, new, credentials),
        *_server_changes(old, new),
    ]
    for severity, kind, subject, message, reason in found:
        yield Change(severity, kind, subject, message, reason, old.place, new.place)
    if not found and old.text != new.text:
        message, reason = "has another description", "only its documentation changed"
        yield Change(_SAFE, "docs", new.name, message, reason, old.place, new.place)


def _class_changes(old: Client, new: Client) -> Iterator[_Finding]:
    if old.name != new.name:
        reason = "importing the old name fails"
        yield _BREAKING, "client-renamed", old.name, f"is {code(new.name)} now", reason
    if new.needs_credential and not old.needs_credential:
        reason = "a constructor without one raises ValueError"
        yield _BREAKING, "security", new.name, "needs a credential now", reason
    if old.headers != new.headers:
        reason = "the server may treat requests in another way"
        yield _RISKY, "headers", new.name, "sends other headers with requests", reason


def _argument_changes(
    old: Client, new: Client, types: TypeChanges, renames: Mapping[str, str]
) -> Iterator[_Finding]:
    before = {a.name: a for a in old.arguments}
    after = {a.name: a for a in new.arguments}
    for name, argument in before.items():
        other, subject = renames.get(name, name), f"{new.name}({name})"
        if other not in after:
            reason = "a constructor with this argument raises TypeError"
            yield _BREAKING, "argument-removed", subject, "is removed", reason
            continue
        if other != name:
            reason = "a constructor with the old name raises TypeError"
            yield _BREAKING, "argument-renamed", subject, f"is {code(other)} now", reason
        if argument.default != after[other].default:
            message = f"is {code(after[other].default)} by default, was {code(argument.default)}"
            reason = "a client made without it behaves in another way"
            yield _RISKY, "argument-default", subject, message, reason
        if other in new.required and name not in old.required:
            reason = "a constructor without it raises ValueError"
            yield _BREAKING, "argument-required", subject, "is required now", reason
        one, another = argument.annotation, after[other].annotation
        judgement = types.when_written(one, another)
        if judgement is not None:
            message = f"is {code(another)}, was {code(one)}"
            yield (
                judgement.severity,
                "argument-retyped",
                subject,
                message,
                judgement.reason,
            )
    for name in sorted(after.keys() - before.keys() - {*renames.values()}):
        subject = f"{new.name}({name})"
        if name in new.required:
            reason = "a constructor without it raises ValueError"
            yield _BREAKING, "argument-added", subject, "is required, and new", reason
        else:
            reason = "clients need not have it"
            yield _SAFE, "argument-added", subject, "is new", reason


def _credential_changes(
    old: Client, new: Client, renames: Mapping[str, str]
) -> Iterator[_Finding]:
    for name, source in old.credentials.items():
        other, subject = renames.get(name, name), f"{new.name}({name})"
        if other not in new.credentials:
            continue
        if _without_name(source, name) != _without_name(new.credentials[other], other):
            reason = (
                "a value that fits the old way, such as one with a prefix, may not fit"
            )
            yield _RISKY, "credential", subject, "is sent in another way", reason
    for name, variables in old.environment.items():
        other, subject = renames.get(name, name), f"{new.name}({name})"
        lost = [v for v in variables if v not in new.environment.get(other, ())]
        if lost and other in {a.name for a in new.arguments}:
            message = f"is not read from the environment: {', '.join(lost)}"
            reason = "a client that relies on the variable lacks the value"
            yield _BREAKING, "environment", subject, message, reason


def _server_changes(old: Client, new: Client) -> Iterator[_Finding]:
    for name in sorted(old.servers.keys() & new.servers.keys()):
        if old.servers[name] != new.servers[name]:
            which = f"the server {code(name)}" if name else "its default server"
            message = f"has another address for {which}"
            reason = "requests are sent to another address, unless `base_url` is given"
            yield _RISKY, "server", new.name, message, reason
    for name in sorted(old.errors.keys() | new.errors.keys()):
        if old.errors.get(name) != new.errors.get(name):
            message = f"reads the {name.replace('_', ' ')} of errors from another place"
            reason = f"`error.{name}` may have another value"
            yield _RISKY, "errors", new.name, message, reason


def compare_webhooks(
    old: Webhooks | None, new: Webhooks | None, types: TypeChanges
) -> Iterator[Change]:
    """Yield the changes of webhooks."""
    client = types.new.client
    if old is None or new is None:
        if new is not None:
            reason = "code that does not use it stays the same"
            yield Change(
                _SAFE,
                "webhooks-added",
                f"{client.name}.{new.attribute}",
                "is new",
                reason,
                types.old.client.place,
                new.place,
            )
        elif old is not None:
            reason = "code that receives webhooks raises AttributeError"
            yield Change(
                _BREAKING,
                "webhooks-removed",
                f"{client.name}.{old.attribute}",
                "is removed",
                reason,
                old.place,
                client.place,
            )
        return
    places = old.place, new.place
    subject = f"{client.name}.{new.attribute}"
    for before, after in (
        (old.attribute, new.attribute),
        (old.event_name, new.event_name),
    ):
        if before != after:
            reason = "code with the old name fails"
            message = f"is the new name of {code(before)}"
            yield Change(_BREAKING, "webhooks-renamed", after, message, reason, *places)
    judgement = types.when_read(old.event, new.event)
    if judgement is not None:
        message = f"delivers {code(new.event)}, was {code(old.event)}"
        yield Change(
            judgement.severity,
            "webhooks-retyped",
            subject,
            message,
            judgement.reason,
            *places,
        )
    if old.scheme != new.scheme:
        reason = "deliveries that are signed in the old way are refused"
        message = "verifies deliveries in another way"
        yield Change(_RISKY, "webhooks-scheme", subject, message, reason, *places)


def compare_exports(old: Surface, new: Surface) -> Iterator[Change]:
    """Yield the changes of exported names, and of the body of errors."""
    renames = {f"{old.client.name}Error": f"{new.client.name}Error"}
    places = old.client.place, new.client.place
    for name in sorted(old.exports - new.exports):
        other = renames.get(name, "")
        message = f"is {code(other)} now" if other in new.exports else "is not exported"
        reason = "importing the old name fails"
        yield Change(_BREAKING, "export-removed", name, message, reason, *places)
    for name in sorted(new.exports - old.exports - {*renames.values()}):
        reason = "code that does not use it stays the same"
        yield Change(_SAFE, "export-added", name, "is exported", reason, *places)


def compare_error_bodies(types: TypeChanges) -> Iterator[Change]:
    """Yield the change of the type of error bodies."""
    old, new = types.old, types.new
    judgement = types.when_read(old.error_body, new.error_body)
    if judgement is not None:
        # The attribute is annotated as `object`: a type checker sees no change.
        is_safe = judgement.severity is _SAFE
        yield Change(
            _SAFE if is_safe else _RISKY,
            "error-body",
            f"{new.client.name}Error.body",
            f"is {code(new.error_body)}, was {code(old.error_body)}",
            judgement.reason,
            old.client.place,
            new.client.place,
        )


def _without_name(source: str, name: str) -> str:
    """Return how a credential is sent, without the name of its argument."""
    return source.replace(f'"{name}"', "", 1)
