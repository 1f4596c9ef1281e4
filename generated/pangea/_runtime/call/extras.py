"""Additions to requests that the document does not have: headers, query and body."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import msgspec

from ..codec.plain_data import to_plain_data
from ..codec.request_body import NULL, form_members
from ..codec.styles import is_given
from ..codec.type_guards import is_mapping, is_object
from .request import Call, header_problem
from .security import Scheme

T = TypeVar("T")

_CONTENT_TYPE = "content-type"


@dataclass(frozen=True, slots=True)
class Extras:
    """Headers, query parameters and body properties that are added to calls.

    An argument of the same name is refused. A header or query parameter of a credential is sent
    in its place.

    Attributes:
        headers: Headers by name.
        query: Query parameters by name; None is not sent.
        body: Properties of JSON objects and forms by name; None is sent as null in JSON.
    """

    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    query: Mapping[str, object] = field(default_factory=dict[str, object], repr=False)
    body: Mapping[str, object] = field(default_factory=dict[str, object], repr=False)

    def __bool__(self) -> bool:
        return bool(self.headers or self.query or self.body)

    def extended(self, other: Extras) -> Extras:
        """Return these extras with others, which replace those of the same name."""
        names = {name.lower() for name in other.headers}
        kept = {k: v for k, v in self.headers.items() if k.lower() not in names}
        return Extras(
            {**kept, **other.headers},
            {**self.query, **other.query},
            {**self.body, **other.body},
        )

    def without_body(self) -> Extras:
        """Return these extras for a request without a body."""
        return replace(self, body={})

    def for_other_origin(self) -> Extras:
        """Return what another origin may receive: the body, and its media type."""
        headers = {k: v for k, v in self.headers.items() if k.lower() == _CONTENT_TYPE}
        return Extras(headers, body=self.body)

    def has_header(self, name: str) -> bool:
        """Return whether there is a header of this name, in any case."""
        return any(known.lower() == name.lower() for known in self.headers)

    def replaces(self, scheme: Scheme) -> bool:
        """Return whether a header or query parameter is in place of a credential."""
        if scheme.location == "header":
            return self.has_header(scheme.name)
        return scheme.location == "query" and scheme.name in self.query

    def add_to(self, call: Call[T]) -> Call[T]:
        """Return a call with these extras.

        Raises:
            ValueError: If an argument has the name of one, or there is no body for those of
                bodies.
        """
        changes: dict[str, Any] = {}
        if self.headers:
            _refuse(call, "extra_headers", filter(self.has_header, _given(call.header)))
            added = dict(self.headers)
            for name in self.headers:
                if name.lower() == _CONTENT_TYPE:
                    changes["content_type"] = added.pop(name)
            kept = {k: v for k, v in call.header.items() if not self.has_header(k)}
            changes["header"] = {**kept, **added}
            if "content_type" in changes and call.multipart is not None:
                raise ValueError(
                    f"{call}: extra_headers has Content-Type, which a multipart body sets"
                )
        if self.query:
            _refuse(call, "extra_query", self.query.keys() & _given(call.query))
            changes["query"] = {**call.query, **self.query}
        if self.body:
            changes.update(self._body_of(call))
        return msgspec.structs.replace(call, **changes)

    def _body_of(self, call: Call[Any]) -> dict[str, object]:
        for kind in ("json", "form", "multipart"):
            body = getattr(call, kind)
            if body is None or body is NULL:
                continue
            members: object = dict(body) if is_mapping(body) else body
            if not is_object(members):
                is_json = kind == "json"
                members = to_plain_data(body) if is_json else dict(form_members(body))
            if is_object(members):
                # A null of JSON is given: what is not given is no member.
                given = members.keys() if kind == "json" else _given(members)
                _refuse(call, "extra_body", self.body.keys() & given)
                return {kind: {**members, **self.body}}
        raise ValueError(
            f"{call} sends no JSON object or form that extra_body could be added to:"
            " client.request sends any body"
        )


def _given(arguments: Mapping[str, object]) -> set[str]:
    """Return the names of the arguments that are given."""
    return {name for name, value in arguments.items() if is_given(value)}


def _refuse(call: Call[Any], option: str, names: Iterable[str]) -> None:
    for name in names:
        raise ValueError(f"{call}: {name} is both an argument and in {option}")


NO_EXTRAS = Extras()


def extras(
    headers: Mapping[str, str] | None,
    query: Mapping[str, object] | None,
    body: Mapping[str, object] | None,
) -> Extras:
    """Return the extras of the options of `with_options`.

    Raises:
        ValueError: If a header is reserved for the client or has an invalid value.
        TypeError: If an option is no mapping with text as keys.
    """
    given = Extras(headers or {}, query or {}, body or {})
    problem = _type_problem(given) or header_problem(given.headers)
    if problem:
        is_type = problem.startswith("extra_")
        del headers, query, body, given  # Error trackers record local variables.
        raise (TypeError if is_type else ValueError)(problem)
    return given


def _type_problem(given: Extras) -> str:
    named: tuple[tuple[str, object], ...] = (
        ("extra_headers", given.headers),
        ("extra_query", given.query),
        ("extra_body", given.body),
    )
    for option, value in named:
        if not is_mapping(value) or not all(isinstance(name, str) for name in value):
            return f"{option} must be a mapping of names to values"
        is_text = all(isinstance(member, str) for member in value.values())
        if option == "extra_headers" and not is_text:
            return "extra_headers must have text as values"
    return ""


def replaced_schemes(
    given: Extras, call: Call[Any], arguments: Collection[Scheme]
) -> frozenset[Scheme]:
    """Return the security schemes of a call whose credentials extras replace.

    Raises:
        ValueError: If one is also an argument of the call.
    """
    for scheme in arguments:
        if given.replaces(scheme):
            raise ValueError(
                f"{call}: {scheme.name} is both an argument and in extra_headers or extra_query"
            )
    return frozenset(
        scheme
        for alternative in call.security
        for scheme in alternative
        if given.replaces(scheme)
    )
