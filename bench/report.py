"""The report of a run: RESULTS.md and the charts beside it: what was measured, how, and what it does not show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

from bench import charts
from bench.charts import Bar

Result = Mapping[str, Any]


def write(place: Path, machine: Mapping[str, str], taken: str, results: Result, missing: Mapping[str, str]) -> Path:
    """Write RESULTS.md and charts/ into `place`. `results` holds a part each: events, growth, notice, gateway."""
    (place / "charts").mkdir(parents=True, exist_ok=True)
    parts = [_head(machine, taken)]
    for name, section in (("events", _events), ("growth", _growth), ("notice", _notice), ("gateway", _gateway)):
        if name in results:
            text, drawn = section(results[name])
            for file, svg in drawn.items():
                (place / "charts" / file).write_text(svg)
            parts.append(text)
        else:
            parts.append(f"## {name.capitalize()}\n\nNot measured in this run: {missing.get(name, 'left out')}\n")
    report = place / "RESULTS.md"
    report.write_text("\n\n".join(map(_flowed, "\n".join(parts).split("\n\n"))).rstrip() + "\n")
    return report


def _head(machine: Mapping[str, str], taken: str) -> str:
    return f"""# Results

Written by `make bench`; what each figure means and how to repeat it: [README](README.md). Ratios and CPU microseconds travel
between machines, absolute figures do not.

Taken {taken} on:

{_table(("", ""), machine.items())}"""


def _events(found: Result) -> tuple[str, dict[str, str]]:
    contenders: Mapping[str, Result] = found["contenders"]
    idle = found["machine_idle"]
    text = f"""## Event pipeline

Publisher and consumer at once, each in a process of its own, on one RabbitMQ node; the same {found["message_bytes"]} bytes
(a real `DiaryEntryRecorded`) for everybody. Rounds: {found["rounds"]}, interleaved, with fresh processes, a fresh
vhost and a
fresh database each; a ratio is the median over the rounds of a contender's rate divided by raw AMQP's in the same round.
{_idle(idle)}

![Events per second as a ratio to raw AMQP](charts/events.svg)

{_table(("contender", "events/s", "lowest to highest", "ratio to raw", "lowest to highest"), _event_rows(contenders))}
- Hop in memory against raw AMQP: {_verdict(contenders["memory"]["ratio"]["median"], idle, at_least=0.5)}
- Hop in memory against {found["best_peer"]}, the best of the peers:
  {_verdict(found["memory_against_best_peer"]["median"], idle, " times", at_least=4)}
- Hop with effects in the store against what the store takes beside the same load of the broker:
  {_verdict(found["store_against_beside"]["median"], idle, at_least=0.9)}
  Against the store alone on an otherwise idle machine: {found["store_against_insert"]["median"]:.3g}.
{_on_mongodb(found, idle)}
CPU per event in microseconds, by process. The last column is what raw AMQP costs in all divided by what this one
costs: where
the cores are the limit, as here, it is the ratio to expect, and it hardly moves with other load on the machine.

![CPU per event by process](charts/cpu.svg)

{_table(("contender", *_COMPONENTS, "all", "raw = 1"), _cpu_rows(contenders))}
{_WHAT_IS_WHAT}"""
    return text, {"events.svg": _events_chart(contenders), "cpu.svg": _cpu_chart(contenders)}


def _on_mongodb(found: Result, idle: Result) -> str:
    """Return the verdict that only a MongoDB gets; the store beside us is SecantusDB otherwise."""
    if found["store"] != "MongoDB":
        return f"- The store was {found['store']}; PIJNSTAD_MONGO_URL names a MongoDB to measure instead.\n"
    ratio = found["store_against_memory"]["median"]
    return f"- Hop with effects in MongoDB against effects in memory: {_verdict(ratio, idle, at_least=0.5)}\n"


_WHAT_IS_WHAT = """What is what: *raw* writes frames encoded beforehand on the socket and counts what comes back
(quorum queue,
persistent, mandatory, confirms in a window of 2000, all that was read acknowledged at once): the broker's own
limit. *Our hop* is
the kit as workers run it, under eventlet: mandatory, persistent, confirmed, quorum queue with dead letters,
handlers on typed
events, acknowledged after the effect, de-duplicated by the event's id; its publisher takes encoded events, as they lie in an
outbox. *Beside* is raw AMQP that inserts the same documents, a hundred at a time, made beforehand: the least a durable
effect costs on this machine. *Outbox, relay, our hop* starts at the aggregate's write. *Two hops* publish an event
of their own, confirmed, before they acknowledge; content's own hop decides by its rules and goes through an outbox. The
peers each run in an environment of their own (contenders/requirements-*.txt), with a prefetch of 100 and what is written at
the head of their modules; plain nameko and Dramatiq use classic queues, and all of them acknowledge one by one.

What this does not show: a network between the parts, a broker of three nodes, a MongoDB (SecantusDB stands in for it).
"""


def _event_rows(contenders: Mapping[str, Result]) -> Iterator[Sequence[str]]:
    for one in contenders.values():
        ratio = one["ratio"]
        yield (
            one["title"],
            f"{one['events_per_second']:,}",
            f"{one['lowest']:,} to {one['highest']:,}",
            f"{ratio['median']:.2f}",
            f"{ratio['lowest']:.2f} to {ratio['highest']:.2f}",
        )


def _cpu_rows(contenders: Mapping[str, Result]) -> Iterator[Sequence[str]]:
    raw = sum(_components(contenders["raw"]["cpu_microseconds"]).values())
    for one in contenders.values():
        parts = _components(one["cpu_microseconds"])
        cells = [f"{parts[name]:.1f}" if name in parts else "" for name in _COMPONENTS]
        everything = sum(parts.values())
        yield (one["title"], *cells, f"{everything:.0f}", f"{raw / everything:.2f}" if everything else "")


_COMPONENTS = ("source", "relay", "consumer", "broker", "store")


def _components(cpu: Mapping[str, float]) -> dict[str, float]:
    """Return CPU by component; a server that was not asked (its clock ticked a little all the same) is left out."""
    names = {"publish": "source", "write": "source", "insert": "source", "relay": "relay", "broker": "broker"}
    found: dict[str, float] = {}
    for role, used in cpu.items():
        name = names.get(role, "store" if role == "store" else "consumer")
        found[name] = found.get(name, 0.0) + used
    return {
        name: found[name] for name in _COMPONENTS if found.get(name, 0) >= 1 or (name == "source" and name in found)
    }


def _events_chart(contenders: Mapping[str, Result]) -> str:
    rows = [
        Bar(one["title"], one["ratio"]["median"], one["ratio"]["lowest"], one["ratio"]["highest"])
        for one in contenders.values()
    ]
    return charts.bars("Events per second, raw AMQP = 1", rows, goal=0.5)


def _cpu_chart(contenders: Mapping[str, Result]) -> str:
    shown = [one for name, one in contenders.items() if name not in ("chain", "whole")]
    rows = [(one["title"], _components(one["cpu_microseconds"])) for one in shown]
    return charts.stacked("CPU per event", rows, unit=" µs")


def _growth(found: Result) -> tuple[str, dict[str, str]]:
    workers, members = found["workers"], found["members"]
    head = ("events/s", *_COMPONENTS)
    text = f"""## Growth

The hop with effects in the store, {found["events"]:,} events, with more workers on the one queue. Each is a process; this
machine's cores are shared by all of them, the broker and the store. {_idle(found["machine_idle"])}

![Events per second by workers](charts/workers.svg)

{_table(("workers", *head), _growth_rows(workers))}
What content decides for {found["entries"]} diary entries, by its own rules and in its own database, as more members
are known. With ten members each has forty entries in the week that its rules look at; with a hundred thousand at most one.

![Entries per second by members](charts/members.svg)

{_table(("members", *head), _growth_rows(members))}"""
    drawn = {
        "workers.svg": charts.bars("Events per second, by workers", _growth_bars(workers)),
        "members.svg": charts.bars("Entries decided per second, by members", _growth_bars(members)),
    }
    return text, drawn


def _growth_rows(sizes: Result) -> Iterator[Sequence[str]]:
    for size, one in sizes.items():
        parts = _components(one["cpu_microseconds"])
        cells = [f"{parts[name]:.1f}" if name in parts else "" for name in _COMPONENTS]
        yield (f"{int(size):,}", f"{one['events_per_second']:,}", *cells)


def _growth_bars(sizes: Result) -> list[Bar]:
    return [Bar(f"{int(size):,}", one["events_per_second"]) for size, one in sizes.items()]


def _notice(found: Result) -> tuple[str, dict[str, str]]:
    times = [f"{found[key]:.1f}" for key in ("p50_ms", "p95_ms", "p99_ms", "lowest_ms", "highest_ms")]
    post = [f"{found['post_p50_ms']:.1f}", "", f"{found['post_p99_ms']:.1f}", "", ""]
    idle, rows = found["machine_idle"], [("entry answered to notice", *times), ("the POST", *post)]
    text = f"""## Entry to notice

From the moment `POST /selfcare/v1/diary` is answered to the moment the notice of its suggestion is read from the
event stream,
seen by an outside client with only the public API: through the gateway, both services, the relay and the broker, on
{found["city"]}. One member at a time. Members: {found["members"]}, notices: {found["notices"]},
missing after 15 s: {found["missing"]}. {_idle(idle)}

![Milliseconds from entry to notice, fastest to slowest](charts/notice.svg)

{_table(("milliseconds", "p50", "p95", "p99", "lowest", "highest"), rows)}
- p50: {_verdict(found["p50_ms"], idle, " ms", at_most=30)}
- p99: {_verdict(found["p99_ms"], idle, " ms", at_most=150)}
"""
    marks = {name: found[f"{name}_ms"] for name in ("p50", "p95", "p99")}
    return text, {"notice.svg": charts.curve("Entry answered to notice, ms", found["samples_ms"], marks, unit=" ms")}


def _gateway(found: Result) -> tuple[str, dict[str, str]]:
    wide, narrow, idle = found["throughput_32"], found["latency_4"], found["machine_idle"]
    text = f"""## Gateway

Requests per second through the gateway with all its features and a cached token, as a ratio to nginx as a plain
reverse proxy,
both before the same upstream. Runs of wrk in turn, {found["rounds"]} of {found["seconds"]} s each, medians; one
gateway worker,
one nginx worker. {_idle(idle)}

![Requests per second](charts/gateway.svg)

{_table(("", "requests/s, 32 connections", "ratio to nginx", "p99 in ms, 4 connections"), _gateway_rows(wide, narrow))}
- Throughput against nginx: {_verdict(found["ratio_to_nginx"], idle, at_least=0.4)}
- p99 against nginx: {_verdict(found["p99_ratio_to_nginx"], idle, " times", at_most=3)}
"""
    chart = charts.bars("Requests per second, 32 connections", [Bar(name, one["rate"]) for name, one in wide.items()])
    return text, {"gateway.svg": chart}


def _gateway_rows(wide: Result, narrow: Result) -> Iterator[Sequence[str]]:
    for name, one in wide.items():
        yield name, f"{one['rate']:,.0f}", f"{one['rate'] / wide['nginx']['rate']:.2f}", f"{narrow[name]['p99_ms']:.2f}"


def _verdict(
    value: float, idle: Result, unit: str = "", *, at_least: float | None = None, at_most: float | None = None
) -> str:
    goal, sign = (at_least, "at least") if at_least is not None else (at_most, "at most")
    assert goal is not None
    met = value >= goal if at_least is not None else value <= goal
    said = f"**{value:.3g}{unit}**; the goal of {sign} {goal:g}{unit} is {'met' if met else 'missed'}"
    return said + (", on a machine that was not idle." if idle["not_idle"] else ".")


def _idle(seen: Result) -> str:
    if not seen["not_idle"]:
        return "The machine was idle before each round."
    times, part = f"{seen['not_idle']:.0f} of {seen['rounds']:.0f}", f"{seen['busiest']:.0%}"
    return (
        f"**The machine was not idle** before {times} rounds (up to {part} of its cores): take this again when it is."
    )


def _flowed(block: str) -> str:
    """Fill the lines of a paragraph anew; headings, tables, lists and pictures stay as they are."""
    return block if block.startswith(("#", "|", "-", "!", "\n")) else fill(block.strip(), 125, break_on_hyphens=False)


def _table(head: Sequence[str], rows: Any) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"
