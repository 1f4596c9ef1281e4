"""What one operation is to send, and what it is to be answered: values made from its schemas."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.corpus.wire.document import Description, Operation, Parameter
from tests.corpus.wire.media import is_json
from tests.corpus.wire.requests import Sent
from tests.corpus.wire.same import ABSENT
from tests.corpus.wire.schemas import Unmakeable
from tests.corpus.wire.values import Maker, Size

SIZES = (Size.LEAST, Size.FULL, Size.ANY)
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_DOTS = ("", ".", "..")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to a request.

    Attributes:
        value: What it says; absent where nobody but its bytes can tell.
    """

    status: int
    content_type: str = ""
    content: bytes = b""
    value: Any = ABSENT


class Cases:
    """Values for one operation, always the same.

    Args:
        unmade: Told of each value that could not be made.
    """

    def __init__(
        self,
        description: Description,
        operation: Operation,
        unmade: Callable[[str], object],
    ) -> None:
        self._description = description
        self._operation = operation
        self._unmade = unmade
        self._sends = Maker(description, f"sends {operation.key}", True)
        self._answers = Maker(description, f"answers {operation.key}", False)

    def sent(self, content_type: str) -> Iterator[Sent]:
        """What requests are to carry.

        Args:
            content_type: Of the body, as the document has it; empty for none.
        """
        for size in SIZES:
            try:
                sent = Sent(self._apart(dict(self._parameters(size))))
                if content_type and (
                    self._operation.body_required or size is not Size.LEAST
                ):
                    sent.body = self._body(content_type, size)
                    sent.content_type = _concrete(content_type)
            except Unmakeable as error:
                self._unmade(f"no request was made: {error}")
            else:
                yield sent

    def _parameters(self, size: Size) -> Iterator[tuple[tuple[str, str], Any]]:
        for parameter in self._operation.parameters:
            if not parameter.required and size is Size.LEAST:
                continue
            try:
                value = self._parameter(parameter, size)
            except Unmakeable:
                if parameter.required:
                    raise
            else:
                yield (parameter.location, parameter.name), value

    def _apart(self, sent: dict[tuple[str, str], Any]) -> dict[tuple[str, str], Any]:
        """Objects whose members go as parameters of their own, without those of a name
        that another has: nobody could tell them apart."""
        taken = {p.name for p in self._operation.parameters if p.location == "query"}
        for parameter in self._operation.parameters:
            key = parameter.location, parameter.name
            value = sent.get(key)
            if not (isinstance(value, dict) and parameter.is_spread):
                continue
            sent[key] = {n: v for n, v in value.items() if n not in taken}
            taken |= value.keys()
            if not sent[key]:
                if parameter.required:
                    raise Unmakeable("a parameter with the names of others")
                del sent[key]
        return sent

    def _parameter(self, parameter: Parameter, size: Size) -> Any:
        place = self._place(parameter)
        value = self._sends.value(parameter.schema, size, place)
        if parameter.required and value in ([], {}):
            # Nothing is sent for it (RFC 6570, 3.2.1), so that it would be missing.
            value = self._sends.value(parameter.schema, Size.FULL, place)
        if isinstance(value, list) and not parameter.content_type:
            # How null is written there, nothing says (RFC 6570, section 2.3).
            value = [item for item in value if item is not None]
        if parameter.location == "path":
            if value in _DOTS:
                return "a"
            if value in ([], {}, None):
                raise Unmakeable("a path parameter without a value")
        return value

    def _place(self, parameter: Parameter) -> str:
        """Where a value travels, which decides what characters are in its texts."""
        if parameter.content_type:
            return "json" if parameter.location == "query" else "header"
        # What delimits values is not escaped within them in most styles.
        is_delimited = not parameter.explode or parameter.style != "form"
        schema = self._description.followed(parameter.schema)
        is_text = isinstance(schema, dict) and schema.get("type") == "string"
        return "cookie" if is_delimited and not is_text else parameter.location

    def _body(self, content_type: str, size: Size) -> Any:
        kind = content_type.partition(";")[0].strip().lower()
        if is_json(kind) or kind in _FORMS:
            content = self._operation.body(content_type)
            value = self._sends.value(content.get("schema", {}), size)
            if isinstance(value, dict) or kind != "multipart/form-data":
                return value  # The parts of what is no object have no names.
        return "<text/>" if kind.endswith("xml") else "text"

    def answers(self) -> Iterator[Answer]:
        """What is documented to be answered, but redirects."""
        documented = [status for status, _, _ in self._operation.answers]
        for status, media_type, schema in self._operation.answers:
            code = _code(status, documented)
            if not (200 <= code < 300 or code >= 400):
                continue
            if not media_type:
                yield Answer(code)
            elif self._operation.method == "HEAD" or code in (204, 205):
                continue
            elif is_json(media_type):
                sizes = SIZES if code < 300 else (Size.FULL,)
                yield from self._in_json(code, media_type, schema, sizes)
            elif code < 300:
                yield Answer(code, _concrete(media_type), b"text")

    def _in_json(
        self, code: int, media_type: str, schema: Any, sizes: tuple[Size, ...]
    ) -> Iterator[Answer]:
        for size in sizes:
            try:
                value = self._answers.value(schema, size)
            except Unmakeable as error:
                self._unmade(f"no answer was made: {error}")
            else:
                yield Answer(code, media_type, json.dumps(value).encode(), value)


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
