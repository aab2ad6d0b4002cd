"""The processes of the city as data: what runs, with which word, after what, and which variables it may see.

The supervisor starts what stands here; the compose file and the Dockerfiles are tested against it.
"""

from dataclasses import dataclass

SERVICES = ("identity", "selfcare", "content", "decision", "community")
STORE = ("MONGO_URL",)
SERVICE = ("MONGO_URL", "BUS_URL")


@dataclass(frozen=True)
class Program:
    """Describe one process: `python -m <service> <word>`; `needs` are names of others that must be ready before."""

    service: str
    role: str
    word: str
    needs: tuple[str, ...]
    wants: tuple[str, ...] = ()
    once: bool = False
    stage: int = 1
    development_only: bool = False

    @property
    def name(self) -> str:
        return f"{self.service}-{self.role}"


def _service(name: str, *more: str, after: tuple[str, ...] = ()) -> tuple[Program, Program]:
    return (
        Program(name, "api", "api", ("store", *after), (*SERVICE, *more)),
        Program(name, "worker", "worker", ("store", "bus", *after), (*SERVICE, *more)),
    )


_IDENTITY = ("MASTER_KEY", "INTROSPECTION_SECRET", "WEB_CLIENT_SECRET", "DEMO_PASSWORD", "SMTP_URL", "MAIL_FROM")
_UPSTREAMS = tuple(f"{name.upper()}_URL" for name in (*SERVICES, "web"))

PROGRAMS: tuple[Program, ...] = (
    Program("content", "library", "load-library", ("store",), (*SERVICE, "SEARCH_URL", "LIBRARY_DIR"), once=True),
    *_service("identity", *_IDENTITY),
    Program("identity", "demo", "demo-accounts", ("store",), (*SERVICE, *_IDENTITY), once=True, development_only=True),
    Program("identity", "mails", "mails", ("store",), (*SERVICE, *_IDENTITY, "SMTP_LISTEN"), development_only=True),
    *_service("selfcare", "MASTER_KEY"),
    *_service("content", "SEARCH_URL", "LIBRARY_DIR", after=("content-library",)),
    *_service("decision"),
    *_service("community"),
    Program(
        "gateway",
        "gateway",
        "serve",
        ("store", "bus"),
        (*SERVICE, "MASTER_KEY", "INTROSPECTION_SECRET", "METRICS_LISTEN", *_UPSTREAMS),
        stage=2,
    ),
    Program("web", "web", "serve", ("store",), (*STORE, "MASTER_KEY", "WEB_CLIENT_SECRET"), stage=2),
)
