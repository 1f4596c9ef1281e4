"""Shapes of documents that could cost too much, each of any size."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

Json = dict[str, Any]


class Shape(NamedTuple):
    """Builder of documents of any size.

    Attributes:
        make: Function from a size to a document, as data or as text.
        start: Smallest size measured.
        suffix: Suffix of the file, `json` or `yaml`.
    """

    make: Callable[[int], Any]
    start: int
    suffix: str = "json"

    def document(self, size: int) -> str:
        """Return the text of a document of a size."""
        document = self.make(size)
        return document if isinstance(document, str) else json.dumps(document)


def api(paths: Json, components: Any = None, **more: Any) -> Json:
    """Return a document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Growth", "version": "1"},
        "servers": [{"url": "https://growth.example"}],
        "paths": paths,
        "components": components or {},
        **more,
    }


def get(identifier: str, schema: Any = None, **more: Any) -> Json:
    """Return a path item with one operation."""
    response: Json = {"description": "It."}
    if schema is not None:
        response["content"] = {"application/json": {"schema": schema}}
    operation = {
        "operationId": identifier,
        "tags": ["things"],
        "responses": {"200": response},
    }
    return {"get": {**operation, **more}}


def ref(name: str) -> Json:
    """Return a reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def schemas(found: Json, root: str) -> Json:
    """Return a document whose operation returns one of the schemas."""
    return api({"/a": get("get", ref(root))}, {"schemas": found})


def text(text: str) -> Json:
    """Return a document with the text as every description."""
    schema = {
        "type": "object",
        "description": text,
        "properties": {"a": {"type": "string", "description": text}},
    }
    query = {"name": "q", "in": "query", "schema": {"type": "string"}}
    operation = get(
        "get",
        ref("A"),
        summary=text,
        description=text,
        parameters=[{**query, "description": text}],
    )
    operation["get"]["responses"]["404"] = {"description": text}
    document = api({"/a": operation}, {"schemas": {"A": schema}})
    document["info"]["description"] = text
    document["tags"] = [{"name": "things", "description": text}]
    document["servers"][0]["description"] = text
    return document


def texts(unit: str, before: str = "", after: str = "") -> Shape:
    """Return a shape whose descriptions repeat a unit."""
    return Shape(lambda n: text(f"a{before}{unit * (n // len(unit))}{after}b"), 16_000)


def runs(character: str) -> Shape:
    """Return a shape whose descriptions have runs of a character of growing length."""

    def make(n: int) -> Json:
        longest = int((2 * n) ** 0.5)
        return text("a " + " ".join(character * k for k in range(1, longest)) + " b")

    return Shape(make, 16_000)


def _value(value: Any) -> Json:
    schema = {"type": "object", "properties": {"a": value}}
    return schemas({"A": schema}, "A")


def _enum(values: list[Any]) -> Json:
    return schemas({"A": {"type": "string", "enum": values}}, "A")


def _properties(names: list[str], schema: Json | None = None) -> Json:
    fields = {name: schema or {"type": "string"} for name in names}
    return schemas({"A": {"type": "object", "properties": fields}}, "A")


def _lattice(n: int, keyword: str, *, discriminator: bool = False) -> Json:
    """Return levels of two schemas, each of which refers to both of the next level."""
    found: Json = {}
    for level in range(n):
        for side in "LR":
            schema: Json = {keyword: [ref(f"L{level + 1}"), ref(f"R{level + 1}")]}
            if discriminator:
                schema["discriminator"] = {"propertyName": "kind"}
            found[f"{side}{level}"] = schema
    for side in "LR":
        found[f"{side}{n}"] = {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"type": "string"}, side: {"type": "string"}},
        }
    return schemas(found, "L0")


def _doubling(n: int) -> Json:
    found: Json = {"S0": {"type": "object", "properties": {"a": {"type": "string"}}}}
    for level in range(1, n):
        found[f"S{level}"] = {"allOf": [ref(f"S{level - 1}"), ref(f"S{level - 1}")]}
    return schemas(found, f"S{n - 1}")


def _parents(n: int) -> Json:
    """Return schemas with discriminators that extend the two before them."""
    found: Json = {}
    for level in range(n):
        found[f"S{level}"] = {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"type": "string"}},
            "discriminator": {"propertyName": "kind"},
            "allOf": [ref(f"S{k}") for k in range(max(0, level - 2), level)],
        }
    return schemas(found, "S0")


def _chain(n: int, link: Callable[[str], Json]) -> Json:
    found: Json = {f"S{level}": link(f"S{level + 1}") for level in range(n)}
    found[f"S{n}"] = {"type": "object", "properties": {"a": {"type": "string"}}}
    return schemas(found, "S0")


def _parameter(name: str, place: str = "query") -> Json:
    return {
        "name": name,
        "in": place,
        "required": place == "path",
        "schema": {"type": "string"},
    }


def _templated(n: int, pattern: str) -> Json:
    paths: Json = {}
    for number in range(n):
        path = pattern.replace("#", str(number))
        names = [part.partition("}")[0] for part in path.split("{")[1:]]
        parameters = [_parameter(name, "path") for name in names]
        paths[path] = get(f"get{number}", parameters=parameters)
    return api(paths)


def _backtracking(n: int) -> Json:
    wide = "/" + "".join(f"{{p{k}}}a" for k in range(n)) + "x"
    parameters = [_parameter(f"p{k}", "path") for k in range(n)]
    return api(
        {wide: get("wide", parameters=parameters), "/" + "a" * 10 * n: get("narrow")}
    )


def _security(n: int, alternatives: int, at_once: int) -> Json:
    schemes = {
        f"key{k}": {"type": "apiKey", "in": "header", "name": f"X-Key-{k}"}
        for k in range(n)
    }
    needs: list[Json] = [
        {f"key{(a + b) % n}": [] for b in range(at_once)} for a in range(alternatives)
    ]
    return api({"/a": get("get", security=needs)}, {"securitySchemes": schemes})


def _aliases(n: int) -> str:
    body = json.dumps(api({"/a": get("get")}))[:-1]
    listed = ", ".join(["*t"] * n)
    return f'{body}, "x-text": &t "{"a" * n}", "x-all": [{listed}]}}'


def _key_aliases(n: int) -> str:
    body = json.dumps(api({"/a": get("get")}))[:-1]
    pairs = ", ".join(["*t : 1"] * n)
    return f'{body}, "x-text": &t "{"a" * n * 100}", "x-all": {{{pairs}}}}}'


def _merge_keys(n: int) -> str:
    lines = ["a0: &a0 {k0: 1}"]
    lines += [f"a{k}: &a{k} {{<<: *a{k - 1}, k{k}: 1}}" for k in range(1, n)]
    body = json.dumps(api({"/a": get("get")}))
    return "x-all:\n  " + "\n  ".join(lines) + "\n" + _block(body)


def _block(body: str) -> str:
    return "\n".join(f"{k}: {json.dumps(v)}" for k, v in json.loads(body).items())


def _repeated(n: int, suffix: str = "1") -> str:
    body = json.dumps(api({"/a": get("get")}))[:-1]
    return f'{body}, "x-all": {{{", ".join([f"{chr(34)}k{chr(34)}: {suffix}"] * n)}}}}}'


def _nested(n: int, depth: int = 90) -> Any:
    value: Any = "a"
    for _ in range(depth):
        value = {"a": value}
    return [value] * max(1, n // depth)


def _callbacks(n: int) -> Json:
    called = {
        "{$request.query.url}": {"post": {"responses": {"204": {"description": "d"}}}}
    }
    return api({"/a": get("get", callbacks={f"c{k}": called for k in range(n)})})


SHAPES: dict[str, Shape] = {
    "plain": Shape(lambda n: api({"/a": get("get", {"type": "string"})}), 1),
    # Texts.
    "text-letters": texts("abc"),
    "text-words": texts("abc "),
    "text-spaces": texts(" "),
    "text-spaces-end": Shape(lambda n: text("a" + " " * n), 4000),
    "text-spaces-lines": texts("    \n", "\n"),
    "text-space-marks": texts("  # "),
    "text-tabs": texts("\t"),
    "text-newlines": texts("\n"),
    "text-lines": texts("a\n"),
    "text-carriage-returns": texts("\r"),
    "text-newline-spaces": texts(" ", "\n"),
    "text-backticks": texts("`"),
    "text-backtick-words": texts("`a "),
    "text-backtick-pairs": texts("`a` "),
    "text-backtick-runs": runs("`"),
    "text-fences": texts("```\n", "\n"),
    "text-tildes": runs("~"),
    "text-brackets": texts("["),
    "text-brackets-closed": Shape(lambda n: text("[" * n + "]" * n), 2000),
    "text-images": texts("!["),
    "text-link-starts": texts("[a]("),
    "text-links-open": texts("[a](https://"),
    "text-link-long": texts("[", "", "](https://a)"),
    "text-links": texts("[a](https://a.example) "),
    "text-bracket-paren": texts("]("),
    "text-autolinks": texts("<https://a"),
    "text-angles": texts("<"),
    "text-tags": texts("<a"),
    "text-comments": texts("<!--"),
    "text-instructions": texts("<?"),
    "text-cdata": texts("<![CDATA["),
    "text-declarations": texts("<!A"),
    "text-attributes": texts("<a a='"),
    "text-entities": texts("&amp;"),
    "text-ampersands": texts("&#"),
    "text-backslashes": texts("\\"),
    "text-quotes": texts('"'),
    "text-triple-quotes": texts('"""'),
    "text-apostrophes": texts("'"),
    "text-stars": texts("*"),
    "text-stars-open": texts("*a "),
    "text-stars-both": texts("*a**"),
    "text-stars-close": texts("a*"),
    "text-star-runs": runs("*"),
    "text-underscores": texts("_a"),
    "text-strikes": texts("~~a "),
    "text-bars": texts("|"),
    "text-rows": texts("|a|\n", "\n"),
    "text-row": texts("a|", "\n|", "\n"),
    "text-row-spaces": texts(" |", "\n|", "\n"),
    "text-table-wide": Shape(
        lambda n: text(
            f"a\n\n|{'a|' * (n // 8)}\n|{'-|' * (n // 8)}\n" + "|a|\n" * (n // 8)
        ),
        4000,
    ),
    "text-items": texts("- a\n", "\n"),
    "text-items-deep": Shape(
        lambda n: text("\n".join(" " * 2 * k + "- a" for k in range(int(n**0.5)))), 4000
    ),
    "text-item-marks": texts("- "),
    "text-numbers": texts("1. a\n", "\n"),
    "text-digits": texts("1"),
    "text-quoted": texts(">"),
    "text-quoted-lines": texts("> a\n", "\n"),
    "text-headings": texts("# a\n", "\n"),
    "text-hashes": texts("#"),
    "text-rules": texts("=\n", "\n"),
    "text-dashes": texts("-"),
    "text-colons": texts(": "),
    "text-braces": texts("{"),
    "text-templates": texts("{{a}}"),
    "text-dollars": texts("$"),
    "text-sentences": texts("A. "),
    "text-stops": texts("."),
    "text-combining": texts("\u0301"),
    "text-accents": texts("é"),
    "text-wide": texts("漢"),
    "text-nbsp": texts("\u00a0"),
    "text-controls": texts("\x01"),
    "text-prompts": texts(">>> a\n", "\n"),
    "text-sections": texts("Args:\n", "\n"),
    "text-definitions": texts("[a]: b\n", "\n"),
    "text-urls": texts("https://a"),
    "text-percent": texts("%s"),
    # Names.
    "properties": Shape(lambda n: _properties([f"name{k}" for k in range(n)]), 500),
    "properties-equal": Shape(
        lambda n: _properties(["_" * k for k in range(1, n)]), 500
    ),
    "properties-same": Shape(
        lambda n: _properties(
            [f"a{'-' * (k % 60)}{'.' * (k // 60)}b" for k in range(n)]
        ),
        500,
    ),
    "properties-prefix": Shape(
        lambda n: _properties([f"{'a' * 80}{k}" for k in range(n)]), 500
    ),
    "properties-numbered": Shape(
        lambda n: _properties(
            [f"a_{k}" for k in range(n)] + [f"a-{'-' * k}" for k in range(n)]
        ),
        250,
    ),
    "properties-objects": Shape(
        lambda n: _properties(
            [f"name{k}" for k in range(n)],
            {"type": "object", "properties": {"a": {"type": "string"}}},
        ),
        250,
    ),
    "schemas": Shape(
        lambda n: api(
            {"/a": get("get", {"oneOf": [ref(f"S{k}") for k in range(3)]})},
            {
                "schemas": {
                    f"S{k}": {"type": "object", "properties": {"a": {"type": "string"}}}
                    for k in range(n)
                }
            },
        ),
        250,
    ),
    "schemas-equal": Shape(
        lambda n: api(
            {f"/a{k}": get(f"get{k}", ref("S" + "_" * k)) for k in range(n)},
            {
                "schemas": {
                    "S"
                    + "_"
                    * k: {"type": "object", "properties": {"a": {"type": "string"}}}
                    for k in range(n)
                }
            },
        ),
        100,
    ),
    "enum": Shape(lambda n: _enum([f"value{k}" for k in range(n)]), 2500),
    "enum-equal": Shape(lambda n: _enum(["_" * k for k in range(1, n)]), 500),
    "enum-prefix": Shape(lambda n: _enum([f"{'a' * 80}{k}" for k in range(n)]), 1000),
    "enum-numbers": Shape(
        lambda n: schemas({"A": {"type": "integer", "enum": list(range(n))}}, "A"), 2500
    ),
    "enum-inline": Shape(
        lambda n: _value({"type": "string", "enum": [f"v{k}" for k in range(n)]}), 2500
    ),
    "enum-mixed": Shape(
        lambda n: _value({"enum": [f"v{k}" for k in range(n)] + [1]}), 2500
    ),
    "enum-query": Shape(
        lambda n: api(
            {
                "/a": get(
                    "get",
                    parameters=[
                        {
                            **_parameter("q"),
                            "schema": {
                                "type": "string",
                                "enum": [f"v{k}" for k in range(n)],
                            },
                        }
                    ],
                )
            }
        ),
        2500,
    ),
    "enum-repeated": Shape(lambda n: _enum(["same"] * n), 2500),
    "required": Shape(
        lambda n: _value(
            {
                "type": "object",
                "required": [f"r{k}" for k in range(n)],
                "properties": {},
            }
        ),
        1000,
    ),
    "required-known": Shape(
        lambda n: _value(
            {
                "type": "object",
                "required": [f"r{k}" for k in range(n)],
                "properties": {f"r{k}": {} for k in range(n)},
            }
        ),
        500,
    ),
    "operations": Shape(
        lambda n: api({f"/a{k}": get(f"get{k}") for k in range(n)}), 125
    ),
    "operations-equal": Shape(
        lambda n: api({f"/a{k}": get("get") for k in range(n)}), 125
    ),
    "operations-equal-words": Shape(
        lambda n: api({f"/a{'-' * k}": get(f"get{'-' * k}") for k in range(n)}), 125
    ),
    "operations-methods": Shape(
        lambda n: api({f"/a{k}": get(f"get{k}", tags=[f"t{k}"]) for k in range(n)}), 125
    ),
    "tags": Shape(
        lambda n: api(
            {f"/a{k}": get("get", tags=[f"t{k}"]) for k in range(n)},
            tags=[{"name": f"t{k}"} for k in range(n)],
        ),
        125,
    ),
    "tags-equal": Shape(
        lambda n: api(
            {f"/a{k}": get(f"get{k}", tags=["t" + "-" * k]) for k in range(n)}
        ),
        125,
    ),
    "tags-many": Shape(
        lambda n: api({"/a": get("get", tags=[f"t{k}" for k in range(n)])}), 1000
    ),
    "tags-dots": Shape(
        lambda n: api({"/a": get("get", tags=[".".join(["t"] * n)])}), 20
    ),
    "tags-unused": Shape(
        lambda n: api({"/a": get("get")}, tags=[{"name": f"t{k}"} for k in range(n)]),
        1000,
    ),
    "parameters": Shape(
        lambda n: api(
            {"/a": get("get", parameters=[_parameter(f"p{k}") for k in range(n)])}
        ),
        250,
    ),
    "parameters-equal": Shape(
        lambda n: api(
            {"/a": get("get", parameters=[_parameter("p" + "-" * k) for k in range(n)])}
        ),
        250,
    ),
    "parameters-same": Shape(
        lambda n: api({"/a": get("get", parameters=[_parameter("p")] * n)}), 1000
    ),
    "parameters-path": Shape(
        lambda n: _templated(1, "".join(f"/{{p{k}}}" for k in range(n))), 100
    ),
    "path-same-names": Shape(lambda n: _templated(1, "/{p}" * n), 500),
    "path-undeclared": Shape(lambda n: api({"/{p}" * n: get("get")}), 500),
    "path-undeclared-each": Shape(
        lambda n: api({"".join(f"/{{p{k}}}" for k in range(n)): get("get")}), 250
    ),
    "path-declared-only": Shape(
        lambda n: api(
            {
                "/a": get(
                    "get", parameters=[_parameter(f"p{k}", "path") for k in range(n)]
                )
            }
        ),
        250,
    ),
    "path-declared-near": Shape(
        lambda n: api(
            {
                "".join(f"/{{p{k}}}" for k in range(n)): get(
                    "get", parameters=[_parameter(f"q{k}", "path") for k in range(n)]
                )
            }
        ),
        100,
    ),
    "path-colons": Shape(
        lambda n: api(
            {
                "".join(f"/:p{k}" for k in range(n)): get(
                    "get", parameters=[_parameter(f"p{k}", "path") for k in range(n)]
                )
            }
        ),
        100,
    ),
    "path-query": Shape(
        lambda n: api({"/a?" + "&".join(f"p{k}=1" for k in range(n)): get("get")}), 500
    ),
    "path-braces": Shape(lambda n: api({"/" + "{" * n: get("get")}), 4000),
    "path-slashes": Shape(lambda n: api({"/" * n: get("get")}), 4000),
    "path-long": Shape(lambda n: api({"/" + "a" * n: get("get")}), 4000),
    "paths-templated": Shape(lambda n: _templated(n, "/{a}/x#"), 125),
    "paths-templated-both": Shape(lambda n: _templated(n, "/{a}x#/x#{b}"), 125),
    "paths-templated-tail": Shape(lambda n: _templated(n, "/a/{b}x#"), 125),
    "paths-plain": Shape(
        lambda n: api(
            {f"/a{k}/b": get(f"get{k}") for k in range(n)}
            | _templated(n, "/{a}#/b")["paths"]
        ),
        60,
    ),
    "paths-backtracking": Shape(_backtracking, 4),
    "paths-conflict": Shape(
        lambda n: api(
            {
                f"/{{p{k}}}": get(f"get{k}", parameters=[_parameter(f"p{k}", "path")])
                for k in range(n)
            }
        ),
        125,
    ),
    "responses": Shape(
        lambda n: api(
            {
                "/a": {
                    "get": {
                        "operationId": "g",
                        "tags": ["t"],
                        "responses": {
                            str(200 + k % 400): {"description": "d"} for k in range(n)
                        },
                    }
                }
            }
        ),
        100,
    ),
    "responses-wrong": Shape(
        lambda n: api(
            {
                "/a": {
                    "get": {
                        "operationId": "g",
                        "tags": ["t"],
                        "responses": {f"s{k}": {"description": "d"} for k in range(n)},
                    }
                }
            }
        ),
        500,
    ),
    "media-types": Shape(
        lambda n: api(
            {
                "/a": {
                    "get": {
                        "operationId": "g",
                        "tags": ["t"],
                        "responses": {
                            "200": {
                                "description": "d",
                                "content": {
                                    f"application/x{k}+json": {
                                        "schema": {"type": "string"}
                                    }
                                    for k in range(n)
                                },
                            }
                        },
                    }
                }
            }
        ),
        250,
    ),
    "media-types-body": Shape(
        lambda n: api(
            {
                "/a": {
                    "post": {
                        "operationId": "g",
                        "tags": ["t"],
                        "requestBody": {
                            "content": {
                                f"application/x{k}+json": {"schema": {"type": "string"}}
                                for k in range(n)
                            }
                        },
                        "responses": {"204": {"description": "d"}},
                    }
                }
            }
        ),
        250,
    ),
    "media-type-long": Shape(
        lambda n: api(
            {
                "/a": {
                    "post": {
                        "operationId": "g",
                        "tags": ["t"],
                        "requestBody": {
                            "content": {"a" * n: {"schema": {"type": "string"}}}
                        },
                        "responses": {"204": {"description": "d"}},
                    }
                }
            }
        ),
        4000,
    ),
    "media-type-spaces": Shape(
        lambda n: api(
            {
                "/a": {
                    "post": {
                        "operationId": "g",
                        "tags": ["t"],
                        "requestBody": {
                            "content": {
                                "a/b" + " " * n + "\n": {"schema": {"type": "string"}}
                            }
                        },
                        "responses": {"204": {"description": "d"}},
                    }
                }
            }
        ),
        4000,
    ),
    "response-headers": Shape(
        lambda n: api(
            {
                "/a": {
                    "get": {
                        "operationId": "g",
                        "tags": ["t"],
                        "responses": {
                            "200": {
                                "description": "d",
                                "headers": {
                                    f"X-{k}": {"schema": {"type": "string"}}
                                    for k in range(n)
                                },
                            }
                        },
                    }
                }
            }
        ),
        250,
    ),
    "webhooks": Shape(
        lambda n: api(
            {"/a": get("get")},
            webhooks={
                f"w{k}": {
                    "post": {
                        "requestBody": {
                            "content": {
                                "application/json": {
                                    "schema": {
                                        "type": "object",
                                        "properties": {"a": {"type": "string"}},
                                    }
                                }
                            }
                        },
                        "responses": {"204": {"description": "d"}},
                    }
                }
                for k in range(n)
            },
        ),
        125,
    ),
    "callbacks": Shape(_callbacks, 125),
    "servers": Shape(
        lambda n: api(
            {"/a": get("get")},
            servers=[{"url": f"https://a{k}.example"} for k in range(n)],
        ),
        500,
    ),
    "server-variables": Shape(
        lambda n: api(
            {"/a": get("get")},
            servers=[
                {
                    "url": "https://a.example"
                    + "".join(f"/{{v{k}}}" for k in range(n)),
                    "variables": {f"v{k}": {"default": "a"} for k in range(n)},
                }
            ],
        ),
        125,
    ),
    "server-variables-equal": Shape(
        lambda n: api(
            {"/a": get("get")},
            servers=[
                {
                    "url": "https://a.example"
                    + "".join(f"/{{v{'-' * k}}}" for k in range(n)),
                    "variables": {f"v{'-' * k}": {"default": "a"} for k in range(n)},
                }
            ],
        ),
        125,
    ),
    "server-url": Shape(
        lambda n: api(
            {"/a": get("get")}, servers=[{"url": "https://" + "a." * n + " "}]
        ),
        4000,
    ),
    "server-url-dashes": Shape(
        lambda n: api({"/a": get("get")}, servers=[{"url": "a-" * n + " "}]), 4000
    ),
    "server-url-slashes": Shape(
        lambda n: api({"/a": get("get")}, servers=[{"url": "/" * n + " "}]), 4000
    ),
    "version-dots": Shape(
        lambda n: {**api({"/a": get("get")}), "openapi": "3.1.0-" + "-." * n + " "},
        4000,
    ),
    # Security.
    "security-schemes": Shape(lambda n: _security(n, 1, 1), 125),
    "security-alternatives": Shape(lambda n: _security(n, n, 1), 125),
    "security-at-once": Shape(lambda n: _security(n, 1, n), 125),
    "security-combinations": Shape(lambda n: _security(n, n, n), 25),
    "security-same": Shape(
        lambda n: api(
            {"/a": get("get", security=[{"k": []}] * n)},
            {"securitySchemes": {"k": {"type": "http", "scheme": "bearer"}}},
        ),
        1000,
    ),
    "security-unknown": Shape(
        lambda n: {
            **_security(n, 1, 1),
            "security": [{f"kex{k}": []} for k in range(n)],
        },
        125,
    ),
    "security-equal-names": Shape(
        lambda n: api(
            {"/a": get("get", security=[{"k" + "-" * k: []} for k in range(n)])},
            {
                "securitySchemes": {
                    "k" + "-" * k: {"type": "apiKey", "in": "header", "name": f"X-{k}"}
                    for k in range(n)
                }
            },
        ),
        125,
    ),
    "scopes": Shape(
        lambda n: api(
            {"/a": get("get", security=[{"k": [f"s{k}" for k in range(n)]}])},
            {
                "securitySchemes": {
                    "k": {
                        "type": "oauth2",
                        "flows": {
                            "clientCredentials": {
                                "tokenUrl": "https://a.example/t",
                                "scopes": {f"s{k}": "d" for k in range(n)},
                            }
                        },
                    }
                }
            },
        ),
        500,
    ),
    "scopes-unknown": Shape(
        lambda n: api(
            {"/a": get("get", security=[{"k": [f"t{k}" for k in range(n)]}])},
            {
                "securitySchemes": {
                    "k": {
                        "type": "oauth2",
                        "flows": {
                            "clientCredentials": {
                                "tokenUrl": "https://a.example/t",
                                "scopes": {f"s{k}": "d" for k in range(n)},
                            }
                        },
                    }
                }
            },
        ),
        125,
    ),
    # Mistakes with an obvious fix.
    "unresolved-near": Shape(
        lambda n: schemas(
            {
                **{f"NameOfSchema{k}": {"type": "string"} for k in range(n)},
                "A": {
                    "type": "object",
                    "properties": {f"p{k}": ref(f"NameOfSchemo{k}") for k in range(n)},
                },
            },
            "A",
        ),
        125,
    ),
    "unknown-fields": Shape(
        lambda n: schemas(
            {"A": {"type": "object", **{f"propertie{k}": 1 for k in range(n)}}}, "A"
        ),
        500,
    ),
    "unknown-fields-operation": Shape(
        lambda n: api(
            {"/a": get("get", None, **{f"operationIx{k}": 1 for k in range(n)})}
        ),
        500,
    ),
    "unknown-tags-near": Shape(
        lambda n: api(
            {f"/a{k}": get(f"g{k}", tags=[f"tagg{k}"]) for k in range(n)},
            tags=[{"name": f"tag{k}"} for k in range(n)],
        ),
        125,
    ),
    "mapping-unresolved": Shape(
        lambda n: schemas(
            {
                **{
                    f"Member{k}": {
                        "type": "object",
                        "properties": {"kind": {"type": "string"}},
                    }
                    for k in range(n)
                },
                "A": {
                    "oneOf": [ref(f"Member{k}") for k in range(n)],
                    "discriminator": {
                        "propertyName": "kind",
                        "mapping": {
                            f"v{k}": f"#/components/schemas/Membar{k}" for k in range(n)
                        },
                    },
                },
            },
            "A",
        ),
        60,
    ),
    "wrong-types": Shape(
        lambda n: _properties([f"p{k}" for k in range(n)], {"type": "strng"}), 250
    ),
    "wrong-values-one-line": Shape(
        lambda n: api({f"/a{k}": get(f"g{k}", deprecated="yes") for k in range(n)}), 250
    ),
    "key-long": Shape(
        lambda n: schemas(
            {
                "A": {
                    "type": "object",
                    "properties": {
                        "a"
                        * n: {
                            "type": "object",
                            "properties": {
                                f"p{k}": {"type": "string"} for k in range(n // 100)
                            },
                        }
                    },
                }
            },
            "A",
        ),
        2000,
    ),
    "key-long-wrong": Shape(
        lambda n: api(
            {
                "/"
                + "a"
                * n: {
                    "get": {"x": 1, "responses": {f"s{k}": {} for k in range(n // 100)}}
                }
            }
        ),
        10000,
    ),
    "defaults-wrong": Shape(
        lambda n: _properties(
            [f"p{k}" for k in range(n)], {"type": "integer", "default": "a"}
        ),
        250,
    ),
    "bad-patterns": Shape(
        lambda n: _properties(
            [f"p{k}" for k in range(n)], {"type": "string", "pattern": "("}
        ),
        250,
    ),
    "bad-paging": Shape(
        lambda n: api(
            {
                f"/a{k}": get(
                    f"g{k}",
                    {
                        "type": "object",
                        "properties": {f"p{j}": {"type": "string"} for j in range(20)},
                    },
                    **{"x-client": {"paging": {"items": "/q"}}},
                )
                for k in range(n)
            }
        ),
        60,
    ),
    # Schemas.
    "oneof-inline": Shape(
        lambda n: _value(
            {
                "oneOf": [
                    {"type": "object", "properties": {f"p{k}": {"type": "string"}}}
                    for k in range(n)
                ]
            }
        ),
        250,
    ),
    "oneof-inline-scalars": Shape(
        lambda n: _value(
            {"oneOf": [{"type": "string", "const": f"c{k}"} for k in range(n)]}
        ),
        250,
    ),
    "oneof-arrays": Shape(
        lambda n: _value(
            {
                "oneOf": [
                    {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {f"p{k}": {"type": "string"}},
                        },
                    }
                    for k in range(n)
                ]
            }
        ),
        250,
    ),
    "oneof-refs": Shape(
        lambda n: schemas(
            {
                **{
                    f"S{k}": {
                        "type": "object",
                        "properties": {f"p{k}": {"type": "string"}},
                    }
                    for k in range(n)
                },
                "A": {"oneOf": [ref(f"S{k}") for k in range(n)]},
            },
            "A",
        ),
        250,
    ),
    "oneof-discriminator": Shape(
        lambda n: schemas(
            {
                **{
                    f"S{k}": {
                        "type": "object",
                        "required": ["kind"],
                        "properties": {
                            "kind": {"type": "string"},
                            f"p{k}": {"type": "string"},
                        },
                    }
                    for k in range(n)
                },
                "A": {
                    "oneOf": [ref(f"S{k}") for k in range(n)],
                    "discriminator": {"propertyName": "kind"},
                },
            },
            "A",
        ),
        125,
    ),
    "oneof-same": Shape(
        lambda n: schemas(
            {"S": {"type": "string"}, "A": {"oneOf": [ref("S")] * n}}, "A"
        ),
        500,
    ),
    "anyof-inline": Shape(
        lambda n: _value(
            {
                "anyOf": [
                    {"type": "object", "properties": {f"p{k}": {"type": "string"}}}
                    for k in range(n)
                ]
            }
        ),
        250,
    ),
    "oneof-lattice": Shape(lambda n: _lattice(n, "oneOf"), 5),
    "anyof-lattice": Shape(lambda n: _lattice(n, "anyOf"), 5),
    "allof-lattice": Shape(lambda n: _lattice(n, "allOf"), 5),
    "discriminator-lattice": Shape(
        lambda n: _lattice(n, "oneOf", discriminator=True), 5
    ),
    "allof-doubling": Shape(_doubling, 5),
    "allof-many": Shape(
        lambda n: schemas(
            {
                **{
                    f"S{k}": {
                        "type": "object",
                        "properties": {f"p{k}": {"type": "string"}},
                    }
                    for k in range(n)
                },
                "A": {"allOf": [ref(f"S{k}") for k in range(n)]},
            },
            "A",
        ),
        125,
    ),
    "allof-inline": Shape(
        lambda n: _value(
            {
                "allOf": [
                    {"type": "object", "properties": {f"p{k}": {"type": "string"}}}
                    for k in range(n)
                ]
            }
        ),
        250,
    ),
    "allof-same": Shape(
        lambda n: schemas(
            {
                "S": {"type": "object", "properties": {"a": {"type": "string"}}},
                "A": {"allOf": [ref("S")] * n},
            },
            "A",
        ),
        500,
    ),
    "allof-chain": Shape(
        lambda n: _chain(
            n,
            lambda s: {
                "allOf": [
                    ref(s),
                    {"type": "object", "properties": {s: {"type": "string"}}},
                ]
            },
        ),
        12,
    ),
    "extending": Shape(_parents, 12),
    "extending-one": Shape(
        lambda n: schemas(
            {
                "Base": {
                    "type": "object",
                    "required": ["kind"],
                    "properties": {"kind": {"type": "string"}},
                    "discriminator": {"propertyName": "kind"},
                },
                **{
                    f"S{k}": {
                        "allOf": [
                            ref("Base"),
                            {
                                "type": "object",
                                "properties": {f"p{k}": {"type": "string"}},
                            },
                        ]
                    }
                    for k in range(n)
                },
            },
            "Base",
        ),
        60,
    ),
    "wide-objects": Shape(
        lambda n: schemas(
            {
                f"S{k}": {
                    "type": "object",
                    "properties": {f"p{j}": ref(f"S{j}") for j in range(n)},
                }
                for k in range(n)
            },
            "S0",
        ),
        12,
    ),
    "operations-wide": Shape(
        lambda n: api(
            {f"/a{k}": get(f"g{k}", ref(f"S{k}"), tags=[f"t{k}"]) for k in range(n)},
            {
                "schemas": {
                    f"S{k}": {
                        "type": "object",
                        "properties": {"next": ref(f"S{(k + 1) % n}")},
                    }
                    for k in range(n)
                }
            },
        ),
        60,
    ),
    "maps-chain": Shape(
        lambda n: _chain(
            n, lambda s: {"type": "object", "additionalProperties": ref(s)}
        ),
        12,
    ),
    "ref-chain": Shape(lambda n: _chain(n, ref), 12),
    "object-chain": Shape(
        lambda n: _chain(n, lambda s: {"type": "object", "properties": {"n": ref(s)}}),
        25,
    ),
    "object-chain-examples": Shape(
        lambda n: _chain(
            n,
            lambda s: {
                "type": "object",
                "required": ["n"],
                "properties": {"n": ref(s), "m": ref(s)},
            },
        ),
        5,
    ),
    "body-lattice": Shape(
        lambda n: api(
            {
                "/a": {
                    "post": {
                        "operationId": "p",
                        "tags": ["t"],
                        "requestBody": {
                            "content": {"application/json": {"schema": ref("S0")}}
                        },
                        "responses": {"204": {"description": "d"}},
                    }
                }
            },
            {
                "schemas": {
                    f"S{k}": (
                        {
                            "type": "object",
                            "required": ["l", "r"],
                            "properties": {
                                "l": ref(f"S{k + 1}"),
                                "r": ref(f"S{k + 1}"),
                            },
                        }
                        if k < n
                        else {"type": "object"}
                    )
                    for k in range(n + 1)
                }
            },
        ),
        5,
    ),
    # Values.
    "string-default": Shape(
        lambda n: _value({"type": "string", "default": "a" * n}), 100_000
    ),
    "string-default-wide": Shape(
        lambda n: _value({"type": "string", "default": "\x01" * n}), 100_000
    ),
    "string-enum": Shape(lambda n: _enum(["a" * n]), 100_000),
    "string-const": Shape(lambda n: _value({"const": "a" * n}), 100_000),
    "string-title": Shape(
        lambda n: api({"/a": get("get")}, info={"title": "a" * n, "version": "1" * n}),
        100_000,
    ),
    "string-example": Shape(
        lambda n: _value({"type": "string", "example": "a" * n}), 100_000
    ),
    "string-operation-id": Shape(lambda n: api({"/a": get("a" * n)}), 100_000),
    "string-operation-id-dashes": Shape(
        lambda n: api({"/a": get("aB-" * (n // 3))}), 100_000
    ),
    "string-tag": Shape(lambda n: api({"/a": get("a", tags=["a" * n])}), 100_000),
    "string-property": Shape(lambda n: _properties(["a" * n]), 100_000),
    "string-schema-name": Shape(
        lambda n: schemas(
            {"A" * n: {"type": "object", "properties": {"a": {"type": "string"}}}},
            "A" * n,
        ),
        100_000,
    ),
    "string-extension": Shape(
        lambda n: api({"/a": get("get")}, **{"x-a": "a" * n}), 100_000
    ),
    "list-default": Shape(
        lambda n: _value(
            {"type": "array", "items": {"type": "integer"}, "default": list(range(n))}
        ),
        2500,
    ),
    "list-example": Shape(
        lambda n: _value(
            {"type": "array", "items": {"type": "integer"}, "example": list(range(n))}
        ),
        2500,
    ),
    "body-example": Shape(
        lambda n: api(
            {
                "/a": {
                    "post": {
                        "operationId": "p",
                        "tags": ["t"],
                        "requestBody": {
                            "content": {
                                "application/json": {
                                    "schema": {
                                        "type": "array",
                                        "items": {"type": "integer"},
                                    },
                                    "example": list(range(n)),
                                }
                            }
                        },
                        "responses": {
                            "200": {
                                "description": "d",
                                "content": {
                                    "application/json": {
                                        "schema": {
                                            "type": "array",
                                            "items": {"type": "integer"},
                                        },
                                        "example": list(range(n)),
                                    }
                                },
                            }
                        },
                    }
                }
            }
        ),
        2500,
    ),
    "body-example-deep": Shape(
        lambda n: api(
            {
                "/a": {
                    "post": {
                        "operationId": "p",
                        "tags": ["t"],
                        "requestBody": {
                            "content": {
                                "application/json": {
                                    "schema": {},
                                    "example": _nested(n, 80),
                                }
                            }
                        },
                        "responses": {
                            "200": {
                                "description": "d",
                                "content": {
                                    "application/json": {
                                        "schema": {},
                                        "example": _nested(n, 80),
                                    }
                                },
                            }
                        },
                    }
                }
            }
        ),
        2500,
    ),
    "examples-many": Shape(
        lambda n: api(
            {
                "/a": {
                    "post": {
                        "operationId": "p",
                        "tags": ["t"],
                        "requestBody": {
                            "content": {
                                "application/json": {
                                    "schema": {"type": "object"},
                                    "examples": {
                                        f"e{k}": {"value": {"a": k}} for k in range(n)
                                    },
                                }
                            }
                        },
                        "responses": {"204": {"description": "d"}},
                    }
                }
            }
        ),
        500,
    ),
    "extension-list": Shape(
        lambda n: api({"/a": get("get")}, **{"x-a": list(range(n))}), 25_000
    ),
    "extension-empty": Shape(
        lambda n: api({"/a": get("get")}, **{"x-a": [[]] * n}), 25_000
    ),
    "numbers-long": Shape(
        lambda n: json.dumps(api({"/a": get("get")}))[:-1]
        + f', "x-a": [{", ".join(["9" * 3999] * (n // 4000))}]}}',
        100_000,
    ),
    "pattern-redos": Shape(
        lambda n: _value(
            {"type": "string", "pattern": "(a+)+$", "default": "a" * n + "b"}
        ),
        10,
    ),
    "pattern-long": Shape(
        lambda n: _value({"type": "string", "pattern": "(" * n + ")" * n}), 1000
    ),
    "pattern-properties": Shape(
        lambda n: _value(
            {
                "type": "object",
                "patternProperties": {
                    f"^(a+)+{k}$": {"type": "string"} for k in range(n)
                },
                "default": {"a" * 30: "b"},
            }
        ),
        125,
    ),
    "commas": Shape(
        lambda n: json.dumps(api({"/a": get("get")}))[:-1]
        + f', "x-a": [{"[1,]," * n} 1]}}',
        2500,
    ),
    "commas-spaces": Shape(
        lambda n: json.dumps(api({"/a": get("get")}))[:-1]
        + ","
        + " " * n
        + ', "x": 1}',
        4000,
    ),
    "commas-commas": Shape(
        lambda n: json.dumps(api({"/a": get("get")}))[:-1] + "," * n + "}", 4000
    ),
    "quotes-open": Shape(
        lambda n: json.dumps(api({"/a": get("get")}))[:-1] + ', "' + '\\"' * n, 4000
    ),
    # YAML.
    "aliases-text": Shape(_aliases, 500, "yaml"),
    "aliases-key": Shape(_key_aliases, 100, "yaml"),
    "merge-keys": Shape(_merge_keys, 50, "yaml"),
    "repeated-keys": Shape(lambda n: _repeated(n), 1000),
    "repeated-keys-yaml": Shape(lambda n: _repeated(n), 1000, "yaml"),
    "repeated-keys-large": Shape(lambda n: _repeated(n, json.dumps(["a"] * n)), 125),
    "anchors": Shape(
        lambda n: "x-a:\n"
        + "".join(f"  - &a{k} 1\n" for k in range(n))
        + _block(json.dumps(api({"/a": get("get")}))),
        2500,
        "yaml",
    ),
    "yaml-flow": Shape(
        lambda n: "x-a: "
        + "[" * n
        + "\n"
        + _block(json.dumps(api({"/a": get("get")}))),
        1000,
        "yaml",
    ),
    "yaml-nested": Shape(
        lambda n: "x-a:\n"
        + "".join(" " * (k % 90) + f"- {k}\n" if k % 90 == 0 else "" for k in range(n))
        + _block(json.dumps(api({"/a": get("get")}))),
        2500,
        "yaml",
    ),
    "yaml-folded": Shape(
        lambda n: "x-a: >\n"
        + "  a\n" * n
        + _block(json.dumps(api({"/a": get("get")}))),
        2500,
        "yaml",
    ),
    "yaml-comments": Shape(
        lambda n: "# a\n" * n + _block(json.dumps(api({"/a": get("get")}))),
        2500,
        "yaml",
    ),
    "yaml-comment-long": Shape(
        lambda n: "#" * n + "\n" + _block(json.dumps(api({"/a": get("get")}))),
        25000,
        "yaml",
    ),
    "yaml-questions": Shape(
        lambda n: "x-a:\n"
        + "  ? a\n" * n
        + _block(json.dumps(api({"/a": get("get")}))),
        1000,
        "yaml",
    ),
    "yaml-flow-keys": Shape(
        lambda n: "x-a: {"
        + "a, " * n
        + "}\n"
        + _block(json.dumps(api({"/a": get("get")}))),
        1000,
        "yaml",
    ),
}
