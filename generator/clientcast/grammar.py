"""Grammar of OpenAPI 3.0 to 3.2: the fields of each object and their kinds.

Source: the section of each object in the OpenAPI specification 3.2.0, which has every field of
3.0 and 3.1. A kind is the name of an object or of a scalar: in brackets for a list, in braces
for a map, with `*` if a Reference Object may take its place. `texts` is text or a list of it.
"""

from msgspec import Struct

from clientcast.client_options import OPTIONS


class ObjectGrammar(Struct, frozen=True):
    """Grammar of an object of OpenAPI.

    Attributes:
        fields: The kind of each field.
        required: The required fields.
        others: The kind of all other fields; empty if there are none.
        open: Whether unknown fields are allowed and ignored.
    """

    fields: dict[str, str]
    required: tuple[str, ...] = ()
    other_kind: str = ""
    open: bool = False


def _object(
    text: str, required: str = "", other_kind: str = "", *, open: bool = False
) -> ObjectGrammar:
    pairs = (pair.split(":") for pair in text.split())
    return ObjectGrammar(dict(pairs), tuple(required.split()), other_kind, open)


_OPERATION = (
    "tags:[string] summary:string description:string externalDocs:ExternalDocs"
    " operationId:string parameters:[Parameter*] requestBody:RequestBody*"
    " responses:Responses callbacks:{any} deprecated:boolean"
    " security:[SecurityRequirement] servers:[Server] x-client:OperationOptions"
)
_HEADER = (
    "description:string required:boolean deprecated:boolean allowEmptyValue:boolean"
    " style:string explode:boolean allowReserved:boolean schema:Schema content:{MediaType*}"
    " example:any examples:{any}"
)

OBJECTS = {
    "OpenAPI": _object(
        "openapi:any $self:string info:Info jsonSchemaDialect:string servers:[Server]"
        " paths:Paths webhooks:{PathItem*} components:Components"
        " security:[SecurityRequirement] tags:[Tag] externalDocs:ExternalDocs"
        " x-client:ClientOptions",
        "openapi info",
    ),
    "Info": _object(
        "title:string summary:string description:string termsOfService:string contact:any"
        " license:any version:string",
        "title version",
    ),
    "Server": _object(
        "url:string description:string name:string variables:{ServerVariable}", "url"
    ),
    "ServerVariable": _object(
        "enum:[string] default:string description:string x-client:VariableOptions",
        "default",
    ),
    "Components": _object(
        "schemas:{Schema} responses:{Response*} parameters:{Parameter*} examples:{any}"
        " requestBodies:{RequestBody*} headers:{Header*} securitySchemes:{SecurityScheme*}"
        " links:{any} callbacks:{any} pathItems:{PathItem*} mediaTypes:{MediaType*}"
    ),
    "Paths": _object("", other_kind="PathItem*"),
    "PathItem": _object(
        "$ref:string summary:string description:string servers:[Server]"
        " parameters:[Parameter*] get:Operation put:Operation post:Operation delete:Operation"
        " options:Operation head:Operation patch:Operation trace:Operation query:Operation"
        " additionalOperations:{Operation}"
    ),
    "Operation": _object(_OPERATION),
    "Parameter": _object(f"name:string in:string {_HEADER}", "name in"),
    "Header": _object(_HEADER),
    "RequestBody": _object(
        "description:string content:{MediaType*} required:boolean", "content"
    ),
    "MediaType": _object(
        "schema:Schema itemSchema:Schema example:any examples:{any} encoding:{any}"
        " prefixEncoding:any itemEncoding:any"
    ),
    "Responses": _object("", other_kind="Response*"),
    "Response": _object(
        "summary:string description:string headers:{Header*} content:{MediaType*} links:{any}"
        " x-client:ResponseOptions"
    ),
    "SecurityRequirement": _object("", other_kind="[string]"),
    "SecurityScheme": _object(
        "type:string description:string name:string in:string scheme:string"
        " bearerFormat:string flows:{any} openIdConnectUrl:string oauth2MetadataUrl:string"
        " deprecated:boolean x-client:SchemeOptions",
        "type",
    ),
    "Tag": _object(
        "name:string summary:string description:string externalDocs:ExternalDocs"
        " parent:string kind:string",
        "name",
    ),
    "ExternalDocs": _object("description:string url:string", "url"),
    "Schema": _object(
        "$ref:string $id:string $schema:string $anchor:string $comment:string"
        " $dynamicRef:string $dynamicAnchor:string $vocabulary:any $defs:{Schema}"
        " definitions:{Schema} type:any enum:any const:any format:string title:string"
        " description:string default:any deprecated:boolean readOnly:boolean"
        " writeOnly:boolean example:any examples:any nullable:boolean discriminator:Discriminator"
        " xml:Xml externalDocs:ExternalDocs multipleOf:number maximum:number"
        " exclusiveMaximum:any minimum:number exclusiveMinimum:any maxLength:number"
        " minLength:number pattern:string items:Schema prefixItems:[Schema] contains:Schema"
        " maxContains:number minContains:number maxItems:number minItems:number"
        " uniqueItems:boolean properties:{Schema} patternProperties:{Schema}"
        " additionalProperties:Schema propertyNames:Schema maxProperties:number"
        " minProperties:number required:[string] dependentRequired:any"
        " dependentSchemas:{Schema} unevaluatedProperties:Schema unevaluatedItems:Schema"
        " allOf:[Schema] anyOf:[Schema] oneOf:[Schema] not:Schema if:Schema then:Schema"
        " else:Schema contentMediaType:string contentEncoding:string contentSchema:Schema"
        " x-client:SchemaOptions",
        open=True,
    ),
    "Xml": _object(
        "name:string namespace:string prefix:string attribute:boolean wrapped:boolean"
        " nodeType:string"
    ),
    "Discriminator": _object(
        "propertyName:string mapping:{string} defaultMapping:string", "propertyName"
    ),
    **{
        name: ObjectGrammar(
            {option.name: option.kind for option in options},
            tuple(o.name for o in options if o.required and not o.style),
        )
        for name, options in OPTIONS.items()
    },
}

COMPONENT_SECTIONS = {
    "Schema": "schemas",
    "Response": "responses",
    "Parameter": "parameters",
    "RequestBody": "requestBodies",
    "Header": "headers",
    "SecurityScheme": "securitySchemes",
    "PathItem": "pathItems",
    "MediaType": "mediaTypes",
}
"""Sections of `components` by kind of object."""

TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
"""The values of `type` (JSON Schema Validation 2020-12, section 6.1.1)."""


def object_title(name: str) -> str:
    """Return the title of an object in the specification: `a Path Item Object`."""
    if name.endswith("Options"):
        return "x-client"
    if name == "OpenAPI":
        return "an OpenAPI document"
    if name == "Xml":
        return "an XML Object"
    words = "".join(f" {c}" if c.isupper() and i else c for i, c in enumerate(name))
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {words} Object"
