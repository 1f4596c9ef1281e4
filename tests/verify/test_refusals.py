"""Tests that code that no template can produce is refused in every location."""

import ast
from typing import Any

import pytest
from clientcast.verify import verify

from tests.verify.packages import HEADER, PACKAGE, verify_changed

SHARED = "models/shared.py"


def test_each_form_of_generated_code_is_accepted() -> None:
    assert verify(PACKAGE) is None


def test_modules_of_an_accepted_package_are_parsed_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parsed: list[object] = []
    parse = ast.parse

    def count(source: Any, *args: Any, **keywords: Any) -> Any:
        parsed.append(source)
        return parse(source, *args, **keywords)

    verify(PACKAGE)  # reads the forms
    monkeypatch.setattr(ast, "parse", count)
    assert verify(PACKAGE) is None
    modules = [source for source in parsed if isinstance(source, bytes)]
    own = [path for path in PACKAGE if not path.startswith("_runtime/")]
    assert len(modules) == sum(path.endswith(".py") for path in own)


def test_name_that_no_module_declares_is_refused_where_it_is_imported() -> None:
    path, names = "__init__.py", "from .client import "
    refusal = verify_changed(path, names, f"{names}Absent, ")
    assert refusal is not None
    assert (refusal.path, "Absent" in refusal.code) == (path, True)


STATEMENTS = [
    "open('PWNED', 'w')",
    "print",
    "1 + 1",
    "'a' 'b'.join(())",
    "b'bytes'",
    "...",
    "None",
    "f'{1}'",
    "(x := 1)",
    "[x for x in ()]",
    "lambda: 0",
    "import os",
    "import os as httpx2",
    "import httpx2 as os",
    "import httpx2.os",
    "from os import system",
    "from os import *",
    "from typing import *",
    "from typing import get_type_hints",
    "from typing import Any as Anything",
    "from datetime import timedelta as open",
    "from datetime import timedelta as __getattr__",
    "from msgspec import json",
    "from . import client",
    "from .client import os",
    "from ..outside import thing",
    "from ... import thing",
    "from ._runtime.call.security import os",
    "from .._runtime.call.security import os",
    "from ._runtime import security",
    "exec('1')",
    "eval('1')",
    "__import__('os')",
    "import os; os.system('x')",
    "x = 1",
    "x = open",
    "x = y = 1",
    "x, y = 1, 2",
    "x: int = 1",
    "x: TypeAlias = open('x')",
    "x: TypeAlias",
    "x += 1",
    "del Pet",
    "assert True",
    "raise ValueError",
    "pass",
    "global x",
    "return",
    "if True:\n    pass",
    "if TYPE_CHECKING:\n    pass",
    "if TYPE_CHECKING:\n    import os",
    "if not TYPE_CHECKING:\n    from .client import Pets",
    "for x in ():\n    pass",
    "while True:\n    pass",
    "with open('x'):\n    pass",
    "try:\n    pass\nexcept ValueError:\n    pass",
    "match 1:\n    case _:\n        pass",
    "def f() -> None:\n    pass",
    "def __getattr__(name: str) -> None:\n    pass",
    "async def f() -> None:\n    pass",
    "class X:\n    pass",
    "class X(object):\n    pass",
    "class X(open('x')):\n    pass",
    "@property\nclass X(Model, kw_only=True):\n    pass",
    "class X(Model, metaclass=type):\n    pass",
    "class X(Model, OpenEnum):\n    pass",
    "class X(OpenIntEnum):\n    A = print()",
    "class X(dict, kw_only=True):\n    pass",
    "class X(print, kw_only=True):\n    pass",
    "class X(OpenIntEnum):\n    A = 'a'",
    "class X(Model, rename=open('x')):\n    pass",
    "class X(Model, **{}):\n    pass",
    "class X(*(), Model):\n    pass",
    "class _X(Model, kw_only=True):\n    pass",
    "__builtins__ = None",
    "__all__ += ['x']",
    "Pet = None",
    "list = None",
    "Model.x = 1",
]


@pytest.mark.parametrize("path", PACKAGE)
def test_unexpected_statement_in_a_module_is_refused(path: str) -> None:
    accepted = [
        statement
        for statement in STATEMENTS
        if verify({**PACKAGE, path: f"{PACKAGE[path]}\n{statement}\n"}) is None
    ]
    assert not accepted


MEMBERS = [
    "open('PWNED', 'w')",
    "x = 1",
    "x = open('x')",
    "x: open('x')",
    "x: Pet()",
    "x: (y := int)",
    "x: int = 0",
    "x: int = []",
    "x: int = open('x')",
    "x: int = field(default=open('x'))",
    "x: int = field(default_factory=open)",
    "x: int = field(default_factory=dict)",
    "x: int = field(default=None, name=Pet)",
    "x: int = field(default=None, default=None)",
    "x: int = field(default=None, made=None)",
    "x: int = field(**{})",
    "x: int = field(None)",
    "x: int = None if 1 else None",
    "x: int = [y for y in ()]",
    "x: int = lambda: 0",
    "x: unknown",
    "x: exec",
    "x: os.system",
    "x: builtins.exec",
    "x: builtins.open",
    "x: builtins",
    "x: builtins.list.append",
    "x: date.today",
    "x: Pet.__init__",
    "x: Pet.__class__.__base__",
    "x: Pet.__init__.__globals__",
    "x: Pet.__init__.__globals__['os']",
    "x: list[open('x')]",
    "x: list[Pet()]",
    "x: list[int][0]",
    "x: list[1]",
    "x: list[int:str]",
    "x: list['int']",
    "x: open[int]",
    "x: Pet[int]",
    "x: (list)[lambda: 0]",
    "x: 'int'",
    "x: 'open(1)'",
    "x: 1",
    "x: int + str",
    "x: int | open('x')",
    "x: open('x') | int",
    "x: int or str",
    "x: not int",
    "x: {int}",
    "x: {'a': int}",
    "x: [int]",
    "x: (int, str)",
    "x: f'{int}'",
    "x: Literal[open('x')]",
    "x: Literal[Pet]",
    "x: Literal[f'{1}']",
    "x: Literal[...]",
    "x: Literal[--1]",
    "x: Literal[1j]",
    "x: Literal[b'']",
    "x: Literal[[1]]",
    "x: super",
    "x: property",
    "x: __name__",
    "_x: int",
    "__class__: int",
    "id: int",
    "x.y: int",
    "x[0]: int",
    "(x): int = open('x')",
    "list: int",
    "object: int",
    "builtins: int",
    "field: int",
    "def f(self) -> int:\n        return 1",
    "def __eq__(self, other: object) -> bool:\n        return True",
    "async def f(self) -> int:\n        return 1",
    "class X(Model, kw_only=True):\n        pass",
    "if TYPE_CHECKING:\n        pass",
    "import builtins",
    "from typing import Any",
    "del kind",
    "for x in ():\n        pass",
]


@pytest.mark.parametrize("member", MEMBERS)
def test_unexpected_member_of_a_model_is_refused(member: str) -> None:
    start = "    id: str\n"
    refusal = verify_changed(SHARED, start, f"{start}    {member}\n")
    assert refusal is not None
    assert refusal.path == SHARED and refusal.scope[:1] in ((), ("Pet",))


@pytest.mark.parametrize(
    "member",
    [
        "X = 1",
        "X = open('x')",
        "X = 'a' + 'b'",
        "X = f'a'",
        "X: str = 'a'",
        "X = Y = 'a'",
        "X, Y = 'ab'",
        "_ignore_ = 'a'",
        "__init__ = 'a'",
        "CAT = 'a'",
        "def f(self) -> None:\n        pass",
        "x",
    ],
)
def test_unexpected_member_of_an_enum_is_refused(member: str) -> None:
    start = '    CAT = "cat"\n'
    assert verify_changed(SHARED, start, f"{start}    {member}\n") is not None


PURR = (
    '        return self._send(Call("POST", "/cats/{id}", None, path={"id": cat_id}))\n'
)


@pytest.mark.parametrize("path", ["client.py", "async_client.py"])
@pytest.mark.parametrize(
    "statement",
    [
        "open('x')",
        "import os",
        "from os import system",
        "from .resources.toys import Toys",
        "x = 1",
        "x: int = 1",
        "pass",
        "yield",
        "await self",
        "raise ValueError",
        "return None",
        "return self",
        "del cat_id",
        "nonlocal x",
        "if cat_id:\n            pass",
        "def f() -> None:\n            pass",
        "self.x = cat_id",
        "cat_id = cat_id",
    ],
)
@pytest.mark.parametrize("is_before", [True, False])
def test_unexpected_statement_in_a_method_is_refused(
    path: str, statement: str, is_before: bool
) -> None:
    line = PURR if path == "client.py" else PURR.replace("return", "return await")
    added = f"        {statement}\n"
    new = added + line if is_before else line + added
    refusal = verify_changed(path, line, new)
    assert refusal is not None and refusal.scope[1:] == ("purr",)


@pytest.mark.parametrize(
    "return_value",
    [
        "None",
        "cat_id",
        "await self._send(Call('POST', '/', None))",
        "self.send(Call('POST', '/', None))",
        "self._sender(Call('POST', '/', None))",
        "self.__init__(Call('POST', '/', None))",
        "cat_id._send(Call('POST', '/', None))",
        "Cats._send(Call('POST', '/', None))",
        "self.cats._send(Call('POST', '/', None))",
        "self._send(cat_id)",
        "self._send(None)",
        "self._send(*Call)",
        "self._send(Call('POST', '/', None), None)",
        "self._send(call=Call('POST', '/', None))",
        "self._send(Call('POST', '/', None) or open('x'))",
        "(lambda: self._send(Call('POST', '/', None)))()",
        "open('x')",
        "self._send(open('x'))",
        "self._send(Call.__init__('POST', '/', None))",
        "self._send(Call)",
        "self._send(Call('POST'))",
        "self._send(Call('POST', '/'))",
        "self._send(Call('POST', '/', None, None))",
        "self._send(Call('POST', '/', open('x')))",
        "self._send(Call('POST', '/', open))",
        "self._send(Call('POST', '/', cat_id))",
        "self._send(Call(f'POST', '/', None))",
        "self._send(Call('POST', '/'.join(()), None))",
        "self._send(Call('POST', cat_id, None))",
        "self._send(Call('POST', '/', None, **{}))",
        "self._send(Call('POST', '/', None, *()))",
        "self._send(Call('POST', '/', None, unknown=1))",
        "self._send(Call('POST', '/', None, path={}, path={}))",
        "self._send(Call('POST', '/', None, path={'id': 'text'}))",
        "self._send(Call('POST', '/', None, path={'id': KEY}))",
        "self._send(Call('POST', '/', None, path={'id': unknown}))",
        "self._send(Call('POST', '/', None, path={'id': cat_id.x}))",
        "self._send(Call('POST', '/', None, path={'id': cat_id()}))",
        "self._send(Call('POST', '/', None, path={'id': str(cat_id)}))",
        "self._send(Call('POST', '/', None, path={cat_id: cat_id}))",
        "self._send(Call('POST', '/', None, path={**cat_id}))",
        "self._send(Call('POST', '/', None, path={'id': (x := cat_id)}))",
        "self._send(Call('POST', '/', None, path={'id': styled(cat_id, cat_id)}))",
        "self._send(Call('POST', '/', None, path={'id': styled(cat_id, 'form', x=True)}))",
        "self._send(Call('POST', '/', None, path={'id': styled(open, 'form')}))",
        "self._send(Call('POST', '/', None, path={x: cat_id for x in ()}))",
        "self._send(Call('POST', '/', None, json=[cat_id]))",
        "self._send(Call('POST', '/', None, json=none_if_empty(open('x'))))",
        "self._send(Call('POST', '/', None, security=open('x')))",
        "self._send(Call('POST', '/', None, security=cat_id))",
        "self._send(Call('POST', '/', None, retry_safe=1))",
        "self._send(Call('POST', '/', None, accept=cat_id))",
        "self._send(Call('POST', '/', None, errors={404: open('x')}))",
        "self._send(Call('POST', '/', None, errors={cat_id: Pet}))",
        "self._send(Call('POST', '/', None, excluded_routes=['/x']))",
        "self._send(Call('POST', '/', None, excluded_routes=(cat_id,)))",
        "self._send(Call[open('x')]('POST', '/', None))",
        "self._send(Call[None][None]('POST', '/', None))",
        "self._page(Call('POST', '/', None))",
        "self._page(Call('POST', '/', None), Pet, open('x'))",
        "self._page(Call('POST', '/', None), Pet, cat_id)",
        "[x for x in self._send(Call('POST', '/', None))]",
        "self._send(Call('POST', '/', None)) if cat_id else None",
        "self._send(Call('POST', '/', None)).x",
        "self._send(Call('POST', '/', None))[0]",
        "self._send(Call('POST', '/', None)) + 1",
        "(yield)",
        "f'{cat_id}'",
    ],
)
def test_unexpected_return_value_of_a_method_is_refused(return_value: str) -> None:
    refusal = verify_changed("client.py", PURR, f"        return {return_value}\n")
    assert refusal is not None and refusal.scope == ("Cats", "purr")


@pytest.mark.parametrize(
    "signature",
    [
        "def purr(self, cat_id: str = open('x')) -> None:",
        "def purr(self, cat_id: str = []) -> None:",
        "def purr(self, cat_id: str = Pet) -> None:",
        "def purr(self, cat_id: str = f'x') -> None:",
        "def purr(self, cat_id: open('x')) -> None:",
        "def purr(self, cat_id) -> None:",
        "def purr(self, cat_id: str):",
        "def purr(self, cat_id: str) -> open('x'):",
        "def purr(self, cat_id: str) -> self:",
        "def purr(self, cat_id: str) -> cat_id:",
        "def purr(self, *cat_id: str) -> None:",
        "def purr(self, cat_id: str, **others: str) -> None:",
        "def purr(self, cat_id: str, /) -> None:",
        "def purr(cat_id: str) -> None:",
        "def purr(cat_id: str, self: str) -> None:",
        "def purr(self: Cats, cat_id: str) -> None:",
        "def purr(self, cat_id: str, self: str) -> None:",
        "def purr(self, cat_id: str, cat_id: str) -> None:",
        "def purr(self, _cat_id: str, cat_id: str) -> None:",
        "def purr(self, cat_id: str, Call: str) -> None:",
        "def _purr(self, cat_id: str) -> None:",
        "def _send(self, cat_id: str) -> None:",
        "def __getattr__(self, cat_id: str) -> None:",
        "def __del__(self, cat_id: str) -> None:",
        "def str(self, cat_id: str) -> None:",
        "async def purr(self, cat_id: str) -> None:",
        "@property\n    def purr(self, cat_id: str) -> None:",
        "@open('x')\n    def purr(self, cat_id: str) -> None:",
        "@staticmethod\n    def purr(self, cat_id: str) -> None:",
    ],
)
def test_unexpected_signature_is_refused(signature: str) -> None:
    old = "def purr(self, cat_id: str) -> None:"
    assert verify_changed("client.py", old, signature) is not None


REPLACED = [
    ("client.py", "class Cats(Resource)", "class Cats(Client)"),
    ("client.py", "class Cats(Resource)", "class Cats(Resource, metaclass=open)"),
    ("client.py", "class Cats(Resource)", "class Cats(Resource, open('x'))"),
    ("client.py", "class Cats(Resource)", "class Page(Resource)"),
    ("client.py", "resource_attribute(Cats)", "open(Cats)"),
    ("client.py", "resource_attribute(Cats)", "resource_attribute('x')"),
    ("client.py", "resource_attribute(Cats)", "resource_attribute(open)"),
    ("client.py", "resource_attribute(Cats)", "resource_attribute(Cats).x"),
    ("client.py", "resource_attribute(Cats)", "resource_attribute(Cats, Cats)"),
    ("client.py", "    cats: Cats = r", "    _x: Cats = r"),
    ("client.py", "    cats: Cats = r", "    a.b: Cats = r"),
    ("client.py", "    cats: Cats = r", "    find: Cats = r"),
    ("client.py", "    cats: Cats = r", "    resource_attribute: Cats = r"),
    ("client.py", "    cats: Cats = r", "    cats: open('x') = r"),
    ("client.py", "    @LazyAttribute\n", "    @open\n"),
    ("client.py", "    @LazyAttribute\n", ""),
    ("client.py", "timeout: float | None = 30.0", "timeout: float | None = open('x')"),
    ("client.py", "timeout: float | None = 30.0", "timeout: float | None = 31.0"),
    ("client.py", "timeout: float | None = 30.0", "timeout: float | None"),
    ("client.py", "key: Credential | None = None", "key: Credential | None = KEY"),
    ("client.py", "key: Credential | None = None", "key: open | None = None"),
    ("client.py", "base_url or SERVER", "open('x') or SERVER"),
    ("client.py", "base_url or SERVER", "'https://evil.example' or SERVER"),
    ("client.py", "base_url or SERVER", "base_url and SERVER"),
    ("client.py", "(host=host)", "(host=open)"),
    ("client.py", "(host=host)", "(host=KEY)"),
    ("client.py", "(host=host)", "(**host)"),
    ("client.py", "{KEY_SCHEME: key}", "{open: key}"),
    ("client.py", '("read", "write")', '(open("read"), "write")'),
    ("_api.py", 'token_url="/token"', 'token_url=open("/token")'),
    ("webhooks.py", "unwrap = RECEIVER.unwrap", "unwrap = RECEIVER.__init__"),
    ("webhooks.py", "unwrap = RECEIVER.unwrap", "unwrap = open"),
    ("webhooks.py", '"X-Signature"', 'open("X-Signature")'),
    ("webhooks.py", 'prefix="v1="', "has_encoded_secret=False"),
    ("client.py", "{KEY_SCHEME: key}", "{KEY_SCHEME: 'x'}"),
    ("client.py", "{KEY_SCHEME: key}", "{**key}"),
    ("client.py", "timeout=timeout", "timeout=host"),
    ("client.py", "timeout=timeout", "timeout=timeout, more=host"),
    (
        "client.py",
        "use_operation_servers=base_url is None",
        "use_operation_servers=base_url is not None",
    ),
    (
        "client.py",
        "use_operation_servers=base_url is None",
        "use_operation_servers=open('x')",
    ),
    ("client.py", "http=http,", "http=http, **{},"),
    ("client.py", "return Toys(self._sender)", "return Toys(self)"),
    ("client.py", "return Toys(self._sender)", "return open(self._sender)"),
    ("client.py", "return Toys(self._sender)", "return Toys(self._sender), 1"),
    ("client.py", "        from .resources.toys import Toys", "        import os"),
    ("client.py", "import httpx2", "import os as httpx2"),
    ("client.py", "import Kind, Pet", "import Kind, Pet, os"),
    ("client.py", "import Kind, Pet", "import Kind, Pet as Pet"),
    ("client.py", ".models.shared import", ".models.unknown import"),
    (SHARED, '"list[Tree] | Pet | None"', "\"open('x')\""),
    (SHARED, '"list[Tree] | Pet | None"', "\"list[open('x')]\""),
    (SHARED, '"list[Tree] | Pet | None"', '"list[Unknown]"'),
    (SHARED, '"list[Tree] | Pet | None"', '"Tree.__class__"'),
    (SHARED, '"list[Tree] | Pet | None"', '"list[Tree]; 1"'),
    (SHARED, '"list[Tree] | Pet | None"', '"list["'),
    (SHARED, '"list[Tree] | Pet | None"', "\"'Tree'\""),
    (SHARED, '"list[Tree] | Pet | None"', "1"),
    (SHARED, '"list[Tree] | Pet | None"', "list[Tree]"),
    (SHARED, "lambda: list[Tree]", "lambda: open('x')"),
    (SHARED, "lambda: list[Tree]", "lambda x=open('x'): list[Tree]"),
    (SHARED, "lambda: list[Tree]", "lambda *x: list[Tree]"),
    (SHARED, "lambda: list[Tree]", "list[Tree]"),
    (SHARED, 'recursive("Tree"', "recursive(open('x')"),
    (SHARED, 'recursive("Tree"', 'open("Tree"'),
    (SHARED, "if TYPE_CHECKING:\n    Tree", "if open('x'):\n    Tree"),
    (SHARED, "if TYPE_CHECKING:\n    Tree", "if 1:\n    Tree"),
    (SHARED, "if TYPE_CHECKING:\n    Tree", "if not TYPE_CHECKING:\n    Tree"),
    (SHARED, "class Pet(Model,", "class Pet(str,"),
    (SHARED, "class Pet(Model,", "class Pet(Model, frozen=True,"),
    (SHARED, "class Pet(Model,", "class Any(Model,"),
    (SHARED, "class Pet(Model,", "class dict(Model,"),
    (SHARED, "class Pet(Model,", "class Kind(Model,"),
    (SHARED, "    pass\n", '    x: "open(1)"\n'),
    (SHARED, "    pass\n", "    pass; open('x')\n"),
    ("_api.py", "    return Pet | None", "    return open('x')"),
    ("_api.py", "    return Pet | None", "    open('x')\n    return Pet | None"),
    ("_api.py", "def error_body() -> Any:", "def error_body(x=open('x')) -> Any:"),
    ("_api.py", "def error_body() -> Any:", "@open\ndef error_body() -> Any:"),
    ("_api.py", "from .models.shared import Pet", "from os import Pet"),
    ("_api.py", 'Server(\n    "https', 'open(\n    "https'),
    ("_api.py", '"https://{host}/"', 'f"https://{host}/"'),
    ("_api.py", '"https://{host}/"', "open('x')"),
    ("_api.py", '"https://{host}/"', "ERRORS"),
    ("_api.py", 'Variable("host"', 'open("host"'),
    ("_api.py", 'environment=("A",)', "environment=open('x')"),
    ("_api.py", 'environment=("A",)', 'environment=["A"]'),
    ("_api.py", 'environment=("A",)', 'environment=("A" % (),)'),
    ("_api.py", "body=error_body", "body=error_body()"),
    ("_api.py", '("errors", 0, "code")', '("errors", open, "code")'),
    ("_api.py", "SERVER = Server", "SERVER: open('x') = Server"),
    ("_api.py", "SERVER = Server", "OTHER = Server"),
    ("_api.py", "KEY: Security", "KEY: open"),
    ("_api.py", "((KEY_SCHEME,),", "((open,),"),
    ("_api.py", "((KEY_SCHEME,),", "(open('x'),"),
    ("_api.py", "is_basic=True", "is_basic=open('x')"),
    ("_api.py", "default_limit=10", "default_limit=10**10**10"),
    ("_api.py", "KEY_SCHEME = Scheme", "ERRORS = Scheme"),
    ("errors.py", "APIError as PetsError", "APIError as NotFoundError"),
    ("errors.py", "APIError as PetsError", "APIError as _x"),
    ("errors.py", "APIError as PetsError", "Exchange as PetsError"),
    ("errors.py", '["NotFoundError", "PetsError"]', "open('x')"),
    ("errors.py", '["NotFoundError", "PetsError"]', "[NotFoundError]"),
    ("errors.py", '["NotFoundError", "PetsError"]', "[*open('x')]"),
    ("errors.py", '["NotFoundError", "PetsError"]', "[x for x in 'ab']"),
    ("__init__.py", "    return __all__", "    return open('x')"),
    ("__init__.py", "def __dir__() ->", "def __getattr__(name: str) ->"),
    ("__init__.py", "import __getattr__", "import __getattr__ as open"),
    ("__init__.py", "import Kind, Pet", "import Kind, Unknown"),
    ("__init__.py", "if TYPE_CHECKING", "if __debug__"),
    ("models/__init__.py", "lazy_getattr(__name__", "lazy_getattr(open('x')"),
    ("models/__init__.py", "lazy_getattr(__name__", "open(__name__"),
    ("models/__init__.py", '("Kind", "Pet")', '("Kind", open)'),
    ("models/__init__.py", '("Kind", "Pet")', "open('x')"),
    ("models/__init__.py", '"shared":', "open('x'):"),
    ("models/__init__.py", "    __getattr__ =", "    __path__ ="),
    ("resources/toys.py", "class Toys(Resource)", "class Toys(Client)"),
    ("resources/toys.py", "..models.shared", "...models.shared"),
    ("resources/__init__.py", '"""The operations."""', "open('x')"),
]


@pytest.mark.parametrize(("path", "old", "new"), REPLACED)
def test_code_that_matches_no_form_is_refused(path: str, old: str, new: str) -> None:
    assert verify_changed(path, old, new) is not None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # A parameter shadows a function that the body calls.
        ("{KEY_SCHEME: key}", "{KEY_SCHEME: credentials}"),
        ("key: Credential | None = None", "credentials: Credential | None = None"),
        ("key: Credential | None = None", "super: Credential | None = None"),
        ("key: Credential | None = None", "SERVER: Credential | None = None"),
        ("key: Credential | None = None", "ERRORS: Credential | None = None"),
        ("key: Credential | None = None", "KEY_SCHEME: Credential | None = None"),
        ("key: Credential | None = None", "timeout: Credential | None = None"),
        ("self, kind: Kind", "self, list: Kind"),
        ("self, kind: Kind", "self, styled: Kind"),
        ("self, kind: Kind", "self, Pet: Kind"),
        ("self, kind: Kind", "self, KEY: Kind"),
        ("self, kind: Kind", "self, CURSOR_PAGING: Kind"),
        ("self, note: str", "self, nullable: str"),
        ("self, note: str", "self, none_if_empty: str"),
        # A member of the class shadows a name in an annotation of the class.
        ("def watch(", "def list("),
        ("def watch(", "def Pet("),
        ("def watch(", "def Stream("),
        ("def watch(", "def int("),
        ("def watch(", "def find("),
        ("def watch(", "def cats("),
        ("cats: Cats", "watch: Cats"),
        ("cats: Cats", "list: Cats"),
        ("animals: Animals", "str: Animals"),
        ("animals: Animals", "float: Animals"),
        ("animals: Animals", "httpx2: Animals"),
        ("animals: Animals", "toys: Animals"),
        ("animals: Animals", "LazyAttribute: Animals"),
        ("def toys(", "def Toys("),
        # A class shadows an import of the module or a builtin.
        ("class Cats(", "class Call("),
        ("class Cats(", "class Page("),
        ("class Cats(", "class list("),
        ("class Cats(", "class super("),
        ("class Cats(", "class Animals("),
    ],
)
def test_name_that_shadows_another_is_refused(old: str, new: str) -> None:
    assert verify_changed("client.py", old, new) is not None


def test_parameter_that_shadows_no_used_name_is_accepted() -> None:
    old = "def purr(self, cat_id: str)"
    new = "def purr(self, cat_id: str, credentials: str, list: str, date: str)"
    assert verify_changed("client.py", old, new) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "header"),
        (f"\n{HEADER}", "header"),
        (f"\ufeff{HEADER}", "header"),
        (HEADER.rstrip() + " coding: utf-7\n", "header"),
        (f"{HEADER}'''never closed", "not valid Python"),
        (f"{HEADER}class\n", "not valid Python"),
        (f"{HEADER}'a\x00b'\n", "not printable"),
        (f"{HEADER}'a\u202eb'\n", "not printable"),
        (f"{HEADER}'a\u200bb'\n", "not printable"),
        (f"{HEADER}'a\x0cb'\n", "not printable"),
        (f"{HEADER}'a\rimport os'\n", "not printable"),
        (f"{HEADER}'a\ud800'\n", "not printable"),
        (f"{HEADER}# coding: utf-7\n+AG8AcA-\n", "no template"),
        (f"{HEADER}x: TypeAlias = {'(' * 300}1{')' * 300}\n", "not valid Python"),
        (f"{HEADER}x: TypeAlias = {'-' * 90_000}1\n", "parsed"),
    ],
)
def test_text_that_is_no_generated_module_is_refused(text: str, reason: str) -> None:
    refusal = verify({"models.py": text})
    assert refusal is not None and reason in refusal.reason


def test_module_with_an_unknown_path_is_refused() -> None:
    for path in (
        "setup.py",
        "conftest.py",
        "models/a/b.py",
        "../client.py",
        "x/client.py",
    ):
        refusal = verify({path: HEADER})
        assert refusal is not None and refusal.path == path


def test_modified_runtime_module_is_refused() -> None:
    for path in (
        "_runtime/call/request.py",
        "_runtime/unknown.py",
        "_runtime/../client.py",
    ):
        refusal = verify({path: "# not the runtime's\n"})
        assert refusal is not None and "runtime" in refusal.reason


def test_union_of_any_length_is_verified() -> None:
    members = " | ".join(["Kind"] * 1500)
    assert verify_changed(SHARED, "    id: str\n", f"    id: {members}\n") is None
    members += " | open('x')"
    assert verify_changed(SHARED, "    id: str\n", f"    id: {members}\n") is not None


def test_deepest_brackets_that_python_parses_are_verified() -> None:
    deep = f"{'list[' * 190}str{']' * 190}"
    assert verify_changed(SHARED, "    id: str\n", f"    id: {deep}\n") is None
