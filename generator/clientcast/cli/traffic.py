"""The command `clientcast traffic`."""

from collections.abc import Iterable
from pathlib import Path

import click

from clientcast.cli.completion import complete_documents
from clientcast.cli.exit import end
from clientcast.cli.jobs import command_jobs, progress
from clientcast.cli.options import FILE
from clientcast.cli.specs import load_spec, print_diagnostics, reading
from clientcast.diagnostic import printable
from clientcast.loading import LoadedApi
from clientcast.summary import pluralize
from clientcast.traffic import (
    Exchange,
    Finding,
    TrafficReport,
    compare_traffic,
    finding_diagnostic,
    grouped,
    read_recording,
    suggest,
)


@click.command()
@click.argument("name", shell_complete=complete_documents)
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...")
@click.option(
    "--server",
    "servers",
    multiple=True,
    metavar="URL",
    help="A base URL of the API in the recordings, besides those of the spec. Repeatable.",
)
@click.option(
    "--suggest",
    "suggestions",
    is_flag=True,
    help="Print lines to add to the spec instead.",
)
def traffic(
    name: str, files: tuple[Path, ...], servers: tuple[str, ...], suggestions: bool
) -> None:
    """Compare recorded requests and responses with a spec.

    NAME is a spec of pyproject.toml. A FILE is a HAR, a cassette of vcrpy or VCR (YAML or JSON),
    a log of Prism (paths and statuses only), or a JSON list of objects with request and response.
    For mitmproxy, export a HAR (mitmdump --set hardump=FILE).

    Bodies, credentials and personal data are never shown: only names, types, and enum values that
    look like constants. Response headers, cookies, multipart bodies and streams are not compared.
    Exit status: 1 if there are findings, or entries that cannot be read.

    \b
    Example:
      clientcast traffic okta recordings/*.har --suggest
    """
    (job,) = command_jobs((name,), None, None)
    with progress(name):
        spec = load_spec(job)
        exchanges: list[Exchange] = []
        mistakes = False
        for path in files:
            label = path.as_posix()
            with reading(label):
                recording = read_recording(path, label)
            print_diagnostics(recording.mistakes, err=suggestions)
            mistakes = mistakes or bool(recording.mistakes)
            exchanges += recording.exchanges
        report = compare_traffic(spec, exchanges, servers)
    findings = list(grouped(report.findings))
    if suggestions:
        _print_suggestions(findings, spec)
    else:
        print_diagnostics(
            sorted(finding_diagnostic(f, spec.document) for f in findings)
        )
    click.echo(printable(f"{name}: {_summary(report, findings)}"), err=suggestions)
    reasons = {
        pluralize(len(findings), "finding"): bool(findings),
        "entries that cannot be read": mistakes,
        "the comparison stopped at a limit": not report.is_complete,
    }
    if any(reasons.values()):
        end(1, *(text for text, holds in reasons.items() if holds), err=suggestions)


def _print_suggestions(findings: Iterable[Finding], spec: LoadedApi) -> None:
    """Print the suggested lines, each place as a comment of YAML."""
    seen: set[tuple[str, ...]] = set()
    for finding in findings:
        found = suggest(finding, spec.document)
        if found is None:
            continue
        lines = (printable(f"# {found.place}"), *map(printable, found.lines))
        if lines not in seen:
            seen.add(lines)
            click.echo("\n".join(lines))


def _summary(report: TrafficReport, findings: list[Finding]) -> str:
    matched = sum(report.matched.values())
    covered = f"{len(report.matched)} of {pluralize(report.operations, 'operation')}"
    parts = [
        f"{matched} of {pluralize(report.exchanges, 'exchange')} matched, with {covered}"
    ]
    if report.other_hosts:
        parts.append(f"{report.other_hosts} with other hosts not compared")
    if report.rejected:
        rejected = pluralize(report.rejected, "rejected request")
        parts.append(f"{rejected} not compared")
    if report.undecided_bodies:
        bodies = "body" if report.undecided_bodies == 1 else "bodies"
        parts.append(f"{report.undecided_bodies} {bodies} not compared")
    count = sum(finding.count for finding in findings)
    found = f"{pluralize(len(findings), 'finding')}"
    parts.append(
        f"{found} in {pluralize(count, 'place')}" if findings else "no findings"
    )
    if not report.is_complete:
        parts.append("the comparison stopped at a limit: give fewer files")
    return ", ".join(parts)
