"""What the use cases of identity need from outside, in one frozen bundle. bootstrap.py fills it."""

from __future__ import annotations

from dataclasses import dataclass

from identity.config import Settings
from identity.domain.clients import Client
from identity.hashing import Passwords
from identity.mail.post import Post
from identity.passkeys import Passkeys
from identity.store.accounts import Accounts
from identity.store.authorizations import Authorizations
from identity.store.caught import CaughtMails
from identity.store.clients import Clients
from identity.store.counters import Counters
from identity.store.deliveries import Deliveries
from identity.store.grants import Grants, PairwiseSubjects
from identity.store.keys import SigningKeys
from identity.store.once import Once
from identity.store.proofs import Proofs
from identity.store.pushed import PushedRequests
from identity.store.sessions import Sessions, WaitingRequests
from identity.store.tokens import Tokens
from pijnstad_kit.vault import Vault


@dataclass(frozen=True, slots=True)
class Ports:
    """Hold the stores and adapters of one process."""

    settings: Settings
    accounts: Accounts
    clients: Clients
    authorizations: Authorizations
    tokens: Tokens
    sessions: Sessions
    waiting: WaitingRequests
    grants: Grants
    subjects: PairwiseSubjects
    counters: Counters
    keys: SigningKeys
    passwords: Passwords
    deliveries: Deliveries
    proofs: Proofs
    once: Once
    pushed: PushedRequests
    caught: CaughtMails
    post: Post
    passkeys: Passkeys
    vault: Vault
    csrf_key: bytes

    @property
    def issuer(self) -> str:
        """Return the issuer: the city's public address."""
        return self.settings.public_url

    def subject(self, client: Client, member: str) -> str:
        """Return the name under which a client knows a member."""
        return self.subjects.subject(client.owner, member) if client.subject_type == "pairwise" else member
