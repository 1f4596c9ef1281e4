"""The command `clientcast upstream`."""

from collections.abc import Sequence
from pathlib import Path

import click

from clientcast.cli.completion import complete_documents
from clientcast.cli.exit import end
from clientcast.cli.jobs import command_jobs, progress
from clientcast.cli.options import FILE
from clientcast.cli.specs import load_spec, print_diagnostics, read_document
from clientcast.diagnostic import printable
from clientcast.plain import mapping, text
from clientcast.source import Document
from clientcast.summary import pluralize
from clientcast.upstream import (
    EMPTY,
    Comparison,
    Difference,
    Record,
    RecordError,
    compare,
    difference_diagnostic,
    read_record,
    record_lines,
    vanished_diagnostics,
    vendor_mistakes,
)

_MAX_VENDOR_MISTAKES = 10
"""Errors of the vendor's document that are printed."""


@click.command()
@click.argument("name", shell_complete=complete_documents)
@click.argument("document", type=FILE)
@click.option(
    "--record",
    "record_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The record of known differences. [default: NAME.upstream.yaml beside the spec]",
)
@click.option(
    "--all",
    "all_operations",
    is_flag=True,
    help="Report also operations of the document that are not related to those of the spec.",
)
@click.option("--known", is_flag=True, help="Print the known differences too.")
@click.option(
    "--suggest", is_flag=True, help="Print the lines to add to the record instead."
)
def upstream(
    name: str,
    document: Path,
    record_file: Path | None,
    all_operations: bool,
    known: bool,
    suggest: bool,
) -> None:
    """Compare a spec with the document that its vendor publishes.

    NAME is a spec of pyproject.toml, DOCUMENT an OpenAPI or Swagger document. Operations are
    matched by method and path, with the path of the server, or by operationId. An operation of
    the document is related if it has the tag of a matched one, or is below a path of the spec.

    The record says which differences are known, and why. Exit status: 1 if there are others, or
    if the record has some that are no longer found.

    \b
    Example:
      clientcast upstream okta published.yaml
    """
    (job,) = command_jobs((name,), None, None)
    spec = job.spec if isinstance(job.spec, Path) else Path(job.name)
    path = record_file or spec.with_name(f"{spec.stem}.upstream.yaml")
    label = (
        record_file.as_posix()
        if record_file is not None
        else Path(job.spec_label).with_name(path.name).as_posix()
    )
    try:
        record = read_record(path, label)
    except RecordError as error:
        print_diagnostics(error.diagnostics)
        end(1, f"errors in {label}")
    with progress(name):
        ours = load_spec(job)
        theirs = read_document(document)
        comparison = compare(ours, theirs, related=not all_operations)
    unknown = [d for d in comparison.differences if d.text not in record.known]
    if suggest:
        if unknown:
            info = mapping(mapping(theirs.data).get("info"))
            title, version = text(info.get("title")), text(info.get("version"))
            lines = record_lines(unknown, title, version, is_new=record is EMPTY)
            click.echo("\n".join(map(printable, lines)))
            end(1, pluralize(len(unknown), "unknown difference"), err=True)
        return
    vanished = record.vanished(comparison.differences)
    print_diagnostics(vendor_mistakes(comparison)[:_MAX_VENDOR_MISTAKES])
    printed = comparison.differences if known else unknown
    print_diagnostics(
        sorted(
            difference_diagnostic(difference, ours, comparison, record, vanished)
            for difference in printed
        )
    )
    print_diagnostics(vanished_diagnostics(record, vanished))
    click.echo(printable(f"{name}: {_summary(comparison, record, theirs, unknown)}"))
    if unknown or vanished:
        end(
            1,
            pluralize(len(unknown), "unknown difference") if unknown else "",
            f"{len(vanished)} of the record no longer found" if vanished else "",
        )


def _summary(
    comparison: Comparison,
    record: Record,
    theirs: Document,
    unknown: Sequence[Difference],
) -> str:
    """Return the counts, and that the document is another version than that of the record."""
    matching = comparison.matching
    info = mapping(mapping(theirs.data).get("info"))
    title, version = text(info.get("title")), text(info.get("version"))
    total = len(matching.pairs) + len(matching.ours)
    parts = [
        f"{len(matching.pairs)} of {pluralize(total, 'operation')} compared with"
        f" {title} {version}"
    ]
    if record.version and record.version != version:
        parts[0] += f" (the record is of {record.version})"
    if matching.unrelated:
        others = pluralize(matching.unrelated, "unrelated operation")
        parts.append(f"{others} not compared")
    parts.append(
        f"{pluralize(len(unknown), 'unknown difference')},"
        f" {len(comparison.differences) - len(unknown)} known"
    )
    vanished = len(record.vanished(comparison.differences))
    if vanished:
        parts.append(f"{vanished} of the record no longer found")
    return ", ".join(parts)
