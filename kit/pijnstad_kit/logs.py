"""Structured logs: one JSON object a line (or coloured text for people), with ids, without secrets or a person's words.

Redaction is one processor: keys that name secrets or free words lose their value whatever a caller passes.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from pijnstad_kit import context

REDACTED = "[redacted]"
_SECRET_KEY = re.compile(
    r"(pass(word|wd)?|secret|token|ticket|cookie|authori[sz]ation|code_verifier|^code$|assertion|api_?key|master_key"
    r"|^note$|worth_it|^words?$|^text$|^body$|payload|e_?mail|^q$|query)",
    re.IGNORECASE,
)
# Libraries that log requests, tokens or payloads when they are talkative.
_QUIET = ("authlib", "urllib3", "amqp", "kombu", "pymongo", "nameko", "elastic_transport", "asyncio")


def configure(service: str, log_format: str = "json", level: str = "INFO") -> None:
    """Set up structlog and the standard library's logging for this process; lines go to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _service(service),
        _ids,
        redact,
    ]
    last: Any = structlog.processors.JSONRenderer()
    if log_format == "console":
        last = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, _template_only],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _exception_class_only, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def get_logger(name: str) -> Any:
    """Return a structured logger; call it with an event name and key-value pairs."""
    return structlog.stdlib.get_logger(name)


def redact(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the value of every key that names a secret or a person's words."""
    for key in entry:
        if key not in ("event", "level", "timestamp", "service") and _SECRET_KEY.search(key):
            entry[key] = REDACTED
    return entry


def _template_only(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep what a library says, without what it says it about: its arguments quote input."""
    record = entry.get("_record")
    if record is not None:
        entry["event"], entry["logger"] = str(record.msg), record.name
    return entry


def _exception_class_only(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep the class and the places of an exception, never its message: messages quote input."""
    info = entry.pop("exc_info", None)
    if info:
        kind, _, trace = info if isinstance(info, tuple) else _info(info)
        entry["error"] = getattr(kind, "__name__", str(kind))
        entry["at"] = _places(trace)
    entry.pop("stack_info", None)
    return entry


def _info(info: Any) -> Any:
    if isinstance(info, BaseException):
        return type(info), info, info.__traceback__
    return sys.exc_info()


def _places(trace: Any) -> list[str]:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 2)[-2]}/{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-6:]


def _service(service: str) -> Any:
    def add(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        entry["service"] = service
        return entry

    return add


def _ids(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    correlation = context.current().correlation_id
    if correlation:
        entry["correlation_id"] = correlation
    return entry
