"""Services behind the routes: stores, queue, and worker threads."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request

from nijigen.api.access.attempts import Attempts
from nijigen.api.access.links import Links
from nijigen.api.access.permissions import Permissions
from nijigen.api.access.sessions import Sessions
from nijigen.api.access.token import Token
from nijigen.api.config import Config
from nijigen.api.events import Events
from nijigen.api.found_posts import FoundPosts
from nijigen.api.home_library import HomeLibrary
from nijigen.api.previews import Previews
from nijigen.api.refusals import TookTooLong
from nijigen.core.declaration import AnyDeclaration
from nijigen.core.errors import Cancelled
from nijigen.core.run import Run
from nijigen.jobs.decoding.decoders import Decoders
from nijigen.jobs.given import AllGiven, Finder, read_all
from nijigen.jobs.lanes.queue import Queue
from nijigen.jobs.roots import Roots
from nijigen.jobs.stores.folder import DataFolder
from nijigen.jobs.stores.pictures import PictureStore
from nijigen.jobs.stores.recovery.opening import open_database
from nijigen.jobs.stores.store import JobStore

T = TypeVar("T")


class Services:
    """Everything behind the routes, for one data folder.

    Raises:
        InputError: Another process is using the folder, or it is not a data folder.
        OutputError: The folder cannot be written.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        roots = Roots(config.roots)
        self.folder = DataFolder(config.data)
        self.lock = self.folder.lock()
        try:
            self.folder.prepare()
            self.token = self._token()
            self.database = open_database(self.folder)
        except Exception:
            self.lock.release()
            raise
        self.decoders = Decoders(self.folder.scratch)
        self.pictures = PictureStore(
            self.folder,
            self.database,
            quota=config.quota,
            days=config.days,
            trash_days=config.trash_days,
            inspect=self.decoders.facts,
        )
        self.links = Links(self.token)
        self.sessions = Sessions(self.token)
        self.attempts = Attempts()
        self.permissions = Permissions(config, self.sessions)
        self.finder = Finder(self.pictures, roots)
        self.events = Events()
        self.queue = Queue(
            JobStore(self.database, self.pictures),
            self.finder,
            self.events.tell,
            self.decoders.check,
        )
        self.previews = Previews(self.decoders.check)
        self.library = HomeLibrary()
        self.found = FoundPosts(self.pictures, self.decoders, self.folder.scratch)
        # They mostly wait for decoders, which bound the memory.
        self.files = ThreadPoolExecutor(64, "nijigen-files")
        self.work = ThreadPoolExecutor(2, "nijigen-work")
        # They wait for sites, and keep nobody from working meanwhile.
        self.sites = ThreadPoolExecutor(4, "nijigen-sites")
        self._waited: set[Run] = set()

    def _token(self) -> Token:
        if self.config.token is not None:
            return Token(self.config.token)
        file = self.folder.token.absolute()
        return Token.new(file) if self.config.new_token else Token.of(file)

    def start(self) -> None:
        """Start; called in the event loop."""
        self.events.open()
        self.queue.start()

    def hang_up(self) -> None:
        """Stop streams and long operations, which would keep the server from stopping."""
        self.events.close()
        for run in list(self._waited):
            run.cancel()

    def stop(self) -> None:
        """Stop all work; unfinished jobs stay in the queue."""
        self.hang_up()
        self.queue.stop()
        self.previews.stop()
        self.decoders.stop()
        self.found.close()
        for pool in (self.files, self.work, self.sites):
            pool.shutdown(cancel_futures=True)
        self.library.close()
        self.database.close()
        self.folder.clear_scratch()
        self.lock.release()

    async def with_files(self, work: Callable[[], T]) -> T:
        """Read or write pictures in a separate thread."""
        return await asyncio.get_running_loop().run_in_executor(self.files, work)

    def read(self, declaration: AnyDeclaration, found: AllGiven, run: Run) -> dict[str, Any]:
        """Return the values of inputs, after a check of what is decoded.

        Raises:
            NotFound: A file does not exist any more.
            BadPicture: A file is not a picture.
            PictureTooLarge: A file costs too much.
        """
        self.decoders.check(declaration, found)
        return read_all(declaration, found, run)

    async def waited_for(
        self, pool: ThreadPoolExecutor, work: Callable[[Run], T], request: Request
    ) -> T:
        """Run a long task for a client, and cancel it when the client disconnects.

        Raises:
            TookTooLong: It exceeded its time limit.
            Cancelled: The client disconnected, or the run was cancelled.
        """
        run = Run()
        return await self.run(pool, work, run, request)

    async def run(
        self, pool: ThreadPoolExecutor, work: Callable[[Run], T], run: Run, request: Request
    ) -> T:
        """Run a long task with a given run; see :meth:`waited_for`.

        The batch is suspended in the meantime.
        """
        self._waited.add(run)

        def foreground() -> T:
            with self.queue.foreground.work():
                return work(run)

        future = asyncio.get_running_loop().run_in_executor(pool, foreground)
        gone = asyncio.ensure_future(_disconnected(request))
        waited: set[asyncio.Future[Any]] = {future, gone}
        try:
            done, _ = await asyncio.wait(
                waited,
                timeout=self.config.operation_seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if future in done:
                return future.result()
            if gone in done:
                raise Cancelled("the client is gone")
            raise TookTooLong(
                f"the operation takes longer than {self.config.operation_seconds:.0f} seconds",
                "run it as a job: POST /api/jobs",
            )
        finally:
            self._waited.discard(run)
            gone.cancel()
            if not future.done():
                run.cancel()
                # The thread ends at its next tile; its exception is ignored.
                future.add_done_callback(_forgotten)
            with contextlib.suppress(asyncio.CancelledError):
                await gone


def _forgotten(future: asyncio.Future[T]) -> None:
    if not future.cancelled():
        future.exception()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


Served = Annotated[Services, Depends(_services)]
"""A route parameter with the services of its app."""
