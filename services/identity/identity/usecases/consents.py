"""Agreeing to a purpose and taking that back: a receipt and its event in one write."""

from __future__ import annotations

from datetime import datetime

from identity.domain import consents
from identity.domain.consents import TEXTS, ConsentState, Receipt
from identity.domain.people import Language
from identity.errors import ParentNeeded, TextChanged, TooManyTries
from identity.ports import Ports
from identity.store.accounts import Account, stored_receipt
from identity.store.counters import Limit
from identity.usecases.firstparty import check_first_party
from pijnstad_contracts.identity import ConsentGiven, ConsentWithdrawn, Purpose
from pijnstad_kit.ids import new_id
from pijnstad_kit.problems import Conflict, NotFound, Stale
from pijnstad_kit.store.aggregates import Recorded
from pijnstad_kit.store.documents import now

_TRIES = 8
_HOUR = 3600


def consents_of(member: str, ports: Ports) -> list[ConsentState]:
    """Return every purpose with its text, as it stands for a member. Errors: NotFound."""
    return consents.current(_account(member, ports).receipts)


def receipts_of(member: str, ports: Ports) -> list[dict[str, object]]:
    """Return a member's receipts, newest first, each with the text that was read. Errors: NotFound."""
    return [_told(receipt) for receipt in reversed(_account(member, ports).receipts)]


def answer_consent(
    purpose: Purpose, given: bool, *, member: str, client_id: str, language: Language, read: str | None, ports: Ports
) -> ConsentState:
    """Give or withdraw a consent. Saying again what already holds changes nothing and leaves no receipt.

    `read` is the version of the text that was on the screen, where the client says so.
    Errors: OnlyFirstParty, TextChanged, TooManyTries, NotFound, Conflict.
    """
    check_first_party(client_id, ports)
    if given and read is not None and read != TEXTS[purpose].version:
        raise TextChanged("Show the current text and ask again.", version=TEXTS[purpose].version)
    for _ in range(_TRIES):
        account = _account(member, ports)
        if given and account.age == "12" and purpose not in account.parent_consents:
            raise ParentNeeded(
                f"Ask them at {ports.issuer}/account/parent-ask.",
                detail_nl=f"Vraag het op {ports.issuer}/account/parent-ask.",
            )
        if not consents.changes_something(account.receipts, purpose, given):
            return _state(account, purpose)
        receipt = Receipt(new_id(), purpose, given, TEXTS[purpose].version, language, now(), client_id)
        if given:
            _check_pace(member, ports)
        try:
            return _state(
                ports.accounts.add_receipt(account, receipt, Recorded(_event(receipt), member=member)), purpose
            )
        except Stale:
            continue
    raise Conflict("Please repeat the request.")


def withdrawals(account: Account, at: datetime) -> tuple[list[dict[str, object]], list[Recorded]]:
    """Return the receipts, as they are kept, and events that withdraw everything an account agreed to."""
    receipts = [
        Receipt(new_id(), purpose, False, TEXTS[purpose].version, account.language, at, "parent")
        for purpose in consents.given(account.receipts)
    ]
    return [stored_receipt(one) for one in receipts], [Recorded(_event(one), member=account.id) for one in receipts]


def _event(receipt: Receipt) -> ConsentGiven | ConsentWithdrawn:
    if receipt.given:
        return ConsentGiven(purpose=receipt.purpose, text_version=receipt.text_version)
    return ConsentWithdrawn(purpose=receipt.purpose)


def _check_pace(member: str, ports: Ports) -> None:
    """Bound how often one agrees, never how often one withdraws: receipts are kept for ever."""
    wait = ports.counters.exceeded(Limit("consent", ports.settings.consents_per_account, _HOUR), member)
    if wait:
        raise TooManyTries("Please wait before you change this again.", retry_after=wait)


def _state(account: Account, purpose: Purpose) -> ConsentState:
    return next(state for state in consents.current(account.receipts) if state.text.purpose == purpose)


def _account(member: str, ports: Ports) -> Account:
    account = ports.accounts.get(member)
    if account is None or account.disabled:
        raise NotFound()
    return account


def _told(receipt: Receipt) -> dict[str, object]:
    """Return a receipt for its person; the words only while they are those of the version that was read."""
    text = TEXTS[receipt.purpose]
    words = text.words[receipt.language] if text.version == receipt.text_version else None
    return {
        "id": receipt.id,
        "purpose": receipt.purpose,
        "given": receipt.given,
        "at": receipt.at.isoformat().replace("+00:00", "Z"),
        "text_version": receipt.text_version,
        "language": receipt.language,
        "through": receipt.client_id,
        "title": words.title if words else None,
        "text": words.text if words else None,
    }
