"""Jobs: add, watch, cancel, retry; pause the queue."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from nijigen.api.events import encoded, event
from nijigen.api.request_body import CONFIRMATION, INPUTS, RequestBody
from nijigen.api.services import Served, Services
from nijigen.core import registry
from nijigen.core.errors import NotFound
from nijigen.jobs.given import Named
from nijigen.jobs.lanes.performers import performer
from nijigen.jobs.stores.records import JobRecord, Lane, QueueState, State
from nijigen.jobs.stores.store import ended

router = APIRouter(prefix="/api", tags=["jobs"])


class JobRequest(RequestBody):
    """A job to be added."""

    operation: str
    inputs: dict[str, Named] = Field({}, description=INPUTS)
    settings: dict[str, Any] = Field(default_factory=dict)
    name: str | None = Field(None, description="File name of the result, which sets the format")
    batch: str | None = Field(None, max_length=100, description="Groups jobs")
    lane: Lane | None = Field(
        None,
        description="By default ``batch`` for a job of a batch and for commands that take long, "
        "``network`` for what uses the network, else ``interactive``",
    )
    confirmation: str | None = Field(None, max_length=100, description=CONFIRMATION)


class RetryRequest(RequestBody):
    """A request to retry a job."""

    confirmation: str | None = Field(None, max_length=100, description=CONFIRMATION)


class JobList(BaseModel):
    """The newest jobs first."""

    paused: bool
    jobs: list[JobRecord]


class Paused(BaseModel):
    """Whether the queue is paused."""

    paused: bool


class EventStream(StreamingResponse):
    """Server-sent events."""

    media_type = "text/event-stream"


@router.post("/jobs", status_code=202)
def add_job(asked: JobRequest, request: Request, services: Served) -> JobRecord:
    """Add a job to the end of its lane."""
    operation = registry.get(asked.operation)
    services.permissions.check(request, operation, asked.inputs, asked.settings, asked.confirmation)
    return services.queue.add(
        asked.operation, asked.inputs, asked.settings, asked.name, asked.batch, asked.lane
    )


@router.get("/jobs")
def list_jobs(
    services: Served,
    batch: Annotated[str | None, Query(max_length=100)] = None,
    state: State | None = None,
) -> JobList:
    """List the newest jobs first, 500 at most."""
    jobs = services.queue.newest(batch=batch, state=state)
    return JobList(paused=services.queue.paused, jobs=jobs)


@router.get("/jobs/events", response_class=EventStream)
async def watch_all(services: Served) -> EventStream:
    """Send every change of every job: events ``job``, ``gone`` and ``queue``."""
    # Read once here, where an error is an answer; a stream that has begun can only break off.
    await run_in_threadpool(services.queue.waiting)
    return EventStream(encoded(_all_changes(services)))


@router.get("/jobs/{id}")
def show_job(id: str, services: Served) -> JobRecord:
    """Show the current state of a job."""
    return services.queue.get(id)


@router.delete("/jobs/{id}", status_code=204)
def cancel_job(
    id: str,
    services: Served,
    discard: Annotated[
        bool, Query(description="Its results may be removed when their space is needed")
    ] = False,
) -> None:
    """Cancel a waiting or running job; delete a finished one, whose results stay."""
    services.queue.remove(id, discard=discard)


@router.post("/jobs/{id}/retry", status_code=202)
def retry_job(
    id: str, request: Request, services: Served, asked: RetryRequest | None = None
) -> JobRecord:
    """Queue a failed or cancelled job again."""
    job, code = services.queue.get(id), asked.confirmation if asked else None
    declaration = performer(job.operation).declaration(job.operation)
    services.permissions.check(request, declaration, job.inputs, job.settings, code)
    return services.queue.retry(id)


@router.get("/jobs/{id}/look", response_class=Response)
def look_at_job(id: str, services: Served) -> Response:
    """Return the latest partial result of a running job."""
    headers = {"Cache-Control": "no-store"}
    return Response(services.queue.look(id), media_type="image/webp", headers=headers)


@router.get("/jobs/{id}/events", response_class=EventStream)
async def watch_job(id: str, services: Served) -> EventStream:
    """Send a job's progress until it has ended: events ``progress``, then ``end``."""
    await run_in_threadpool(services.queue.get, id)
    return EventStream(encoded(_changes_of(services, id)))


@router.get("/queue")
def show_queue(services: Served) -> QueueState:
    """Show the state of each lane, whether the batch is suspended, and memory use."""
    return services.queue.state()


@router.post("/queue/pause")
def pause(services: Served) -> Paused:
    """Pause the queue after the running jobs."""
    services.queue.pause(True)
    return Paused(paused=True)


@router.post("/queue/resume")
def resume(services: Served) -> Paused:
    """Resume the queue."""
    services.queue.pause(False)
    return Paused(paused=False)


async def _changes_of(services: Services, id: str) -> AsyncIterator[str]:
    with services.events.mailbox(id) as box:
        while not box.closed:
            try:
                job = await run_in_threadpool(services.queue.get, id)
            except NotFound:
                return
            if ended(job):
                yield event("end", job.model_dump_json())
                return
            yield event("progress", job.model_dump_json())
            while not await box.take() and not box.closed:
                yield ": still here\n\n"


async def _all_changes(services: Services) -> AsyncIterator[str]:
    with services.events.mailbox() as box:
        yield event("queue", {"paused": services.queue.paused})
        for job in await run_in_threadpool(services.queue.waiting):
            yield event("job", job.model_dump_json())
        while not box.closed:
            changes = await box.take()
            if not changes:
                yield ": still here\n\n"
            for kind, id in changes:
                text = await _event_of(services, kind, id)
                if text:
                    yield text


async def _event_of(services: Services, kind: str, id: str) -> str:
    if kind == "queue":
        return event("queue", {"paused": services.queue.paused})
    if kind == "gone":
        return event("gone", {"id": id})
    try:
        job = await run_in_threadpool(services.queue.get, id)
    except NotFound:
        return ""
    return event("job", job.model_dump_json())
