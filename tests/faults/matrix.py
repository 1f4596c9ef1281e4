"""All rows of the matrix, by layer."""

from tests.faults import (
    arguments,
    bodies,
    broken,
    cancelling,
    connect,
    garbled,
    paging,
    pauses,
    polling,
    redirects,
    retrying,
    secrets,
    sharing,
    statuses,
    waiting,
)
from tests.faults.row import Row

LAYERS: dict[str, tuple[Row, ...]] = {
    "Connecting": connect.ROWS,
    "Broken connections": broken.ROWS,
    "Garbled answers": garbled.ROWS,
    "Time": waiting.ROWS,
    "Retries": retrying.ROWS,
    "Pauses": pauses.ROWS,
    "Redirects": redirects.ROWS,
    "Bodies": bodies.ROWS,
    "Statuses": statuses.ROWS,
    "Arguments": arguments.ROWS,
    "Secrets": secrets.ROWS,
    "Sharing": sharing.ROWS,
    "Cancelling": cancelling.ROWS,
    "Pages": paging.ROWS,
    "Later answers": polling.ROWS,
}

ROWS = {row.id: row for rows in LAYERS.values() for row in rows}
