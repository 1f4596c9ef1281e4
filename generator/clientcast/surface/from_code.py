"""The declarations of a package, read from its code without importing it."""

import ast
import os
from collections.abc import Iterator, Mapping, Sequence
from inspect import cleandoc
from pathlib import Path

from clientcast.code import (
    Arguments,
    Assignment,
    Call,
    Expression,
    Name,
    Signature,
    Subscript,
)
from clientcast.package_files import PackageError, read_text
from clientcast.surface.declarations import (
    AliasDeclaration,
    ClientDeclaration,
    Declarations,
    FieldDeclaration,
    MethodDeclaration,
    ModelDeclaration,
    ResourceDeclaration,
    WebhookDeclarations,
)
from clientcast.surface.syntax import (
    Aliases,
    arguments,
    expression,
    import_aliases,
    quoted_expression,
    signature,
)

_CLIENT, _CONSTANTS, _MODELS, _EXPORTS = (
    "client.py",
    "_api.py",
    "models.py",
    "__init__.py",
)
_WEBHOOKS = "webhooks.py"
_FOLDERS = ("models", "resources")
_CLIENT_BASES = {"Client", "DownloadingClient", "PollingClient", "UploadingClient"}


def read_code(folder: Path, label: str) -> Mapping[str, str]:
    """Return the texts of the modules of a package that callers depend on, by path.

    Args:
        folder: The folder of the package, with any name.
        label: The path of the folder in messages.

    Raises:
        PackageError: If there is no package of clientcast.
    """
    if not folder.is_dir():
        raise PackageError(f"{label}: no such folder")
    paths = [_EXPORTS, _CONSTANTS, _CLIENT]
    paths += [path for path in (_MODELS, _WEBHOOKS) if os.path.lexists(folder / path)]
    for name in _FOLDERS:
        if (folder / name).is_dir():
            files = sorted(os.listdir(folder / name))
            paths += [f"{name}/{file}" for file in files if file.endswith(".py")]
    return {path: read_text(folder, path, label) for path in paths}


def is_part_of_surface(path: str) -> bool:
    """Return whether a file of a package is a module that its surface is read from."""
    folder, _, name = path.rpartition("/")
    if folder:
        return folder in _FOLDERS and name.endswith(".py") and name != _EXPORTS
    return path in (_EXPORTS, _CONSTANTS, _CLIENT, _MODELS, _WEBHOOKS)


def declarations_of_code(texts: Mapping[str, str], label: str) -> Declarations:
    """Return the declarations of the modules of a package.

    Args:
        texts: The modules, and any other files, by path.
        label: The path of the package in messages and places.

    Raises:
        PackageError: If the modules are not those of a client.
    """
    modules = {
        path: _Module(path, text, label)
        for path, text in texts.items()
        if is_part_of_surface(path)
    }
    for path in (_EXPORTS, _CONSTANTS, _CLIENT):
        if path not in modules:
            raise PackageError(f"{label}: the package has no {path}")
    model_modules = [
        module for path, module in modules.items() if path.startswith("models")
    ]
    client_module = modules[_CLIENT]
    resources = {
        node.name: module.resource(node)
        for path, module in modules.items()
        if path == _CLIENT or path.startswith("resources/")
        for node in module.classes()
        if not _is_client(node)
    }
    return Declarations(
        client=client_module.client(),
        resources=resources,
        models=tuple(m.model(node) for m in model_modules for node in m.classes()),
        aliases=tuple(a for module in model_modules for a in module.aliases()),
        constants=modules[_CONSTANTS].constants(),
        error_body=modules[_CONSTANTS].returned("error_body"),
        webhooks=modules[_WEBHOOKS].webhooks() if _WEBHOOKS in modules else None,
        exports=modules[_EXPORTS].exports(),
    )


def _is_client(node: ast.ClassDef) -> bool:
    return any(isinstance(b, ast.Name) and b.id in _CLIENT_BASES for b in node.bases)


class _Module:
    """A module of a package as a syntax tree."""

    def __init__(self, path: str, text: str, label: str) -> None:
        self.name = path.removesuffix(".py").replace("/", ".")
        self.label = f"{label}/{path}"
        try:
            self.tree = ast.parse(text)
        except SyntaxError as error:
            reason = f"not valid Python: {error.msg}"
            raise PackageError(f"{self.label}:{error.lineno}: {reason}") from None
        except (ValueError, RecursionError, MemoryError) as error:
            raise PackageError(f"{self.label}: not valid Python: {error}") from None
        self.names: Aliases = import_aliases(self.tree)

    def place(self, node: ast.stmt) -> str:
        return f"{self.label}:{node.lineno}"

    def classes(self) -> Iterator[ast.ClassDef]:
        yield from (node for node in self.tree.body if isinstance(node, ast.ClassDef))

    def node(self, value: ast.expr) -> Expression:
        return expression(value, self.names)

    def client(self) -> ClientDeclaration:
        """Return the client class of the module."""
        found = [node for node in self.classes() if _is_client(node)]
        if len(found) != 1:
            raise PackageError(
                f"{self.label}: exactly one class must inherit from Client"
            )
        (cls,) = found
        functions = _functions(cls)
        init = functions.get("__init__")
        call = None if init is None else _super_call(init)
        positional = () if call is None else arguments(call, self.names).positional
        keywords = {} if call is None else dict(arguments(call, self.names).keywords)
        children = _resources(cls) | _assigned_resources(
            functions.get("_attach_resources")
        )
        webhooks = ""
        for name, function in functions.items():
            match function.returns:
                case ast.Name(id=class_name) if _is_attribute(function):
                    children[name] = class_name
                case ast.Subscript(value=ast.Name(id="WebhookReceiver")):
                    webhooks = name
                case _:
                    pass
        return ClientDeclaration(
            name=cls.name,
            signature=Signature() if init is None else signature(init.args, self.names),
            children=children,
            credentials=positional[1] if len(positional) > 1 else None,
            headers=keywords.get("api_headers"),
            webhooks=webhooks,
            text=ast.get_docstring(cls) or "",
            place=self.place(cls),
        )

    def resource(self, cls: ast.ClassDef) -> ResourceDeclaration:
        """Return a resource class."""
        functions = _functions(cls)
        return ResourceDeclaration(
            name=cls.name,
            module=self.name,
            text=ast.get_docstring(cls) or "",
            children=_resources(cls) | _assigned_resources(functions.get("__init__")),
            methods=tuple(
                self._method(function)
                for name, function in functions.items()
                if not name.startswith("_")
            ),
            place=self.place(cls),
        )

    def _method(self, function: ast.FunctionDef) -> MethodDeclaration:
        call: Arguments | None = None
        sent: tuple[Expression, ...] = ()
        match function.body[-1]:
            case ast.Return(value=ast.Call() as sending) if sending.args:
                match [self.node(argument) for argument in sending.args]:
                    case [
                        Call(Name("Call") | Subscript(Name("Call")), call_arguments),
                        *others,
                    ]:
                        call, sent = call_arguments, tuple(others)
                    case _:
                        pass
            case _:
                pass
        returns = function.returns
        return MethodDeclaration(
            name=function.name,
            signature=signature(function.args, self.names),
            returns=(
                Name("Any")
                if returns is None
                else quoted_expression(returns, self.names)
            ),
            decorators=tuple(map(self.node, function.decorator_list)),
            text=ast.get_docstring(function) or "",
            call=call,
            sent=sent,
            place=self.place(function),
        )

    def model(self, cls: ast.ClassDef) -> ModelDeclaration:
        """Return a class of models."""
        return ModelDeclaration(
            name=cls.name,
            header=arguments(cls, self.names),
            text=ast.get_docstring(cls) or "",
            fields=tuple(self._fields(cls.body)),
            place=self.place(cls),
        )

    def _fields(self, body: Sequence[ast.stmt]) -> Iterator[FieldDeclaration]:
        for node, text in _with_docstrings(body):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    code = Assignment(name, None, self.node(value))
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                    code = Assignment(
                        name,
                        quoted_expression(annotation, self.names),
                        None if node.value is None else self.node(node.value),
                    )
                case _:
                    continue
            yield FieldDeclaration(code, text, self.place(node))

    def aliases(self) -> Iterator[AliasDeclaration]:
        """Yield the type aliases of the module."""
        for node, text in _with_docstrings(self.tree.body):
            if isinstance(node, ast.If) and node.body:  # if TYPE_CHECKING
                node = node.body[0]
            match node:
                case ast.AnnAssign(
                    target=ast.Name(id=name),
                    annotation=ast.Name(id="TypeAlias"),
                    value=ast.expr() as value,
                ):
                    type_ = quoted_expression(value, self.names)
                    yield AliasDeclaration(name, type_, text, self.place(node))
                case _:
                    pass

    def constants(self) -> dict[str, Expression]:
        """Return the values of the constants of the module."""
        return {
            declaration.code.name: declaration.code.value
            for declaration in self._fields(self.tree.body)
            if declaration.code.value is not None
        }

    def returned(self, name: str) -> Expression | None:
        """Return what a function of the module returns; None if there is no such function."""
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef) and node.name == name:
                last = node.body[-1]
                if isinstance(last, ast.Return) and last.value is not None:
                    return self.node(last.value)
        return None

    def webhooks(self) -> WebhookDeclarations | None:
        """Return the type of events and their receiver."""
        events = [*self.aliases()]
        receiver = self.constants().get("RECEIVER")
        if not events or receiver is None:
            return None
        return WebhookDeclarations(events[0], receiver)

    def exports(self) -> frozenset[str]:
        """Return the names in `__all__`."""
        for node in self.tree.body:
            match node:
                case ast.Assign(
                    targets=[ast.Name(id="__all__")], value=ast.List(elts=items)
                ):
                    return frozenset(
                        item.value
                        for item in items
                        if isinstance(item, ast.Constant)
                        and isinstance(item.value, str)
                    )
                case _:
                    pass
        return frozenset()


def _functions(cls: ast.ClassDef) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in cls.body if isinstance(node, ast.FunctionDef)}


def _is_attribute(function: ast.FunctionDef) -> bool:
    """Return whether a method is decorated as an attribute; earlier packages have properties."""
    return any(
        isinstance(d, ast.Name)
        and d.id in ("LazyAttribute", "property")
        or isinstance(d, ast.Attribute)
        and d.attr == "property"
        for d in function.decorator_list
    )


def _super_call(init: ast.FunctionDef) -> ast.Call | None:
    """Return the call of the constructor of the runtime."""
    for node in init.body:
        match node:
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="__init__")) as call):
                return call
            case _:
                pass
    return None


def _resources(cls: ast.ClassDef) -> dict[str, str]:
    """Return the classes of the resources of a client or resource, by attribute."""
    return {
        node.target.id: node.annotation.id
        for node in cls.body
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.annotation, ast.Name)
    }


def _assigned_resources(function: ast.FunctionDef | None) -> dict[str, str]:
    """Return the classes of the attributes that a method assigns, as in earlier packages."""
    classes: dict[str, str] = {}
    for statement in () if function is None else function.body:
        match statement:
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Name(id="self"), attr=attribute)],
                value=ast.Call(func=ast.Name(id=name)),
            ):
                classes[attribute] = name
            case _:
                pass
    return classes


def _with_docstrings(body: Sequence[ast.stmt]) -> Iterator[tuple[ast.stmt, str]]:
    """Yield each statement with the docstring after it."""
    for node, following in zip(body, [*body[1:], None], strict=True):
        match following:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield node, cleandoc(text)
            case _:
                yield node, ""
