"""Calls each operation of a package with values made from its document, and answers it.

What goes out is read by openapi-core, and held against what was given. What comes back,
encoded again, is held against what was answered.
"""

import itertools
import json
from pathlib import Path
from typing import Any

import httpx2
import msgspec

from tests.corpus.results import Wire, pattern
from tests.corpus.wire.cases import Answer, Cases
from tests.corpus.wire.client import Client
from tests.corpus.wire.convert import Unfit, plain
from tests.corpus.wire.core import Complaint, Validator
from tests.corpus.wire.document import Description, Operation
from tests.corpus.wire.media import is_json
from tests.corpus.wire.requests import Sent, differences
from tests.corpus.wire.same import ABSENT, unequal

MOST_DIFFERENCES = 3


def on_the_wire(document: Path, folder: Path, package: str) -> Wire:
    """Call the operations of a package that is in a folder searched for imports.

    Raises:
        ValueError: The document cannot be read here.
    """
    description = Description.read(document)
    wire = Wire()
    operations: list[Operation] = []
    try:
        operations += description.operations()
    except (LookupError, TypeError, AttributeError) as error:
        wire.note("unread", f"{type(error).__name__} in the document", str(error))
    client = Client(folder, package)
    try:
        for operation in operations:
            methods = client.methods(operation)
            if not methods:
                wire.note("uncalled", "it is not in the client", operation.key)
                continue
            wire.operations += 1
            # Where a placeholder has not the name of its parameter, that is mended.
            named = operation.at(methods[0]["path"])
            trial = _Trial(description, client, named, wire)
            for method in methods:
                trial.run(method)
    finally:
        client.close()
    return wire


class _Trial:
    """One operation that is called."""

    def __init__(
        self, description: Description, client: Client, operation: Operation, wire: Wire
    ) -> None:
        self._client = client
        self._operation = operation
        self._wire = wire
        self._cases = Cases(
            description, operation, lambda said: self._note("unmade", said)
        )
        self._validator = Validator(description, operation)

    def run(self, method: dict[str, Any]) -> None:
        """Call it by one of its methods with several values, and answer with several.

        Every other call is asynchronous.
        """
        sent = list(self._cases.sent(method.get("content_type", "")))
        is_polled = method.get("polled", False)
        answers = [
            a for a in self._cases.answers() if not (is_polled and a.status == 202)
        ]
        if not sent:
            return
        for index in range(max(len(sent), len(answers), 2)):
            answer = answers[index % len(answers)] if answers else None
            given = sent[index % len(sent)]
            self._call(method, given, answer, in_async=index % 2 == 1)

    def _note(self, kind: str, problem: str, details: str = "") -> None:
        said, _, place = problem.partition(" at ")
        where = f"{self._operation.key}: {place} {details}".rstrip(" :")
        self._wire.note(kind, pattern(said), where)

    def _call(
        self,
        method: dict[str, Any],
        sent: Sent,
        answer: Answer | None,
        *,
        in_async: bool,
    ) -> None:
        try:
            arguments = self._client.arguments(method, sent)
        except Unfit as error:
            self._note("untyped", str(error))
            return
        self._wire.calls += 1
        request, returned = self._client.call(
            method["name"], arguments, answer or Answer(204), in_async
        )
        if request is None:
            self._note("unsent", _raised(returned))
            return
        self._judge(sent, request)
        if answer is not None and _is_acceptable(answer, request):
            self._wire.answers += 1
            self._compare(answer, returned)

    def _judge(self, sent: Sent, request: httpx2.Request) -> None:
        for difference in differences(self._operation, sent, request):
            shown = f"{request.url.raw_path.decode()[:200]} {request.content[:200]!r}"
            is_null = "a null is missing" in difference
            self._note("nulls" if is_null else "requests", difference, shown)
        complaints = self._validator.complaints(request)
        self._wire.accepted += not complaints
        for complaint in complaints:
            is_unknown = self._validator.is_unknown(
                complaint, sent.content_type
            ) or _is_oneof_as_given(complaint, sent, request)
            self._note(
                "disputed" if is_unknown else "requests",
                f"openapi-core: {complaint.message}",
                complaint.name,
            )

    def _compare(self, answer: Answer, returned: Any) -> None:
        is_error = isinstance(returned, Exception)
        if (
            is_error != (answer.status >= 400)
            or is_error
            and not hasattr(returned, "status_code")
        ):
            self._note("answers", f"{answer.status} became {_raised(returned)}")
        elif answer.value is not ABSENT:
            is_wrapped = is_error or type(returned).__name__ in ("Page", "AsyncPage")
            value = returned.body if is_wrapped else returned
            try:
                came = plain(value)
            except (TypeError, ValueError, msgspec.MsgspecError) as error:
                self._note("answers", f"it cannot be encoded: {_raised(error)}")
                return
            found = unequal(answer.value, came, nulls=False)
            for difference in itertools.islice(found, MOST_DIFFERENCES):
                self._note("answers", difference)


def _is_oneof_as_given(
    complaint: Complaint, sent: Sent, request: httpx2.Request
) -> bool:
    """Whether openapi-core finds no one branch for a body that has one.

    It is the one that was made, of which openapi-schema-validator finds it valid.
    """
    if complaint.name != "body" or "oneOf" not in complaint.message:
        return False
    return is_json(sent.content_type) and json.loads(request.content) == sent.body


def _raised(returned: Any) -> str:
    said = str(returned).replace("\n", " ")
    return f"{type(returned).__name__} at {said[:200]}"


def _is_acceptable(answer: Answer, request: httpx2.Request) -> bool:
    """Whether a server may answer so to what a request accepts (RFC 9110, 12.5.1)."""
    kind = answer.content_type.partition(";")[0].strip()
    ranges = {r.partition(";")[0].strip() for r in request.headers["Accept"].split(",")}
    return not kind or bool({kind, f"{kind.partition('/')[0]}/*", "*/*"} & ranges)
