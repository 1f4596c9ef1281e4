"""Calls each operation of a package with values made from its document, and answers it.

What goes out is read by openapi-core, and held against what was given. What comes back,
encoded again, is held against what was answered.
"""

import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from tests.corpus.results import Wire, pattern
from tests.corpus.wire.client import Answer, Client, Unfit
from tests.corpus.wire.core import Validator
from tests.corpus.wire.document import Description, Operation
from tests.corpus.wire.requests import Sent, differences, unequal
from tests.corpus.wire.schemas import Unmakeable
from tests.corpus.wire.values import Maker, Size

SIZES = (Size.LEAST, Size.FULL, Size.ANY)
ASYNC_EVERY = 8
"""One call of so many is made asynchronously; that both send the same is shown elsewhere."""


def on_the_wire(document: Path, folder: Path, package: str, seconds: float) -> Wire:
    """Call each operation of a package that is in a folder searched for imports.

    Args:
        seconds: After these no operation is begun.

    Raises:
        ValueError: The document cannot be read here.
    """
    description = Description.read(document)
    client = Client(folder, package)
    wire = Wire()
    ends = time.process_time() + seconds
    try:
        for operation in _operations(description, wire):
            if time.process_time() > ends:
                wire.left += 1
                continue
            _Trial(description, client, operation, wire).run()
    finally:
        client.close()
    return wire


def _operations(description: Description, wire: Wire) -> Iterator[Operation]:
    found = description.operations()
    while True:
        try:
            operation = next(found, None)
        except (LookupError, TypeError, AttributeError) as error:
            wire.note("unread", f"{type(error).__name__} in the document", str(error))
            return
        if operation is None:
            return
        yield operation


class _Trial:
    """One operation that is called."""

    def __init__(
        self, description: Description, client: Client, operation: Operation, wire: Wire
    ) -> None:
        self._client = client
        self._operation = operation
        self._wire = wire
        self._sends = Maker(description, f"sends {operation.key}", True)
        self._answers = Maker(description, f"answers {operation.key}", False)
        self._description = description

    def run(self) -> None:
        """Call it with several values, and answer with several."""
        records = self._client.operations.get(self._operation.key)
        if records is None:
            self._note("uncalled", "it is not in the client")
            return
        self._wire.operations += 1
        validator = Validator(self._description, self._operation)
        for record in records:
            self._run(record, validator)

    def _run(self, record: dict[str, Any], validator: Validator) -> None:
        """Call it by one of its methods."""
        sends = list(self._all_sent(record))
        if not sends:
            return
        answers = list(self._all_answers(record))
        calls = max(len(sends), len(answers))
        for index in range(calls):
            sent = sends[index % len(sends)]
            answer, meant = answers[index % len(answers)] if answers else _NOTHING
            self._call(record, validator, sent, answer, meant)

    def _note(self, kind: str, problem: str, details: str = "") -> None:
        said, _, place = problem.partition(" at ")
        where = f"{self._operation.key}: {place} {details}".rstrip(" :")
        self._wire.note(kind, pattern(said), where)

    def _all_sent(self, record: dict[str, Any]) -> Iterator[Sent]:
        for size in SIZES:
            try:
                yield self._sent(record, size)
            except Unmakeable as error:
                self._note("unmade", f"no request was made: {error}")

    def _sent(self, record: dict[str, Any], size: Size) -> Sent:
        sent = Sent()
        for parameter in self._operation.parameters:
            if not parameter.required and size is Size.LEAST:
                continue
            is_plain = not parameter.explode or parameter.style != "form"
            schema = parameter.schema
            place = parameter.location
            if (
                is_plain
                and not _is_text(schema)
                or place not in ("path", "query", "header")
            ):
                place = "cookie"
            if parameter.content_type:
                place = "json" if parameter.location == "query" else "header"
            try:
                value = self._sends.value(schema, size, place)
            except Unmakeable:
                if parameter.required:
                    raise
                continue
            if parameter.location == "path" and value in ("", ".", "..", [], {}, None):
                value = "a" if value in ("", ".", "..") else value
                if value in ([], {}, None):
                    raise Unmakeable("a path parameter without a value")
            sent.parameters[parameter.location, parameter.name] = value
        content_type = record.get("content_type", "")
        if content_type and (self._operation.body_required or size is not Size.LEAST):
            content = self._operation.bodies.get(content_type, {})
            kind = content_type.partition(";")[0]
            schema = content.get("schema", {})
            if not kind.endswith("json") and not kind.endswith(
                ("urlencoded", "form-data")
            ):
                sent.body = "<text/>" if kind.endswith("xml") else "text"
            else:
                sent.body = self._sends.value(schema, size)
            sent.content_type = _concrete(content_type)
        return sent

    def _all_answers(self, record: dict[str, Any]) -> Iterator[tuple[Answer, Any]]:
        documented = [status for status, _, _ in self._operation.answers]
        for status, media_type, schema in self._operation.answers:
            code = _code(status, documented)
            if not 200 <= code < 300 and code < 400:
                continue
            if code == 202 and record.get("polled"):
                continue
            if not media_type or self._operation.method == "HEAD" or code in (204, 205):
                if not media_type:
                    yield Answer(code, "", b""), None
                continue
            if not _is_json(media_type):
                if code < 300:
                    yield Answer(code, _concrete(media_type), b"text"), None
                continue
            for size in SIZES if code < 300 else (Size.FULL,):
                try:
                    value = self._answers.value(schema, size)
                except Unmakeable as error:
                    self._note("unmade", f"no answer was made: {error}")
                    continue
                content = json.dumps(value).encode()
                yield Answer(code, media_type, content), [value]

    def _call(
        self,
        record: dict[str, Any],
        validator: Validator,
        sent: Sent,
        answer: Answer,
        meant: Any,
    ) -> None:
        name = record["name"]
        try:
            arguments = self._client.arguments(record, sent)
        except Unfit as error:
            self._note("untyped", str(error))
            return
        in_async = self._wire.calls % ASYNC_EVERY == ASYNC_EVERY - 1
        self._wire.calls += 1
        request, returned = self._client.call(name, arguments, answer, in_async)
        if request is None:
            error = str(returned).replace("\n", " ")
            self._note("unsent", f"{type(returned).__name__} at {error[:150]}")
            return
        self._judge(validator, sent, request)
        if meant is not None:
            self._compare(answer, meant[0], returned)
        elif isinstance(returned, Exception) and answer is not _NOTHING[0]:
            self._note("answers", f"{type(returned).__name__} at {str(returned)[:150]}")

    def _judge(self, validator: Validator, sent: Sent, request: Any) -> None:
        for difference in differences(self._operation, sent, request):
            shown = f"{request.url.raw_path.decode()[:200]} {request.content[:200]!r}"
            self._note("requests", difference, shown)
        complaints = validator.complaints(request)
        if not complaints:
            self._wire.accepted += 1
        for complaint in complaints:
            kind = (
                "disputed"
                if validator.is_unknown(complaint.name, sent.content_type)
                else "requests"
            )
            self._note(kind, f"openapi-core: {complaint.message}", complaint.name)

    def _compare(self, answer: Answer, meant: Any, returned: Any) -> None:
        self._wire.answers += 1
        value = returned
        if answer.status >= 400:
            if not hasattr(returned, "status_code"):
                self._note(
                    "answers",
                    f"an error became {type(returned).__name__} at {str(returned)[:150]}",
                )
                return
            value = returned.body
        elif isinstance(returned, Exception):
            self._note("answers", f"{type(returned).__name__} at {str(returned)[:200]}")
            return
        elif type(returned).__name__ in ("Page", "AsyncPage"):
            value = returned.body
        try:
            came = json.loads(msgspec.json.encode(value))
        except (TypeError, ValueError, msgspec.MsgspecError) as error:
            self._note(
                "answers", f"it cannot be encoded: {type(error).__name__} at {error}"
            )
            return
        for difference in itertools.islice(unequal(meant, came, nulls=False), 3):
            self._note("answers", difference)


_NOTHING: tuple[Answer, Any] = Answer(204, "", b""), None


def _is_text(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "string"


def _is_json(media_type: str) -> bool:
    kind = media_type.partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def _concrete(media_type: str) -> str:
    """A media type for a range of them."""
    return media_type.replace("*/*", "application/*").replace("*", "octet-stream")


def _code(status: str, documented: list[str]) -> int:
    """A status for what a document says: `200`, `4XX`, `default`."""
    if status.isdigit():
        return int(status)
    if status == "default":
        has_success = any(other[:1] == "2" for other in documented)
        return 500 if has_success else 200
    least = int(status[0]) * 100
    return next(c for c in range(least, least + 100) if str(c) not in documented)
