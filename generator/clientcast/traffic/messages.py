"""Comparison of a recorded request and response with their operation."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from msgspec import Struct, field

from clientcast import ir
from clientcast.openapi import bare_media_type, is_json
from clientcast.places import (
    child_pointer,
    declaration_name,
    resolved_pointer,
    value_at,
)
from clientcast.plain import mapping
from clientcast.traffic.arguments import compare_arguments
from clientcast.traffic.bodies import parse_json
from clientcast.traffic.context import Context
from clientcast.traffic.exchanges import Exchange, Message, RecordingError
from clientcast.traffic.findings import Finding, Spot
from clientcast.traffic.masking import shown_media_type, shown_name
from clientcast.traffic.routes import Match, RequestTarget

_FORM = "application/x-www-form-urlencoded"
_MAX_MODELS = 10
REJECTED = (400, 405, 406, 411, 413, 414, 415, 422)
"""Statuses of requests that the server finds wrong, which are no evidence against the spec."""
_NO_BODY = (204, 205, 304)


class MessageComparison(Struct):
    """Comparison of messages with the operations of a document.

    Attributes:
        undecided_bodies: Number of bodies of media types that are not compared.
        rejected: Number of requests that the server rejected as wrong: not compared.
    """

    context: Context
    undecided_bodies: int = 0
    rejected: int = 0
    _models: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def compare(self, exchange: Exchange, target: RequestTarget, match: Match) -> None:
        """Report the differences of an exchange from its operation."""
        operation = match.route.operation
        spot = Spot(
            match.route.document_operation.title, match.route.document_operation.pointer
        )
        if exchange.status in REJECTED:
            self.rejected += 1
        else:
            compare_arguments(self.context, exchange, target, match, spot)
            self._compare_request_body(exchange.request, operation, spot)
        if exchange.status is not None:
            self._compare_response(exchange, exchange.status, operation, spot)

    def _compare_request_body(
        self, message: Message, operation: ir.Operation, spot: Spot
    ) -> None:
        if message.body is None:
            return
        pointer = child_pointer(self.context.data, spot.pointer, "requestBody")
        at = Spot(f"{spot.name}, request body", pointer)
        bodies = [b for b in (operation.body, *operation.alternative_bodies) if b]
        if not message.body:
            if operation.body is not None and operation.body.required:
                self.context.findings.add(
                    "missing-body", at, "the required body is missing"
                )
            return
        name = bare_media_type(message.header("content-type"))
        if not bodies:
            place = Spot(spot.name, at.pointer)
            text = (
                f"a request body of {shown_media_type(name)}, which is not documented"
            )
            finding = self.context.findings.add("undocumented-body", place, text, name)
            self._observe_body(finding, message.body, name)
            return
        contents = {
            media_type: body.content
            for body in bodies
            for media_type in body.content.media_types
        }
        documented = mapping(
            mapping(
                value_at(
                    self.context.data, resolved_pointer(self.context.data, pointer)
                )
            ).get("content")
        )
        names = tuple(documented or contents)
        self._compare_body(message.body, name, contents, names, at)

    def _compare_response(
        self, exchange: Exchange, status: int, operation: ir.Operation, spot: Spot
    ) -> None:
        responses = {response.status: response for response in operation.responses}
        key = next(
            (
                k
                for k in (str(status), f"{status // 100}XX", "default")
                if k in responses
            ),
            None,
        )
        name = bare_media_type(exchange.response.header("content-type"))
        body = exchange.response.body
        if key is None:
            if status == 304:
                return
            pointer = child_pointer(self.context.data, spot.pointer, "responses")
            finding = self.context.findings.add(
                "undocumented-status",
                Spot(spot.name, pointer),
                f"status {status} is not documented",
                str(status),
            )
            self._observe_body(finding, body, name, status)
            return
        response = responses[key]
        pointer = child_pointer(self.context.data, spot.pointer, "responses", key)
        at = Spot(f"{spot.name}, response {key}", pointer)
        if body is None or exchange.method == "HEAD":
            return
        if not body:
            if response.media_types and status not in _NO_BODY:
                self.context.findings.add(
                    "missing-body", at, "the documented body is missing"
                )
            return
        if not response.media_types:
            text = f"a body of {shown_media_type(name)}, which is not documented"
            finding = self.context.findings.add("undocumented-body", at, text, name)
            self._observe_body(finding, body, name, status)
            return
        contents = {
            media_type: content
            for content in (response.content, response.stream)
            if content is not None
            for media_type in content.media_types
        }
        self._compare_body(body, name, contents, response.media_types, at)

    def _compare_body(
        self,
        body: bytes,
        name: str,
        contents: Mapping[str, ir.Content],
        media_types: tuple[str, ...],
        spot: Spot,
    ) -> None:
        """Compare a body with the content of its media type."""
        documented = _documented(name, media_types)
        if documented is None:
            text = f"media type {shown_media_type(name)} is not documented"
            self.context.findings.add("undocumented-media-type", spot, text, name)
            return
        content = contents.get(documented)
        if content is None:
            self.undecided_bodies += 1
            return
        pointer = child_pointer(
            self.context.data, spot.pointer, "content", documented, "schema"
        )
        at = Spot(spot.name, pointer)
        if content.kind is ir.MediaKind.JSON:
            try:
                value = parse_json(body)
            except RecordingError as error:
                self.context.findings.add("invalid-body", spot, str(error))
                return
            self.context.values.compare_body(
                value, content.type, at, self.context.findings.add
            )
        elif content.kind is ir.MediaKind.FORM and documented == _FORM:
            self._compare_form(body, content.type, at)
        elif content.kind is not ir.MediaKind.TEXT:
            self.undecided_bodies += 1

    def _compare_form(self, body: bytes, type_: ir.Type, spot: Spot) -> None:
        """Compare the names of a form; nested ones count by their first part."""
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        names = {name.partition("[")[0] for name, _ in pairs}
        records = self.context.values.alternatives(type_).of_kind("object")
        if len(records) != 1 or not isinstance(records[0], ir.Named):
            self.undecided_bodies += 1
            return
        record = self.context.api.schemas[records[0].pointer]
        assert isinstance(record, ir.Record)
        at = Spot(declaration_name(record.pointer) or spot.name, record.pointer)
        fields = {field_.name: field_ for field_ in record.fields}
        for field_ in fields.values():
            if field_.required and field_.name not in names:
                text = f"required property {shown_name(field_.name)} is missing"
                place = self.context.values.property_spot(record, at, field_.name)
                missing = Spot(at.name, place.pointer)
                self.context.findings.add(
                    "missing-property", missing, text, field_.name
                )
        for name in sorted(names - fields.keys()):
            if record.additional is None or record.is_closed:
                text = f"unknown property {shown_name(name)}"
                self.context.findings.add("unknown-property", at, text, name, "")

    def _observe_body(
        self, finding: Finding | None, body: bytes | None, name: str, status: int = 0
    ) -> None:
        """Remember what an undocumented body is like, and which components describe it."""
        if finding is None or not body or not (is_json(name) or not name):
            return
        try:
            value = parse_json(body)
        except RecordingError:
            return
        finding.observed.add(value)
        models = finding.models
        if models is None:
            models = self._response_models(status) if status else []
        finding.models = [
            pointer
            for pointer in models
            if self.context.values.fits(value, ir.Named(pointer))
        ]

    def _response_models(self, status: int) -> list[str]:
        """Return the components of responses with statuses of the same class."""
        status_class = str(status)[0]
        if status_class not in self._models:
            pointers = dict.fromkeys(
                response.type.pointer
                for operation in self.context.api.operations
                for response in operation.responses
                if response.status[0] in (status_class, "d")
                and isinstance(response.type, ir.Named)
                and declaration_name(response.type.pointer)
            )
            self._models[status_class] = list(pointers)[:_MAX_MODELS]
        return self._models[status_class]


def _documented(name: str, media_types: tuple[str, ...]) -> str | None:
    """Return the documented media type or range of a media type; None if there is none."""
    by_name = {bare_media_type(found): found for found in media_types}
    if not name:  # Recorders may drop headers.
        return media_types[0]
    for found in (name, f"{name.partition('/')[0]}/*", "*/*"):
        if found in by_name:
            return by_name[found]
    return None
