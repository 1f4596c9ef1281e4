"""Keywords of `Call` that carry the arguments of a method: `path`, `query`, `json`."""

from collections.abc import Iterable, Iterator

from clientcast.bind import runtime
from clientcast.bind.arguments import (
    BODY_LOCATIONS,
    Argument,
    ArgumentLocation,
    has_fixed_media_type,
)
from clientcast.bind.types import Annotations
from clientcast.bind.xml import XmlConstants
from clientcast.code import Arguments, Call, Constant, Dict, Expression, Name
from clientcast.ir import Body, Operation


def call_keywords(
    arguments: Iterable[Argument],
    operation: Operation,
    annotations: Annotations,
    xml: XmlConstants,
) -> Iterator[tuple[str, Expression]]:
    """Yield the keywords of `Call` for the arguments, such as `path`, `query` and `json`."""
    ordered = tuple(argument for argument in arguments if not argument.scheme)
    body = operation.body
    for location in ArgumentLocation:
        members = [a for a in ordered if a.location is location]
        if members and (
            members[0].is_whole_body or location is ArgumentLocation.CONTENT_TYPE
        ):
            value = _value_expression(members[0], annotations)
        elif (
            members
            or body is not None
            and location is BODY_LOCATIONS[body.content.kind]
        ):
            mapping = _dict_expression(members, annotations)
            value = _wrapped(mapping, location, members, operation)
        else:
            continue
        if location is ArgumentLocation.XML and body is not None:
            arguments_of_xml = Arguments((value, xml.body(body.content)))
            yield "content", Call(runtime.XML_CONTENT, arguments_of_xml)
        else:
            yield str(location), value
    if body is not None and _needs_content_type(body):
        yield str(ArgumentLocation.CONTENT_TYPE), Constant(body.content.media_types[0])


def _needs_content_type(body: Body) -> bool:
    """Return whether `Call` needs the media type of a body besides its kind."""
    match BODY_LOCATIONS[body.content.kind]:
        case ArgumentLocation.JSON:
            return body.content.media_types[0] != "application/json"
        case ArgumentLocation.XML:
            return True
        case ArgumentLocation.CONTENT:
            return has_fixed_media_type(body.content)
        case _:
            return False


def _dict_expression(members: list[Argument], annotations: Annotations) -> Dict:
    return Dict(
        tuple(
            (Constant(a.field.name), _value_expression(a, annotations)) for a in members
        )
    )


def _wrapped(
    mapping: Dict,
    location: ArgumentLocation,
    members: list[Argument],
    operation: Operation,
) -> Expression:
    """Return the members of a location, without the absent ones where those matter."""
    if location.is_body and operation.body is not None and not operation.body.required:
        return Call(runtime.NONE_IF_EMPTY, Arguments((mapping,)))
    if location.is_data and any(a.sends_null or not a.field.required for a in members):
        return Call(runtime.GIVEN_PROPERTIES, Arguments((mapping,)))
    return mapping


def _value_expression(argument: Argument, annotations: Annotations) -> Expression:
    """Return the value of an argument, wrapped in the runtime function that serializes it."""
    value: Expression = Name(argument.name)
    if argument.has_decimal_strings:
        type_ = annotations.for_encoding(argument.field.type)
        value = Call(runtime.DECIMAL_STRINGS, Arguments((value, type_)))
    if argument.sends_null:
        return Call(runtime.NULLABLE, Arguments((value,)))
    if argument.part_media_type:
        part_type = Constant(argument.part_media_type)
        return Call(runtime.PART, Arguments((value, part_type)))
    serialization = argument.serialization
    if serialization is None:
        return value
    options = (
        ("explode", serialization.explode),
        ("allow_reserved", serialization.allow_reserved),
    )
    keywords = tuple((option, Constant(True)) for option, is_set in options if is_set)
    style = Constant(str(serialization.style))
    return Call(runtime.STYLED, Arguments((value, style), keywords))
