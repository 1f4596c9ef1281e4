"""The OpenTelemetry example of the guide as printed, with a real tracer and exporter."""

import json
import re
import subprocess
import sys

import pytest

from tests.production.processes import environment
from tests.support.project import ROOT
from tests.support.selection import first_of_each

PAGE = (ROOT / "docs" / "network.md").read_text(encoding="utf-8")

BEFORE = """
import json
import httpcore2
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)
SESSION = {
    "id": "l7FbDVqS8zHSy65uJD85", "userId": "00ub0oNGTSWTBKOLGLNR", "login": "user",
    "expiresAt": "2026-01-01T00:00:00.000Z", "status": "ACTIVE", "amr": [], "_links": {},
}
sent = []

def handle_request(self, request):
    sent.append(dict(request.headers))
    if request.method == b"DELETE":
        return httpcore2.Response(204)
    return httpcore2.Response(200, content=json.dumps(SESSION).encode())

httpcore2.ConnectionPool.handle_request = handle_request
"""

AFTER = """
assert all(b"traceparent" in headers for headers in sent)
print(json.dumps([json.loads(span.to_json()) for span in exporter.get_finished_spans()]))
"""


def example() -> str:
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    (found,) = [block for block in blocks if "opentelemetry" in block]
    return str(found)


@pytest.mark.parametrize("conventions", first_of_each(["http/dup", "http", ""]))
def test_spans_have_the_route_and_no_id(conventions: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BEFORE + example() + AFTER],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(
            {"OTEL_SEMCONV_STABILITY_OPT_IN": conventions, "PYTHONWARNINGS": ""}
        ),
    )
    assert done.returncode == 0, done.stderr
    get, revoke = json.loads(done.stdout)
    route = "/api/v1/sessions/{sessionId}"
    assert get["name"] == f"GET {route}"
    assert get["attributes"]["http.route"] == route
    assert revoke["name"] == "DELETE /api/v1/users/{userId}/sessions"
    assert "l7FbDVqS8zHSy65uJD85" not in done.stdout
    assert "00ub0oNGTSWTBKOLGLNR" not in done.stdout
