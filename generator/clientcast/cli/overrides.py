"""Options of the command line that several commands apply to their jobs."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from msgspec import Struct
from msgspec.structs import replace

from clientcast.config import Job
from clientcast.conventions import Conventions, Naming
from clientcast.diagnostic import printable
from clientcast.formatters import Formatter
from clientcast.trust import Trust, trusted_server_problem
from clientcast.values import field_names


class Overrides(Struct, frozen=True):
    """Options of the command line that take the place of settings of a job, or add to them.

    The names are those of the options.
    """

    only: tuple[str, ...]
    skip: tuple[str, ...]
    within: Path | None
    servers: tuple[str, ...]
    environment: tuple[str, ...]
    lenient: bool
    formatter: Formatter | None
    naming: Naming | None
    testing: bool | None
    infer_pagination: bool | None

    def apply(self, job: Job) -> Job:
        """Return a job with the options."""
        conventions = job.conventions.with_testing(self.testing)
        infer_pagination = self.infer_pagination
        if infer_pagination is None:
            infer_pagination = conventions.infer_pagination
        return replace(
            job,
            only=self.only or job.only,
            skip=(*job.skip, *self.skip),
            within=self.within or job.within,
            trust=Trust(
                (*job.trust.servers, *self.servers),
                (*job.trust.environment, *self.environment),
                job.trust.lenient or self.lenient,
            ),
            formatter=self.formatter or job.formatter,
            conventions=Conventions(
                self.naming or conventions.naming,
                conventions.testing,
                infer_pagination,
            ),
        )


def with_overrides(command: Callable[..., None]) -> Callable[..., None]:
    """Decorate a command with the options of `Overrides`, which gets them as one argument."""

    @wraps(command)
    def decorated(**options: Any) -> None:
        overrides = Overrides(
            **{name: options.pop(name) for name in field_names(Overrides)}
        )
        for server in overrides.servers:
            problem = trusted_server_problem(server)
            if problem:
                raise click.UsageError(printable(f"--trusted-server: {problem}"))
        command(overrides=overrides, **options)

    return decorated
