"""Hypothesis strategies for small documents with a slot in every string position."""

from typing import Any

from hypothesis import strategies as st

from tests.fuzz.slots import slot

Data = dict[str, Any]

_FORMATS = (
    "date",
    "date-time",
    "uuid",
    "byte",
    "binary",
    "time",
    "duration",
    "decimal",
)
_STYLES = {
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
    "path": ("simple", "label", "matrix"),
}
_BODY_MEDIA_TYPES = (
    *("application/json", "application/json", "application/x-www-form-urlencoded"),
    *("multipart/form-data", "text/plain", "application/octet-stream", "*/*"),
    "application/merge-patch+json",
)
_RESPONSE_MEDIA_TYPES = (
    "application/json",
    "application/json",
    "text/plain",
    "text/event-stream",
)


class _DocumentBuilder:
    """Builder of one document; its slots are numbered in order."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._number = 0
        self.schemas: dict[str, Data] = {}
        self.schemes: dict[str, Data] = {}
        self.is_31 = self.chance()

    def slot(self, kind: str) -> str:
        self._number += 1
        return slot(kind, self._number)

    def pick(self, *choices: Any) -> Any:
        return self._draw(st.sampled_from(choices))

    def chance(self) -> bool:
        return self._draw(st.booleans())

    def count(self, maximum: int, minimum: int = 0) -> int:
        return self._draw(st.integers(minimum, maximum))

    def texts(self, *keys: str) -> Data:
        """Return a random subset of the keys, with slots for texts."""
        return {key: self.slot("text") for key in keys if self.chance()}

    def schema(self, depth: int = 0) -> Data:
        """Return a schema, with some annotations."""
        kinds = [self._string, self._number_or_flag, self._enum, self._reference]
        if depth < 3:
            kinds += [self._array, self._map, self._object, self._union]
            kinds += [self._union, self._enum]
        result: Data = self.pick(*kinds)(depth)
        if "$ref" not in result:
            result |= self.texts("description", "title")
            if self.count(4) == 0:
                result["x-client"] = {"name": self.slot("name")}
            if self.count(4) == 0:
                result[self.pick("readOnly", "writeOnly")] = True
        return result

    def _string(self, depth: int) -> Data:
        result = {"type": "string", **self.texts("default", "example", "format")}
        if self.chance():
            result["format"] = self.pick(*_FORMATS)
            result.pop("default", None)
        if self.count(3) == 0:
            result["pattern"] = self.slot("text")
        return result

    def _number_or_flag(self, depth: int) -> Data:
        result: Data = {"type": self.pick("integer", "number", "boolean")}
        if result["type"] != "boolean" and self.chance():
            result["maximum"] = self.pick(10, 1.5, 10**30)
            result["default"] = self.pick(1, 2)
        return result

    def _enum(self, depth: int) -> Data:
        match self.count(3):
            case 0:
                texts = [self.slot("name") for _ in range(self.count(3, 1))]
                result: Data = {"type": "string", "enum": texts}
                if self.chance():
                    result["x-enum-descriptions"] = [self.slot("text") for _ in texts]
                return result
            case 1 if self.is_31:
                return {"const": self.pick(self.slot("name"), 1, True)}
            case 2:
                names = {"x-enum-varnames": ["ONE", "TWO"]} if self.chance() else {}
                return {"type": "integer", "enum": [1, 2], **names}
            case _:
                name, other = self.slot("name"), self.slot("name")
                values: list[Any] = [name, 1, other, None, True]
                return {"enum": values[self.count(2) : 2 + self.count(3, 1)]}

    def _reference(self, depth: int) -> Data:
        if not self.schemas:
            return {"type": "string"}
        return {"$ref": f"#/components/schemas/{self.pick(*self.schemas)}"}

    def _array(self, depth: int) -> Data:
        if self.is_31 and self.count(4) == 0:
            members = [self.schema(depth + 1) for _ in range(self.count(2, 1))]
            return {"type": "array", "prefixItems": members, "items": False}
        return {"type": "array", "items": self.schema(depth + 1)}

    def _map(self, depth: int) -> Data:
        return {"type": "object", "additionalProperties": self.schema(depth + 1)}

    def _object(self, depth: int) -> Data:
        properties = {
            self.slot("name"): self.schema(depth + 1) for _ in range(self.count(3, 1))
        }
        result: Data = {"type": "object", "properties": properties}
        if self.chance():
            result["required"] = [next(iter(properties))]
        if self.chance():
            result["additionalProperties"] = self.pick(True, False, {"type": "string"})
        if self.count(4) == 0:
            return {"allOf": [self._reference(depth), result]}
        return result

    def _union(self, depth: int) -> Data:
        members = [self.schema(depth + 1) for _ in range(self.count(3, 2))]
        if self.is_31 and self.chance():
            members.append({"type": "null"})
        return {self.pick("oneOf", "anyOf"): members}

    def discriminated(self) -> Data:
        """Return a union of components with a discriminator."""
        property_, mapping, members = self.slot("name"), {}, []
        for _ in range(2):
            name = self.slot("component")
            self.schemas[name] = {
                "type": "object",
                "required": [property_],
                "properties": {property_: {"type": "string"}},
            }
            members.append({"$ref": f"#/components/schemas/{name}"})
            mapping[self.slot("name")] = f"#/components/schemas/{name}"
        discriminator = {"propertyName": property_, "mapping": mapping}
        return {"oneOf": members, "discriminator": discriminator}

    def parameter(self, place: str) -> Data:
        """Return a parameter; the name of a path parameter is valid in a path template."""
        kind = {"header": "token", "path": "parameter"}.get(place, "name")
        result = {
            "name": self.slot(kind),
            "in": place,
            "required": place == "path" or self.chance(),
            **self.texts("description"),
        }
        if self.count(5) == 0:
            return {
                **result,
                "content": {"application/json": {"schema": self.schema(2)}},
            }
        result["schema"] = self.schema(2)
        if self.chance():
            result["style"] = self.pick(*_STYLES[place])
            result["explode"] = self.chance()
        if self.chance():
            result["example"] = self.slot("text")
        return result

    def content(self, media_types: tuple[str, ...]) -> Data:
        """Return the `content` of a body."""
        media_type = self.pick(*media_types, f"application/{self.slot('component')}")
        result: Data = {"schema": self.schema()}
        if media_type.endswith(("urlencoded", "form-data")):
            result = {"schema": self._object(1)}
        if self.chance():
            result["example"] = {self.slot("name"): self.slot("text")}
        if self.count(3) == 0:
            result = {
                "schema": result["schema"],
                "examples": {self.slot("component"): {"value": self.slot("text")}},
            }
        return {media_type: result}

    def operation(self, tag: str) -> tuple[str, Data]:
        """Return a path and an operation."""
        path = f"/{self.slot('segment')}"
        parameters = [
            self.parameter(self.pick("query", "header", "cookie"))
            for _ in range(self.count(2))
        ]
        if self.chance():
            parameters.append(self.parameter("path"))
            path += f"/{{{parameters[-1]['name']}}}"
        response: Data = {"description": self.slot("text")}
        if self.count(3):
            response["content"] = self.content(_RESPONSE_MEDIA_TYPES)
        if self.chance():
            header = {"schema": {"type": "string"}, **self.texts("description")}
            response["headers"] = {self.slot("token"): header}
        result = {
            "operationId": self.slot("name"),
            "tags": [tag],
            "parameters": parameters,
            "responses": {self.pick("200", "201", "2XX"): response},
            **self.texts("summary", "description"),
        }
        if self.chance():
            error_response = {
                "description": self.slot("text"),
                "content": self.content(_BODY_MEDIA_TYPES[:1]),
            }
            result["responses"][self.pick("404", "4XX", "default")] = error_response
        if self.schemes and self.chance():
            result["security"] = [{self.pick(*self.schemes): []}]
        if self.count(3) == 0:
            result["servers"] = [{"url": f"https://api.example/{self.slot('segment')}"}]
        if self.count(3) == 0:
            result["x-client"] = self.pick(
                {"method": self.slot("name")},
                {"resource": self.slot("name")},
                {"retry": "safe"},
            )
        return path, result

    def paged_operation(self, tag: str) -> tuple[str, Data]:
        """Return a path and an operation with pagination by cursor."""
        parameter, cursor, items = (self.slot("name") for _ in range(3))
        as_pointer = {
            text: text.replace("name:", "pointer:") for text in (cursor, items)
        }
        properties = {
            cursor: {"type": "string"},
            items: {"type": "array", "items": self.schema(2)},
        }
        body = {"type": "object", "properties": properties, "required": [items]}
        response = {
            "description": self.slot("text"),
            "content": {"application/json": {"schema": body}},
        }
        query = {"name": parameter, "in": "query", "schema": {"type": "string"}}
        paging = {
            "style": "cursor",
            "parameter": parameter,
            "cursor": f"/{as_pointer[cursor]}",
            "items": f"/{as_pointer[items]}",
        }
        return f"/{self.slot('segment')}", {
            "operationId": self.slot("name"),
            "tags": [tag],
            "parameters": [query],
            "responses": {"200": response},
            "x-client": {"pagination": paging},
        }

    def scheme(self) -> Data:
        """Return a security scheme."""
        options: Data = self.texts("argument", "prefix")
        if self.chance():
            options["env"] = [self.slot("name")]
        result = {"x-client": options, **self.texts("description")}
        match self.count(3):
            case 0:
                place = self.pick("header", "query", "cookie")
                name = self.slot("token" if place == "header" else "name")
                return {"type": "apiKey", "name": name, "in": place, **result}
            case 1:
                url = f"https://api.example/{self.slot('segment')}"
                scopes = {self.slot("name"): self.slot("text")}
                flows = {"clientCredentials": {"tokenUrl": url, "scopes": scopes}}
                return {"type": "oauth2", "flows": flows, **result}
            case 2:
                url = f"https://api.example/{self.slot('segment')}"
                return {"type": "openIdConnect", "openIdConnectUrl": url, **result}
            case _:
                return {
                    "type": "http",
                    "bearerFormat": self.slot("text"),
                    "scheme": self.pick("bearer", "basic"),
                    **result,
                }

    def server(self) -> Data:
        """Return a server, with a variable."""
        name = self.slot("parameter")
        options: Data = self.texts("argument")
        if self.chance():
            options["required"] = True
        default = self.slot("segment")
        variable = {
            "default": default,
            "x-client": options,
            **self.texts("description"),
        }
        if self.chance():
            variable["enum"] = [default, self.slot("segment")]
        return {
            "url": f"https://api.example/{self.slot('segment')}/{{{name}}}",
            "variables": {name: variable},
            **self.texts("description"),
        }

    def document(self) -> Data:
        """Return a whole document."""
        for _ in range(self.count(2)):
            self.schemes[self.slot("component")] = self.scheme()
        for _ in range(self.count(3, 1)):
            self.schemas[self.slot("component")] = self.schema()
        if self.count(2) == 0:
            self.schemas[self.slot("component")] = self.discriminated()
        tags = [self.slot("name") for _ in range(self.count(2, 1))]
        operations = [self.operation(self.pick(*tags)) for _ in range(self.count(3, 1))]
        if self.count(2) == 0:
            operations.append(self.paged_operation(tags[0]))
        components: Data = {"schemas": self.schemas}
        if self.schemes:
            components["securitySchemes"] = self.schemes
        result: Data = {
            "openapi": "3.1.0" if self.is_31 else "3.0.3",
            "info": {
                "title": self.slot("text"),
                "version": self.slot("text"),
                **self.texts("description", *(["summary"] if self.is_31 else [])),
            },
            "servers": [self.server()],
            "tags": [{"name": tag, **self.texts("description")} for tag in tags],
            "paths": {
                path: {self.pick("get", "post", "delete"): operation}
                for path, operation in operations
            },
            "components": components,
        }
        for item in result["paths"].values():
            if "post" in item and self.chance():
                body = {
                    "content": self.content(_BODY_MEDIA_TYPES),
                    "required": self.chance(),
                }
                item["post"]["requestBody"] = body | self.texts("description")
        if self.chance():
            result["x-client"] = {"name": self.slot("name")}
        return result


@st.composite
def documents(draw: st.DrawFn) -> Data:
    """Draw a document with slots."""
    return _DocumentBuilder(draw).document()
