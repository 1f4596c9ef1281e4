"""Bodies of XML: the schema, what a server sends, what that is as JSON, and what is sent back."""

from dataclasses import dataclass
from typing import Any

SAMPLE = "https://example.com/sample"
OTHER = "https://example.com/other"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


@dataclass(frozen=True)
class Scenario:
    """A schema with a body.

    Attributes:
        name: The name of the case and of its path.
        version: The version of OpenAPI.
        components: The schemas in YAML. The first one is that of the body.
        received: The XML of a server, without the declaration.
        data: The value as JSON.
        sent: The XML that the client sends for this value; None if it is what it received.
        schema: The schema of the body in YAML; empty for a reference to the first component.
        mismatches: Where the body does not match.
    """

    name: str
    components: str
    received: str
    data: Any
    sent: str | None = None
    version: str = "3.1.0"
    schema: str = ""
    mismatches: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        """The XML that the client sends."""
        return self.received if self.sent is None else self.sent


NAMES = (
    Scenario(
        "element",
        "Plain: {type: object, required: [name], properties: {name: {type: string}}}",
        "<Plain><name>Rex</name></Plain>",
        {"name": "Rex"},
    ),
    Scenario(
        "attribute",
        """
Attribute:
  type: object
  properties:
    id: {type: integer, xml: {attribute: true}}
    lang: {type: string, xml: {attribute: true}}
    name: {type: string}
""",
        '<Attribute id="7" lang="de"><name>Rex</name></Attribute>',
        {"id": 7, "lang": "de", "name": "Rex"},
    ),
    Scenario(
        "name of a property",
        "Renamed: {type: object, properties: {full name: {type: string, xml: {name: fullName}}}}",
        "<Renamed><fullName>Ada</fullName></Renamed>",
        {"full name": "Ada"},
    ),
    Scenario(
        "name of an attribute",
        "RenamedAttribute: {type: object, properties:"
        " {'@id': {type: string, xml: {attribute: true, name: id}}}}",
        '<RenamedAttribute id="a"/>',
        {"@id": "a"},
    ),
    Scenario(
        "name of the root",
        "NamedRoot: {type: object, xml: {name: root}, properties: {a: {type: string}}}",
        "<root><a>1</a></root>",
        {"a": "1"},
    ),
    Scenario(
        "name of a referenced schema",
        """
Owner: {type: object, properties: {pet: {$ref: '#/components/schemas/OwnedPet'}}}
OwnedPet: {type: object, xml: {name: animal}, properties: {a: {type: string}}}
""",
        "<Owner><animal><a>1</a></animal></Owner>",
        {"pet": {"a": "1"}},
    ),
    Scenario(
        "name beside a reference",
        """
Keeper: {type: object, properties: {pet: {$ref: '#/components/schemas/KeptPet', xml: {name: beast}}}}
KeptPet: {type: object, xml: {name: animal}, properties: {a: {type: string}}}
""",
        "<Keeper><beast><a>1</a></beast></Keeper>",
        {"pet": {"a": "1"}},
    ),
    Scenario(
        "name of a property of a referenced schema",
        """
Street: {type: object, properties: {home: {$ref: '#/components/schemas/House'}}}
House: {type: object, properties: {a: {type: string}}}
""",
        "<Street><home><a>1</a></home></Street>",
        {"home": {"a": "1"}},
    ),
    Scenario(
        "reference in allOf with xml, as in 3.0",
        """
Holder: {type: object, properties: {pet: {allOf: [{$ref: '#/components/schemas/HeldPet'}], xml: {name: beast}}}}
HeldPet: {type: object, xml: {name: animal}, properties: {a: {type: string}}}
""",
        "<Holder><beast><a>1</a></beast></Holder>",
        {"pet": {"a": "1"}},
        version="3.0.3",
    ),
    Scenario(
        "inline schema with a name",
        "Unused1: {type: object, properties: {a: {type: string}}}",
        "<inline><a>1</a></inline>",
        {"a": "1"},
        schema="{type: object, required: [a], xml: {name: inline}, properties: {a: {type: string}}}",
    ),
)

NAMESPACES = (
    Scenario(
        "prefix and namespace",
        f"""
Person:
  type: object
  properties:
    id: {{type: integer, xml: {{attribute: true}}}}
    name: {{type: string, xml: {{namespace: '{SAMPLE}', prefix: sample}}}}
""",
        f'<Person id="123"><sample:name xmlns:sample="{SAMPLE}">example</sample:name></Person>',
        {"id": 123, "name": "example"},
    ),
    Scenario(
        "namespace by URI, not prefix",
        f"""
Customer:
  type: object
  properties:
    name: {{type: string, xml: {{namespace: '{SAMPLE}', prefix: sample}}}}
""",
        f'<Customer xmlns:x="{SAMPLE}"><x:name>example</x:name></Customer>',
        {"name": "example"},
        f'<Customer><sample:name xmlns:sample="{SAMPLE}">example</sample:name></Customer>',
    ),
    Scenario(
        "default namespace of the root",
        f"""
Feed: {{type: object, xml: {{name: feed, namespace: '{SAMPLE}'}}, properties: {{title: {{type: string}}}}}}
""",
        f'<feed xmlns="{SAMPLE}"><title>News</title></feed>',
        {"title": "News"},
    ),
    Scenario(
        "prefix of the root",
        f"""
Entry:
  type: object
  xml: {{name: entry, namespace: '{SAMPLE}', prefix: s}}
  properties:
    title: {{type: string, xml: {{namespace: '{SAMPLE}', prefix: s}}}}
    plain: {{type: string}}
""",
        f'<s:entry xmlns:s="{SAMPLE}"><s:title>News</s:title><plain>1</plain></s:entry>',
        {"title": "News", "plain": "1"},
    ),
    Scenario(
        "undeclared namespace of a server",
        "Bucket: {type: object, properties: {Name: {type: string}}}",
        f'<Bucket xmlns="{OTHER}"><Name>b</Name></Bucket>',
        {"Name": "b"},
        "<Bucket><Name>b</Name></Bucket>",
    ),
    Scenario(
        "attribute with a namespace",
        f"""
Link: {{type: object, properties: {{href: {{type: string, xml: {{attribute: true, namespace: '{SAMPLE}', prefix: xlink}}}}}}}}
""",
        f'<Link xmlns:xlink="{SAMPLE}" xlink:href="/a"/>',
        {"href": "/a"},
    ),
    Scenario(
        "attribute with a namespace and no prefix",
        f"""
Anchor: {{type: object, properties: {{href: {{type: string, xml: {{attribute: true, namespace: '{SAMPLE}'}}}}}}}}
""",
        f'<Anchor xmlns:ns1="{SAMPLE}" ns1:href="/a"/>',
        {"href": "/a"},
    ),
    Scenario(
        "one name in two namespaces",
        f"""
Twins:
  type: object
  properties:
    first: {{type: string, xml: {{name: v, namespace: '{SAMPLE}', prefix: a}}}}
    second: {{type: string, xml: {{name: v, namespace: '{OTHER}', prefix: b}}}}
""",
        f'<Twins><a:v xmlns:a="{SAMPLE}">1</a:v><b:v xmlns:b="{OTHER}">2</b:v></Twins>',
        {"first": "1", "second": "2"},
    ),
    Scenario(
        "foreign element of the same name",
        "Guarded: {type: object, additionalProperties: true, properties: {name: {type: string}}}",
        f'<Guarded xmlns:e="{OTHER}"><e:name>evil</e:name><name>good</name></Guarded>',
        {"name": "good", f"{{{OTHER}}}name": "evil"},
        f'<Guarded><name>good</name><name xmlns="{OTHER}">evil</name></Guarded>',
    ),
)

LISTS = (
    Scenario(
        "list",
        "L1: {type: object, properties: {animals: {type: array, items: {type: string}}}}",
        "<L1><animals>a</animals><animals>b</animals></L1>",
        {"animals": ["a", "b"]},
    ),
    Scenario(
        "list with names of items",
        "L2: {type: object, properties: {animals: {type: array, xml: {name: aliens},"
        " items: {type: string, xml: {name: animal}}}}}",
        "<L2><animal>a</animal><animal>b</animal></L2>",
        {"animals": ["a", "b"]},
    ),
    Scenario(
        "wrapped list",
        "L3: {type: object, properties: {animals: {type: array, xml: {wrapped: true},"
        " items: {type: string}}}}",
        "<L3><animals><animals>a</animals><animals>b</animals></animals></L3>",
        {"animals": ["a", "b"]},
    ),
    Scenario(
        "wrapped list with names of items",
        "L4: {type: object, properties: {animals: {type: array, xml: {wrapped: true},"
        " items: {type: string, xml: {name: animal}}}}}",
        "<L4><animals><animal>a</animal><animal>b</animal></animals></L4>",
        {"animals": ["a", "b"]},
    ),
    Scenario(
        "wrapped list with names of both",
        "L5: {type: object, properties: {animals: {type: array, xml: {wrapped: true,"
        " name: aliens}, items: {type: string, xml: {name: animal}}}}}",
        "<L5><aliens><animal>a</animal><animal>b</animal></aliens></L5>",
        {"animals": ["a", "b"]},
    ),
    Scenario(
        "wrapped list with the name of the list",
        "L6: {type: object, properties: {animals: {type: array, xml: {wrapped: true,"
        " name: aliens}, items: {type: string}}}}",
        "<L6><aliens><aliens>a</aliens><aliens>b</aliens></aliens></L6>",
        {"animals": ["a", "b"]},
    ),
    Scenario(
        "list of one",
        "L7: {type: object, properties: {ids: {type: array, items: {type: integer}}}}",
        "<L7><ids>1</ids></L7>",
        {"ids": [1]},
    ),
    Scenario(
        "empty wrapped list",
        "L8: {type: object, properties: {ids: {type: array, xml: {wrapped: true},"
        " items: {type: integer}}}}",
        "<L8><ids/></L8>",
        {"ids": []},
    ),
    Scenario(
        "required list without items",
        "L9: {type: object, required: [ids], properties: {ids: {type: array,"
        " items: {type: integer}}}}",
        "<L9/>",
        {"ids": []},
    ),
    Scenario(
        "absent list",
        "L10: {type: object, properties: {ids: {type: array, items: {type: integer}}}}",
        "<L10/>",
        {},
        "",
    ),
    Scenario(
        "list in a list",
        """
Matrix:
  type: object
  properties:
    rows:
      type: array
      xml: {wrapped: true}
      items: {type: array, xml: {wrapped: true, name: row}, items: {type: number, xml: {name: cell}}}
""",
        "<Matrix><rows><row><cell>1</cell><cell>2.5</cell></row><row/></rows></Matrix>",
        {"rows": [[1.0, 2.5], []]},
        "<Matrix><rows><row><cell>1.0</cell><cell>2.5</cell></row><row/></rows></Matrix>",
    ),
    Scenario(
        "list of objects",
        """
Zoo: {type: object, properties: {pets: {type: array, xml: {wrapped: true}, items: {$ref: '#/components/schemas/ZooPet'}}}}
ZooPet: {type: object, xml: {name: pet}, properties: {id: {type: integer, xml: {attribute: true}}}}
""",
        '<Zoo><pets><pet id="1"/><pet id="2"/></pets></Zoo>',
        {"pets": [{"id": 1}, {"id": 2}]},
    ),
    Scenario(
        "list between other elements",
        "Mixed: {type: object, properties: {a: {type: array, items: {type: string}}, b: {type: string}}}",
        "<Mixed><a>1</a><b>x</b><a>2</a></Mixed>",
        {"a": ["1", "2"], "b": "x"},
        "<Mixed><a>1</a><a>2</a><b>x</b></Mixed>",
    ),
    Scenario(
        "list as the body",
        """
Users: {type: array, xml: {name: users}, items: {$ref: '#/components/schemas/ListedUser'}}
ListedUser: {type: object, xml: {name: user}, properties: {a: {type: string}}}
""",
        "<users><user><a>1</a></user><user><a>2</a></user></users>",
        [{"a": "1"}, {"a": "2"}],
    ),
    Scenario(
        "list as the body, with the name of the component of its items",
        """
Books: {type: array, items: {$ref: '#/components/schemas/Book'}}
Book: {type: object, properties: {a: {type: string}}}
""",
        "<Books><Book><a>1</a></Book></Books>",
        [{"a": "1"}],
    ),
)

VALUES = (
    Scenario(
        "scalars",
        """
Scalars:
  type: object
  properties:
    text: {type: string}
    whole: {type: integer}
    real: {type: number}
    exact: {type: number, format: decimal}
    flag: {type: boolean}
    day: {type: string, format: date}
    moment: {type: string, format: date-time}
    id: {type: string, format: uuid}
    data: {type: string, format: byte}
""",
        "<Scalars><text> a </text><whole>\n 007 </whole><real>1e2</real>"
        "<exact>0.10</exact><flag>1</flag><day> 2024-05-06 </day>"
        "<moment>2024-05-06T07:08:09Z</moment>"
        "<id>6f1f9d0e-7f5c-4a3b-9a51-0d8c3c1c4f3e</id><data>aGV\n sbG8=</data></Scalars>",
        {
            "text": " a ",
            "whole": 7,
            "real": 100.0,
            "exact": 0.1,
            "flag": True,
            "day": "2024-05-06",
            "moment": "2024-05-06T07:08:09Z",
            "id": "6f1f9d0e-7f5c-4a3b-9a51-0d8c3c1c4f3e",
            "data": "aGVsbG8=",
        },
        "<Scalars><text> a </text><whole>7</whole><real>100.0</real>"
        "<exact>0.10</exact><flag>true</flag><day>2024-05-06</day>"
        "<moment>2024-05-06T07:08:09Z</moment>"
        "<id>6f1f9d0e-7f5c-4a3b-9a51-0d8c3c1c4f3e</id><data>aGVsbG8=</data></Scalars>",
    ),
    Scenario(
        "any order, comments, instructions and whitespace",
        "Ordered: {type: object, properties: {a: {type: string}, b: {type: integer}}}",
        "<Ordered>\n  <?do it?><b>1<!-- two -->2</b>\n <!-- c --> <a>x<!-- y -->z</a>\n</Ordered>",
        {"a": "xz", "b": 12},
        "<Ordered><a>xz</a><b>12</b></Ordered>",
    ),
    Scenario(
        "CDATA and references",
        "Escaped: {type: object, properties: {a: {type: string}, b: {type: string, xml: {attribute: true}}}}",
        '<Escaped b="&quot;&#10;&lt;"><a>&lt;b&gt;<![CDATA[<&]]>&amp;&#x41;</a></Escaped>',
        {"a": "<b><&&A", "b": '"\n<'},
        '<Escaped b="&quot;&#10;&lt;"><a>&lt;b&gt;&lt;&amp;&amp;A</a></Escaped>',
    ),
    Scenario(
        "empty string",
        "Empty: {type: object, required: [a], properties: {a: {type: string}, n: {type: integer}}}",
        "<Empty><a/><n></n></Empty>",
        {"a": ""},
        "<Empty><a/></Empty>",
    ),
    Scenario(
        "null",
        "Nil: {type: object, required: [a], properties: {a: {type: [string, 'null']}}}",
        f'<Nil><a {XSI} xsi:nil="true"/></Nil>',
        {"a": None},
    ),
    Scenario(
        "nullable in 3.0",
        "Nullable: {type: object, required: [a], properties: {a: {type: integer, nullable: true}}}",
        f'<Nullable><a {XSI} xsi:nil="true"/></Nullable>',
        {"a": None},
        version="3.0.3",
    ),
    Scenario(
        "unknown value of an enum",
        "Coloured: {type: object, properties: {c: {type: string, enum: [red, blue]}}}",
        "<Coloured><c> green\n</c></Coloured>",
        {"c": "green"},
        "<Coloured><c>green</c></Coloured>",
    ),
    Scenario(
        "enum of integers",
        "Level: {type: object, properties: {l: {type: integer, enum: [1, 2], xml: {attribute: true}}}}",
        '<Level l="2"/>',
        {"l": 2},
    ),
    Scenario(
        "value of another type",
        "Odd: {type: object, properties: {n: {type: integer}}}",
        "<Odd><n>many</n></Odd>",
        {"n": "many"},
        mismatches=("$.n: expected integer | null, got string",),
    ),
    Scenario(
        "missing property",
        "Missing: {type: object, required: [n], properties: {n: {type: integer}}}",
        "<Missing/>",
        {},
        "",
        mismatches=("$.n: expected integer, got nothing",),
    ),
    Scenario(
        "several elements for one",
        "Single: {type: object, properties: {n: {type: integer}}}",
        "<Single><n>1</n><n>2</n></Single>",
        {"n": 2},
        "<Single><n>2</n></Single>",
        mismatches=(
            "$.n: expected one element, got several, of which the last counts",
        ),
    ),
    Scenario(
        "other root element",
        "Right: {type: object, properties: {n: {type: integer}}}",
        "<wrong><n>1</n></wrong>",
        {"n": 1},
        "<Right><n>1</n></Right>",
        mismatches=("$: expected element Right, got another",),
    ),
    Scenario(
        "text or a number",
        "Either: {type: object, properties: {v: {type: [integer, boolean]}}}",
        "<Either><v>true</v></Either>",
        {"v": True},
    ),
)

OBJECTS = (
    Scenario(
        "unknown elements and attributes",
        "Open: {type: object, additionalProperties: true, properties: {a: {type: string}}}",
        '<Open new="1"><a>x</a><b>y</b><c d="2"><e>3</e><e>4</e></c>tail</Open>',
        {
            "a": "x",
            "b": "y",
            "c": {"@d": "2", "e": ["3", "4"]},
            "@new": "1",
            "#text": "tail",
        },
    ),
    Scenario(
        "forbidden elements",
        "Closed: {type: object, additionalProperties: false, properties: {a: {type: string}}}",
        "<Closed><a>x</a><b>y</b></Closed>",
        {"a": "x"},
        "<Closed><a>x</a></Closed>",
        mismatches=("$.*: expected no such property, got string",),
    ),
    Scenario(
        "map",
        "Map: {type: object, additionalProperties: {type: integer}}",
        "<Map><one>1</one><two>2</two></Map>",
        {"one": 1, "two": 2},
    ),
    Scenario(
        "map of lists and objects",
        """
Maps:
  type: object
  properties:
    lists: {type: object, additionalProperties: {type: array, items: {type: integer}}}
    things: {type: object, additionalProperties: {$ref: '#/components/schemas/Thing'}}
Thing: {type: object, properties: {a: {type: boolean, xml: {attribute: true}}}}
""",
        '<Maps><lists><x>1</x><x>2</x></lists><things><t a="true"/></things></Maps>',
        {"lists": {"x": [1, 2]}, "things": {"t": {"a": True}}},
    ),
    Scenario(
        "allOf",
        """
Child: {allOf: [{$ref: '#/components/schemas/Parent'}, {type: object, properties: {b: {type: integer}}}]}
Parent: {type: object, properties: {a: {type: string, xml: {attribute: true}}}}
""",
        '<Child a="x"><b>1</b></Child>',
        {"a": "x", "b": 1},
    ),
    Scenario(
        "recursive",
        """
Tree: {type: object, properties: {name: {type: string, xml: {attribute: true}}, child: {type: array, items: {$ref: '#/components/schemas/Tree'}}}}
""",
        '<Tree name="a"><child name="b"><child name="c"/></child><child name="d"/></Tree>',
        {
            "name": "a",
            "child": [{"name": "b", "child": [{"name": "c"}]}, {"name": "d"}],
        },
    ),
    Scenario(
        "discriminator",
        """
Animal:
  oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
  discriminator: {propertyName: kind, mapping: {cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog'}}
  xml: {name: animal}
Cat: {type: object, required: [kind], properties: {kind: {type: string}, age: {type: integer}}}
Dog: {type: object, required: [kind], properties: {kind: {type: string}, age: {type: string, xml: {attribute: true}}}}
""",
        '<animal age="old"><kind>dog</kind></animal>',
        {"kind": "dog", "age": "old"},
    ),
    Scenario(
        "discriminator in an attribute of a subtype",
        """
Vehicle:
  type: object
  required: [type]
  discriminator: {propertyName: type}
  properties: {type: {type: string, xml: {attribute: true}}}
Car: {allOf: [{$ref: '#/components/schemas/Vehicle'}, {type: object, properties: {doors: {type: integer}}}]}
""",
        '<Vehicle type="Car"><doors>4</doors></Vehicle>',
        {"type": "Car", "doors": 4},
    ),
    Scenario(
        "oneOf by the root element",
        """
Result: {oneOf: [{$ref: '#/components/schemas/Success'}, {$ref: '#/components/schemas/Failure'}]}
Success: {type: object, required: [id], properties: {id: {type: integer}}}
Failure: {type: object, required: [reason], properties: {reason: {type: string}}}
""",
        "<Failure><reason>no</reason></Failure>",
        {"reason": "no"},
    ),
    Scenario(
        "oneOf by its properties",
        """
Shape: {type: object, properties: {s: {oneOf: [{$ref: '#/components/schemas/Circle'}, {$ref: '#/components/schemas/Square'}]}}}
Circle: {type: object, required: [radius], properties: {radius: {type: integer}}}
Square: {type: object, required: [side], properties: {side: {type: integer}}}
""",
        "<Shape><s><side>2</side></s></Shape>",
        {"s": {"side": 2}},
    ),
    Scenario(
        "anything",
        "Free: {type: object, properties: {v: {}}}",
        '<Free><v a="1"><b>2</b></v></Free>',
        {"v": {"@a": "1", "b": "2"}},
    ),
)

NODES = (
    Scenario(
        "nodeType attribute and element",
        "N1: {type: object, properties: {a: {type: string, xml: {nodeType: attribute}},"
        " b: {type: string, xml: {nodeType: element}}}}",
        '<N1 a="1"><b>2</b></N1>',
        {"a": "1", "b": "2"},
        version="3.2.0",
    ),
    Scenario(
        "nodeType text",
        "N2: {type: object, properties: {amount: {type: number, xml: {nodeType: text}},"
        " currency: {type: string, xml: {nodeType: attribute}}}}",
        '<N2 currency="EUR">1.5</N2>',
        {"amount": 1.5, "currency": "EUR"},
        version="3.2.0",
    ),
    Scenario(
        "nodeType cdata",
        "N3: {type: object, properties: {html: {type: string, xml: {nodeType: cdata}}}}",
        "<N3><![CDATA[<p>a]]]]><![CDATA[>b</p>]]></N3>",
        {"html": "<p>a]]>b</p>"},
        version="3.2.0",
    ),
    Scenario(
        "nodeType element of a list",
        "N4: {type: object, properties: {tags: {type: array, xml: {nodeType: element},"
        " items: {type: string, xml: {name: tag}}}}}",
        "<N4><tags><tag>a</tag></tags></N4>",
        {"tags": ["a"]},
        version="3.2.0",
    ),
    Scenario(
        "nodeType none of a list",
        "N5: {type: object, properties: {tags: {type: array, xml: {nodeType: none},"
        " items: {type: string, xml: {name: tag}}}}}",
        "<N5><tag>a</tag><tag>b</tag></N5>",
        {"tags": ["a", "b"]},
        version="3.2.0",
    ),
    Scenario(
        "nodeType none of an object",
        "N6: {type: object, properties: {name: {type: object, xml: {nodeType: none},"
        " properties: {first: {type: string}, last: {type: string},"
        " title: {type: string, xml: {nodeType: attribute}}}}, age: {type: integer}}}",
        '<N6 title="Dr"><first>A</first><last>B</last><age>3</age></N6>',
        {"name": {"first": "A", "last": "B", "title": "Dr"}, "age": 3},
        version="3.2.0",
    ),
    Scenario(
        "nodeType beside a reference",
        """
N7: {type: object, properties: {code: {$ref: '#/components/schemas/Code', xml: {nodeType: attribute}}}}
Code: {type: string}
""",
        '<N7 code="x"/>',
        {"code": "x"},
        version="3.2.0",
    ),
    Scenario(
        "deprecated attribute and wrapped in 3.2",
        "N8: {type: object, properties: {id: {type: integer, xml: {attribute: true}},"
        " tags: {type: array, xml: {wrapped: true}, items: {type: string, xml: {name: tag}}}}}",
        '<N8 id="1"><tags><tag>a</tag></tags></N8>',
        {"id": 1, "tags": ["a"]},
        version="3.2.0",
    ),
)

SCENARIOS = (*NAMES, *NAMESPACES, *LISTS, *VALUES, *OBJECTS, *NODES)
