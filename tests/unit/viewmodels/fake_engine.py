"""A stand-in for ``studio serve`` whose behaviour the environment chooses; run as a program by the tests."""

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

KEY = "local-key-for-tests"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/healthz":
            self._answer(200, {"status": "ok", "version": "0", "pid": os.getpid(), "features": []})
        elif self.headers.get("Authorization") != f"Bearer {KEY}":
            self._answer(401, {"error": {"message": "no", "code": "invalid_api_key"}})
        else:
            self._answer(200, {"status": "success", "data": {"username": "artist"}})

    def do_POST(self) -> None:
        self._answer(202, {"status": "success", "data": {"active": 0}})
        self.server._BaseServer__shutdown_request = True  # type: ignore[attr-defined]  # as shutdown(), from inside

    def _answer(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_arguments: object) -> None:
        pass


def main() -> None:
    folder = Path(sys.argv[sys.argv.index("--data-dir") + 1]) / "engine"
    folder.mkdir(parents=True, exist_ok=True)
    starts = folder / "starts"
    starts.write_text(str(int(starts.read_text()) + 1 if starts.exists() else 1))
    assert KEY not in sys.argv
    fail_first = int(os.environ.get("FAKE_ENGINE_FAILS", "0"))
    if int(starts.read_text()) <= fail_first:
        sys.exit("the shelf is empty")
    time.sleep(float(os.environ.get("FAKE_ENGINE_SLOW_S", "0")))
    server = HTTPServer(("127.0.0.1", 0), Handler)
    (folder / "api-key").write_text(KEY)
    url = f"http://127.0.0.1:{server.server_port}"
    (folder / "engine.json").write_text(json.dumps({"url": url, "port": server.server_port, "pid": os.getpid()}))
    sys.stdout.write(json.dumps({"event": "ready", "url": url, "pid": os.getpid()}) + "\n")
    sys.stdout.flush()
    server.serve_forever(poll_interval=0.05)


if __name__ == "__main__":
    main()
