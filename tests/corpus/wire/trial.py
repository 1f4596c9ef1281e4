"""Call each operation of a package with generated values, and check requests and results.

Requests are validated by openapi-core, and compared with the given values. Results are encoded
again, and compared with the response.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import msgspec

from tests.corpus.results import WireResult, message_pattern
from tests.corpus.wire.cases import CannedResponse, Cases
from tests.corpus.wire.client import Client
from tests.corpus.wire.convert import ConversionError, plain
from tests.corpus.wire.core import Reading, Validator
from tests.corpus.wire.disputes import Disagreement, dispute_reason, given_value
from tests.corpus.wire.document import Description, Operation
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
    wire.total = len(operations)
    client = Client(folder, package, description.api_keys())
    try:
        methods = client.assign_methods(operations)
        for operation in operations:
            check = _OperationCheck(description, client, operation, wire)
            for method in methods[operation.key]:
                check.run(method)
            if len(check.called_modes) == 2:
                wire.operations += 1
            elif not methods[operation.key]:
                wire.add("uncalled", "it is not in the client", operation.key)
            elif not check.is_unmade:
                wire.add("uncalled", "no request for it came in", operation.key)
    finally:
        client.close()
    return wire


class _OperationCheck:
    """Calls of one operation, and the checks of their requests and results.

    Attributes:
        called_modes: The modes, asynchronous or not, in which a request with its method and
            path came in.
        is_unmade: Whether no request could be generated.
    """

    def __init__(
        self,
        description: Description,
        client: Client,
        operation: Operation,
        wire: WireResult,
    ) -> None:
        self.called_modes: set[bool] = set()
        self.is_unmade = False
        self._responses: list[CannedResponse] = []
        self._description = description
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
        self._responses = responses
        if not sent:
            self.is_unmade = True
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
            is_refused = _is_refusal(result)
            kind = "refused" if is_refused else "unsent"
            if is_refused:
                self.called_modes.add(in_async)
            self._add(kind, _describe_result(result))
            return
        if self._check_request(sent, request):
            self.called_modes.add(in_async)
        if response is not None and _is_chosen(response, self._responses, request):
            self._wire.responses += 1
            self._check_response(response, result)

    def _check_request(self, sent: ExpectedRequest, request: httpx2.Request) -> bool:
        """Compare a request with the given values, as we read it and as openapi-core does.

        Returns:
            Whether it is a request of the operation.
        """
        found = list(differences(self._operation, sent, request, self._client.api_keys))
        for difference in found:
            shown = f"{request.url.raw_path.decode()[:200]} {request.content[:200]!r}"
            self._add("requests", difference.message, shown)
        wrong = {difference.name for difference in found}
        is_accepted = True
        for reading in self._validator.read(request):
            message = self._disagreement(sent, reading)
            if message:
                is_accepted = False
                if reading.name not in wrong:
                    self._add_disagreement(sent, reading, message)
        self._wire.accepted += is_accepted
        return not wrong & {"method", "path"}

    def _disagreement(self, sent: ExpectedRequest, reading: Reading) -> str:
        """Return what openapi-core finds wrong or reads otherwise; empty for nothing."""
        location, _, name = reading.name.partition(" ")
        if self._is_generated(location, name, sent):
            return ""
        if reading.violations:
            return f"openapi-core: {reading.violations[0]}"
        if reading.name == "security":
            return ""
        if (location, name) in sent.credentials:
            return "" if reading.value is not ABSENT else "openapi-core reads nothing"
        given = given_value(self._operation, sent, reading.name)
        if given is ABSENT and sent.is_spread and reading.value == {}:
            return ""
        for difference in json_differences(given, reading.value):
            return f"openapi-core reads another value: {difference}"
        return ""

    def _is_generated(self, location: str, name: str, sent: ExpectedRequest) -> bool:
        """Return whether the client sends a value of its own for a parameter."""
        return (location, name) not in sent.parameters and any(
            p.is_sent_by_default
            for p in self._operation.parameters
            if (p.location, p.name) == (location, name)
        )

    def _add_disagreement(
        self, sent: ExpectedRequest, reading: Reading, message: str
    ) -> None:
        reason = dispute_reason(
            Disagreement(self._description, self._operation, sent, reading)
        )
        if reason is None:
            self._add("requests", message, reading.name)
        else:
            self._wire.add(
                "disputed", reason, f"{self._operation.key}: {reading.name}: {message}"
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
                found = list(self._response_differences(response.value, value))
            except (TypeError, ValueError, msgspec.MsgspecError) as error:
                self._add(
                    "responses", f"it cannot be encoded: {_describe_result(error)}"
                )
                return
            for difference in found[:MAX_DIFFERENCES]:
                self._add("responses", difference)

    def _response_differences(self, expected: Any, value: Any) -> Iterator[str]:
        """Yield how a value differs from its JSON, and how its encoding differs from both."""
        if isinstance(value, bytes | str) and isinstance(expected, bytes):
            read = value.encode() if isinstance(value, str) else value
            if expected != read:
                yield f"the content became another: {value!r}"
            return
        decoded = plain(value)
        yield from json_differences(expected, decoded)
        for difference in json_differences(decoded, self._client.encode(value)):
            yield f"encoded again, {difference}"


def _is_refusal(result: Any) -> bool:
    """Return whether a value was refused because its style cannot carry it."""
    problems = (
        "which separates items",
        "no lists or objects within",
        "an item of a list is null",
    )
    return isinstance(result, ValueError) and any(p in str(result) for p in problems)


def _describe_result(result: Any) -> str:
    message = str(result).replace("\n", " ")
    return f"{type(result).__name__} at {message[:200]}"


def _is_chosen(
    response: CannedResponse, others: list[CannedResponse], request: httpx2.Request
) -> bool:
    """Return whether a server chooses a response by the `Accept` header (RFC 9110, 12.5.1).

    Args:
        response: The response.
        others: The responses that the server has.
        request: The request.
    """
    accept = request.headers["Accept"]
    quality = _quality(response.content_type, accept)
    return quality > 0 and quality == max(
        _quality(other.content_type, accept)
        for other in others
        if other.status == response.status
    )


def _quality(content_type: str, accept: str) -> float:
    """Return the quality of a media type; 1 for none."""
    name, *parameters = (part.strip() for part in content_type.split(";"))
    if not name:
        return 1.0
    found = [0.0]
    for item in accept.split(","):
        range_, *options = (part.strip() for part in item.split(";"))
        weights = [float(o[2:]) for o in options if o.startswith("q=")]
        required = {o for o in options if not o.startswith("q=")}
        if range_ in (name, f"{name.partition('/')[0]}/*", "*/*"):
            if required <= {*parameters}:
                found += weights or [1.0]
    return max(found)
