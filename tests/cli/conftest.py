"""What the tests of the command line share."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tenure.cli import main


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
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


@pytest.fixture
def chat_server(tmp_path, monkeypatch):
    """Serve answers of a language model's endpoint: `answer(path, headers, body)` gives a status and a JSON value."""
    monkeypatch.setenv("TENURE_CACHE", str(tmp_path / "cache"))
    return _serving


@pytest.fixture
def tenure(monkeypatch):
    """Run the command as a shell would, in this process: what it printed on either stream, and its exit code."""

    def run(*arguments):
        out, err = io.StringIO(), io.StringIO()
        monkeypatch.setattr(sys, "argv", ["tenure", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        code = 0
        with redirect_stdout(out), redirect_stderr(err):
            try:
                main()
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else int(end.code is not None)
        return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())

    return run
