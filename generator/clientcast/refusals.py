"""The diagnostics of refused code and of a refused document."""

from clientcast import view
from clientcast.diagnostic import Diagnostic
from clientcast.manifest import MANIFEST
from clientcast.source import Document
from clientcast.verify import Refusal

_MAX_CODE_LENGTH = 80
"""Characters of a quoted line of code."""


def fault_diagnostic(
    refusal: Refusal, document: Document, package: view.Package
) -> Diagnostic:
    """Return the diagnostic of refused code, at the operation or schema that it comes from.

    Args:
        refusal: The refusal of the code.
        document: The fixed document.
        package: The view of the package.
    """
    where = f", in {'.'.join(refusal.scope)}" if refusal.scope else ""
    code = f": {refusal.code[:_MAX_CODE_LENGTH]}" if refusal.code else ""
    return document.diagnostic(
        _source_pointer(refusal, package),
        "fault-of-clientcast",
        f"this is a fault of clientcast: {refusal.path}:{refusal.line}{where}:"
        f" {refusal.reason}{code}",
        "nothing is written; please report it with this part of the document",
        at_key=True,
    )


def _source_pointer(refusal: Refusal, package: view.Package) -> str:
    """Return the JSON pointer of the operation or schema of refused code; empty if unknown."""
    name, member = (*refusal.scope, "", "")[:2]
    resources = [*package.client.resources]
    for module in package.resources:
        resources += module.resources
    for resource in resources:
        if name in (resource.name, f"{view.ASYNC.class_prefix}{resource.name}"):
            for method in resource.methods:
                if method.name == member:
                    return method.pointer
    for models in package.models:
        for class_ in (*models.enums, *models.records):
            if class_.name == name:
                return class_.pointer
        for alias in models.aliases:
            if alias.name == name:
                return alias.pointer
    return ""


def locked_diagnostic(document: Document, locked: str) -> Diagnostic:
    """Return the error of a document that is not the one of its package."""
    return document.diagnostic(
        "",
        "locked-document",
        f"the document has changed: its digest is {document.digest[:12]}, and that in"
        f" {MANIFEST} is {locked[:12]}",
        "see what changed without --locked",
    )
