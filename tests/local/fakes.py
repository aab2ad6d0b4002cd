"""Small processes that behave as a member of the city may: ready or not, dying, stubborn, with children of their own."""

from __future__ import annotations

import subprocess
import sys

from pijnstad_local import processes
from pijnstad_local.members import Member, answers
from pijnstad_local.ports import free_port

_READY = """
import http.server, os, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
print("hello from", os.getpid(), flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""
CODE = {
    "ready": _READY,
    "dies": "print('the reason stands here', flush=True); raise SystemExit(1)",
    "refuses": "print('PIJNSTAD_X is missing', flush=True); raise SystemExit(2)",
    "done": "print('made it', flush=True)",
    "never ready": "import time; time.sleep(600)",
    "stubborn": "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + _READY,
    "with a child": "import subprocess; print('child', subprocess.Popen(['sleep', '600']).pid, flush=True)\n" + _READY,
}


def member(
    name: str, kind: str = "ready", needs: tuple[str, ...] = (), *, once: bool = False, stage: int = 1
) -> Member:
    """Make a member that runs a small process of this kind."""
    port = free_port()

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-S", "-c", CODE[kind], str(port)]
        return processes.spawn(command, env={"PATH": "/usr/bin:/bin"}, output=subprocess.PIPE)

    return Member(name, name, "fake", port, start, lambda: answers(port), needs, once, stage)
