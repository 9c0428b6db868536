"""What the tests of the command line share."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@contextmanager
def _serving(answer):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            status, value = answer(self.path, self.headers, self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


@pytest.fixture
def chat_server(tmp_path, monkeypatch):
    """Serve answers of a language model's endpoint: `answer(path, headers, body)` gives a status and a JSON value."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return _serving
