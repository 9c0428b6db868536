"""`tenure serve`: the service of a study's folder in one process, until it is interrupted."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from tenure.errors import InputError
from tenure.serve.app import create_app
from tenure.serve.study import StudyFeed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from tenure.serve.settings import ServeSettings

__all__ = ["listen", "serve_study"]

_BACKLOG, _KEEP_ALIVE_S, _HEADER_BYTES = 512, 10, 16 * 1024


def listen(settings: ServeSettings) -> socket.socket:
    """Return a socket that listens where the settings say; InputError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((settings.host, settings.port))
    except OSError as error:
        made.close()
        value = f"{settings.host}:{settings.port}"
        raise InputError("cannot listen there", value=value, remedy=f"{error.strerror}; choose another port") from error
    made.listen(_BACKLOG)
    return made


def serve_study(
    folder: Path, settings: ServeSettings, *, now: Callable[[], datetime], ready: Callable[[str], None] = lambda _: None
) -> None:
    """Serve the last finished build of a study until interrupted; `ready` is told the address once it answers.

    `now` gives the aware time that the embargo counts from. Raises NotBuiltError when there is no build, InputError when
    the address cannot be had.
    """
    import uvicorn

    from tenure.serve.connections import ReaderConnection

    feed = StudyFeed(folder, now=now)
    with listen(settings) as bound:
        config = uvicorn.Config(
            create_app(feed, settings),
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            http=ReaderConnection,
            timeout_keep_alive=_KEEP_ALIVE_S,
            h11_max_incomplete_event_size=_HEADER_BYTES,
        )
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        ready(settings.base_url or f"http://{host}:{bound.getsockname()[1]}/")
        uvicorn.Server(config).run(sockets=[bound])
