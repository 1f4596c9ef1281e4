"""A small API, and recordings of its traffic in each format."""

import base64
import gzip
import json
from typing import Any

API = """\
openapi: 3.1.0
info: {title: Shelter, version: '1'}
servers: [{url: 'https://shelter.example.com/v1'}]
security: [{key: []}]
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
        - {name: kind, in: query, schema: {$ref: '#/components/schemas/Kind'}}
        - {name: tags, in: query, schema: {type: array, items: {type: integer}}}
        - {name: X-Tenant, in: header, required: true, schema: {type: string}}
      responses:
        '200':
          description: The pets.
          content:
            application/json:
              schema:
                type: array
                items:
                  $ref: '#/components/schemas/Pet'
        '404':
          description: There is none.
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Error'
    post:
      operationId: addPet
      requestBody:
        required: true
        content:
          application/json:
            schema:
              $ref: '#/components/schemas/NewPet'
      responses:
        '201':
          description: It is added.
    put:
      operationId: putPet
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema:
              $ref: '#/components/schemas/NewPet'
      responses:
        '204':
          description: It is saved.
  /pets/{petId}:
    parameters:
      - {name: petId, in: path, required: true, schema: {type: integer}}
    delete:
      operationId: deletePet
      responses:
        '204':
          description: It is gone.
components:
  securitySchemes:
    key: {type: apiKey, in: query, name: key}
  schemas:
    Kind:
      type: string
      enum:
        - cat
        - dog
    NewPet:
      type: object
      required: [name]
      properties:
        name:
          type: string
    Pet:
      type: object
      required:
        - name
      properties:
        name:
          type: string
        kind:
          $ref: '#/components/schemas/Kind'
        born:
          type: string
          format: date-time
        age:
          type: integer
        home:
          $ref: '#/components/schemas/Home'
        toys:
          type: object
          additionalProperties: {type: integer}
    Home:
      type: object
      properties:
        city:
          type: string
    Error:
      type: object
      required: [code]
      properties:
        code:
          type: string
"""
SECRET = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"
EMAIL = "joe.user@example.com"
PETS = "https://shelter.example.com/v1/pets"


def exchange(
    response: Any = None,
    status: int = 200,
    *,
    method: str = "GET",
    url: str = PETS,
    body: str | None = None,
    headers: dict[str, str] | None = None,
    response_headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Return an exchange as an item of a plain list; a response that is no text is JSON."""
    is_text = isinstance(response, str)
    type_ = {"Content-Type": "text/plain" if is_text else "application/json"}
    return {
        "request": {
            "method": method,
            "url": url,
            "headers": {
                "Authorization": SECRET,
                **({"X-Tenant": "t"} if method == "GET" else {}),
                **({"Content-Type": "application/json"} if body else {}),
                **(headers or {}),
            },
            "body": body,
        },
        "response": {
            "status": status,
            "headers": {
                **({} if response is None else type_),
                **(response_headers or {}),
            },
            "body": (
                None
                if response is None
                else response if is_text else json.dumps(response)
            ),
        },
    }


def as_har(exchanges: list[dict[str, Any]], *, is_base64: bool = False) -> str:
    entries: list[dict[str, Any]] = []
    for item in exchanges:
        request, response = item["request"], item["response"]
        text = response["body"] or ""
        content: dict[str, Any] = {"size": len(text), "text": text}
        if is_base64:
            content |= {
                "text": base64.b64encode(text.encode()).decode(),
                "encoding": "base64",
            }
        data = {"mimeType": "application/json", "text": request["body"]}
        entries.append(
            {
                "request": {
                    "method": request["method"],
                    "url": request["url"],
                    "headers": _pairs(request["headers"]),
                    **({"postData": data} if request["body"] else {"bodySize": 0}),
                },
                "response": {
                    "status": response["status"],
                    "headers": _pairs(response["headers"]),
                    "content": content,
                },
            }
        )
    return json.dumps({"log": {"version": "1.2", "entries": entries}})


def _pairs(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def as_vcrpy(exchanges: list[dict[str, Any]], *, is_gzip: bool = False) -> str:
    """Return a cassette of vcrpy in YAML, as its serializer writes it."""
    lines = ["interactions:"]
    for item in exchanges:
        request, response = item["request"], item["response"]
        lines += ["- request:", f"    body: {json.dumps(request['body'])}"]
        lines += [f"    method: {request['method']}", f"    uri: {request['url']}"]
        lines += ["    headers:", *_listed(request["headers"])]
        lines += ["  response:", "    body:"]
        if is_gzip:
            data = base64.b64encode(gzip.compress((response["body"] or "").encode()))
            lines += ["      string: !!binary |", f"        {data.decode()}"]
            response["headers"]["Content-Encoding"] = "gzip"
        else:
            lines.append(f"      string: {json.dumps(response['body'] or '')}")
        lines += ["    headers:", *_listed(response["headers"])]
        lines.append(f"    status: {{code: {response['status']}, message: OK}}")
    return "\n".join([*lines, "version: 1", ""])


def _listed(headers: dict[str, str]) -> list[str]:
    return [
        line
        for name, value in headers.items()
        for line in (f"      {name}:", f"      - {json.dumps(value)}")
    ] or ["      {}"]


def as_vcrpy_json(exchanges: list[dict[str, Any]]) -> str:
    interactions = [
        {
            "request": {
                "method": item["request"]["method"],
                "uri": item["request"]["url"],
                "headers": {k: [v] for k, v in item["request"]["headers"].items()},
                "body": item["request"]["body"],
            },
            "response": {
                "status": {"code": item["response"]["status"], "message": "OK"},
                "headers": {k: [v] for k, v in item["response"]["headers"].items()},
                "body": {"string": item["response"]["body"] or ""},
            },
        }
        for item in exchanges
    ]
    return json.dumps({"version": 1, "interactions": interactions})


def as_vcr(exchanges: list[dict[str, Any]], *, is_base64: bool = False) -> str:
    """Return a cassette of VCR, for Ruby, as Psych writes it."""
    lines = ["---", "http_interactions:"]
    for item in exchanges:
        request, response = item["request"], item["response"]
        lines += ["- request:", f"    method: {request['method'].lower()}"]
        lines += [f"    uri: {request['url']}", "    body:", "      encoding: UTF-8"]
        lines.append(f"      string: {json.dumps(request['body'] or '')}")
        lines += ["    headers:", *_listed(request["headers"])]
        lines += ["  response:", "    status:", f"      code: {response['status']}"]
        lines += [
            "      message: !str OK",
            "    headers:",
            *_listed(response["headers"]),
        ]
        lines += ["    body:", "      encoding: ASCII-8BIT"]
        body = response["body"] or ""
        if is_base64:
            data = base64.b64encode(body.encode()).decode()
            lines.append(f"      base64_string: {json.dumps(data)}")
        else:
            lines.append(f"      string: {json.dumps(body)}")
        lines += [
            "    http_version: null",
            "  recorded_at: Tue, 01 Nov 2011 04:58:44 GMT",
        ]
    return "\n".join([*lines, "recorded_with: VCR 6.3.1", ""])


FORMATS = {
    "plain.json": json.dumps,
    "har.har": as_har,
    "base64.har": lambda found: as_har(found, is_base64=True),
    "vcrpy.yaml": as_vcrpy,
    "gzip.yaml": lambda found: as_vcrpy(found, is_gzip=True),
    "vcrpy.json": as_vcrpy_json,
    "ruby.yml": as_vcr,
    "base64.yml": lambda found: as_vcr(found, is_base64=True),
}
