"""What ``manage.py doctor`` looks at, beyond what ``/ready`` asks: one function a piece."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Callable

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import get_connection
from django.db import DatabaseError, connections

from config import env, postgresql, process, swaps
from gpu.contract import MODELS, is_installed
from gpu.decode import sandbox_state
from transcripts import readiness
from transcripts.burning_text import can_shape
from transcripts.readiness import Check

SHIELDED_SPOOL = "django.core.files.uploadhandler.MemoryFileUploadHandler"
SLOW_TOOL_SECONDS = 10
ENOUGH_BUDGET_BYTES = 500_000_000


def examine() -> list[Check]:
    """Every piece, in the order in which a recording meets them."""
    pieces: tuple[Callable[[], Check], ...] = (
        readiness.database,
        readiness.search,
        database_logs,
        readiness.queue,
        worker,
        memory,
        disk_spool,
        swap,
        core_dumps,
        sandbox,
        readiness.engine,
        sweeper,
        readiness.clock,
        models,
        gpu,
        letters,
        storage,
        mail,
    )
    return [piece() for piece in pieces]


def database_logs() -> Check:
    piece = ("database_logs", "Logs of the database")
    found, mends = [], []
    for alias in connections:
        try:
            wrong = postgresql.talkative(alias)
        except DatabaseError as error:
            return Check(*piece, ok=None, detail=type(error).__name__, essential=False)
        if wrong:
            found += [f"{alias}: {name} = {value}" for name, value in wrong.items()]
            mends.append(postgresql.mend(alias, wrong))
    if found:
        detail = f"may hold content ({', '.join(found)})"
        return Check.fails(piece, detail, " ".join(mends), essential=False)
    return Check.works(piece, "no content", essential=False)


def worker() -> Check:
    if settings.REDIS_URL:
        return readiness.worker()
    return Check("worker", "Worker", ok=None, detail="starts with make run")


def sweeper() -> Check:
    """It runs beside the worker."""
    if settings.REDIS_URL:
        return readiness.sweeper()
    return Check(*readiness.SWEEPER, ok=None, detail="starts with make run")


def memory() -> Check:
    check = readiness.memory()
    if check.ok and (policy := readiness.eviction_policy()):
        mend = "Recordings may be thrown away when Redis is full: maxmemory-policy noeviction."
        return Check.fails(readiness.MEMORY, policy, mend, essential=False)
    if check.ok and readiness.budget_bytes() < ENOUGH_BUDGET_BYTES:
        mend = "Large recordings will be refused: free memory, or set AUDIO_BUDGET_MB."
        return Check.fails(readiness.MEMORY, check.detail, mend, essential=False)
    return check


def disk_spool() -> Check:
    piece = ("disk_spool", "Disk spool")
    if settings.FILE_UPLOAD_HANDLERS != [SHIELDED_SPOOL]:
        mend = f"Leave FILE_UPLOAD_HANDLERS at [{SHIELDED_SPOOL!r}]."
        return Check.fails(piece, "Django would write uploads to a disk", mend, essential=False)
    import daphne.http_protocol

    import config.streaming_daphne as shield

    if daphne.http_protocol.WebRequest is not shield.StreamingRequest:
        mend = "Serve with manage.py serve, or with SERVER=uvicorn."
        return Check.fails(piece, "daphne would write bodies to a disk", mend, essential=False)
    return Check.works(piece, "none: uploads stay in memory", essential=False)


def swap() -> Check:
    piece = ("swap", "Swap")
    if on_disk := swaps.unencrypted():
        mend = "Memory may reach this disk: swapoff, or encrypt it with a key made at boot."
        return Check.fails(piece, ", ".join(on_disk), mend, essential=False)
    return Check.works(
        piece, "encrypted, or in memory" if swaps.in_use() else "none", essential=False
    )


def core_dumps() -> Check:
    piece = ("core_dumps", "Core dumps")
    process.forbid_core_dumps()  # as every process of ours does when it starts
    if resource.getrlimit(resource.RLIMIT_CORE)[0] <= 1:
        return Check.works(piece, "off", essential=False)
    mend = "A crash could write memory to a disk: ulimit -c 0, or LimitCORE=0."
    return Check.fails(piece, "on", mend, essential=False)


def sandbox() -> Check:
    piece = ("sandbox", "Decoder sandbox")
    state = sandbox_state()
    if state == "full":
        return Check.works(piece, "full")
    starts = not state.startswith("the decoder")
    mend = "Use a Linux kernel with seccomp." if starts else "Install again: make run."
    return Check.fails(piece, state, mend, essential=not starts)


def models() -> Check:
    installed = [model.label for model in MODELS if is_installed(model, settings.MODELS_DIR)]
    detail = ", ".join(installed) or "none"
    return Check("models", "Installed models", bool(installed), detail, essential=False)


def gpu() -> Check:
    piece = ("gpu", "GPU")
    try:
        names = subprocess.run(
            ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            check=True,
            timeout=SLOW_TOOL_SECONDS,
        ).stdout.split("\n")
    except FileNotFoundError:
        return Check(*piece, ok=None, detail="none; the embedded engine needs none")
    except (OSError, subprocess.SubprocessError):
        mend = "Install the driver that fits the kernel; see what nvidia-smi says."
        return Check.fails(piece, "nvidia-smi fails", mend, essential=False)
    return Check.works(piece, ", ".join(filter(None, names)), essential=False)


def letters() -> Check:
    piece = ("letters", "Letters in videos")
    if can_shape():
        return Check.works(piece, "every script", essential=False)
    mend = "Install FriBidi (libfribidi0): Arabic, Hebrew, Indic and like scripts need it."
    return Check.fails(piece, "only scripts that are drawn letter by letter", mend, essential=False)


def storage() -> Check:
    """For what is archived on request only; a recording on its way never goes there."""
    piece = ("storage", "Object storage")
    if not env.text("STORAGE_URL"):
        mend = "Set STORAGE_URL=s3://… to keep opted-in archives in a bucket."
        return Check(*piece, ok=None, detail="not set", mend=mend, essential=False)
    try:
        default_storage.exists("doctor")
    except Exception as error:  # noqa: BLE001 - boto raises a class of its own for every mishap
        mend = "Check STORAGE_URL: the bucket, its region, and the key's rights."
        return Check.fails(piece, type(error).__name__, mend, essential=False)
    return Check.works(piece, "answers", essential=False)


def mail() -> Check:
    piece = ("mail", "Mail")
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        mend = "Set MAIL_URL to send it; until then mail is printed where Sotto runs."
        return Check(*piece, ok=None, detail="printed, not sent", mend=mend, essential=False)
    try:
        with get_connection():
            return Check.works(piece, settings.EMAIL_HOST, essential=False)
    except OSError as error:
        mend = "Check MAIL_URL."
        return Check.fails(piece, type(error).__name__, mend, essential=False)
