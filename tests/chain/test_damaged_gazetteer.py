"""A compiled gazetteer that the disk damaged is made again: no name is looked up in it."""

from __future__ import annotations

import pytest

from tenure.config import Config  # noqa: F401 - loads what parse_study needs, outside the test's time
from tenure.model import RawDocument
from tenure.pipeline.study import make_locator

PLACES = RawDocument(
    name="places.csv",
    content=b"id,name,lat,lon,feature\n"
    + b"".join(b"p%d,Vellin %d,%d.5,12.5,settlement\n" % (i, i, i % 80) for i in range(200)),
)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95])
def test_a_damaged_gazetteer_is_made_again_and_answers_the_same(tmp_path, monkeypatch, caplog, share):
    monkeypatch.setenv("TENURE_CACHE", str(tmp_path))
    before = make_locator(None, gazetteer_file=PLACES).gazetteer.to_bytes()
    (path,) = tmp_path.glob("gazetteer-*.bin")
    whole = bytearray(path.read_bytes())
    sound = bytes(whole)
    at = int(share * len(whole))
    whole[at : at + 8] = bytes(b ^ 0xFF for b in whole[at : at + 8])
    path.write_bytes(whole)
    again = make_locator(None, gazetteer_file=PLACES)
    assert "is damaged" in caplog.text
    assert again.gazetteer.to_bytes() == before
    assert path.read_bytes() == sound
