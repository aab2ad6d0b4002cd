"""The supervisor: starts members as soon as what they need is ready, restarts what dies, stops all in good order.

It knows nothing of Pijnstad's services: city.py gives it the members. One event loop in the main thread, because a child
is killed by the kernel when the thread that started it ends.
"""

import asyncio
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pijnstad_local import processes
from pijnstad_local.errors import DidNotStart
from pijnstad_local.journal import Journal
from pijnstad_local.members import Member

SETTINGS_REFUSED = 2  # the exit code of a process whose settings are missing or wrong: trying again cannot help
_POLL = 0.05


@dataclass(frozen=True)
class Patience:
    """Say how long to wait: for readiness, between restarts, for a stop (seconds)."""

    ready: float = 60.0
    first_backoff: float = 0.5
    longest_backoff: float = 10.0
    steady: float = 30.0
    stop: float = processes.STOP_SECONDS
    tries_at_start: int = 3


class Supervisor:
    """Run members until told to stop. `changed` is called after every change of state."""

    def __init__(
        self,
        members: Sequence[Member],
        journal: Journal,
        changed: Callable[[], None] = lambda: None,
        patience: Patience | None = None,
    ) -> None:
        self.members = list(members)
        self._journal = journal
        self._changed = changed
        self._patience = patience or Patience()
        self._ready = {member.name: asyncio.Event() for member in members}
        self._stopping = asyncio.Event()
        self._impatient = asyncio.Event()

    async def run(self, when_ready: Callable[[], None] = lambda: None) -> None:
        """Start all, call `when_ready` once, and look after them until a signal comes. Raises DidNotStart."""
        keeper = processes.Keeper()
        self._listen_to_signals()
        tasks = [asyncio.create_task(self._look_after(member)) for member in self.members]
        try:
            if await self._all_ready(tasks):
                when_ready()
                await self._until(asyncio.create_task(self._wait_stop()), tasks)
        finally:
            self._stopping.set()
            await self._cancel(tasks)
            await self._stop_all()
            keeper.close()

    def stop(self) -> None:
        """Begin to stop; a second call kills at once."""
        if self._stopping.is_set():
            self._impatient.set()
        self._stopping.set()

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.stop)

    async def _all_ready(self, tasks: "list[asyncio.Task[None]]") -> bool:
        """Wait until all are ready; answer False when told to stop before. Raises what a member raised."""
        everything = asyncio.create_task(self._every_event())
        try:
            await self._until(everything, tasks)
        finally:
            everything.cancel()
        return not self._stopping.is_set()

    async def _every_event(self) -> None:
        for event in self._ready.values():
            await event.wait()

    async def _until(self, goal: "asyncio.Task[None]", tasks: "list[asyncio.Task[None]]") -> None:
        """Wait for the goal or for the stop; a member that gave up ends the waiting with its error."""
        stopping = asyncio.create_task(self._wait_stop())
        waiting = {goal, stopping, *tasks}
        while waiting:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            if goal in done or stopping in done:
                break
        stopping.cancel()

    async def _wait_stop(self) -> None:
        await self._stopping.wait()

    async def _look_after(self, member: Member) -> None:
        """Start one member when its needs are ready, and again whenever it dies."""
        for need in member.needs:
            if need in self._ready:
                await self._ready[need].wait()
        failures = 0
        while not self._stopping.is_set():
            self._launch(member)
            if member.once:
                return await self._finish(member)
            became_ready = await self._wait_ready(member)
            code = await self._wait_end(member) if became_ready else self._end_of(member)
            failures = 0 if became_ready and time.monotonic() - member.started > self._patience.steady else failures + 1
            if self._stopping.is_set():
                return
            self._refuse_if_hopeless(member, code, failures)
            await self._pause(member, code, failures)

    def _launch(self, member: Member) -> None:
        member.launch()
        if member.process is not None and member.process.stdout is not None:
            self._journal.follow(member.name, member.process.stdout)
        self._changed()

    async def _finish(self, member: Member) -> None:
        """Wait for a process that runs once before others start."""
        code = await self._wait_end(member)
        if code != 0 and not self._stopping.is_set():
            raise DidNotStart(f"{member.name} failed with code {code}.\n{self._journal.tail(member.name, member.log)}")
        self._mark_ready(member, "done")

    async def _wait_ready(self, member: Member) -> bool:
        deadline = time.monotonic() + self._patience.ready
        while not self._ended(member) and time.monotonic() < deadline:
            if await asyncio.to_thread(member.is_ready):
                self._mark_ready(member, "running")
                return True
            await asyncio.sleep(_POLL)
        return False

    def _mark_ready(self, member: Member, state: str) -> None:
        member.state, member.seconds = state, round(time.monotonic() - member.started, 2)
        self._journal.line(member.name, f"{'done' if state == 'done' else 'ready'} after {member.seconds} s", "green")
        self._ready[member.name].set()
        self._changed()

    async def _wait_end(self, member: Member) -> int:
        while not self._ended(member):
            await asyncio.sleep(_POLL)
        return self._end_of(member)

    def _ended(self, member: Member) -> bool:
        return self._stopping.is_set() or member.process is None or member.process.poll() is not None

    def _end_of(self, member: Member) -> int:
        """Give the exit code of a dead member, after removing what it left; a member that hangs is killed."""
        if self._stopping.is_set() or member.process is None:
            return 0
        hung = member.process.poll() is None
        processes.kill_group(member.process)
        return -1 if hung else int(member.process.returncode)

    def _refuse_if_hopeless(self, member: Member, code: int, failures: int) -> None:
        """Give up on a member that never was ready: its settings are refused, or it has died too often."""
        started_once = self._ready[member.name].is_set()
        if started_once or (code != SETTINGS_REFUSED and failures < self._patience.tries_at_start):
            return
        why = "was not ready in time" if code == -1 else f"ended with code {code}"
        raise DidNotStart(f"{member.name} {why}.\n{self._journal.tail(member.name, member.log)}")

    async def _pause(self, member: Member, code: int, failures: int) -> None:
        backoff = (
            min(self._patience.first_backoff * 2 ** (failures - 1), self._patience.longest_backoff) if failures else 0.0
        )
        member.restarts, member.state = member.restarts + 1, "restarting"
        self._journal.line(member.name, f"died (code {code}); restart {member.restarts} in {backoff:g} s", "red")
        self._changed()
        await self._unless_stopping(backoff)

    async def _unless_stopping(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _cancel(self, tasks: "list[asyncio.Task[None]]") -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _stop_all(self) -> None:
        """Stop stage after stage, the door first and the servers last, all within the patience for a stop."""
        deadline = time.monotonic() + self._patience.stop
        for stage in sorted({member.stage for member in self.members}, reverse=True):
            await self._stop_stage([m for m in self.members if m.stage == stage and m.process is not None], deadline)

    async def _stop_stage(self, members: list[Member], deadline: float) -> None:
        for member in members:
            if member.process is not None and member.process.poll() is None:
                member.state = "stopping"
                member.process.terminate()
        self._changed()
        while any(member.pid for member in members) and time.monotonic() < deadline and not self._impatient.is_set():
            await asyncio.sleep(_POLL)
        for member in members:
            self._bury(member)
        self._changed()

    def _bury(self, member: Member) -> None:
        if member.process is None:
            return
        if member.process.poll() is None:
            self._journal.line(member.name, "did not stop in time and is killed", "red")
        processes.kill_group(member.process)
        member.state = "done" if member.state == "done" else "stopped"
