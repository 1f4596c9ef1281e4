"""Validation of requests by openapi-core, a third-party validator."""

import itertools
import json
import logging
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx2
import openapi_core.validation.request
from jsonschema_path import SchemaPath
from openapi_core.datatypes import RequestParameters
from openapi_core.deserializing.styles.exceptions import EmptyQueryParameterValue
from openapi_core.validation.request.exceptions import MissingRequestBody
from werkzeug.datastructures import Headers, ImmutableMultiDict

from tests.corpus.wire.document import HERE, Description, Operation, Parameter
from tests.corpus.wire.media import is_json
from tests.corpus.wire.texts import is_time

BASE_URL = "https://wire.example"

VALIDATORS: dict[str, tuple[Any, Any, Any]] = {
    "3.0": (
        openapi_core.validation.request.V30RequestParametersValidator,
        openapi_core.validation.request.V30RequestBodyValidator,
        openapi_core.validation.request.V30RequestSecurityValidator,
    ),
    "3.1": (
        openapi_core.validation.request.V31RequestParametersValidator,
        openapi_core.validation.request.V31RequestBodyValidator,
        openapi_core.validation.request.V31RequestSecurityValidator,
    ),
    "3.2": (
        openapi_core.validation.request.V32RequestParametersValidator,
        openapi_core.validation.request.V32RequestBodyValidator,
        openapi_core.validation.request.V32RequestSecurityValidator,
    ),
}
"""Validators of parameters, body and security, by version."""

METHOD = "post"
"""Method used in place of the operation's, because openapi-core does not support all."""

logging.getLogger("openapi_core").addHandler(logging.NullHandler())
logging.getLogger("openapi_core").propagate = False


@dataclass(frozen=True, slots=True)
class Violation:
    """Violation that openapi-core reports for a request.

    Attributes:
        name: Parameter, such as `query limit`; or `body`, `security`.
        message: Message of openapi-core.
        failed: Whether the validator itself failed.
    """

    name: str
    message: str
    failed: bool = False


@dataclass(slots=True)
class _Request:
    """Request in the form that openapi-core needs."""

    method: str
    host_url: str
    path: str
    content_type: str
    body: bytes
    parameters: RequestParameters


class Validator:
    """Validator of the requests of one operation."""

    def __init__(self, description: Description, operation: Operation) -> None:
        self._description = description
        self._operation = operation
        parameters, body, security = VALIDATORS[description.version]
        is_new = description.version != "3.0"
        self._has_read_only = is_new and description.has_read_only
        without = {"parameters": []}
        self._validators = {"body": self._build_validator(body, without)}
        self._validators["security"] = self._build_validator(security, without)
        # One validator for each parameter, so that a failure does not hide violations of others.
        for parameter in operation.parameters:
            name = f"{parameter.location} {parameter.name}"
            self._validators[name] = self._build_validator(
                parameters, {"parameters": [self._without_default(parameter.data)]}
            )

    def _build_validator(self, validator: Any, changed: dict[str, Any]) -> Any:
        """Return a validator for a document with only this operation."""
        data = {**self._description.data, "servers": [{"url": BASE_URL}]}
        operation = {**self._operation.data, **changed}
        # The server is not validated.
        operation.pop("servers", None)
        route = self._operation.route.partition("?")[0]
        data["paths"] = {route: {METHOD: _with_relative_references(operation)}}
        kinds = [media_type.partition(";")[0] for media_type in self._operation.bodies]
        types = {kind: _decode_json for kind in kinds if is_json(kind) or "*" in kind}
        return validator(
            SchemaPath.from_dict(data),
            extra_media_type_deserializers=types,
            extra_format_validators={"time": is_time},
        )

    def _without_default(self, parameter: dict[str, Any]) -> dict[str, Any]:
        """Return a parameter without default, as openapi-core validates defaults too."""
        schema = self._description.resolve(parameter.get("schema"))
        if not isinstance(schema, dict) or "default" not in schema:
            return parameter
        without = {key: value for key, value in schema.items() if key != "default"}
        return {**parameter, "schema": without}

    def violations(self, request: httpx2.Request) -> list[Violation]:
        """Return the violations of a request."""
        found: list[Violation] = []
        for name, validator in self._validators.items():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    read = _read_request(validator, request)
                    errors = list(validator.iter_errors(read))
                except Exception as error:
                    message = f"it fails: {type(error).__name__} at {error}"
                    found.append(Violation(name, message[:200], failed=True))
                else:
                    disallowed = [error for error in errors if not _is_allowed(error)]
                    found += [_violation(name, error) for error in disallowed]
        return found

    def is_unsupported(self, violation: Violation, content_type: str) -> bool:
        """Return whether openapi-core is known to deviate from OpenAPI in this part.

        It does not parse forms, and since 3.1 it requires read-only properties in requests.

        Args:
            content_type: Media type of the body.
        """
        if violation.failed:
            return True
        name = violation.name
        match name:
            case "body":
                is_read_only = "required" in violation.message and self._has_read_only
                return not is_json(content_type) or is_read_only
            case "security":
                return any(map(_is_unknown_scheme, self._security_schemes())) or any(
                    map(_has_a_header_twice, self._security_requirements())
                )
            case _:
                return any(
                    _is_unknown_parameter(p, self._description)
                    or p.is_sent_by_default
                    or p.location == "path"
                    and self._shares_segment(p)
                    for p in self._operation.parameters
                    if f"{p.location} {p.name}" == name
                )

    def _shares_segment(self, parameter: Parameter) -> bool:
        """Return whether a path segment has other placeholders than the parameter's."""
        segments = self._operation.route.split("/")
        (own,) = [s for s in segments if f"{{{parameter.name}}}" in s]
        return own.count("{") > 1

    def _security_schemes(self) -> Iterator[Any]:
        return itertools.chain.from_iterable(self._security_requirements())

    def _security_requirements(self) -> Iterator[list[Any]]:
        """Yield the schemes of each alternative security requirement."""
        data = self._description.data
        known = data.get("components", {}).get("securitySchemes", {})
        wanted = self._operation.data.get("security", data.get("security", []))
        for alternative in wanted:
            yield [known.get(name, {}) for name in alternative]


def _read_request(validator: Any, request: httpx2.Request) -> _Request:
    address = urlsplit(str(request.url))
    query = parse_qsl(address.query, keep_blank_values=True)
    cookies = [
        pair.partition("=")[::2]
        for pair in request.headers.get("Cookie", "").split("; ")
        if pair
    ]
    parameters = RequestParameters(
        query=ImmutableMultiDict(query),
        header=Headers(list(request.headers.multi_items())),
        cookie=ImmutableMultiDict([(n, unquote(v)) for n, v in cookies]),
    )
    # openapi-core finds the path parameters, but does not decode them.
    found = validator.path_finder.find(METHOD, BASE_URL + address.path)
    named = {n: unquote(text) for n, text in found.path_result.variables.items()}
    for name, text in list(named.items()):
        # It looks up parameters of style `label` and `matrix` by these names.
        named |= {f"{p}{name}{s}": text for p in ".;" for s in ("", "*")}
    parameters.path = named
    return _Request(
        METHOD,
        f"{address.scheme}://{address.netloc}",
        address.path,
        request.headers.get("Content-Type", ""),
        request.content,
        parameters,
    )


def _decode_json(content: bytes, **_parameters: str) -> Any:
    return json.loads(content)


def _with_relative_references(value: Any) -> Any:
    """Return a copy of a part of the document with its original references."""
    return json.loads(json.dumps(value).replace(f'"{HERE}#', '"#'))


def _is_allowed(error: Exception) -> bool:
    """Return whether OpenAPI allows a violation that openapi-core reports.

    It reports optional bodies that are missing, and empty strings in a query: but
    `allowEmptyValue` is for parameters without a value (OpenAPI 3.0, Parameter Object).
    """
    cause = error.__cause__
    return type(error) is MissingRequestBody or isinstance(
        cause, EmptyQueryParameterValue
    )


def _violation(name: str, error: Exception) -> Violation:
    cause = error.__cause__
    errors = getattr(cause, "schema_errors", ())[:2]
    keywords = ", ".join(str(e.validator) for e in errors)
    message = "; ".join(str(e.message)[:100] for e in errors) or str(cause or error)
    what = f"{type(error).__name__} {keywords}".rstrip()
    return Violation(name, f"{what} at {message[:200]}")


def _has_a_header_twice(schemes: list[Any]) -> bool:
    """Return whether two schemes of a requirement use the same header."""
    headers = [
        scheme.get("name", "Authorization").lower()
        for scheme in schemes
        if scheme.get("type") != "apiKey" or scheme.get("in") == "header"
    ]
    return len(headers) > len(set(headers))


def _is_unknown_scheme(scheme: Any) -> bool:
    """Return whether openapi-core lacks a scheme: `mutualTLS`, and names not in lower case."""
    name = str(scheme.get("scheme", ""))
    return scheme.get("type") == "mutualTLS" or name not in ("", "basic", "bearer")


def _is_unknown_parameter(parameter: Parameter, description: Description) -> bool:
    """Return whether openapi-core cannot parse a parameter.

    It converts strings by `type` only, and supports no list of types. It looks up exploded
    objects by the parameter's name, splits decoded values at `%20`, and supports neither lists
    nor objects within deepObject.
    """
    schema = description.resolve(parameter.schema)
    items = description.resolve(schema.get("items", {}))
    return (
        parameter.style in ("matrix", "label", "deepObject", "spaceDelimited")
        or schema.get("type") not in ("string", "integer", "number", "boolean", "array")
        or schema["type"] == "array"
        and items.get("type") not in ("string", "integer", "number", "boolean")
        or bool({"oneOf", "anyOf", "allOf"} & (schema.keys() | items.keys()))
        or schema.get("nullable") is True
        or bool(parameter.content_type)
    )
