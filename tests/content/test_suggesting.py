"""From diary events to suggestions, on a real document store: outcomes, three a day, safety, consent, repeats, races."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from content.handlers import handles
from content.ports import Ports
from content.store.moments import MomentDocument
from pijnstad_contracts.content import SuggestionMade
from pijnstad_contracts.envelope import Event, decode
from pijnstad_contracts.identity import AccountClosed, AccountRegistered, ConsentGiven, ConsentWithdrawn
from pijnstad_contracts.registry import event_types
from pijnstad_contracts.selfcare import DiaryEntryAmended, DiaryEntryRecorded, DiaryEntryRemoved
from pijnstad_kit.ids import new_id
from pijnstad_kit.store import ensure_indexes

WORSE_NIGHT = (("sleep", "worse"),)


class Person:
    """Be somebody with an account and a diary, whose services send their events straight to content's handlers."""

    def __init__(
        self, ports: Ports, *, consent: bool = True, audience: str = "person_in_pain", language: str = "nl"
    ) -> None:
        self.id, self.ports, self._account = new_id(), ports, 0
        self.account(AccountRegistered(account_id=self.id, audience=audience, language=language))
        if consent:
            self.account(ConsentGiven(purpose="suggestions", text_version="1"))

    def account(self, data: Any) -> None:
        self._account += 1
        react("members", [event(data, self.id, self._account, self.ports.now(), self.id)], self.ports)

    def event(self, data: Any, sequence: int = 1) -> Event[Any]:
        return event(data, data.entry_id, sequence, self.ports.now(), self.id)

    def recorded(
        self, themes: Any = WORSE_NIGHT, safety: str = "none", entry: str | None = None, **more: Any
    ) -> Event[Any]:
        return self.event(entry_data(DiaryEntryRecorded, themes, safety, entry or new_id(), self.ports.now(), **more))

    def amended(self, entry: str, sequence: int = 2, themes: Any = WORSE_NIGHT, safety: str = "none") -> Event[Any]:
        return self.event(entry_data(DiaryEntryAmended, themes, safety, entry, self.ports.now()), sequence)

    def removed(self, entry: str, sequence: int = 2) -> Event[Any]:
        return self.event(DiaryEntryRemoved(entry_id=entry), sequence)

    def writes(self, *args: Any, **more: Any) -> str:
        """Write an entry, let content react, and return the outcome."""
        made = self.recorded(*args, **more)
        suggest(self.ports, made)
        return self.moment(made)["outcome"]

    def moment(self, made: Event[Any]) -> dict[str, Any]:
        return next(
            one for one in self.moments() if one["entry_sequence"] == made.sequence and one["entry_id"] == made.subject
        )

    def moments(self) -> list[dict[str, Any]]:
        return list(self.ports.moments.aggregates.collection.find({"member": self.id}))

    def open(self) -> list[str]:
        return [one.item_slug for one in self.ports.moments.newest(self.id, 100)]


def entry_data(model: Any, themes: Any, safety: str, entry: str, at: datetime, **more: Any) -> Any:
    listed = [{"theme": theme, "direction": direction} for theme, direction in themes]
    return model(entry_id=entry, occurred_at=at, themes=listed, safety=safety, **more)


def event(data: Any, subject: str, sequence: int, at: datetime, member: str) -> Event[Any]:
    return Event(new_id(), data.source, data.type, subject, at, sequence, 1, data, member=member)


def react(group: str, events: Sequence[Event[Any]], ports: Ports) -> None:
    handles.react(group, events, ports)


def suggest(ports: Ports, *events: Event[Any]) -> None:
    react("suggestions", events, ports)


@pytest.fixture
def anna(library: Ports) -> Person:
    return Person(library)


def test_a_bad_night_brings_one_suggestion_with_its_event_in_the_same_document(anna: Person) -> None:
    made = anna.recorded()
    suggest(anna.ports, made)
    moment = anna.moment(made)
    assert moment["outcome"] == "suggested"
    assert moment["suggestion"]["item_slug"] in ("slapen", "rust-in-de-avond")
    (waiting,) = moment["outbox"]
    sent = decode(bytes(waiting["body"]), event_types())
    assert isinstance(sent.data, SuggestionMade)
    assert (sent.subject, sent.member, sent.notify, sent.sequence) == (moment["_id"], anna.id, anna.id, 1)
    assert sent.data.reason_code == "sleep_worse"


def test_an_event_that_comes_three_times_leads_to_one_moment(anna: Person) -> None:
    made = anna.recorded()
    suggest(anna.ports, made)
    before = anna.moments()
    suggest(anna.ports, made)
    suggest(anna.ports, made, made)
    assert anna.moments() == before


def test_the_same_event_leads_to_the_same_choice_wherever_it_is_handled(anna: Person) -> None:
    made = anna.recorded()
    suggest(anna.ports, made)
    first = anna.moment(made)["suggestion"]["item_slug"]
    for _ in range(5):
        anna.ports.moments.aggregates.collection.delete_many({})
        suggest(anna.ports, made)
        assert anna.moment(made)["suggestion"]["item_slug"] == first


def test_the_fourth_entry_of_a_day_brings_nothing_and_the_next_day_does(anna: Person, clock: Any) -> None:
    themes = (("sleep", "worse"), ("pain", "worse"), ("fatigue", "worse"))
    assert [anna.writes(themes) for _ in range(4)] == ["suggested"] * 3 + ["enough_today"]
    clock.move(hours=13)  # one in the night, Amsterdam time
    assert anna.writes(themes) == "suggested"


def test_a_day_ends_at_midnight_in_amsterdam_and_not_in_greenwich(anna: Person, clock: Any) -> None:
    themes = (("sleep", "worse"), ("pain", "worse"), ("fatigue", "worse"))
    clock.move(hours=11, minutes=30)  # 22:30 UTC, 23:30 there
    assert [anna.writes(themes) for _ in range(4)][-1] == "enough_today"
    clock.move(minutes=45)  # 23:15 UTC, 00:15 there
    assert anna.writes(themes) == "suggested"


def test_ten_entries_in_one_batch_bring_three_suggestions_of_different_items(anna: Person) -> None:
    themes = (("sleep", "worse"), ("pain", "worse"), ("fatigue", "worse"))
    suggest(anna.ports, *[anna.recorded(themes) for _ in range(10)])
    assert sorted(one["outcome"] for one in anna.moments()) == ["enough_today"] * 7 + ["suggested"] * 3
    assert len(set(anna.open())) == 3


def test_workers_at_the_same_time_never_make_a_fourth(anna: Person) -> None:
    themes = (("sleep", "worse"), ("pain", "worse"), ("fatigue", "worse"))
    events = [anna.recorded(themes) for _ in range(24)]
    together(*(lambda part=events[start::8]: suggest(anna.ports, *part) for start in range(8)))
    outcomes = [one["outcome"] for one in anna.moments()]
    assert len(outcomes) == 24
    assert outcomes.count("suggested") == 3
    assert sorted(one["slot"] for one in anna.moments() if "slot" in one) == [1, 2, 3]


def test_the_index_itself_refuses_a_second_suggestion_in_one_slot(anna: Person) -> None:
    made = anna.recorded()
    suggest(anna.ports, made)
    copy = {**anna.moment(made), "_id": new_id()}
    with pytest.raises(Exception, match="three_a_day"):
        anna.ports.moments.aggregates.collection.insert_one(copy)


def test_without_consent_nothing_is_suggested_and_no_theme_is_kept(library: Ports) -> None:
    piet = Person(library, consent=False)
    assert piet.writes() == "no_consent"
    assert "themes" not in piet.moments()[0]


def test_somebody_identity_did_not_tell_us_of_has_agreed_to_nothing(library: Ports) -> None:
    stranger = Person.__new__(Person)
    stranger.id, stranger.ports = new_id(), library
    assert stranger.writes() == "no_consent"


def test_consent_for_the_diary_or_for_a_partner_is_no_consent_for_suggestions(library: Ports) -> None:
    piet = Person(library, consent=False)
    piet.account(ConsentGiven(purpose="diary", text_version="1"))
    piet.account(ConsentGiven(purpose="suggestions", text_version="1", partner="an-association"))
    assert piet.writes() == "no_consent"


@pytest.mark.parametrize("end", [ConsentWithdrawn(purpose="suggestions"), AccountClosed(account_id="x")])
def test_withdrawn_consent_takes_themes_and_suggestions_away(anna: Person, end: Any) -> None:
    assert anna.writes() == "suggested"
    anna.account(end)
    (moment,) = anna.moments()
    assert "themes" not in moment
    assert not {"theme", "direction", "times"} & set(moment["suggestion"])
    assert anna.open() == []
    assert anna.writes() == "no_consent"


def test_consent_given_again_brings_suggestions_again(anna: Person) -> None:
    anna.account(ConsentWithdrawn(purpose="suggestions"))
    anna.account(ConsentGiven(purpose="suggestions", text_version="2"))
    assert anna.writes() == "suggested"


def test_consent_withdrawn_while_a_suggestion_is_being_decided_wins(
    anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = anna.ports.moments.insert

    def insert_late(*args: Any) -> Any:
        anna.account(ConsentWithdrawn(purpose="suggestions"))
        return keep(*args)

    monkeypatch.setattr(anna.ports.moments, "insert", insert_late)
    suggest(anna.ports, anna.recorded())
    assert anna.open() == []
    assert "themes" not in anna.moments()[0]


@pytest.mark.parametrize("level", ["red_flag", "crisis"])
def test_a_safety_level_rests_this_entry_and_the_next_24_hours(anna: Person, clock: Any, level: str) -> None:
    assert anna.writes(safety=level) == "resting"
    clock.move(hours=23, minutes=59)
    assert anna.writes() == "resting"
    clock.move(minutes=2)
    assert anna.writes() == "suggested"


def test_an_entry_after_a_safety_signal_in_the_same_batch_rests(anna: Person) -> None:
    first, second = anna.recorded(safety="crisis"), anna.recorded()
    suggest(anna.ports, first, second)
    assert {one["outcome"] for one in anna.moments()} == {"resting"}


def test_a_safety_signal_heard_late_withdraws_what_was_made_since(anna: Person, clock: Any) -> None:
    late = anna.recorded(safety="crisis")
    clock.move(minutes=5)
    assert anna.writes() == "suggested"
    suggest(anna.ports, late)
    assert anna.open() == []


def test_a_safety_signal_while_a_suggestion_is_being_decided_wins(
    anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = anna.ports.moments.insert

    def insert_late(*args: Any) -> Any:
        monkeypatch.setattr(anna.ports.moments, "insert", keep)
        suggest(anna.ports, anna.recorded(safety="crisis"))
        return keep(*args)

    monkeypatch.setattr(anna.ports.moments, "insert", insert_late)
    suggest(anna.ports, anna.recorded())
    assert anna.open() == []


def test_an_amended_entry_brings_no_second_suggestion(anna: Person) -> None:
    entry = new_id()
    anna.writes(entry=entry)
    amended = anna.amended(entry, themes=(("pain", "worse"),))
    suggest(anna.ports, amended)
    assert anna.moment(amended)["outcome"] == "amended"
    assert len(anna.open()) == 1


def test_an_amended_entry_whose_words_alarm_rests_and_withdraws_its_suggestion(anna: Person, clock: Any) -> None:
    entry = new_id()
    anna.writes(entry=entry)
    clock.move(minutes=10)
    amended = anna.amended(entry, safety="crisis")
    suggest(anna.ports, amended)
    assert anna.moment(amended)["outcome"] == "resting"
    assert anna.open() == []
    assert anna.writes() == "resting"


def test_a_removed_entry_takes_its_themes_and_its_suggestion_along(anna: Person) -> None:
    entry = new_id()
    anna.writes(entry=entry)
    anna.writes(themes=(("pain", "worse"),))
    suggest(anna.ports, anna.removed(entry))
    first = next(one for one in anna.moments() if one["entry_id"] == entry and one["happened"] == "recorded")
    assert "themes" not in first
    assert len(anna.open()) == 1


def test_a_removal_that_comes_before_its_entry_wins(anna: Person) -> None:
    entry = new_id()
    recorded = anna.recorded(entry=entry)
    suggest(anna.ports, anna.removed(entry))
    suggest(anna.ports, recorded)
    assert anna.moment(recorded)["outcome"] == "removed"
    assert anna.open() == []
    assert all("themes" not in one for one in anna.moments())


def test_an_entry_and_its_removal_in_one_batch_leave_no_suggestion(anna: Person) -> None:
    entry = new_id()
    suggest(anna.ports, anna.recorded(entry=entry), anna.removed(entry))
    assert anna.open() == []
    assert all("themes" not in one for one in anna.moments())


def test_an_entry_without_themes_fits_nothing(anna: Person) -> None:
    assert anna.writes(themes=()) == "nothing_fits"


def test_only_checked_items_are_suggested_and_none_twice(anna: Person, clock: Any) -> None:
    seen = []
    for _ in range(4):
        anna.writes()
        clock.move(days=1)
    seen = anna.open()
    assert sorted(seen) == ["rust-in-de-avond", "slapen"]


def test_a_seen_item_may_come_again_after_a_long_time(anna: Person, clock: Any) -> None:
    for _ in range(3):
        anna.writes()
    assert anna.writes() == "nothing_fits"
    clock.move(days=61)
    assert anna.writes() == "suggested"


def test_a_partner_gets_what_is_for_partners(library: Ports) -> None:
    piet = Person(library, audience="partner")
    assert piet.writes() == "suggested"
    assert piet.open() == ["naaste"]


def test_a_flare_brings_only_what_comforts(anna: Person) -> None:
    assert anna.writes(flare="confirmed") == "nothing_fits"
    assert anna.writes(themes=(("pain", "worse"),), flare="confirmed") == "suggested"
    assert anna.open() == ["adem"]


def test_a_retired_item_is_not_suggested_any_more(anna: Person) -> None:
    from content.usecases.loading import load_items

    load_items([], anna.ports)
    assert anna.writes() == "nothing_fits"


def test_the_reason_counts_ones_own_entries_of_the_past_week(anna: Person, clock: Any) -> None:
    themes = (("sleep", "worse"),)
    ensure_indexes(MomentDocument)
    anna.writes(themes)
    clock.move(days=1)
    entry = new_id()
    anna.writes(themes, entry=entry)
    suggest(anna.ports, anna.amended(entry, themes=themes))  # the same entry, still one
    clock.move(days=1)
    anna.ports.moments.aggregates.collection.update_many(
        {"suggestion.state": "open"}, {"$set": {"suggestion.item_slug": "another"}}
    )
    made = anna.recorded(themes)
    suggest(anna.ports, made)
    assert anna.moment(made)["suggestion"]["times"] == 3


def test_members_in_one_batch_do_not_mix(library: Ports) -> None:
    people = [Person(library) for _ in range(5)]
    suggest(library, *[one.recorded() for one in people for _ in range(2)])
    for one in people:
        assert sorted(one.open()) == ["rust-in-de-avond", "slapen"]


def together(*work: Callable[[], None]) -> None:
    """Run all at the same time; whatever one raises is raised."""
    errors: list[BaseException] = []
    barrier = threading.Barrier(len(work))

    def one(act: Callable[[], None]) -> None:
        barrier.wait()
        try:
            act()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=one, args=(act,)) for act in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_account_events_out_of_order_wait_and_old_ones_change_nothing(library: Ports) -> None:
    from pijnstad_kit.messaging.gaps import StreamGap

    id, at = new_id(), library.now()
    first = event(AccountRegistered(account_id=id, audience="child", language="en"), id, 1, at, id)
    given = event(ConsentGiven(purpose="suggestions", text_version="1"), id, 2, at, id)
    withdrawn = event(ConsentWithdrawn(purpose="suggestions"), id, 3, at, id)
    with pytest.raises(StreamGap):
        react("members", [given], library)
    react("members", [first], library)
    with pytest.raises(StreamGap):
        react("members", [withdrawn], library)
    react("members", [given, withdrawn], library)
    react("members", [given], library)
    react("members", [first], library)
    member = library.members.get([id])[id]
    assert (member.audience, member.language, member.suggestions) == ("child", "en", False)


def test_after_a_restore_of_identity_the_higher_epoch_goes_on(library: Ports) -> None:
    id, at = new_id(), library.now()
    for sequence, data in enumerate(
        (
            AccountRegistered(account_id=id, audience="child", language="en"),
            ConsentGiven(purpose="diary", text_version="1"),
            ConsentGiven(purpose="suggestions", text_version="1"),
        ),
        start=1,
    ):
        react("members", [event(data, id, sequence, at, id)], library)
    told_again = Event(
        new_id(), "/services/identity", ConsentWithdrawn.type, id, at, 2, 2, ConsentWithdrawn(purpose="suggestions")
    )
    react("members", [told_again], library)
    assert library.members.get([id])[id].suggestions  # of before the restore: reconciliation says what holds now
    react("members", [replace(told_again, time=at + timedelta(minutes=1))], library)
    assert not library.members.get([id])[id].suggestions


def test_times_are_kept_to_the_millisecond(anna: Person) -> None:
    made = anna.recorded()
    suggest(anna.ports, made)
    assert anna.moment(made)["at"] - made.time == timedelta(0)
