"""Calls of every operation of the three clients, with and without options, and helpers for them."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any, Literal, TypeAlias

import clerk.models
import httpx2
import msgspec
import okta.models
import pangea.models
import yaml
from clerk import AsyncClerk, Clerk
from okta import AsyncOkta, Okta
from okta._runtime.codec.model import ADDITIONAL
from pangea import AsyncPangea, Pangea

from tests.support.project import ROOT

Mode: TypeAlias = Literal["sync", "async"]
MODES: tuple[Mode, ...] = ("sync", "async")

CLIENTS: dict[str, dict[Mode, Callable[..., Any]]] = {
    "okta": {"sync": Okta, "async": AsyncOkta},
    "clerk": {"sync": Clerk, "async": AsyncClerk},
    "pangea": {"sync": Pangea, "async": AsyncPangea},
}

SCHEMES: dict[str, dict[str, tuple[dict[str, str], str]]] = {
    "okta": {
        "apiToken": ({"api_token": "00QCjAl4MlV-WPXM"}, "SSWS 00QCjAl4MlV-WPXM"),
        "oauth2": ({"access_token": "eyJ4.e30.c2ln"}, "Bearer eyJ4.e30.c2ln"),
    },
    "clerk": {
        "secretKey": ({"secret_key": "sk_test_4eC39HqLyj"}, "Bearer sk_test_4eC39HqLyj")
    },
    "pangea": {
        "serviceToken": ({"token": "pts_v6rjfnqj5vxb"}, "Bearer pts_v6rjfnqj5vxb")
    },
}
"""Client argument and `Authorization` header of each security scheme, by vendor and scheme."""


ERROR_CLASSES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    409: "ConflictError",
    410: "APIStatusError",
    422: "UnprocessableEntityError",
    429: "RateLimitError",
    500: "InternalServerError",
    503: "InternalServerError",
}


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A call in Python, with the expected request and type of result.

    Attributes:
        operation: The operationId.
        method: Dotted name of the client's method, such as `sessions.get`.
        request: HTTP method and target of the request.
        body: JSON body of the request; None for no body.
        returns: Type of the result, or of a page's body.
        item: Type of a page's items; None if the result is no page.
    """

    vendor: str
    operation: str
    method: str
    arguments: tuple[object, ...]
    options: Mapping[str, object]
    request: str
    body: object
    returns: type
    item: type | None = None

    def __str__(self) -> str:
        return f"{self.vendor}.{self.method}({', '.join(self.options)})"


_SID = "l7FbDVqS8zHSy65uJD85"
_COOKIE = {"cookie": f"sid={_SID}"}
_ST = "00HiohZYpJgMSHwmL9TQy7RRzuY-q9soKp1SPmYYow"
_USER = "00ub0oNGTSWTBKOLGLNR"
_ME = "/api/v1/sessions/me"
_END_SESSIONS = "POST /api/v1/users/me/lifecycle/delete_sessions"
_SESSION = okta.models.Session

# fmt: off
_OKTA = (
    Call("okta", "createSession", "sessions.create", (_ST,), {},
         "POST /api/v1/sessions", {"sessionToken": _ST}, _SESSION),
    Call("okta", "getSession", "sessions.get", (_SID,), {},
         f"GET /api/v1/sessions/{_SID}", None, _SESSION),
    Call("okta", "refreshSession", "sessions.refresh", (_SID,), {},
         f"POST /api/v1/sessions/{_SID}/lifecycle/refresh", None, _SESSION),
    Call("okta", "revokeSession", "sessions.revoke", (_SID,), {},
         f"DELETE /api/v1/sessions/{_SID}", None, type(None)),
    Call("okta", "getCurrentSession", "sessions.get_current", (), {},
         f"GET {_ME}", None, _SESSION),
    Call("okta", "getCurrentSession", "sessions.get_current", (), _COOKIE,
         f"GET {_ME}", None, _SESSION),
    Call("okta", "refreshCurrentSession", "sessions.refresh_current", (), {},
         f"POST {_ME}/lifecycle/refresh", None, _SESSION),
    Call("okta", "refreshCurrentSession", "sessions.refresh_current", (), _COOKIE,
         f"POST {_ME}/lifecycle/refresh", None, _SESSION),
    Call("okta", "closeCurrentSession", "sessions.close_current", (), {},
         f"DELETE {_ME}", None, type(None)),
    Call("okta", "closeCurrentSession", "sessions.close_current", (), _COOKIE,
         f"DELETE {_ME}", None, type(None)),
    Call("okta", "endUserSessions", "user_sessions.end", (), {}, _END_SESSIONS, None, type(None)),
    Call("okta", "endUserSessions", "user_sessions.end", (),
         {"keep_current": False, **_COOKIE}, _END_SESSIONS, {"keepCurrent": False}, type(None)),
    Call("okta", "revokeUserSessions", "user_sessions.revoke", (_USER,), {},
         f"DELETE /api/v1/users/{_USER}/sessions", None, type(None)),
    Call("okta", "revokeUserSessions", "user_sessions.revoke", (_USER,),
         {"oauth_tokens": True, "forget_devices": False},
         f"DELETE /api/v1/users/{_USER}/sessions?oauthTokens=true&forgetDevices=false",
         None, type(None)),
)

_SESS = "sess_1234567890abcdef"
_CLERK_USER = "user_456"
_CLIENT = "client_123"
_ORG = "org_2g7np7Hrk0SN6kj5EDMLDaKNL0S"
_JWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.test.token"
_REFRESH_ARGUMENTS: dict[str, object] = {
    "expired_token": _JWT, "refresh_token": "7QkV3mZy0eR1sT8uWbXc",
    "request_origin": "https://app.example.com"}
_REFRESH_OPTIONS: dict[str, object] = {"request_headers": {"user-agent": ["Mozilla/5.0"]}, "format": "token",
          "request_originating_ip": "192.0.2.17"}

_CLERK = (
    Call("clerk", "GetSessionList", "sessions.list", (), {},
         "GET /v1/sessions", None, list, clerk.models.Session),
    Call("clerk", "GetSessionList", "sessions.list", (),
         {"client_id": _CLIENT, "user_id": _CLERK_USER, "status": "pending",
          "paginated": False, "limit": 20, "offset": 40},
         f"GET /v1/sessions?client_id={_CLIENT}&user_id={_CLERK_USER}&status=pending"
         "&paginated=false&limit=20&offset=40", None, list, clerk.models.Session),
    Call("clerk", "createSession", "sessions.create", (_CLERK_USER,), {},
         "POST /v1/sessions", {"user_id": _CLERK_USER}, clerk.models.Session),
    Call("clerk", "createSession", "sessions.create", (_CLERK_USER,),
         {"active_organization_id": _ORG}, "POST /v1/sessions",
         {"user_id": _CLERK_USER, "active_organization_id": _ORG}, clerk.models.Session),
    Call("clerk", "GetSession", "sessions.get", (_SESS,), {},
         f"GET /v1/sessions/{_SESS}", None, clerk.models.Session),
    Call("clerk", "RefreshSession", "sessions.refresh", (_SESS,), _REFRESH_ARGUMENTS,
         f"POST /v1/sessions/{_SESS}/refresh", _REFRESH_ARGUMENTS, clerk.models.SessionToken),
    Call("clerk", "RefreshSession", "sessions.refresh", (_SESS,), _REFRESH_ARGUMENTS | _REFRESH_OPTIONS,
         f"POST /v1/sessions/{_SESS}/refresh", _REFRESH_ARGUMENTS | _REFRESH_OPTIONS,
         clerk.models.SessionToken),
    Call("clerk", "RevokeSession", "sessions.revoke", (_SESS,), {},
         f"POST /v1/sessions/{_SESS}/revoke", None, clerk.models.Session),
    Call("clerk", "VerifySession", "sessions.verify", (_SESS,), {},
         f"POST /v1/sessions/{_SESS}/verify", None, clerk.models.Session),
    Call("clerk", "VerifySession", "sessions.verify", (_SESS,),
         {"token": _JWT, "api_version": "2025-01-01"},
         f"POST /v1/sessions/{_SESS}/verify", {"token": _JWT}, clerk.models.Session),
    Call("clerk", "CreateSessionToken", "sessions.create_token", (_SESS,), {},
         f"POST /v1/sessions/{_SESS}/tokens", None, clerk.models.SessionToken),
    Call("clerk", "CreateSessionToken", "sessions.create_token", (_SESS,),
         {"expires_in_seconds": 60}, f"POST /v1/sessions/{_SESS}/tokens",
         {"expires_in_seconds": 60}, clerk.models.SessionToken),
    Call("clerk", "CreateSessionTokenFromTemplate",
         "sessions.create_token_from_template", (_SESS, "custom_hasura"), {},
         f"POST /v1/sessions/{_SESS}/tokens/custom_hasura", None,
         clerk.models.SessionToken),
    Call("clerk", "CreateSessionTokenFromTemplate",
         "sessions.create_token_from_template", (_SESS, "custom_hasura"),
         {"expires_in_seconds": 3600}, f"POST /v1/sessions/{_SESS}/tokens/custom_hasura",
         {"expires_in_seconds": 3600}, clerk.models.SessionToken),
)

_PTU = "ptu_wuk7tvtpswyjtlsx52b7yyi2l7zotv4a"
_PTR = "ptr_xpkhwpnz2cmegsws737xbsqnmnuwtbm5"
_PMT = "pmt_zppkzrjguxyblaia6itbiesejn7jejnr"
_PUI = "pui_xpkhwpnz2cmegsws737xbsqnmnuwtvm5"
_PAGE_OPTIONS = {"last": "Mjox", "order": "desc", "order_by": "created_at", "size": 10}
_FILTER = {"email__in": ["joe.user@email.com"], "created_at__gte": "2023-02-07T00:00:00Z",
           "enabled": True, "profile_team": "red"}
_LIST_OPTIONS = {"filter": _FILTER, **_PAGE_OPTIONS}
_EMPTY_RESPONSE = pangea.models.EmptyResponse

_PANGEA = (
    Call("pangea", "authn_post_v2_client_session_invalidate", "client.session.invalidate",
         (_PTU, _PMT), {}, "POST /v2/client/session/invalidate",
         {"token": _PTU, "session_id": _PMT}, _EMPTY_RESPONSE),
    Call("pangea", "authn_post_v2_client_session_list", "client.session.list",
         (_PTU,), {}, "POST /v2/client/session/list", {"token": _PTU},
         pangea.models.ClientSessionListResponse, pangea.models.Session),
    Call("pangea", "authn_post_v2_client_session_list", "client.session.list",
         (_PTU,), _LIST_OPTIONS, "POST /v2/client/session/list", {"token": _PTU, **_LIST_OPTIONS},
         pangea.models.ClientSessionListResponse, pangea.models.Session),
    Call("pangea", "authn_post_v2_client_session_logout", "client.session.logout",
         (_PTU,), {}, "POST /v2/client/session/logout", {"token": _PTU}, _EMPTY_RESPONSE),
    Call("pangea", "authn_post_v2_client_session_refresh", "client.session.refresh",
         (_PTR,), {}, "POST /v2/client/session/refresh", {"refresh_token": _PTR},
         pangea.models.RefreshSessionResponse),
    Call("pangea", "authn_post_v2_client_session_refresh", "client.session.refresh",
         (_PTR,), {"user_token": _PTU}, "POST /v2/client/session/refresh",
         {"refresh_token": _PTR, "user_token": _PTU},
         pangea.models.RefreshSessionResponse),
    Call("pangea", "authn_post_v2_session_invalidate", "session.invalidate",
         (_PMT,), {}, "POST /v2/session/invalidate", {"session_id": _PMT}, _EMPTY_RESPONSE),
    Call("pangea", "authn_post_v2_session_invalidate", "session.invalidate",
         (_PMT,), {"user_initiated": True}, "POST /v2/session/invalidate",
         {"session_id": _PMT, "user_initiated": True}, _EMPTY_RESPONSE),
    Call("pangea", "authn_post_v2_session_list", "session.list", (), {},
         "POST /v2/session/list", {},
         pangea.models.SessionListResponse, pangea.models.Session),
    Call("pangea", "authn_post_v2_session_list", "session.list", (), _LIST_OPTIONS,
         "POST /v2/session/list", _LIST_OPTIONS,
         pangea.models.SessionListResponse, pangea.models.Session),
    Call("pangea", "authn_post_v2_session_logout", "session.logout", (_PUI,), {},
         "POST /v2/session/logout", {"user_id": _PUI}, _EMPTY_RESPONSE),
)
# fmt: on

CALLS = (*_OKTA, *_CLERK, *_PANGEA)
FULL_CALLS = tuple({(c.vendor, c.operation): c for c in CALLS}.values())
"""The call with the most options of each operation."""


@dataclass(slots=True)
class HTTPRecorder:
    """HTTP clients that record their requests and responses.

    Attributes:
        prefer: `Prefer` header added to each request, which selects Prism's response; empty
            for no header.
        transport: Transport used in place of the network; None for the network.
    """

    prefer: str = ""
    transport: httpx2.MockTransport | None = None
    requests: list[httpx2.Request] = field(default_factory=list)
    responses: list[httpx2.Response] = field(default_factory=list)

    def _record_request(self, request: httpx2.Request) -> None:
        self.requests.append(request)
        if self.prefer:
            request.headers["Prefer"] = self.prefer

    async def _async_record_request(self, request: httpx2.Request) -> None:
        self._record_request(request)

    def _record_response(self, response: httpx2.Response) -> None:
        response.read()
        self.responses.append(response)

    async def _async_record_response(self, response: httpx2.Response) -> None:
        await response.aread()
        self.responses.append(response)

    def sync_client(self) -> httpx2.Client:
        hooks: dict[str, list[Callable[..., Any]]] = {
            "request": [self._record_request],
            "response": [self._record_response],
        }
        return httpx2.Client(
            transport=self.transport, event_hooks=hooks, trust_env=False, verify=False
        )

    def async_client(self) -> httpx2.AsyncClient:
        hooks: dict[str, list[Callable[..., Any]]] = {
            "request": [self._async_record_request],
            "response": [self._async_record_response],
        }
        return httpx2.AsyncClient(
            transport=self.transport, event_hooks=hooks, trust_env=False, verify=False
        )


def make_call(
    call: Call,
    mode: Mode,
    base_url: str,
    recorder: HTTPRecorder,
    credentials: Mapping[str, str] | None = None,
) -> Any:
    """Make a call with a new client.

    Args:
        credentials: Credentials of the client; None for one of each security scheme.
    """
    if credentials is None:
        credentials = {}
        for arguments, _ in SCHEMES[call.vendor].values():
            credentials |= arguments
    client_class = CLIENTS[call.vendor][mode]
    get_method = attrgetter(call.method)
    if mode == "sync":
        with (
            recorder.sync_client() as http,
            client_class(
                base_url=base_url, http=http, max_retries=0, **credentials
            ) as client,
        ):
            return get_method(client)(*call.arguments, **call.options)

    async def make_async() -> Any:
        async with (
            recorder.async_client() as http,
            client_class(
                base_url=base_url, http=http, max_retries=0, **credentials
            ) as client,
        ):
            return await get_method(client)(*call.arguments, **call.options)

    return asyncio.run(make_async())


@dataclass(frozen=True, slots=True)
class Spec:
    """A spec as plain data; its methods resolve references."""

    data: dict[str, Any]

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield the HTTP method, route and Operation Object of each operation."""
        for route, item in self.data["paths"].items():
            for method in ("get", "post", "put", "patch", "delete"):
                if method in item:
                    yield method.upper(), route, item[method]

    def operation(self, name: str) -> dict[str, Any]:
        return next(o for _, _, o in self.operations() if o["operationId"] == name)

    def route(self, name: str) -> str:
        return next(r for _, r, o in self.operations() if o["operationId"] == name)

    def operation_id(self, method: str, path: str) -> str:
        """Return the operationId of a request; a path without placeholders takes precedence."""
        fitting = [
            (route.count("{"), str(operation["operationId"]))
            for verb, route, operation in self.operations()
            if verb == method and _matches_route(route, path)
        ]
        return min(fitting)[1]

    def security_schemes(self, name: str) -> list[str]:
        """Return the security schemes of an operation; any one of them is sufficient."""
        security = self.operation(name).get("security", self.data.get("security", []))
        return [scheme for alternative in security for scheme in alternative]

    def resolve(self, value: Any) -> Any:
        while "$ref" in value:
            at: Any = self.data
            for key in value["$ref"].removeprefix("#/").split("/"):
                at = at[key]
            value = at
        return value

    def responses(self, name: str) -> dict[str, dict[str, Any]]:
        """Map each status of an operation to its response."""
        responses: dict[str, Any] = self.operation(name)["responses"]
        return {status: self.resolve(value) for status, value in responses.items()}

    def schema(self, name: str, status: int) -> dict[str, Any]:
        """Return the schema of a response's body; empty for no body."""
        responses = self.responses(name)
        response = responses.get(str(status)) or responses["default"]
        content = response.get("content", {}).get("application/json", {})
        schema: dict[str, Any] = content.get("schema", {})
        return schema

    def examples(self, response: dict[str, Any]) -> dict[str, Any]:
        """Map the names of a response's examples to their values; '' for an unnamed one."""
        content = response.get("content", {}).get("application/json", {})
        if "example" in content:
            return {"": content["example"]}
        named = content.get("examples", {})
        return {name: self.resolve(value)["value"] for name, value in named.items()}


def _matches_route(route: str, path: str) -> bool:
    template, segments = route.split("/"), path.split("/")
    return len(template) == len(segments) and all(
        part.startswith("{") or part == segment
        for part, segment in zip(template, segments, strict=True)
    )


SPECS = {
    name: Spec(yaml.safe_load((ROOT / f"specs/{name}.yaml").read_text("utf-8")))
    for name in CLIENTS
}


def undocumented_paths(
    spec: Spec, schema: dict[str, Any], sent: Any, model: object
) -> set[str]:
    """Compare a model with the JSON that it was decoded from.

    Returns:
        JSON paths of properties that the spec does not document, and the model lacks.

    Raises:
        AssertionError: A documented value is missing or changed, or the model has a value
            that the JSON lacks.
    """
    found: set[str] = set()
    read = _with_additional(msgspec.to_builtins(model, builtin_types=(datetime,)))
    _compare_values(spec, [schema], sent, read, "$", found)
    return found


def _with_additional(plain: Any) -> Any:
    """Return plain data with the additional properties of models among the others."""
    if isinstance(plain, list):
        return [_with_additional(item) for item in plain]
    if not isinstance(plain, dict):
        return plain
    additional = plain.pop(ADDITIONAL, {})
    return {name: _with_additional(v) for name, v in {**plain, **additional}.items()}


def _compare_values(
    spec: Spec, schemas: list[Any], sent: Any, read: Any, path: str, found: set[str]
) -> None:
    parts = [part for schema in schemas for part in _subschemas(spec, schema)]
    if not parts:
        assert sent == read, f"{path} was {sent!r} and is {read!r}"
    elif isinstance(sent, dict):
        assert isinstance(read, dict), f"{path} was read as {read!r}"
        made_up = {key for key in read.keys() - sent.keys() if read[key] is not None}
        assert not made_up, f"{path} has {made_up}, which nobody sent"
        for key, value in sent.items():
            named = [
                p["properties"][key] for p in parts if key in p.get("properties", ())
            ]
            others = [
                p["additionalProperties"] for p in parts if "additionalProperties" in p
            ]
            if not named and not others:
                found.add(f"{path}.{key}")
            elif value is not None or key in read:
                assert key in read, f"{path}.{key} was lost"
                _compare_values(
                    spec, named or others, value, read[key], f"{path}.{key}", found
                )
    elif isinstance(sent, list):
        assert isinstance(read, list), f"{path} was read as {read!r}"
        assert len(sent) == len(read), f"{path} has another length"
        items = [p["items"] for p in parts if "items" in p]
        for index, (value, item) in enumerate(zip(sent, read, strict=True)):
            _compare_values(spec, items, value, item, f"{path}[{index}]", found)
    elif isinstance(sent, str) and any(p.get("format") == "date-time" for p in parts):
        same = datetime.fromisoformat(sent) == read
        assert same, f"{path} was {sent} and is {read!r}"
    else:
        same = sent == read and isinstance(sent, bool) == isinstance(read, bool)
        assert same, f"{path} was {sent!r} and is {read!r}"


def _subschemas(spec: Spec, schema: Any) -> Iterator[dict[str, Any]]:
    """Yield a schema and its subschemas behind `$ref`, `allOf`, `anyOf` and `oneOf`."""
    if not isinstance(schema, dict):
        return
    yield schema
    if "$ref" in schema:
        yield from _subschemas(spec, spec.resolve(schema))
    for keyword in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(keyword, ()):
            yield from _subschemas(spec, part)
