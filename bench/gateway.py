"""Requests per second through the gateway, full features, cached token, as a ratio to nginx before the same upstream.

Both stand before one nginx that answers a small JSON body; wrk asks them in turn, several short runs each; the medians
are printed as JSON. Run it on an idle machine: `.venv/bin/python bench/gateway.py`. Needs nginx and wrk.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import urllib3

from pijnstad_local.ports import free_port
from pijnstad_local.processes import kill_group, spawn
from pijnstad_local.secantus import SecantusServer

PATH_ASKED = "/content/v1/items/beter-slapen-met-pijn"
TOKEN = "bench-token-0123456789abcdef"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
WRK = shutil.which("wrk")

_NGINX_CONF = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 2048; }}
http {{
  access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  keepalive_requests 1000000000; keepalive_timeout 75s;
  upstream behind {{ server 127.0.0.1:{upstream}; keepalive 64; keepalive_requests 1000000000; }}
  server {{ listen 127.0.0.1:{listen};
    {locations}
  }}
}}
"""
_ANSWERS = """
    location = /oauth/introspect {{ default_type application/json; return 200 '{introspection}'; }}
    location / {{ default_type application/json; return 200 '{body}'; }}
"""
_PROXY = 'location / { proxy_pass http://behind; proxy_http_version 1.1; proxy_set_header Connection ""; }'


@contextmanager
def nginx(folder: Path, name: str, locations: str, upstream: int = 9) -> Iterator[int]:
    """Run one nginx with one worker; give its port."""
    place, port = folder / name, free_port()
    place.mkdir()
    conf = place / "nginx.conf"
    conf.write_text(_NGINX_CONF.format(folder=place, upstream=upstream, listen=port, locations=locations))
    process = spawn([str(NGINX), "-c", conf, "-e", place / "error.log"], env=dict(os.environ))
    try:
        _until_answers(f"http://127.0.0.1:{port}/")
        yield port
    finally:
        kill_group(process)


@contextmanager
def gateway(folder: Path, upstream: int, mongo_url: str, workers: int) -> Iterator[int]:
    """Run the gateway before that upstream; give its port."""
    port, behind = free_port(), f"http://127.0.0.1:{upstream}"
    names = ("IDENTITY", "SELFCARE", "CONTENT", "DECISION", "COMMUNITY", "WEB")
    given = {
        "MONGO_URL": mongo_url,
        "BUS_URL": "amqp://127.0.0.1:9/",
        "MASTER_KEY": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "INTROSPECTION_SECRET": "bench",
        "LISTEN": f"127.0.0.1:{port}",
        "METRICS_LISTEN": f"127.0.0.1:{free_port()}",
        "API_WORKERS": str(workers),
        **{f"{name}_URL": behind for name in names},
        **{f"LIMIT_{name}": "1000000000" for name in ("TOKEN", "ACCOUNT", "ADDRESS")},  # counted, and never reached
    }
    environment = {"PATH": os.environ["PATH"], **{f"PIJNSTAD_{name}": value for name, value in given.items()}}
    with open(folder / "gateway.log", "wb") as log:
        process = spawn([sys.executable, "-m", "gateway", "serve"], env=environment, output=log)
    try:
        _until_answers(f"http://127.0.0.1:{port}/readyz")
        yield port
    finally:
        process.terminate()
        process.wait(40)
        kill_group(process)


def measure(port: int, connections: int, seconds: int) -> dict[str, float]:
    """Run wrk once; return requests per second and p99 in milliseconds. Errors: RuntimeError on any failed request."""
    command = [
        str(WRK),
        "-t1",
        f"-c{connections}",
        f"-d{seconds}s",
        "--latency",
        "-H",
        f"Authorization: Bearer {TOKEN}",
    ]
    said = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{PATH_ASKED}"], capture_output=True, text=True, check=True
    ).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()  # type: ignore[union-attr]
    return {"rate": rate, "p99_ms": float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]}


def compare(contenders: dict[str, int], connections: int, rounds: int, seconds: int) -> dict[str, dict[str, float]]:
    """Ask the contenders in turn; return the medians."""
    seen: dict[str, list[dict[str, float]]] = {name: [] for name in contenders}
    for port in contenders.values():
        measure(port, connections, 1)  # warm
    for _ in range(rounds):
        for name, port in contenders.items():
            seen[name].append(measure(port, connections, seconds))
    return {
        name: {key: round(statistics.median(one[key] for one in runs), 3) for key in runs[0]}
        for name, runs in seen.items()
    }


def main() -> None:
    """Run both comparisons: throughput with 32 connections, p99 with 4."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=3)
    options.add_argument("--workers", type=int, default=1)
    chosen = options.parse_args()
    if not NGINX or not WRK:
        raise SystemExit("this benchmark needs nginx and wrk: apt-get install nginx-light wrk")
    print(json.dumps(run(chosen.rounds, chosen.seconds, chosen.workers), indent=2))


def run(rounds: int, seconds: int, workers: int) -> dict[str, object]:
    """Start everything, compare, return the result."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pijnstad-bench-")))
        folder.chmod(0o755)
        store = SecantusServer(folder / "store").start()
        stack.callback(store.stop)
        upstream = stack.enter_context(nginx(folder, "upstream", _answers()))
        contenders = {
            "nginx": stack.enter_context(nginx(folder, "proxy", _PROXY, upstream)),
            "gateway": stack.enter_context(gateway(folder, upstream, store.url, workers)),
        }
        wide, narrow = compare(contenders, 32, rounds, seconds), compare(contenders, 4, rounds, seconds)
    return {
        "benchmark": "gateway",
        "rounds": rounds,
        "seconds": seconds,
        "gateway_workers": workers,
        "throughput_32": wide,
        "latency_4": narrow,
        "ratio_to_nginx": round(wide["gateway"]["rate"] / wide["nginx"]["rate"], 3),
        "p99_ratio_to_nginx": round(narrow["gateway"]["p99_ms"] / narrow["nginx"]["p99_ms"], 2),
    }


def _answers() -> str:
    introspection = {
        "active": True,
        "sub": "m",
        "client_id": "bench",
        "scope": "content",
        "exp": int(time.time()) + 3600,
    }
    body = {"slug": "beter-slapen-met-pijn", "title": "Beter slapen met pijn", "summary": "x" * 200}
    return _ANSWERS.format(introspection=json.dumps(introspection), body=json.dumps(body))


def _until_answers(url: str, seconds: float = 20) -> None:
    http, end = urllib3.PoolManager(retries=False, timeout=1), time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if http.request("GET", url).status == 200:
                return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.05)
    raise SystemExit(f"{url} does not answer")


if __name__ == "__main__":
    main()
