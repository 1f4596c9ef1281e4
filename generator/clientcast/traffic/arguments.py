"""Comparison of recorded arguments in path, query and headers with the parameters."""

import json
import re
from typing import Any
from urllib.parse import unquote

from clientcast import ir
from clientcast.json_types import describe_type, item_types
from clientcast.places import parameter_pointer, resolved_pointer
from clientcast.plain import number
from clientcast.traffic.context import Context
from clientcast.traffic.exchanges import Exchange
from clientcast.traffic.findings import Spot
from clientcast.traffic.masking import shown_name
from clientcast.traffic.routes import Match, RequestTarget

_STANDARD_HEADERS = frozenset("""
    accept accept-charset accept-encoding accept-language authorization cache-control
    connection content-encoding content-language content-length content-type cookie date dnt
    expect forwarded from host if-match if-modified-since if-none-match if-range
    if-unmodified-since keep-alive max-forwards origin pragma priority
    proxy-authorization proxy-connection range referer te trailer transfer-encoding upgrade
    upgrade-insecure-requests user-agent via x-requested-with baggage traceparent
    tracestate x-request-id x-correlation-id
    """.split())
"""Headers of HTTP itself, of browsers, proxies and tracing, in lower case."""
_INFRASTRUCTURE = re.compile(
    r":.*|sec-.*|x-forwarded-.*|x-b3-.*|x-amzn?-trace-.*|cf-.*"
)


def compare_arguments(
    context: Context,
    exchange: Exchange,
    target: RequestTarget,
    match: Match,
    spot: Spot,
) -> None:
    """Report unknown, missing and wrong arguments of a request."""
    operation = match.route.operation
    for name, value in zip(match.route.names, match.values, strict=True):
        parameter = _find(operation, ir.Location.PATH, name)
        if parameter is not None:
            _compare_texts(context, parameter, [unquote(value)], spot)
    _compare_query(context, operation, target, match, spot)
    _compare_headers(context, operation, exchange, spot)


def _compare_query(
    context: Context,
    operation: ir.Operation,
    target: RequestTarget,
    match: Match,
    spot: Spot,
) -> None:
    parameters = [p for p in operation.parameters if p.location is ir.Location.QUERY]
    credentials = {
        scheme.parameter
        for scheme in context.api.schemes
        if scheme.location is ir.Location.QUERY
    }
    if any(_is_whole_query(parameter) for parameter in parameters):
        return
    by_name = {parameter.field.name: parameter for parameter in parameters}
    spread = _spread_names(context, parameters)
    received: dict[str, list[str]] = {}
    left = [pair for pair in target.query if pair not in match.route.query]
    for name, value in left:
        plain = name if name in by_name else name.removesuffix("[]")
        plain = plain if plain in by_name else name.partition("[")[0]
        if plain in by_name:
            received.setdefault(plain, []).append(value)
        elif spread is not None and name not in credentials | spread:
            text = f"unknown query parameter {shown_name(name)}"
            context.findings.add(
                "unknown-parameter", spot, text, f"query {name}", value
            )
    for name, parameter in by_name.items():
        is_nested = any(key.startswith(f"{name}[") for key, _ in left)
        if name in received and not is_nested:
            _compare_texts(context, parameter, received[name], spot)
        elif name not in received and _is_missing(parameter, spread):
            _add_missing(context, operation, parameter, spot)


def _spread_names(
    context: Context, parameters: list[ir.Parameter]
) -> frozenset[str] | None:
    """Return the names of properties that are query parameters; None if any name is."""
    names: set[str] = set()
    for parameter in parameters:
        style = parameter.serialization
        if style is not None and (
            style.style is not ir.Style.FORM or not style.explode
        ):
            continue
        for type_ in context.values.alternatives(parameter.field.type).of_kind(
            "object"
        ):
            if isinstance(type_, ir.MapOf):
                return None
            assert isinstance(type_, ir.Named)
            record = context.api.schemas[type_.pointer]
            assert isinstance(record, ir.Record)
            if record.additional is not None:
                return None
            names |= {field.name for field in record.fields}
    return frozenset(names)


def _is_missing(parameter: ir.Parameter, spread: frozenset[str] | None) -> bool:
    """Return whether a parameter is required, unless its properties may stand for it."""
    is_spread = spread is None or bool(spread)
    return parameter.field.required and not parameter.scheme and not is_spread


def _is_whole_query(parameter: ir.Parameter) -> bool:
    style = parameter.serialization
    return style is not None and style.style in (
        ir.Style.QUERYSTRING,
        ir.Style.QUERYSTRING_JSON,
    )


def _compare_headers(
    context: Context,
    operation: ir.Operation,
    exchange: Exchange,
    spot: Spot,
) -> None:
    received = {name.lower(): value for name, value in exchange.request.headers}
    if not received:  # The recording has none.
        return
    known = {
        scheme.parameter.lower()
        for scheme in context.api.schemes
        if scheme.location is ir.Location.HEADER
    }
    known |= {header.name.lower() for header in context.api.headers}
    for parameter in operation.parameters:
        if parameter.location is not ir.Location.HEADER:
            continue
        name = parameter.field.name.lower()
        known.add(name)
        if name in received:
            _compare_texts(context, parameter, [received[name]], spot)
        elif parameter.field.required and not parameter.scheme:
            _add_missing(context, operation, parameter, spot)
    for name, value in received.items():
        if (
            name not in known
            and name not in _STANDARD_HEADERS
            and not _INFRASTRUCTURE.fullmatch(name)
        ):
            text = f"unknown header parameter {shown_name(name)}"
            context.findings.add(
                "unknown-parameter", spot, text, f"header {name}", value
            )


def _add_missing(
    context: Context,
    operation: ir.Operation,
    parameter: ir.Parameter,
    spot: Spot,
) -> None:
    location, name = parameter.location, parameter.field.name
    pointer = parameter_pointer(context.data, spot.pointer, location, name)
    text = f"required {location} parameter {shown_name(name)} is missing"
    at = Spot(spot.name, pointer)
    context.findings.add("missing-parameter", at, text, f"{location} {name}")


def _compare_texts(
    context: Context,
    parameter: ir.Parameter,
    texts: list[str],
    spot: Spot,
) -> None:
    """Compare the texts of an argument with the type of its parameter."""
    location, name = parameter.location, parameter.field.name
    pointer = parameter_pointer(context.data, spot.pointer, location, name)
    pointer = f"{resolved_pointer(context.data, pointer)}/schema"
    at = Spot(f"{spot.name}, {location} {name}", pointer)
    expected = context.values.alternatives(parameter.field.type)
    if expected.accepts_anything or "object" in expected.kinds:
        return
    style = parameter.serialization
    if style is not None and style.style is ir.Style.JSON:
        try:
            value: Any = json.loads(texts[0])
        except (ValueError, RecursionError):
            context.findings.add("wrong-type", at, "a text in place of JSON")
            return
        context.values.compare_body(
            value, parameter.field.type, at, context.findings.add
        )
        return
    if style is not None and style.style in (ir.Style.LABEL, ir.Style.MATRIX):
        return
    type_ = parameter.field.type
    if expected.kinds == frozenset(("array",)):
        separator = {
            ir.Style.SPACE_DELIMITED: " ",
            ir.Style.PIPE_DELIMITED: "|",
        }.get(style.style if style is not None else ir.Style.FORM, ",")
        is_joined = location is not ir.Location.QUERY or (
            style is not None and not style.explode
        )
        texts = (
            [t for text in texts for t in text.split(separator)] if is_joined else texts
        )
        type_ = item_types(expected.of_kind("array"))
    for text in texts:
        value = _value(text, context.values.alternatives(type_).kinds)
        if value is None:
            words = describe_type(type_, context.api.schemas)
            message = f"a text that is no {words}"
            context.findings.add("wrong-type", at, message, "", text)
        else:
            context.values.compare_body(value, type_, at, context.findings.add)


def _value(text: str, kinds: frozenset[str]) -> str | int | float | bool | None:
    """Return the value that a text stands for; None if it has none of the kinds."""
    found = number(text)
    if "integer" in kinds and isinstance(found, int):
        return found
    if "number" in kinds and found is not None:
        return found
    if "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    return text if "string" in kinds or not kinds else None


def _find(
    operation: ir.Operation, location: ir.Location, name: str
) -> ir.Parameter | None:
    found = (
        p
        for p in operation.parameters
        if p.location is location and p.field.name == name
    )
    return next(found, None)
