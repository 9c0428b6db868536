"""The abstract tests of OGC API - Features Part 1 (17-069r4, annex A), Part 2 (crs) and Part 3 (filter)."""

from __future__ import annotations

import json
from urllib.parse import quote

import httpx
import pytest

NAMES = (
    "control",
    "places",
    "events",
    "claims",
    "fronts",
    "pockets",
    "corridors",
    "zones",
    "incidents",
    "weekly",
    "compliance",
)
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


def get(client, path, status=200, **params):
    answer = client.get(path, params={k.replace("_", "-"): v for k, v in params.items()} or None)
    assert answer.status_code == status, (answer.status_code, answer.text)
    return answer.json() if "json" in answer.headers["content-type"] else answer.text


def ids(document):
    return [feature["id"] for feature in document["features"]]


def rels(document):
    return {link["rel"]: link["href"] for link in document["links"]}


def test_landing_page_links_to_definition_conformance_and_data(client):
    links = rels(get(client, "/"))
    assert {"self", "alternate", "service-desc", "service-doc", "conformance", "data"} <= set(links)
    for href in links.values():
        assert client.get(href).status_code == 200


def test_every_link_of_every_document_leads_somewhere(client):
    seen, todo = set(), ["/?f=json"]
    while todo:
        answer = client.get(todo.pop())
        assert answer.status_code == 200, answer.url
        if "json" not in answer.headers["content-type"]:
            continue
        text = json.dumps(answer.json())
        for part in text.split('"href": "')[1:]:
            href = part.split('"')[0]
            if href not in seen and "/items/" not in href and len(seen) < 200:
                seen.add(href)
                todo.append(href)
    assert len(seen) > 40


def test_api_definition_is_openapi_3_and_names_every_path(client):
    answer = client.get("/api")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    document = answer.json()
    assert document["openapi"].startswith("3.0")
    for name in NAMES:
        assert f"/collections/{name}/items" in document["paths"]


def test_conformance_declares_the_classes_that_are_tested_here(client):
    classes = get(client, "/conformance")["conformsTo"]
    for end in (
        "ogcapi-features-1/1.0/conf/core",
        "1/1.0/conf/oas30",
        "1/1.0/conf/html",
        "1/1.0/conf/geojson",
        "2/1.0/conf/crs",
    ):
        assert any(uri.endswith(end) for uri in classes)


def test_collections_are_complete_and_each_is_described_alike_alone(client):
    document = get(client, "/collections")
    assert [c["id"] for c in document["collections"]] == list(NAMES)
    for collection in document["collections"]:
        assert get(client, f"/collections/{collection['id']}") == collection
        assert {"items", "self", "http://www.opengis.net/def/rel/ogc/1.0/queryables"} <= set(rels(collection))
        assert collection["storageCrs"] == CRS84
        assert collection["crs"][0] == CRS84


def test_extents_hold_all_features(client):
    document = get(client, "/collections/control")
    west, south, east, north = document["extent"]["spatial"]["bbox"][0]
    assert (west, south) == (36, 35)
    assert (round(east, 6), round(north, 6)) == (37.2, 35.8)
    assert document["extent"]["temporal"]["interval"] == [["2021-03-01T00:00:00Z", "2021-05-29T23:59:59Z"]]
    assert get(client, "/collections/zones")["extent"]["temporal"]["interval"][0][1] is None


@pytest.mark.parametrize("name", NAMES)
def test_items_are_geojson_with_links_and_counts(client, edition, name):
    answer = client.get(f"/collections/{name}/items")
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["content-crs"] == f"<{CRS84}>"
    document = answer.json()
    assert document["type"] == "FeatureCollection"
    assert (
        document["numberReturned"]
        == len(document["features"])
        <= document["numberMatched"]
        == edition.collections[name].size
    )
    assert document["timeStamp"] == "2024-01-01T12:00:00Z"
    assert {"self", "alternate", "collection"} <= set(rels(document))
    keys = set(get(client, f"/collections/{name}/queryables")["properties"]) - {"geometry"}
    for feature in document["features"]:
        assert feature["type"] == "Feature"
        assert set(feature["properties"]) == keys


def test_feature_alone_is_the_feature_of_the_page(client):
    for name in NAMES:
        for feature in get(client, f"/collections/{name}/items", limit=3)["features"]:
            alone = get(client, f"/collections/{name}/items/{quote(feature['id'], safe='')}")
            links = rels(alone)
            assert {k: alone[k] for k in feature} == feature
            assert {"self", "alternate", "collection"} <= set(links)


@pytest.mark.parametrize(
    "path", ["/collections/nope", "/collections/nope/items", "/collections/control/items/nope", "/nope", "/map/nope"]
)
def test_what_is_not_there_is_404_with_a_reason(client, path):
    assert get(client, path, 404)["code"] == "NotFound"


def test_limit_is_kept_and_one_above_the_maximum_is_cut_to_it(client):
    assert len(get(client, "/collections/control/items", limit=7)["features"]) == 7
    assert len(get(client, "/collections/control/items", limit=99999999)["features"]) == 72


@pytest.mark.parametrize("limit", [1, 7, 10, 71, 72, 100])
def test_pages_hold_every_feature_once_in_order(client, limit):
    everything = ids(get(client, "/collections/control/items", limit=10000))
    found, address, pages = [], f"/collections/control/items?limit={limit}", []
    while address:
        page = get(client, address)
        found += ids(page)
        pages.append(page)
        address = rels(page).get("next")
    assert found == everything
    assert len(pages) == -(-72 // limit)
    back = rels(pages[-1]).get("prev")
    assert (back is None) == (len(pages) == 1)
    if back:
        assert ids(get(client, back)) == ids(pages[-2])


def test_pages_of_a_selection_stay_within_it(client):
    first = get(client, "/collections/control/items", filter="controller = 'gov'", limit=10, bbox="36,35,36.5,36")
    following = get(client, rels(first)["next"])
    assert following["numberMatched"] == first["numberMatched"]
    assert {f["properties"]["controller"] for f in following["features"]} == {"gov"}


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ("36,35,36.15,35.15", {"p00"}),
        ("36.05,35.05,36.25,35.15", {"p00", "p01"}),
        ("36,35,0,36.15,35.15,100", {"p00"}),
        ("170,35.05,36.1,35.1", {"p00"}),
        ("-10,-10,-9,-9", set()),
    ],
)
def test_bbox_selects_what_it_meets(client, box, expected):
    features = get(client, "/collections/control/items", bbox=box, limit=1000)["features"]
    assert {f["properties"]["place_id"] for f in features} == expected


def test_bbox_keeps_features_without_geometry(client, edition):
    assert get(client, "/collections/claims/items", bbox="0,0,1,1")["numberMatched"] == edition.collections["claims"].size


def test_bbox_in_another_reference_system_selects_the_same(client):
    plain = get(client, "/collections/control/items", bbox="36,35,36.15,35.15")
    swapped = get(client, "/collections/control/items", bbox="35,36,35.15,36.15", bbox_crs=f"{EPSG}4326")
    mercator = get(
        client, "/collections/control/items", bbox="4007501.7,4163881.1,4024199.6,4184278.0", bbox_crs=f"{EPSG}3857"
    )
    assert ids(plain) == ids(swapped) == ids(mercator)


def test_crs_moves_coordinates_and_says_so(client):
    url = "/collections/places/items"
    plain = get(client, url, limit=1)["features"][0]["geometry"]["coordinates"]
    answer = client.get(url, params={"limit": 1, "crs": f"{EPSG}4326"})
    assert answer.headers["content-crs"] == f"<{EPSG}4326>"
    assert answer.json()["features"][0]["geometry"]["coordinates"] == plain[::-1]
    merc = get(client, f"{url}/p00", crs=f"{EPSG}3857")["geometry"]["coordinates"]
    assert merc == pytest.approx([4018633.6, 4177476.1], rel=1e-4)
    mixed = get(client, "/collections/claims/items", limit=1, crs=f"{EPSG}3857")
    assert mixed["features"][0]["geometry"] is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("2021-03-01", 24),
        ("2021-03-01T12:00:00Z", 24),
        ("2021-03-02", 24),
        ("2021-05-29", 24),
        ("2021-05-30", 0),
        ("2021-02-28", 0),
        ("2021-03-01/2021-03-06", 24 + 3),
        ("../2021-03-01", 24),
        ("/2021-03-01", 24),
        ("2021-05-29/..", 24),
        ("2021-05-29/", 24),
        ("../..", 72),
    ],
)
def test_datetime_selects_what_holds_then(client, text, count):
    """Spells are half-open: the day on which one ends is the first of the next."""
    assert get(client, "/collections/control/items", datetime=text)["numberMatched"] == count


def test_datetime_on_one_day_gives_each_place_once(client):
    found = get(client, "/collections/control/items", datetime="2021-03-20", limit=1000)["features"]
    assert sorted(f["properties"]["place_id"] for f in found) == [f"p{i:02d}" for i in range(24)]


def test_open_validity_reaches_into_the_future(client):
    assert get(client, "/collections/zones/items", datetime="2200-01-01")["numberMatched"] == 1
    assert get(client, "/collections/fronts/items", datetime="2200-01-01/..")["numberMatched"] == 1
    assert get(client, "/collections/zones/items", datetime="2021-03-01")["numberMatched"] == 0


def test_datetime_keeps_features_without_time(client):
    assert get(client, "/collections/places/items", datetime="1900-01-01")["numberMatched"] == 24


def test_known_on_leaves_out_what_was_published_later(client, edition):
    known = get(client, "/collections/claims/items", known_on="2021-03-10")
    assert 0 < known["numberMatched"] < edition.collections["claims"].size
    assert all(f["properties"]["known_from"] < "2021-03-11" for f in known["features"])


@pytest.mark.parametrize(
    ("name", "value", "count"), [("controller", "gov", 24), ("sources", "2", 24), ("start", "2021-03-01", 24)]
)
def test_columns_are_parameters(client, name, value, count):
    assert get(client, "/collections/control/items", **{name: value})["numberMatched"] == count


def test_truth_values_are_parameters(client):
    assert get(client, "/collections/zones/items", approximate="true")["numberMatched"] == 1
    assert get(client, "/collections/zones/items", approximate="false")["numberMatched"] == 0


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"limti": 3}, "limit"),
        ({"limit": 0}, "limit"),
        ({"limit": -1}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"limit": "٣"}, "limit"),
        ({"limit": "9" * 40}, "limit"),
        ({"offset": -1}, "offset"),
        ({"bbox": "1,2,3"}, "box"),
        ({"bbox": "1,2,x,4"}, "bbox"),
        ({"bbox": "nan,2,3,4"}, "bbox"),
        ({"bbox": "1,5,3,4"}, "south"),
        ({"bbox": "9,9,1,1", "bbox-crs": f"{EPSG}3857"}, "corner"),
        ({"bbox": "1,2,3,4", "bbox-crs": "EPSG:4326"}, "bbox-crs"),
        ({"crs": f"{EPSG}27700"}, "crs"),
        ({"datetime": "yesterday"}, "day"),
        ({"datetime": "2021-02-30"}, "day"),
        ({"datetime": "2021-03-02/2021-03-01"}, "before"),
        ({"datetime": "2021-03-02/2021-03-03/2021-03-04"}, "interval"),
        ({"filter": "p >"}, "CQL2"),
        ({"filter": "q > 1"}, "known"),
        ({"filter": "p > 1", "filter-lang": "cql2-json"}, "cql2-text"),
        ({"filter": "p > 1", "filter-crs": "x"}, "filter-crs"),
        ({"known-on": "soon"}, "day"),
        ({"f": "xml"}, "json"),
        ({"p": "much"}, "number"),
        ({"start": "much"}, "day"),
        ({"sources": ""}, "number"),
    ],
)
def test_bad_parameter_is_400_with_what_to_do(client, params, word):
    answer = client.get("/collections/control/items", params=params)
    assert answer.status_code == 400
    assert word in answer.json()["description"]


def test_parameter_given_twice_or_unknown_elsewhere_is_400(client):
    assert client.get("/collections/control/items?limit=1&limit=2").status_code == 400
    for path in (
        "/",
        "/collections",
        "/conformance",
        "/api",
        "/collections/control",
        "/collections/control/items/p00.2021-03-01",
    ):
        assert client.get(path, params={"nope": 1}).status_code == 400
    assert client.get("/collections/zones/items", params={"approximate": "yes"}).status_code == 400


PAGES = ["/", "/conformance", "/api", "/collections", "/collections/control", "/collections/control/queryables"]
PAGES += ["/collections/control/items", "/collections/control/items/p05.2021-03-01", "/why?place=p05&on=2021-03-20"]


@pytest.mark.parametrize("path", PAGES)
def test_every_document_has_an_html_page_that_escapes(client, path):
    answer = client.get(path, headers={"accept": "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8"})
    assert answer.headers["content-type"].startswith("text/html")
    assert "<script" not in answer.text
    assert answer.text.startswith("<!doctype html>")
    if "p05" in path:
        assert "&lt;/script&gt;" in answer.text


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "json"),
        ("application/json", "json"),
        ("application/geo+json", "json"),
        ("text/html;q=0.4, application/json;q=0.5", "json"),
        ("text/html", "html"),
        ("text/html, */*;q=0.1", "html"),
        ("application/json;q=nonsense, text/html", "html"),
        ("image/png, */*", "json"),
    ],
)
def test_accept_chooses_the_format(client, accept, kind):
    assert kind in client.get("/collections/control/items", headers={"accept": accept}).headers["content-type"]


def test_format_that_is_not_offered_is_406_and_f_overrides_accept(client):
    assert client.get("/collections", headers={"accept": "image/png"}).status_code == 406
    assert client.get("/collections?f=json", headers={"accept": "image/png"}).status_code == 200
    assert client.get("/collections/nope?f=html").headers["content-type"].startswith("text/html")


def test_queryables_are_a_schema_with_the_geometry(client):
    answer = client.get("/collections/control/queryables")
    assert answer.headers["content-type"] == "application/schema+json"
    document = answer.json()
    assert document["$schema"].endswith("2020-12/schema")
    assert document["$id"].endswith("/collections/control/queryables")
    assert document["properties"]["geometry"]["format"] == "geometry-any"
    assert document["properties"]["tier"]["enum"] == ["assessed", "claimed", "disputed"]


def test_why_gives_probabilities_and_claims(client):
    document = get(client, "/why", place="Ma'arra 3", on="2021-03-20")
    assert document["p"]["gov"] == 0.95
    assert document["claims"][0]["claim_id"] == "c03"
    assert document["claims"][0]["url"] is None, "a script is never linked"
    assert get(client, "/why", place="تل 3", on="2021-03-20")["place_id"] == "p03"
    assert get(client, "/why", place="p00", on="2021-03-01")["status"] == "unknown"
    early = get(client, "/why", place="p20", on="2021-03-20", known_on="2021-03-05")
    assert early["claims"] == []


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"place": "nowhere", "on": "2021-03-20"}, 404),
        ({"place": "p03"}, 400),
        ({"on": "2021-03-20"}, 400),
        ({"place": "p03", "on": "1999-01-01"}, 400),
        ({"place": "p03", "on": "x"}, 400),
    ],
)
def test_why_without_a_place_or_day_is_told(client, params, status):
    assert client.get("/why", params=params).status_code == status


def test_map_is_served_with_a_policy_of_its_own(client):
    answer = client.get("/map", follow_redirects=True)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "'sha256-" in policy
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert client.get("/map/parts/a.json").headers["content-type"] == "application/json"


def test_answers_are_the_same_bytes_each_time(server):
    address = f"{server}/collections/control/items?limit=50&filter=p%20%3E%200.5"
    with httpx.Client(trust_env=False) as one, httpx.Client(trust_env=False) as two:
        assert one.get(address).content == two.get(address).content
