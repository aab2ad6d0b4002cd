"""Letting somebody see what is yours: asked by mail, begun when the reader accepts, ended by the owner or the reader.

Whether an address has an account is told to nobody: the mail is the same, and the share begins with who opens its link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from identity.domain.people import Address
from identity.domain.shares import LONGEST, Share
from identity.errors import LinkSpent
from identity.ports import Ports
from identity.store.accounts import Account, Change, stored_share
from identity.store.counters import Limit
from identity.usecases import mail
from identity.usecases.accounts import changed, within
from pijnstad_contracts.identity import Part, ShareGranted, ShareRevoked
from pijnstad_kit.ids import new_id
from pijnstad_kit.problems import Conflict, NotFound
from pijnstad_kit.store.aggregates import Recorded
from pijnstad_kit.store.documents import now

ASK_DAYS = 7
MOST = 50
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold what a link in a mail offers its reader."""

    owner: str
    owner_name: str
    called: str
    parts: tuple[Part, ...]
    until: datetime


@dataclass(frozen=True, slots=True)
class Received:
    """Hold a share of somebody else, as its reader sees it."""

    owner: str
    owner_name: str
    share: Share


def ask(owner: Account, to: Address, called: str, parts: Sequence[Part], days: int, ports: Ports) -> None:
    """Send somebody a link with which they can see parts of what is the owner's. Errors: TooManyTries."""
    within(Limit("mail to", ports.settings.mails_per_recipient, _HOUR), to.key, ports)
    within(Limit("share", ports.settings.consents_per_account, _HOUR), owner.id, ports)
    until = now() + min(timedelta(days=days), LONGEST)
    told = {"owner": owner.id, "called": called, "parts": list(parts), "until": until.isoformat()}
    token, useless = ports.proofs.make("share", told, ASK_DAYS * 24 * 60, owner.id)
    values = {"name": owner.name, "link": f"{ports.issuer}/account/share?token={token}"}
    mail.write("share_asked", to.written, owner.language, values, ports, useless_after=useless)


def asked(token: str, ports: Ports) -> Asked:
    """Return what a link offers. Errors: LinkSpent."""
    proof = ports.proofs.read("share", token)
    owner = ports.accounts.get(proof.told["owner"]) if proof else None
    if proof is None or owner is None or owner.disabled:
        raise LinkSpent
    until = datetime.fromisoformat(proof.told["until"])
    return Asked(owner.id, owner.name, proof.told["called"], tuple(proof.told["parts"]), until)


def accept(token: str, reader: str, ports: Ports) -> None:
    """Begin a share with the one who opened its link. Errors: LinkSpent, Conflict."""
    found = asked(token, ports)
    if found.owner == reader or ports.proofs.take("share", token) is None:
        raise LinkSpent
    share = Share(new_id(), reader, found.called, found.parts, found.until, now())
    event = ShareGranted(
        share_id=share.id, owner=found.owner, reader=reader, parts=list(share.parts), until=share.until
    )

    def add(owner: Account) -> Change:
        if len(owner.shares) >= MOST:
            raise Conflict("There are too many shares; end one first.")
        return Change(push={"shares": stored_share(share)}, events=[Recorded(event, member=owner.id)])

    changed(found.owner, add, ports)


def given(owner: Account) -> list[Share]:
    """Return what an owner lets others see now, newest first."""
    moment = now()
    return sorted((one for one in owner.shares if one.lives(moment)), key=lambda one: one.granted_at, reverse=True)


def received(reader: str, ports: Ports) -> list[Received]:
    """Return what others let a reader see now."""
    owners = [account for account in ports.accounts.sharing_with(reader) if not account.disabled]
    return [
        Received(owner.id, owner.name, share) for owner in owners for share in given(owner) if share.reader == reader
    ]


def revoke(owner: str, share_id: str, ports: Ports) -> None:
    """End a share. Ending it again changes nothing. Errors: NotFound."""
    changed(owner, lambda account: _ended(account, share_id), ports)


def give_back(reader: str, share_id: str, ports: Ports) -> None:
    """End a share as its reader. Errors: NotFound."""
    found = next((one for one in received(reader, ports) if one.share.id == share_id), None)
    if found is None:
        raise NotFound()
    revoke(found.owner, share_id, ports)


def _ended(account: Account, share_id: str) -> Change | None:
    share = next((one for one in account.shares if one.id == share_id), None)
    if share is None:
        raise NotFound()
    if share.ended_at is not None:
        return None
    after = [replace(one, ended_at=now()) if one.id == share_id else one for one in account.shares]
    event = ShareRevoked(share_id=share_id, owner=account.id, reader=share.reader)
    kept = [stored_share(one) for one in after]
    return Change(set={"shares": kept}, events=[Recorded(event, member=account.id)])
