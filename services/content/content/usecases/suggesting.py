"""From a diary event to at most one suggestion: deciding, keeping it in one insert, and looking back once it stands.

Looking back closes the races of several workers: consent withdrawn, an entry removed or a safety signal heard while we
decided. Whichever write comes second sees the first, and withdraws. Everything here may be done twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from content.domain.deciding import Decision, decide_all
from content.domain.reasons import reason_code
from content.domain.signals import MOST_PER_DAY, Signal
from content.ports import Ports
from content.store.moments import moment_id
from pijnstad_contracts.content import SuggestionMade
from pijnstad_contracts.envelope import Event
from pijnstad_kit.store.aggregates import Recorded

Causes = Mapping[str, Event[Any]]
_PATIENCE = MOST_PER_DAY + 5  # a slot is lost to others at most three times a day


def suggest_for_entries(signals: Sequence[Signal], causes: Causes, ports: Ports) -> None:
    """Let every diary event lead to one moment, in order. `causes` are the events themselves, by id."""
    unique = list({signal.event_id: signal for signal in signals}.values())
    decisions = _decide_and_keep(unique, causes, ports)
    _look_back(unique, decisions, ports)


def _decide_and_keep(signals: Sequence[Signal], causes: Causes, ports: Ports) -> list[Decision]:
    """Decide until every event has its moment: a slot that another worker took at the same time is decided anew."""
    made: list[Decision] = []
    open_ = _unknown(signals, ports)
    for _ in range(_PATIENCE):
        if not open_:
            return made
        decisions = _decide(open_, ports)
        created = ports.moments.insert([(one, _events(one, causes)) for one in decisions], ports.now())
        made += decisions
        refused = [signal for signal in open_ if moment_id(signal.event_id) in created.refused]
        open_ = _unknown(refused, ports)
    raise RuntimeError("other workers kept taking every slot we chose")


def _unknown(signals: Sequence[Signal], ports: Ports) -> list[Signal]:
    if not signals:
        return []
    known = ports.moments.known(moment_id(signal.event_id) for signal in signals)
    return [signal for signal in signals if moment_id(signal.event_id) not in known]


def _decide(signals: Sequence[Signal], ports: Ports) -> list[Decision]:
    now = ports.now()
    members = ports.members.get(signal.member for signal in signals)
    situations = ports.moments.situations(members, now)
    return decide_all(signals, situations, ports.shelf.now(), ports.helped.counts(), now)


def _events(decision: Decision, causes: Causes) -> list[Recorded]:
    if decision.choice is None:
        return []
    signal, choice = decision.signal, decision.choice
    made = SuggestionMade(
        suggestion_id=moment_id(signal.event_id),
        item_slug=choice.item.slug,
        entry_id=signal.entry_id,
        reason_code=reason_code(choice.moved.theme, choice.moved.direction),
    )
    return [Recorded(made, member=signal.member, notify=signal.member, cause=causes.get(signal.event_id))]


def _look_back(signals: Sequence[Signal], decisions: Sequence[Decision], ports: Ports) -> None:
    _after_safety_signals(signals, ports)
    _after_removals(signals, ports)
    told = {one.signal.member for one in decisions if one.outcome != "no_consent"}
    decided = {one.signal.event_id for one in decisions}
    told |= {signal.member for signal in signals if signal.event_id not in decided}  # a repeat: kept by an earlier try
    for member in ports.members.get(told).values() if told else ():
        if not member.suggestions:
            ports.moments.forget_member(member.id)
    suggested = {one.signal.member for one in decisions if one.outcome == "suggested"}
    now = ports.now()
    for member_id in ports.moments.resting(suggested, now) if suggested else ():
        began = min(one.signal.at for one in decisions if one.signal.member == member_id)
        ports.moments.withdraw(member_id, made_since=began)


def _after_safety_signals(signals: Sequence[Signal], ports: Ports) -> None:
    """Withdraw what this entry led to before its words alarmed us, and what was made since."""
    for signal in signals:
        if signal.safety != "none":
            ports.moments.withdraw(signal.member, entry_id=signal.entry_id)
            ports.moments.withdraw(signal.member, made_since=signal.at)


def _after_removals(signals: Sequence[Signal], ports: Ports) -> None:
    gone = ports.moments.removed({signal.entry_id for signal in signals}) if signals else []
    ports.moments.forget_entries(gone)
