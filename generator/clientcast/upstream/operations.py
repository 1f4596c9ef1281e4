"""Comparison of matched operations: paths, parameters, bodies, responses and security."""

from clientcast import ir
from clientcast.document_operations import DocumentOperation
from clientcast.json_types import describe_type
from clientcast.openapi import TEMPLATE_EXPRESSION, bare_media_type
from clientcast.places import (
    child_pointer,
    parameter_pointer,
    resolved_pointer,
)
from clientcast.plain import mapping, text
from clientcast.upstream.sides import Differences, Place, Side
from clientcast.upstream.types import TypeComparison


def compare_operation(
    ours: tuple[DocumentOperation, ir.Operation],
    theirs: tuple[DocumentOperation, ir.Operation],
    types: TypeComparison,
) -> None:
    """Compare an operation of the spec with that of the vendor's document."""
    our_operation, their_operation = ours[1], theirs[1]
    place = Place(ours[0].title, ours[0].pointer, theirs[0].pointer)
    differences = types.differences
    if ours[0].key != theirs[0].key:
        routes = [f"{op.method} {op.full_path}" for op in (ours[0], theirs[0])]
        differences.add(place, "route", *routes)
    _compare_path_names(ours[0], theirs[0], place, differences)
    lifecycles = [
        "deprecated" if op.deprecated else "current"
        for op in (our_operation, their_operation)
    ]
    differences.add(place, "status", *lifecycles)
    _compare_parameters(our_operation, their_operation, place, types)
    _compare_bodies(our_operation, their_operation, place, types)
    _compare_responses(our_operation, their_operation, place, types)
    differences.add(
        place,
        "security",
        _security(our_operation, types.ours),
        _security(their_operation, types.theirs),
    )


def _compare_path_names(
    ours: DocumentOperation,
    theirs: DocumentOperation,
    place: Place,
    differences: Differences,
) -> None:
    """Compare the names of path parameters, which are matched by their position."""
    our_names = TEMPLATE_EXPRESSION.findall(ours.path)
    their_names = TEMPLATE_EXPRESSION.findall(theirs.path)
    if len(our_names) == len(their_names):
        for our_name, their_name in zip(our_names, their_names, strict=True):
            differences.add(place, "path parameter", our_name, their_name)


def _compare_parameters(
    ours: ir.Operation, theirs: ir.Operation, place: Place, types: TypeComparison
) -> None:
    our_parameters = _parameters(ours)
    their_parameters = _parameters(theirs)
    for key in dict.fromkeys((*our_parameters, *their_parameters)):
        our, their = our_parameters.get(key), their_parameters.get(key)
        at = Place(
            place.name,
            _parameter_place(types.ours, place.ours, our),
            _parameter_place(types.theirs, place.theirs, their),
        )
        if our is not None and their is not None:
            name = f"{place.name}, {our.location} {our.field.name}"
            inner = Place(
                name,
                resolved_pointer(types.ours.data, at.ours),
                resolved_pointer(types.theirs.data, at.theirs),
            )
            types.compare_fields(our.field, their.field, inner)
            styles = [_style(parameter) for parameter in (our, their)]
            types.differences.add(inner, "style", *styles)
            continue
        side = types.theirs if our is None else types.ours
        present = our or their
        assert present is not None
        need = "required" if present.field.required else "optional"
        note = f"{need} {describe_type(present.field.type, side.declared)}"
        names = [repr(p.field.name) if p is not None else "" for p in (our, their)]
        aspect = f"{present.location} parameter"
        types.differences.add(at, aspect, names[0], names[1], note)


def _parameters(operation: ir.Operation) -> dict[tuple[str, str], ir.Parameter]:
    """Return the parameters by location and name; those of the path by their position."""
    found: dict[tuple[str, str], ir.Parameter] = {}
    names = TEMPLATE_EXPRESSION.findall(operation.path)
    for parameter in operation.parameters:
        name = parameter.field.name
        if parameter.location is ir.Location.PATH and name in names:
            name = str(names.index(name))
        elif parameter.location is ir.Location.HEADER:
            name = name.lower()
        found[parameter.location, name] = parameter
    return found


def _parameter_place(side: Side, operation: str, found: ir.Parameter | None) -> str:
    if found is None:
        return operation
    return parameter_pointer(side.data, operation, found.location, found.field.name)


def _style(parameter: ir.Parameter) -> str:
    style = parameter.serialization
    if style is None:
        return "default"
    return f"{style.style.value}, {'exploded' if style.explode else 'not exploded'}"


def _compare_bodies(
    ours: ir.Operation, theirs: ir.Operation, place: Place, types: TypeComparison
) -> None:
    """Compare the request bodies: whether they are required, and each media type."""
    at = Place(
        f"{place.name}, request body",
        child_pointer(types.ours.data, place.ours, "requestBody"),
        child_pointer(types.theirs.data, place.theirs, "requestBody"),
    )
    our_bodies, their_bodies = _contents(ours), _contents(theirs)
    if ours.body is None or theirs.body is None:
        names = [
            join_media_types(bodies) if bodies else ""
            for bodies in (our_bodies, their_bodies)
        ]
        types.differences.add(
            Place(place.name, at.ours, at.theirs), "request body", *names
        )
        return
    needs = [
        "required" if op.body is not None and op.body.required else "optional"
        for op in (ours, theirs)
    ]
    types.differences.add(at, "presence", *needs)
    _compare_contents(our_bodies, their_bodies, at, types)


def _contents(operation: ir.Operation) -> dict[str, ir.Content]:
    """Return the contents of the request body by media type."""
    bodies = (operation.body, *operation.alternative_bodies)
    return {
        bare_media_type(name): body.content
        for body in bodies
        if body is not None
        for name in body.content.media_types
    }


def join_media_types(contents: dict[str, ir.Content]) -> str:
    """Join the media types of contents."""
    return ", ".join(contents)


def _compare_contents(
    ours: dict[str, ir.Content],
    theirs: dict[str, ir.Content],
    place: Place,
    types: TypeComparison,
) -> None:
    for name in dict.fromkeys((*ours, *theirs)):
        our, their = ours.get(name), theirs.get(name)
        if our is None or their is None:
            names = ["" if content is None else name for content in (our, their)]
            types.differences.add(place, "media type", *names)
        else:
            at = Place(
                place.name,
                child_pointer(types.ours.data, place.ours, "content", name, "schema"),
                child_pointer(
                    types.theirs.data, place.theirs, "content", name, "schema"
                ),
            )
            types.compare(our.type, their.type, at)


def _compare_responses(
    ours: ir.Operation, theirs: ir.Operation, place: Place, types: TypeComparison
) -> None:
    """Compare responses by status; a range or `default` of the spec covers the vendor's."""
    our_responses = {response.status: response for response in ours.responses}
    their_responses = {response.status: response for response in theirs.responses}
    for status in dict.fromkeys((*our_responses, *their_responses)):
        our = our_responses.get(status) or covering(our_responses, status)
        their = their_responses.get(status)
        at = Place(
            f"{place.name}, response {status}",
            child_pointer(types.ours.data, place.ours, "responses", status),
            child_pointer(types.theirs.data, place.theirs, "responses", status),
        )
        if our is None or their is None:
            names = [
                status if response is not None else "" for response in (our, their)
            ]
            types.differences.add(
                Place(place.name, at.ours, at.theirs), "response", *names
            )
        else:
            _compare_contents(
                _response_contents(our), _response_contents(their), at, types
            )


def covering(responses: dict[str, ir.Response], status: str) -> ir.Response | None:
    """Return the response of the range of a status, or of `default`; None if there is none."""
    by_range = responses.get(f"{status[:1]}XX") if status.isdigit() else None
    return by_range or responses.get("default")


def _response_contents(response: ir.Response) -> dict[str, ir.Content]:
    streams = () if response.stream is None else (response.stream,)
    contents = (*response.contents, *streams)
    return {
        bare_media_type(name): content
        for content in contents
        for name in content.media_types
    }


def _security(operation: ir.Operation, side: Side) -> str:
    """Return the alternatives of credentials in words."""
    schemes = mapping(mapping(side.data.get("components")).get("securitySchemes"))
    alternatives: dict[str, None] = {}
    for requirements in operation.security:
        words = [
            _credential(mapping(schemes.get(requirement.scheme)), requirement)
            for requirement in requirements
        ]
        alternatives[" and ".join(sorted(words)) or "none"] = None
    return " or ".join(sorted(alternatives)) or "none"


def _credential(scheme: dict[str, object], requirement: ir.Requirement) -> str:
    """Return a credential in words that do not depend on the name of its scheme."""
    match text(scheme.get("type")):
        case "apiKey":
            return f"key in {text(scheme.get('in'))} {text(scheme.get('name'))}"
        case "http":
            return f"http {text(scheme.get('scheme')).lower()}"
        case kind:
            scopes = ", ".join(sorted(requirement.scopes))
            return f"{kind or requirement.scheme}{f' ({scopes})' if scopes else ''}"
