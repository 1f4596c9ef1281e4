"""Statuses: those in the document, with and without a body, and others."""

import warnings
from typing import Any

import clerk
import okta
import pangea

from tests.faults.actions import respond
from tests.faults.harness import Harness, Scenario, get_session
from tests.faults.leak_search import CANARY, RESPONSE_DATA
from tests.faults.row import Case, Observation, Row
from tests.faults.vendors import session
from tests.support.calls import CALLS, ERROR_CLASSES, SPECS

PACKAGES = {"okta": okta, "clerk": clerk, "pangea": pangea}
ERRORS = {
    "okta": f'{{"errorCode": "E0000007", "errorSummary": "{RESPONSE_DATA}"}}',
    "clerk": f'{{"errors": [{{"code": "not_found", "message": "{RESPONSE_DATA}"}}]}}',
    "pangea": f'{{"status": "NotFound", "summary": "{RESPONSE_DATA}", "result": null}}',
}
"""An error body in the style of each API."""


def _call_every_operation(vendor: str, text: str) -> Scenario:
    """Return a scenario that calls every operation and gets each of its error statuses."""
    spec = SPECS[vendor]
    calls = {c.operation: c for c in CALLS if c.vendor == vendor}.values()

    async def scenario(harness: Harness) -> int:
        count = 0
        warnings.simplefilter("ignore", DeprecationWarning)  # Of deprecated operations.
        async with harness.client(PACKAGES[vendor], max_retries=0) as client:
            for call in calls:
                secret = [_with_canary(value) for value in call.arguments]
                options = {name: _with_canary(v) for name, v in call.options.items()}
                for status in _errors(spec.responses(call.operation)):
                    harness.server.actions = (respond(status, text.encode()),)
                    count += 1
                    try:
                        await client(call.method, *secret, **options)
                    except PACKAGES[vendor].APIStatusError as error:
                        name = ERROR_CLASSES.get(status, "APIStatusError")
                        assert type(error).__name__ == name, (call.method, error)
                        assert error.status_code == status
                        assert (error.code is None) == (not text), error.code
                        assert (error.message == RESPONSE_DATA) == bool(text)
                    else:
                        raise AssertionError(f"{call.method} took {status} for success")
        return count

    return scenario


def _with_canary(value: object) -> object:
    return f"{CANARY}-argument" if type(value) is str else value


def _errors(responses: dict[str, Any]) -> list[int]:
    """Return the error statuses of an operation, and two more if it has a default response."""
    found = [int(status) for status in responses if status.isdigit()]
    if "default" in responses:
        found += [418, 500]
    return [status for status in found if status >= 400]


def _check_request_count(observation: Observation) -> None:
    assert observation.value == len(observation.server.requests) > 20


def _status(status: int, outcome: str, body: bytes = session()) -> Case:
    return Case(
        name=str(status),
        server=(respond(status, body),),
        scenario=get_session(max_retries=0),
        outcome=outcome,
        check=lambda observation: _check_status(observation, status),
    )


def _check_status(observation: Observation, status: int) -> None:
    assert (
        type(observation.error.status_code) is int
        and observation.error.status_code == status
    )


def _check_nothing_parsed(observation: Observation) -> None:
    assert observation.error.body is None
    assert observation.error.code is None and observation.error.message is None


def _raw_response(observation: Observation) -> None:
    assert observation.error.body in (["x", {CANARY: 1}], CANARY, 7)


HTML = b"<html><h1>%s</h1></html>" % CANARY.encode()

ROWS = (
    Row(
        "F61",
        "A status without a meaning in HTTP",
        "`APIStatusError` from 400, `InternalServerError` from 500, with the `status_code`",
        (
            _status(418, "APIStatusError"),
            _status(499, "APIStatusError"),
            _status(520, "InternalServerError"),
            _status(599, "InternalServerError"),
            _status(999, "InternalServerError"),
        ),
    ),
    Row(
        "F62",
        "An error with a body that is not JSON, or does not match its schema",
        "The error class of its status; attributes that cannot be parsed are `None`",
        (
            *(
                Case(
                    name=f"{name}, {status}",
                    server=(respond(status, body),),
                    scenario=get_session(max_retries=0),
                    outcome=outcome,
                    check=_check_nothing_parsed,
                )
                for status, outcome in (
                    (401, "AuthenticationError"),
                    (500, "InternalServerError"),
                )
                for name, body in (
                    ("HTML", HTML),
                    ("nothing", b""),
                    ("half of it", ERRORS["okta"][:-5].encode()),
                    ("invalid UTF-8", b'{"errorCode": "\xff%s"}' % CANARY.encode()),
                )
            ),
            *(
                Case(
                    name=f"JSON: {name}",
                    server=(respond(404, body),),
                    outcome="NotFoundError",
                    check=_raw_response,
                )
                for name, body in (
                    ("list", b'["x", {"%s": 1}]' % CANARY.encode()),
                    ("text", b'"%s"' % CANARY.encode()),
                    ("number", b"7"),
                )
            ),
            Case(
                name="invalid content encoding",
                server=(respond(404, HTML, "Content-Encoding: gzip"),),
                outcome="ResponseValidationError",
            ),
        ),
    ),
    Row(
        "F63",
        "A 2xx other than the one in the document",
        "Success, parsed like the one in the document",
        (
            Case(name="201 for 200", server=(respond(201),)),
            Case(name="299 for 200", server=(respond(299),)),
            Case(
                name="202 for 200, without a body",
                server=(respond(202, b""),),
                outcome="ResponseValidationError",
            ),
        ),
    ),
    Row(
        "G12",
        "Each error status of each operation, with and without a body",
        "The error class of its status, with the API's code and message if there is a body",
        tuple(
            Case(
                name=f"{vendor}, {'with' if text else 'without'} a body",
                scenario=_call_every_operation(vendor, text),
                cell_format="{} errors",
                outcome="int",
                requests=(20, 1000),
                max_seconds=60.0,
                check=_check_request_count,
            )
            for vendor in PACKAGES
            for text in (ERRORS[vendor], "")
        ),
    ),
)
