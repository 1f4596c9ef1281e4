"""Changes of methods: their arguments, results, credentials, errors and requests."""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from clientcast.changes.annotations import Judgement, TypeChanges
from clientcast.changes.renames import renamed_arguments
from clientcast.changes.types import Change, Severity, code
from clientcast.surface.types import Argument, Method, Request

_BREAKING, _RISKY, _SAFE = Severity

_Finding = tuple[Severity, str, str, str, str]
"""The fields of a change, without places."""
_IDEMPOTENT = ("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY")
_OPTIONS: Mapping[str, tuple[Severity, str, str]] = {
    "server": (
        _RISKY,
        "is sent to another server",
        "proxies and mocks see another host",
    ),
    "polling": (
        _RISKY,
        "waits in another way for an accepted request",
        "a call takes another time, and can raise other errors",
    ),
    "errors": (
        _RISKY,
        "has other types of error bodies",
        "the `body` of an error is read as another type",
    ),
    "by_status": (
        _RISKY,
        "has other results by status",
        "a response is read as another type",
    ),
    "contents": (
        _RISKY,
        "has other media types by status",
        "a response is read as another type",
    ),
    "by_event": (_RISKY, "has other events", "an event is read as another type"),
    "response_format": (
        _RISKY,
        "reads its response in another format",
        "the result is made of other content",
    ),
    "accept": (
        _RISKY,
        "asks for another media type",
        "the server may send other content",
    ),
    "excluded_routes": (
        _RISKY,
        "refuses other values in its path",
        "a value that is the path of another operation raises ValueError",
    ),
    "scopes": (_RISKY, "needs other scopes", "a fetched token needs other permissions"),
    "paging": (_SAFE, "asks for pages in another way", "iteration is the same"),
}
_ORIGIN = re.compile(r'"https?://[^/"]+')
_LITERAL = re.compile(r'"[^"]*"')
_SENT_OTHERWISE = (
    _SAFE,
    "sends its arguments in another form",
    "callers give the same values",
)


class MethodChanges(Struct, frozen=True):
    """The comparison of methods.

    Attributes:
        types: The comparison of their types.
        credentials: The new names of credential arguments of the client, by the old one.
    """

    types: TypeChanges
    credentials: Mapping[str, str]

    def compare(self, old: Method, new: Method) -> Iterator[Change]:
        """Yield the changes of a method."""
        found = [
            Change(severity, kind, subject, message, reason, old.place, new.place)
            for severity, kind, subject, message, reason in (
                *self._signature(old, new),
                *self._security(old, new),
                *self._request(old, new),
                *self._errors(old, new),
            )
        ]
        yield from found
        if not found and old.text != new.text:
            yield Change(
                _SAFE,
                "docs",
                new.name,
                "has another description",
                "only its documentation changed",
                old.place,
                new.place,
            )

    def _signature(self, old: Method, new: Method) -> Iterator[_Finding]:
        renames = renamed_arguments(old, new)
        before = {a.name: a for a in old.arguments}
        after = {a.name: a for a in new.arguments}
        for name, argument in before.items():
            other = renames.get(name, name)
            subject = f"{new.name}({name})"
            if other not in after:
                reason = "a call with this argument raises TypeError"
                yield _BREAKING, "argument-removed", subject, "is removed", reason
                continue
            if other != name:
                message = f"is {code(other)} now"
                reason = "a call that names the argument raises TypeError"
                yield _BREAKING, "argument-renamed", subject, message, reason
            yield from self._argument(subject, argument, after[other])
        for name in after.keys() - before.keys() - {*renames.values()}:
            subject = f"{new.name}({name})"
            if after[name].is_required:
                reason = "a call without it raises TypeError"
                yield _BREAKING, "argument-added", subject, "is required, and new", reason
            else:
                reason = "calls need not have it"
                yield _SAFE, "argument-added", subject, "is new", reason
        yield from _order(old, new, renames)
        judgement = self.types.when_read(old.returns, new.returns)
        if judgement is not None:
            yield _retyped(
                "result", f"{new.name}()", old.returns, new.returns, judgement
            )

    def _argument(
        self, subject: str, old: Argument, new: Argument
    ) -> Iterator[_Finding]:
        if new.is_required and not old.is_required:
            reason = "a call without it raises TypeError"
            yield _BREAKING, "argument-required", subject, "is required now", reason
        elif old.is_required and not new.is_required:
            reason = "calls that have it stay the same"
            yield _SAFE, "argument-optional", subject, "is optional now", reason
        elif {old.default, new.default} == {"None", "UNSET"}:
            if new.default == "UNSET":
                message, reason = "sends null for None", "did not send it before"
            else:
                message, reason = "does not send None", "sent null before"
            reason = f"a call that gives None {reason}"
            yield _RISKY, "argument-default", subject, message, reason
        elif old.default != new.default:
            message = f"is {code(new.default)} by default, was {code(old.default)}"
            reason = "a call without it sends something else"
            yield _RISKY, "argument-default", subject, message, reason
        judgement = self.types.when_written(old.annotation, new.annotation)
        if judgement is not None:
            yield _retyped(
                "argument", subject, old.annotation, new.annotation, judgement
            )
        if old.sent_as and new.sent_as and old.sent_as != new.sent_as:
            message = f"is sent as {code(new.sent_as)}, was {code(old.sent_as)}"
            reason = "callers give the same value"
            yield _SAFE, "argument-sent-as", subject, message, reason

    def _security(self, old: Method, new: Method) -> Iterator[_Finding]:
        before = [
            frozenset(self.credentials.get(name, name) for name in alternative)
            for alternative in old.security or ((),)
        ]
        after = [frozenset(alternative) for alternative in new.security or ((),)]
        lost = [a for a in before if not any(b <= a for b in after)]
        if lost:
            had = " or ".join(map(_credentials_text, lost))
            needed = " or ".join(map(_credentials_text, after))
            message = f"needs {needed} now"
            reason = f"a client with {had} alone gets an error"
            yield _BREAKING, "security", new.name, message, reason
        elif {*before} != {*after}:
            message = f"takes {' or '.join(map(_credentials_text, after))}"
            reason = "the credentials of callers still suffice"
            yield _SAFE, "security", new.name, message, reason

    def _request(self, old: Method, new: Method) -> Iterator[_Finding]:
        before, after = old.request, new.request
        if before is None or after is None:
            if before != after:
                reason = "clientcast cannot tell what it sends"
                yield _RISKY, "request", new.name, "has code written by hand", reason
            return
        if (before.method, before.path) != (after.method, after.path):
            message = (
                f"sends {code(' '.join((after.method, after.path)))},"
                f" was {code(' '.join((before.method, before.path)))}"
            )
            reason = "calls are the same; mocks, proxies and logs see another request"
            yield _RISKY, "request", new.name, message, reason
        if _is_retried(before) != _is_retried(after):
            state = "is" if _is_retried(after) else "is not"
            reason = "after a lost response a call is sent again, or no longer is"
            yield _RISKY, "retries", new.name, f"{state} retried now", reason
        options = before.options.keys() | after.options.keys()
        changed = {
            name
            for name in options - {"retry_safe"}
            if before.options.get(name) != after.options.get(name)
        }
        if "server" in changed and new.security and self._is_untrusted(after):
            changed.remove("server")
            message, reason = (
                f"is sent to {code(after.options['server'])}",
                "a call raises ValueError unless `trusted_servers` has the server",
            )
            yield _BREAKING, "request-server", new.name, message, reason
        routes = "excluded_routes"
        if routes in changed and _literals(after, routes) <= _literals(before, routes):
            changed.remove(routes)
            message, reason = "accepts more values in its path", "calls stay the same"
            yield _SAFE, "request-excluded-routes", new.name, message, reason
        known = {_OPTIONS.get(name, _SENT_OTHERWISE): name for name in sorted(changed)}
        for (severity, message, reason), name in known.items():
            kind = f"request-{name.replace('_', '-')}"
            yield severity, kind, new.name, message, reason

    def _is_untrusted(self, request: Request) -> bool:
        """Return whether the client sends no credentials to the server of an operation."""
        origin = _ORIGIN.match(request.options.get("server", ""))
        client = self.types.new.client
        known = [a.default for a in client.arguments if a.name == "trusted_servers"]
        known += client.servers.values()
        return origin is not None and not any(origin[0] in text for text in known)

    def _errors(self, old: Method, new: Method) -> Iterator[_Finding]:
        for name in sorted({*old.raises} - {*new.raises}):
            reason = f"the API does not say any more when `except {name}` is reached"
            yield _RISKY, "error-removed", new.name, f"does not raise {name}", reason
        for name in sorted({*new.raises} - {*old.raises}):
            reason = "the API documents one more error; any status could raise before"
            yield _SAFE, "error-added", new.name, f"can raise {name}", reason
        if old.deprecation != new.deprecation:
            if new.deprecation:
                reason = "calls issue a DeprecationWarning, which strict tests raise"
                yield _RISKY, "deprecated", new.name, "is deprecated", reason
            else:
                reason = "calls issue no warning any more"
                yield _SAFE, "deprecated", new.name, "is not deprecated", reason


def _order(old: Method, new: Method, renames: Mapping[str, str]) -> Iterator[_Finding]:
    """Yield changes of which arguments a call may have without their names."""
    before = [
        renames.get(a.name, a.name) for a in old.arguments if not a.is_keyword_only
    ]
    after = [a.name for a in new.arguments if not a.is_keyword_only]
    names = {a.name for a in new.arguments}
    kept = [name for name in before if name in names]
    if after[: len(kept)] == kept and kept == before:
        return
    keyword_only = [name for name in kept if name not in after]
    for name in keyword_only:
        reason = "a call without the name of the argument raises TypeError"
        yield (
            _BREAKING,
            "argument-keyword-only",
            f"{new.name}({name})",
            "is keyword-only now",
            reason,
        )
    positional = [name for name in kept if name in after]
    if after[: len(positional)] != positional and not keyword_only:
        message = f"has its positional arguments in the order {', '.join(after)}"
        reason = "a call without their names gives one for another"
        yield _BREAKING, "arguments-reordered", new.name, message, reason


def _retyped(
    what: str, subject: str, old: object, new: object, judgement: Judgement
) -> _Finding:
    message = f"is {code(new)}, was {code(old)}"
    return judgement.severity, f"{what}-retyped", subject, message, judgement.reason


def _literals(request: Request, option: str) -> set[str]:
    return {*_LITERAL.findall(request.options.get(option, ""))}


def _is_retried(request: Request) -> bool:
    return request.method in _IDEMPOTENT or "retry_safe" in request.options


def _credentials_text(names: frozenset[str]) -> str:
    return " with ".join(f"{code(name)}" for name in sorted(names)) or "no credential"
