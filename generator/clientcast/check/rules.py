"""What a document must be beyond its grammar: paths, operations, security, servers."""

import re
from collections.abc import Iterator
from typing import Any

from clientcast.check.walk import Walk
from clientcast.diagnostic import did_you_mean
from clientcast.references import Found, follow
from clientcast.source import escape

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
LOCATIONS = ("path", "query", "header", "cookie")

_TEMPLATE = re.compile(r"\{([^{}/]+)\}")
_STATUS = re.compile(r"[1-5](?:\d\d|XX)|default")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A field name (RFC 9110, section 5.6.2)."""
_COMPONENT = re.compile(r"[A-Za-z0-9._-]+")
_URL = re.compile(r"(?:https?://[^\s/?#@\\]+)?(?:/[^\s?#\\]*)?", re.IGNORECASE)
_NOT_YET = {"callbacks": "callbacks", "servers": "a server of its own"}


def check_rules(walk: Walk) -> None:
    """Report what is wrong in the document as a whole."""
    _check_components(walk)
    _check_servers(walk)
    _check_schemes(walk)
    _check_paths(walk)
    _check_operations(walk)
    _check_parameters(walk)
    _check_client_options(walk)


def _check_components(walk: Walk) -> None:
    for pointer, components in walk.objects("Components"):
        for section, members in components.items():
            for name in members if isinstance(members, dict) else ():
                if not _COMPONENT.fullmatch(name):
                    walk.report(
                        f"{pointer}/{section}/{escape(name)}",
                        "bad-component-name",
                        "a component's name has letters, digits, '.', '-' and '_' only",
                        at_key=True,
                    )


def _check_servers(walk: Walk) -> None:
    for pointer, server in walk.objects("Server"):
        url = server.get("url")
        variables = server.get("variables", {})
        if not isinstance(url, str) or not isinstance(variables, dict):
            continue
        named = _TEMPLATE.findall(url)
        for name in named:
            if name not in variables:
                walk.report(
                    f"{pointer}/url",
                    "server-variable",
                    f"the variable '{name}' is not declared",
                    did_you_mean(name, variables) or f"add '{name}' to variables",
                )
        for name in variables:
            if name not in named:
                walk.warn(
                    f"{pointer}/variables/{escape(name)}",
                    "server-variable",
                    f"the url has no variable '{name}'",
                    at_key=True,
                )
        if not _URL.fullmatch(_TEMPLATE.sub("x", url)):
            walk.report(
                f"{pointer}/url",
                "bad-server-url",
                "a server's url is https://, a host and a path, or a path alone",
                "it has no user, query or fragment",
            )
    for pointer, variable in walk.objects("ServerVariable"):
        values = variable.get("enum")
        if isinstance(values, list) and variable.get("default") not in values:
            walk.report(
                f"{pointer}/default",
                "bad-default",
                "the default is not one of the enum's values",
            )


def _check_schemes(walk: Walk) -> None:
    kinds = ("apiKey", "http", "mutualTLS", "oauth2", "openIdConnect")
    declared: dict[str, dict[str, Any]] = {}
    for pointer, scheme in walk.objects("SecurityScheme"):
        declared[pointer.rpartition("/")[2]] = scheme
        kind = scheme.get("type")
        if kind not in kinds:
            walk.report(
                f"{pointer}/type",
                "unknown-scheme-type",
                f"'{kind}' is no type of security scheme",
                did_you_mean(str(kind), kinds) or f"the types are {', '.join(kinds)}",
            )
        if kind == "apiKey":
            _check_api_key(walk, pointer, scheme)
        if kind == "http" and "scheme" not in scheme:
            walk.report(
                pointer,
                "missing-field",
                "this http scheme has no 'scheme'",
                "add 'scheme: bearer'",
            )
    for pointer, requirement in walk.objects("SecurityRequirement"):
        for name, scopes in requirement.items():
            where = f"{pointer}/{escape(name)}"
            if name not in declared:
                walk.report(
                    where,
                    "unknown-security-scheme",
                    f"there is no '{name}' in components/securitySchemes",
                    did_you_mean(name, declared),
                    at_key=True,
                )
                continue
            known = _scopes(declared[name])
            for index, scope in enumerate(scopes if isinstance(scopes, list) else ()):
                if known is not None and scope not in known:
                    walk.warn(
                        f"{where}/{index}",
                        "unknown-scope",
                        f"'{name}' declares no scope '{scope}'",
                        did_you_mean(str(scope), known),
                    )


def _check_api_key(walk: Walk, pointer: str, scheme: dict[str, Any]) -> None:
    for key in ("name", "in"):
        if key not in scheme:
            walk.report(
                pointer,
                "missing-field",
                f"this apiKey scheme has no '{key}'",
                f"add '{key}'",
            )
    if "in" in scheme and scheme["in"] not in LOCATIONS[1:]:
        walk.report(
            f"{pointer}/in", "bad-location", "an API key is in query, header or cookie"
        )
    _check_header_name(walk, pointer, scheme)


def _check_header_name(walk: Walk, pointer: str, value: dict[str, Any]) -> None:
    name = value.get("name")
    if (
        value.get("in") == "header"
        and isinstance(name, str)
        and not _TOKEN.fullmatch(name)
    ):
        walk.report(
            f"{pointer}/name", "bad-header-name", "no header can have this name"
        )


def _scopes(scheme: dict[str, Any]) -> set[str] | None:
    """The scopes that an OAuth 2 scheme declares, None for another scheme."""
    flows = scheme.get("flows")
    if scheme.get("type") != "oauth2" or not isinstance(flows, dict):
        return None
    found: set[str] = set()
    for flow in flows.values():
        scopes = flow.get("scopes") if isinstance(flow, dict) else None
        found.update(scopes if isinstance(scopes, dict) else ())
    return found


def _check_paths(walk: Walk) -> None:
    paths = walk.document.data.get("paths")
    shapes: dict[str, str] = {}
    for path, item in paths.items() if isinstance(paths, dict) else ():
        if path.startswith("x-"):
            continue
        pointer = f"/paths/{escape(path)}"
        problem = _path_problem(path)
        if problem:
            walk.report(pointer, "bad-path", problem, at_key=True)
            continue
        shape = _TEMPLATE.sub("{}", path)
        if shape in shapes:
            walk.report(
                pointer,
                "path-conflict",
                f"this is the same path as {shapes[shape]}",
                "only the names of their parameters differ",
                at_key=True,
            )
        shapes.setdefault(shape, path)
        found = follow(walk.document.data, pointer, item)
        for method in METHODS:
            if isinstance(found.value, dict) and isinstance(
                found.value.get(method), dict
            ):
                operation = Found(f"{found.pointer}/{method}", found.value[method])
                _check_path_parameters(walk, path, found, operation)


def _path_problem(path: str) -> str:
    if not path.startswith("/"):
        return "a path begins with /"
    if not path.isprintable() or any(c in path for c in "?#\\ "):
        return "a path has no query, fragment, backslash, space or control character"
    plain = _TEMPLATE.sub("x", path)
    if "{" in plain or "}" in plain:
        return "the braces of this path do not match"
    if any(segment in (".", "..") for segment in plain.split("/")) or "//" in plain:
        return "a path has no empty segment, and none that is '.' or '..'"
    names = _TEMPLATE.findall(path)
    if len(names) != len(set(names)):
        return "a path has each parameter once"
    return ""


def _check_path_parameters(
    walk: Walk, path: str, item: Found, operation: Found
) -> None:
    named = _TEMPLATE.findall(path)
    declared: dict[str, str] = {}
    for holder in (item, operation):
        for pointer, parameter in _parameters(walk, holder):
            if parameter.get("in") == "path":
                declared[str(parameter.get("name"))] = pointer
    for name in named:
        if name not in declared:
            walk.report(
                operation.pointer,
                "path-parameter",
                f"'{name}' of the path is not among the parameters",
                did_you_mean(name, declared) or f"add a parameter '{name}' in path",
                at_key=True,
            )
    for name, pointer in declared.items():
        if name not in named:
            walk.report(
                f"{pointer}/name",
                "path-parameter",
                f"the path {path} has no '{{{name}}}'",
                did_you_mean(name, named),
            )


def _parameters(walk: Walk, holder: Found) -> Iterator[tuple[str, dict[str, Any]]]:
    parameters = holder.value.get("parameters")
    for index, value in enumerate(parameters if isinstance(parameters, list) else ()):
        found = follow(
            walk.document.data, f"{holder.pointer}/parameters/{index}", value
        )
        if isinstance(found.value, dict) and "$ref" not in found.value:
            yield found.pointer, found.value


def _check_operations(walk: Walk) -> None:
    tags = {
        tag.get("name")
        for _, tag in walk.objects("Tag")
        if isinstance(tag.get("name"), str)
    }
    identifiers: dict[str, str] = {}
    methods: set[tuple[str, str]] = set()
    for pointer, operation in walk.objects("Operation"):
        identifier = operation.get("operationId")
        if identifier is None:
            walk.warn(
                pointer,
                "no-operation-id",
                "this operation has no operationId to be named by",
                "add operationId",
                at_key=True,
            )
        elif identifier in identifiers:
            walk.warn(
                f"{pointer}/operationId",
                "duplicate-operation-id",
                f"another operation has the operationId '{identifier}'",
                "one of them gets a number",
            )
        else:
            identifiers[str(identifier)] = pointer
        for index, tag in enumerate(_list(operation.get("tags"))):
            if tags and tag not in tags:
                walk.warn(
                    f"{pointer}/tags/{index}",
                    "undeclared-tag",
                    f"the tag '{tag}' is not among the document's tags",
                    did_you_mean(str(tag), [str(t) for t in tags]),
                )
        for key, what in _NOT_YET.items():
            if key in operation:
                walk.report(
                    f"{pointer}/{key}", "unsupported", f"{what} is not supported yet"
                )
        _check_responses(walk, pointer, operation)
        _check_duplicates(walk, Found(pointer, operation))
        _check_options(walk, pointer, operation, methods)


def _check_responses(walk: Walk, pointer: str, operation: dict[str, Any]) -> None:
    responses = operation.get("responses")
    if not isinstance(responses, dict) or not responses:
        walk.report(
            pointer, "no-responses", "this operation has no responses", at_key=True
        )
        return
    for status in responses:
        if not status.startswith("x-") and not _STATUS.fullmatch(status):
            walk.report(
                f"{pointer}/responses/{escape(status)}",
                "bad-status",
                f"'{status}' is no status",
                "a status is three digits, a range such as 4XX, or default",
                at_key=True,
            )
    if not any(status[:1] in "23" or status == "default" for status in responses):
        walk.warn(
            f"{pointer}/responses",
            "no-success",
            "this operation does not say what success is",
            "add the response of success, such as '200'",
            at_key=True,
        )


def _check_duplicates(walk: Walk, holder: Found) -> None:
    seen: set[tuple[Any, Any]] = set()
    for pointer, parameter in _parameters(walk, holder):
        key = (parameter.get("in"), parameter.get("name"))
        if key in seen:
            walk.report(
                f"{pointer}/name",
                "duplicate-parameter",
                f"this operation has another {key[0]} parameter '{key[1]}'",
            )
        seen.add(key)


def _check_options(
    walk: Walk, pointer: str, operation: dict[str, Any], methods: set[tuple[str, str]]
) -> None:
    options = operation.get("x-client")
    if not isinstance(options, dict):
        return
    if isinstance(options.get("method"), str):
        tags = _list(operation.get("tags"))
        resource = options.get("resource") or (tags[0] if tags else "")
        key = (str(resource), options["method"])
        if key in methods:
            walk.report(
                f"{pointer}/x-client/method",
                "duplicate-method",
                f"'{resource}' has another method '{options['method']}'",
            )
        methods.add(key)
    if options.get("retry", "safe") != "safe":
        walk.report(
            f"{pointer}/x-client/retry", "bad-option", "retry can only be 'safe'"
        )
    paging = options.get("pagination")
    if isinstance(paging, dict):
        _check_paging(
            walk, f"{pointer}/x-client/pagination", Found(pointer, operation), paging
        )


def _check_paging(
    walk: Walk, pointer: str, operation: Found, paging: dict[str, Any]
) -> None:
    style = paging.get("style")
    if style not in ("cursor", "offset"):
        walk.report(
            f"{pointer}/style",
            "bad-option",
            f"'{style}' is no style of pagination",
            did_you_mean(str(style), ("cursor", "offset"))
            or "the styles are cursor and offset",
        )
        return
    wanted = {"cursor": ("parameter", "cursor"), "offset": ("parameter", "limit")}[
        style
    ]
    for key in wanted:
        if key not in paging:
            walk.report(
                pointer,
                "missing-field",
                f"{style} pagination has no '{key}'",
                f"add '{key}'",
            )
    known = _argument_names(walk, operation)
    for key in ("parameter", "limit"):
        name = paging.get(key)
        if isinstance(name, str) and name not in known:
            walk.report(
                f"{pointer}/{key}",
                "bad-option",
                f"this operation takes no '{name}'",
                did_you_mean(name, known),
            )
    for key in ("cursor", "items", "total"):
        for value in _list(paging.get(key)) or [paging.get(key)]:
            if isinstance(value, str) and value and not value.startswith("/"):
                walk.report(
                    f"{pointer}/{key}", "bad-option", "a JSON pointer begins with /"
                )


def _argument_names(walk: Walk, operation: Found) -> list[str]:
    """The parameters and members of the body that an operation takes."""
    names = [
        str(parameter.get("name")) for _, parameter in _parameters(walk, operation)
    ]
    data = walk.document.data
    body = follow(data, "", operation.value.get("requestBody")).value
    content = body.get("content") if isinstance(body, dict) else None
    for media_type in content.values() if isinstance(content, dict) else ():
        waiting = [media_type.get("schema")] if isinstance(media_type, dict) else []
        for _ in range(100):
            if not waiting:
                break
            schema = follow(data, "", waiting.pop()).value
            if isinstance(schema, dict):
                names += schema.get("properties", {})
                waiting += _list(schema.get("allOf"))
    return names


def _check_parameters(walk: Walk) -> None:
    for pointer, parameter in walk.objects("Parameter"):
        location, name = parameter.get("in"), parameter.get("name")
        if location == "querystring":
            walk.report(
                f"{pointer}/in", "unsupported", "in: querystring is not supported yet"
            )
        elif "in" in parameter and location not in LOCATIONS:
            walk.report(
                f"{pointer}/in",
                "bad-location",
                f"'{location}' is no place for a parameter",
                did_you_mean(str(location), LOCATIONS)
                or f"the places are {', '.join(LOCATIONS)}",
            )
        if location == "path" and parameter.get("required") is not True:
            walk.warn(
                pointer,
                "path-parameter",
                f"the path parameter '{name}' is not marked as required",
                "add required: true",
            )
        if "schema" not in parameter and "content" not in parameter:
            walk.warn(
                pointer,
                "no-schema",
                f"the parameter '{name}' has no schema",
                "add a schema",
            )
        if location == "header" and str(name).lower() in (
            "accept",
            "content-type",
            "authorization",
        ):
            walk.warn(
                f"{pointer}/name",
                "ignored-header",
                f"OpenAPI ignores a header parameter named {name}",
                "describe it as a media type or a security scheme",
            )
        _check_header_name(walk, pointer, parameter)


def _check_client_options(walk: Walk) -> None:
    for pointer, options in walk.objects("ErrorOptions"):
        for key in ("code", "message"):
            value = options.get(key)
            if isinstance(value, str) and not value.startswith("/"):
                walk.report(
                    f"{pointer}/{key}", "bad-option", "a JSON pointer begins with /"
                )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
