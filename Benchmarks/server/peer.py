"""A job service as FastAPI's tutorial on SQL databases writes one (SQLModel, SQLite, a session a request)."""

import os
import uuid
from collections.abc import Generator
from datetime import datetime, timezone
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query
from sqlmodel import Field, Session, SQLModel, create_engine, select


class JobBase(SQLModel):
    name: str = Field(index=True)
    audio_hash: str = Field(index=True)
    instructions: str | None = None


class Job(JobBase, table=True):
    id: str = Field(default_factory=lambda: str(uuid.uuid4()), primary_key=True)
    state: str = Field(default="queued", index=True)
    priority: int = 0
    attempt: int = 0
    created_at: datetime = Field(default_factory=lambda: datetime.now(timezone.utc), index=True)


engine = create_engine(f"sqlite:///{os.environ['PEER_DATABASE']}", connect_args={"check_same_thread": False})


def get_session() -> Generator[Session]:
    with Session(engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]
app = FastAPI()


@app.on_event("startup")
def on_startup() -> None:
    SQLModel.metadata.create_all(engine)


@app.post("/v1/jobs", status_code=202)
def create_job(job: JobBase, session: SessionDep) -> Job:
    row = Job.model_validate(job)
    session.add(row)
    session.commit()
    session.refresh(row)
    return row


@app.get("/v1/jobs")
def read_jobs(session: SessionDep, offset: int = 0, limit: Annotated[int, Query(le=100)] = 50) -> list[Job]:
    return list(session.exec(select(Job).order_by(Job.created_at.desc()).offset(offset).limit(limit)).all())


@app.get("/v1/jobs/{job_id}")
def read_job(job_id: str, session: SessionDep) -> Job:
    job = session.get(Job, job_id)
    if not job:
        raise HTTPException(status_code=404, detail="Job not found")
    return job
