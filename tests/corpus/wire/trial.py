"""Call each operation of a package with generated values, and check requests and results.

Requests are validated by openapi-core, and compared with the given values. Results are encoded
again, and compared with the response.
"""

import itertools
import json
from pathlib import Path
from typing import Any

import httpx2
import msgspec

from tests.corpus.results import WireResult, message_pattern
from tests.corpus.wire.cases import CannedResponse, Cases
from tests.corpus.wire.client import Client
from tests.corpus.wire.convert import ConversionError, plain
from tests.corpus.wire.core import Validator, Violation
from tests.corpus.wire.document import Description, Operation
from tests.corpus.wire.media import is_json
from tests.corpus.wire.requests import ExpectedRequest, differences
from tests.corpus.wire.same import ABSENT, json_differences

MAX_DIFFERENCES = 3


def call_operations(document: Path, folder: Path, package: str) -> WireResult:
    """Call the operations of a package in a folder on the import path.

    Raises:
        ValueError: If the document cannot be read here.
    """
    description = Description.read(document)
    wire = WireResult()
    operations: list[Operation] = []
    try:
        operations += description.operations()
    except (LookupError, TypeError, AttributeError) as error:
        wire.add("unread", f"{type(error).__name__} in the document", str(error))
    client = Client(folder, package)
    try:
        for operation in operations:
            methods = client.methods(operation)
            if not methods:
                wire.add("uncalled", "it is not in the client", operation.key)
                continue
            wire.operations += 1
            # The client's path has corrected placeholders.
            named = operation.at(methods[0]["path"])
            check = _OperationCheck(description, client, named, wire)
            for method in methods:
                check.run(method)
    finally:
        client.close()
    return wire


class _OperationCheck:
    """Calls of one operation, and the checks of their requests and results."""

    def __init__(
        self,
        description: Description,
        client: Client,
        operation: Operation,
        wire: WireResult,
    ) -> None:
        self._client = client
        self._operation = operation
        self._wire = wire
        self._cases = Cases(
            description, operation, lambda message: self._add("unmade", message)
        )
        self._validator = Validator(description, operation)

    def run(self, method: dict[str, Any]) -> None:
        """Call one of its methods with each generated request and response.

        Every other call is asynchronous.
        """
        sent = list(self._cases.requests(method.get("content_type", "")))
        is_polled = method.get("polled", False)
        responses = [
            a for a in self._cases.responses() if not (is_polled and a.status == 202)
        ]
        if not sent:
            return
        for index in range(max(len(sent), len(responses), 2)):
            response = responses[index % len(responses)] if responses else None
            expected = sent[index % len(sent)]
            self._call(method, expected, response, in_async=index % 2 == 1)

    def _add(self, kind: str, problem: str, details: str = "") -> None:
        message, _, place = problem.partition(" at ")
        where = f"{self._operation.key}: {place} {details}".rstrip(" :")
        self._wire.add(kind, message_pattern(message), where)

    def _call(
        self,
        method: dict[str, Any],
        sent: ExpectedRequest,
        response: CannedResponse | None,
        *,
        in_async: bool,
    ) -> None:
        try:
            arguments = self._client.arguments(method, sent)
        except ConversionError as error:
            self._add("untyped", str(error))
            return
        self._wire.calls += 1
        request, result = self._client.call(
            method["name"], arguments, response or CannedResponse(204), in_async
        )
        if request is None:
            self._add("unsent", _describe_result(result))
            return
        self._check_request(sent, request)
        if response is not None and _is_acceptable(response, request):
            self._wire.responses += 1
            self._check_response(response, result)

    def _check_request(self, sent: ExpectedRequest, request: httpx2.Request) -> None:
        for difference in differences(self._operation, sent, request):
            shown = f"{request.url.raw_path.decode()[:200]} {request.content[:200]!r}"
            is_null = "a null is missing" in difference
            self._add("nulls" if is_null else "requests", difference, shown)
        violations = self._validator.violations(request)
        self._wire.accepted += not violations
        for violation in violations:
            is_unsupported = self._validator.is_unsupported(
                violation, sent.content_type
            ) or _is_disputed_oneof(violation, sent, request)
            self._add(
                "disputed" if is_unsupported else "requests",
                f"openapi-core: {violation.message}",
                violation.name,
            )

    def _check_response(self, response: CannedResponse, result: Any) -> None:
        is_error = isinstance(result, Exception)
        if (
            is_error != (response.status >= 400)
            or is_error
            and not hasattr(result, "status_code")
        ):
            self._add(
                "responses", f"{response.status} became {_describe_result(result)}"
            )
        elif response.value is not ABSENT:
            is_wrapped = is_error or type(result).__name__ in ("Page", "AsyncPage")
            value = result.body if is_wrapped else result
            try:
                decoded = plain(value)
            except (TypeError, ValueError, msgspec.MsgspecError) as error:
                self._add(
                    "responses", f"it cannot be encoded: {_describe_result(error)}"
                )
                return
            found = json_differences(response.value, decoded, nulls=False)
            for difference in itertools.islice(found, MAX_DIFFERENCES):
                self._add("responses", difference)


def _is_disputed_oneof(
    violation: Violation, sent: ExpectedRequest, request: httpx2.Request
) -> bool:
    """Return whether openapi-core rejects the `oneOf` of a body that is valid.

    The body equals the generated value, which openapi-schema-validator accepts.
    """
    if violation.name != "body" or "oneOf" not in violation.message:
        return False
    return is_json(sent.content_type) and json.loads(request.content) == sent.body


def _describe_result(result: Any) -> str:
    message = str(result).replace("\n", " ")
    return f"{type(result).__name__} at {message[:200]}"


def _is_acceptable(response: CannedResponse, request: httpx2.Request) -> bool:
    """Return whether the `Accept` header allows a response (RFC 9110, 12.5.1)."""
    kind = response.content_type.partition(";")[0].strip()
    ranges = {r.partition(";")[0].strip() for r in request.headers["Accept"].split(",")}
    return not kind or bool({kind, f"{kind.partition('/')[0]}/*", "*/*"} & ranges)
