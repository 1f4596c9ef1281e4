"""Results of openapi-core, a third-party library, for requests: values and errors."""

import logging
import warnings
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import httpx2
import openapi_core.validation.request
from jsonschema_path import SchemaPath
from openapi_core.datatypes import RequestParameters
from openapi_core.validation.request.exceptions import MissingRequestBody
from werkzeug.datastructures import Headers, ImmutableMultiDict

from tests.corpus.wire.document import (
    Description,
    Operation,
    Parameter,
    with_relative_references,
)
from tests.corpus.wire.media import essence, is_json
from tests.corpus.wire.same import ABSENT, load_json
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

SAFE_IN_PATH = "/{}%:@!$&'()*+,;=~"
"""Characters that are not encoded in the templates of paths."""

logging.getLogger("openapi_core").addHandler(logging.NullHandler())
logging.getLogger("openapi_core").propagate = False


class _Recorder:
    """Mixin of openapi-core's validators that records what they read, before validating it."""

    value: Any = ABSENT

    def _get_simple_param_or_header(self, *args: Any, **kwargs: Any) -> Any:
        return self._recorded(super()._get_simple_param_or_header(*args, **kwargs))  # type: ignore[misc]

    def _get_content_schema_value_and_schema(self, *args: Any, **kwargs: Any) -> Any:
        return self._recorded(
            super()._get_content_schema_value_and_schema(*args, **kwargs)  # type: ignore[misc]
        )

    def _recorded(self, read: tuple[Any, Any]) -> tuple[Any, Any]:
        self.value = read[0]
        return read


def _recording(validator: type) -> type:
    return type(validator.__name__, (_Recorder, validator), {})


@dataclass(frozen=True, slots=True)
class Reading:
    """Values and errors that openapi-core reads from one part of a request.

    Attributes:
        name: Parameter, such as `query limit`; or `body`, `security`.
        value: What it reads; `ABSENT` for nothing.
        violations: What it finds wrong with it.
    """

    name: str
    value: Any
    violations: list[str]


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
        parameters, body, security = map(_recording, VALIDATORS[description.version])
        without = {"parameters": []}
        self._validators = {"body": self._build_validator(body, without)}
        self._validators["security"] = self._build_validator(security, without)
        # One validator for each parameter, so that a failure does not hide violations of others.
        for parameter in operation.parameters:
            name = f"{parameter.location} {parameter.name}"
            self._validators[name] = self._build_validator(
                parameters, {"parameters": [self._plain_parameter(parameter)]}
            )

    def _build_validator(self, validator: Any, changed: dict[str, Any]) -> Any:
        """Return a validator for a document with only this operation."""
        data = {**self._description.relocated, "servers": [{"url": BASE_URL}]}
        operation = {**self._operation.data, **changed}
        # The server is not validated.
        operation.pop("servers", None)
        route = self._operation.route.partition("?")[0]
        route = quote(route.replace("{+", "{"), safe=SAFE_IN_PATH)
        data["paths"] = {route: {METHOD: with_relative_references(operation)}}
        kinds = map(essence, self._operation.bodies)
        types = {
            kind: _decode_json if is_json(kind) else _decode_text
            for kind in kinds
            if not kind.startswith(("multipart/", "application/x-www-form-urlencoded"))
        }
        return validator(
            SchemaPath.from_dict(data),
            extra_media_type_deserializers=types,
            extra_format_validators={"time": is_time},
        )

    def _plain_parameter(self, parameter: Parameter) -> dict[str, Any]:
        """Return a Parameter Object with a schema, which has no default.

        openapi-core reads the default if there is no value, and nothing without a schema.
        """
        if parameter.content_type:
            return parameter.data
        schema = self._description.resolve(parameter.schema)
        if isinstance(schema, dict):
            schema = {key: value for key, value in schema.items() if key != "default"}
        return {**parameter.data, "schema": schema}

    def read(self, request: httpx2.Request) -> list[Reading]:
        """Return what openapi-core reads of each part of a request."""
        found: list[Reading] = []
        for name, validator in self._validators.items():
            validator.value = ABSENT
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    read = _read_request(validator, request)
                    errors = list(validator.iter_errors(read))
                    violations = [
                        _message(e) for e in errors if not _is_optional_body(e)
                    ]
                except Exception as error:
                    violations = [f"it fails: {type(error).__name__} at {error}"[:200]]
            found.append(Reading(name, _with_text(validator.value), violations))
        return found


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
        cookie=ImmutableMultiDict([tuple(map(unquote, c)) for c in cookies]),
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
    return load_json(content)


def _decode_text(content: bytes, **_parameters: str) -> Any:
    """Return the value of content of any other type; a range such as `*/*` includes JSON."""
    try:
        return load_json(content)
    except ValueError:
        return content.decode()


def _is_optional_body(error: Exception) -> bool:
    """Return whether openapi-core reports that an optional body is missing."""
    return type(error) is MissingRequestBody


def _with_text(value: Any) -> Any:
    """Return a value with text in place of bytes, as which parts of a form are read."""
    if isinstance(value, dict):
        return {name: _with_text(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_with_text(part) for part in value]
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _message(error: Exception) -> str:
    cause = error.__cause__
    errors = getattr(cause, "schema_errors", ())[:2]
    keywords = ", ".join(str(e.validator) for e in errors)
    message = "; ".join(str(e.message)[:100] for e in errors) or str(cause or error)
    what = f"{type(error).__name__} {keywords}".rstrip()
    return f"{what} at {message[:200]}"
