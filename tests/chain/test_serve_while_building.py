"""A study is served by one process while another builds it anew: readers see the last finished build, then the next."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time

import httpx
import pytest

from tenure.config import study_template
from tenure.store import write_new_folder

pytestmark = pytest.mark.slow
MORE = """---
id: mostrava-falls
published_at: 2014-05-16T10:00:00Z
publisher: Selk Valley Monitor
country: XV
---
# Mostrava falls

Government forces captured Mostrava on 15 May 2014, the Selk Valley Monitor said.
"""


def tenure(*arguments, **options):
    return subprocess.Popen([sys.executable, "-m", "tenure", *map(str, arguments)], text=True, **options)


def reading(address, seen, stop):
    with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
        while not stop.is_set():
            try:
                answer = client.get("/collections/claims/items", params={"limit": 1})
                seen.append((answer.status_code, answer.json().get("numberMatched")))
            except (httpx.HTTPError, ValueError) as error:
                seen.append((0, repr(error)))
            stop.wait(0.05)


def test_readers_see_the_last_finished_build_until_the_next_is_finished(tmp_path):
    folder = tmp_path / "study"
    write_new_folder(folder, study_template("busy"))
    assert tenure("build", folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).wait(300) == 0
    with tenure("serve", folder, "--port", "0", stdout=subprocess.PIPE) as server:
        try:
            address = re.search(r"at (http://\S+?)/;", server.stdout.readline())[1]
            seen, stop = [], threading.Event()
            reader = threading.Thread(target=reading, args=(address, seen, stop))
            reader.start()
            (folder / "reports" / "mostrava.md").write_text(MORE, encoding="utf-8")
            assert tenure("build", folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).wait(300) == 0
            while_building = len(seen)
            deadline = time.monotonic() + 60
            while len({n for _, n in seen}) < 2 and time.monotonic() < deadline:
                time.sleep(0.2)
            stop.set()
            reader.join(30)
        finally:
            server.terminate()
    assert {status for status, _ in seen} == {httpx.codes.OK}, seen
    counts = [n for _, n in seen]
    assert while_building > 20
    assert sorted(set(counts)) == sorted({counts[0], counts[-1]}), "one build after the other, nothing in between"
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]
