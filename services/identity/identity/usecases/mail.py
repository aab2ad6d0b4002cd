"""Writing letters and getting them out: a letter is stored first, and a worker sends what is due until it is taken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from identity.domain.people import Language
from identity.mail.letters import Kind, written
from identity.mail.post import PostAway, Undeliverable
from identity.ports import Ports
from identity.store.accounts import Account
from identity.store.deliveries import Delivery, NewDelivery
from pijnstad_kit import logs
from pijnstad_kit.ids import derived_id, new_id
from pijnstad_kit.store.documents import now

_A_NOTE_LASTS = timedelta(days=3)
_log = logs.get_logger("identity.mail")


def write(
    kind: Kind,
    to: str | None,
    language: Language,
    values: Mapping[str, str],
    ports: Ports,
    *,
    about: str | None = None,
    useless_after: datetime | None = None,
) -> None:
    """Store a letter for the worker to send. `about` names what it is about, so that saying it twice sends it once."""
    id = derived_id("delivery", kind, about or new_id())
    ports.deliveries.add(NewDelivery(id, kind, language, to, values, useless_after or now() + _A_NOTE_LASTS))


def tell(kind: Kind, account: Account, ports: Ports, page: str = "/account/recover", to: str | None = None) -> None:
    """Tell somebody that something about their account changed, with the page to go to if it was not them."""
    values = {"name": account.name, "link": f"{ports.issuer}{page}"}
    write(kind, to or account.email, account.language, values, ports)


def send_due(ports: Ports) -> int:
    """Send every mail whose time has come; return how many the mail server took."""
    taken = 0
    for id in ports.deliveries.due():
        delivery = ports.deliveries.claim(id)
        if delivery is not None and _sent(delivery, ports):
            taken += 1
    return taken


def _sent(delivery: Delivery, ports: Ports) -> bool:
    if delivery.useless_after <= now():
        ports.deliveries.given_up(delivery.id, "too late to be of use")
        return False
    kind: Kind = delivery.kind  # type: ignore[assignment]
    message = written(
        kind, delivery.language, delivery.to, delivery.values, sender=ports.settings.mail_from, id=delivery.id
    )
    try:
        ports.post.send(message)
    except PostAway as away:
        _log.warning("mail_waits", kind=delivery.kind, tries=delivery.tries, reason=str(away))
        ports.deliveries.later(delivery, str(away))
        return False
    except Undeliverable as refused:
        _log.warning("mail_refused", kind=delivery.kind, reason=str(refused))
        ports.deliveries.given_up(delivery.id, str(refused))
        return False
    ports.deliveries.sent(delivery.id)
    return True
