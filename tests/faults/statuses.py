"""Statuses: those that an API describes, with and without a body, and those that it does not."""

from typing import Any

import clerk
import okta
import pangea

from tests.faults.actions import reply
from tests.faults.row import Case, Row, Seen
from tests.faults.scene import Play, Scene, get
from tests.faults.silence import ANSWER, CANARY
from tests.faults.vendors import session
from tests.support.calls import CALLS, ERROR_CLASSES, SPECS

PACKAGES = {"okta": okta, "clerk": clerk, "pangea": pangea}
ERRORS = {
    "okta": f'{{"errorCode": "E0000007", "errorSummary": "{ANSWER}"}}',
    "clerk": f'{{"errors": [{{"code": "not_found", "message": "{ANSWER}"}}]}}',
    "pangea": f'{{"status": "NotFound", "summary": "{ANSWER}", "result": null}}',
}
"""The body of an error, nearly as each API has it."""


def _said(vendor: str, text: str) -> Play:
    """Every operation of an API, answered with each error that it describes."""
    spec = SPECS[vendor]
    calls = {c.operation: c for c in CALLS if c.vendor == vendor}.values()

    async def play(scene: Scene) -> int:
        count = 0
        async with scene.client(PACKAGES[vendor], max_retries=0) as client:
            for call in calls:
                secret = [_planted(value) for value in call.arguments]
                options = {name: _planted(v) for name, v in call.options.items()}
                for status in _errors(spec.responses(call.operation)):
                    scene.server.actions = (reply(status, text.encode()),)
                    count += 1
                    try:
                        await client(call.method, *secret, **options)
                    except PACKAGES[vendor].APIStatusError as error:
                        name = ERROR_CLASSES.get(status, "APIStatusError")
                        assert type(error).__name__ == name, (call.method, error)
                        assert error.status_code == status
                        assert (error.code is None) == (not text), error.code
                        assert (error.message == ANSWER) == bool(text)
                    else:
                        raise AssertionError(f"{call.method} took {status} for success")
        return count

    return play


def _planted(value: object) -> object:
    return f"{CANARY}-argument" if type(value) is str else value


def _errors(responses: dict[str, Any]) -> list[int]:
    """The statuses of errors among the responses of an operation, and of any other error."""
    found = [int(status) for status in responses if status.isdigit()]
    if "default" in responses:
        found += [418, 500]
    return [status for status in found if status >= 400]


def _asked_each(seen: Seen) -> None:
    assert seen.value == len(seen.server.requests) > 20


def _status(status: int, outcome: str, body: bytes = session()) -> Case:
    return Case(
        name=str(status),
        server=(reply(status, body),),
        play=get(max_retries=0),
        outcome=outcome,
        check=lambda seen: _is_int(seen, status),
    )


def _is_int(seen: Seen, status: int) -> None:
    assert type(seen.error.status_code) is int and seen.error.status_code == status


def _nothing(seen: Seen) -> None:
    assert seen.error.body is None
    assert seen.error.code is None and seen.error.message is None


def _plain(seen: Seen) -> None:
    assert seen.error.body in (["x", {CANARY: 1}], CANARY, 7)


HTML = b"<html><h1>%s</h1></html>" % CANARY.encode()

ROWS = (
    Row(
        "F61",
        "A status that HTTP does not name",
        "`APIStatusError` from 400, `InternalServerError` from 500, with the number",
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
        "An error whose body is no JSON, or not the JSON that is described",
        "The error of its status; what cannot be read is `None`",
        (
            *(
                Case(
                    name=f"{name}, {status}",
                    server=(reply(status, body),),
                    play=get(max_retries=0),
                    outcome=outcome,
                    check=_nothing,
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
                    server=(reply(404, body),),
                    outcome="NotFoundError",
                    check=_plain,
                )
                for name, body in (
                    ("list", b'["x", {"%s": 1}]' % CANARY.encode()),
                    ("text", b'"%s"' % CANARY.encode()),
                    ("number", b"7"),
                )
            ),
            Case(
                name="not encoded as it says",
                server=(reply(404, HTML, "Content-Encoding: gzip"),),
                outcome="ResponseValidationError",
            ),
        ),
    ),
    Row(
        "F63",
        "Another 2xx than is described",
        "Success, read as the one that is",
        (
            Case(name="201 for 200", server=(reply(201),)),
            Case(name="299 for 200", server=(reply(299),)),
            Case(
                name="202 for 200, without a body",
                server=(reply(202, b""),),
                outcome="ResponseValidationError",
            ),
        ),
    ),
    Row(
        "G12",
        "Each error that is described of each operation, with and without a body",
        "The class of its status, with the API's own code and message where there is a body",
        tuple(
            Case(
                name=f"{vendor}, {'with' if text else 'without'} a body",
                play=_said(vendor, text),
                says="{} errors",
                outcome="int",
                requests=(20, 1000),
                most=60.0,
                check=_asked_each,
            )
            for vendor in PACKAGES
            for text in (ERRORS[vendor], "")
        ),
    ),
)
