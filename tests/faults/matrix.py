"""All rows of the fault matrix, by layer."""

from tests.faults import (
    arguments,
    bodies,
    broken,
    cancellation,
    connect,
    delays,
    invalid_http,
    paging,
    polling,
    processes,
    redirects,
    retrying,
    secrets,
    sharing,
    statuses,
    streams,
    timeouts,
    uploads,
)
from tests.faults.row import Row

LAYERS: dict[str, tuple[Row, ...]] = {
    "Connecting": connect.ROWS,
    "Broken connections": broken.ROWS,
    "Invalid HTTP": invalid_http.ROWS,
    "Timeouts": timeouts.ROWS,
    "Retries": retrying.ROWS,
    "Delays": delays.ROWS,
    "Redirects": redirects.ROWS,
    "Bodies": bodies.ROWS,
    "Streams": streams.ROWS,
    "Uploads": uploads.ROWS,
    "Statuses": statuses.ROWS,
    "Arguments": arguments.ROWS,
    "Secrets": secrets.ROWS,
    "Sharing": sharing.ROWS,
    "Processes": processes.ROWS,
    "Cancellation": cancellation.ROWS,
    "Pages": paging.ROWS,
    "Polling and idempotency keys": polling.ROWS,
}

ROWS = {row.id: row for rows in LAYERS.values() for row in rows}
