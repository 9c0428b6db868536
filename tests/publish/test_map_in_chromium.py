"""The page in real Chromium, from a file, with software rendering: what it does, and that it stays on this machine."""

from __future__ import annotations

import re
import shutil

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
]
WAIT_MS = 60_000

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    # playwright leaves its event loop's transport to the collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def page_file(released, tmp_path_factory):
    from tenure.publish.map.page import render_map

    path = tmp_path_factory.mktemp("site") / "map.html"
    path.write_bytes(render_map(released))
    return path


@pytest.fixture(scope="module")
def folder(released, tmp_path_factory):
    """The same study as a folder of parts: four spans of days, seven groups of places."""
    from tenure.publish.map import page as page_of

    path = tmp_path_factory.mktemp("folder")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page_of, "PAGE_PLACES", 10)
        patch.setattr(page_of, "_SPAN_DAYS", 30)
        patch.setattr(page_of, "_GROUP_PLACES", 10)
        for name, content in page_of.render_site(released).items():
            (path / name).parent.mkdir(exist_ok=True)
            (path / name).write_bytes(content)
    return path


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as engine:
        running = engine.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


class Opened:
    """A page with what it said and asked for."""

    def __init__(self, browser, path, *, fragment="", size=(1280, 800), dark=False):
        scheme = "dark" if dark else "light"
        self.context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
        self.page = self.context.new_page()
        self.said, self.asked = [], []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto((path if isinstance(path, str) else path.as_uri()) + fragment)
        self.page.wait_for_selector("html[data-ready]", state="attached", timeout=WAIT_MS)

    def text(self, selector):
        return self.page.inner_text(selector)


@pytest.fixture
def opened(browser, page_file):
    made = []

    def open_page(path=page_file, **options):
        made.append(Opened(browser, path, **options))
        return made[-1]

    yield open_page
    for one in made:
        one.context.close()


def test_page_loads_quietly_and_asks_for_nothing_outside(opened):
    one = opened()
    assert one.page.get_attribute("html", "data-ready") == "yes"
    assert one.said == []
    assert [u for u in one.asked if not u.startswith(("file:", "blob:", "data:"))] == []
    assert "8 June 2021" in one.text("#legend-date")


def test_slider_moves_the_date_and_the_figures(opened):
    one = opened()
    before = one.text("#legend-rows")
    one.page.locator("#day").fill("20")
    assert one.text("#legend-date") == "21 March 2021"
    assert one.page.input_value("#date") == "2021-03-21"
    assert one.text("#legend-rows") != before
    one.page.focus("#day")
    one.page.keyboard.press("ArrowRight")
    assert one.text("#legend-date") == "22 March 2021"


def test_typed_date_is_shown_and_a_date_outside_goes_to_the_edge(opened):
    one = opened()
    one.page.fill("#date", "2021-04-02")
    one.page.dispatch_event("#date", "change")
    assert one.text("#legend-date") == "2 April 2021"
    one.page.fill("#date", "2030-01-01")
    one.page.dispatch_event("#date", "change")
    assert one.text("#legend-date") == "8 June 2021"


def test_without_webgl_the_page_says_so_and_the_table_works(page_file, browser):
    bare = browser.browser_type.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-3d-apis"])
    one = Opened(bare, page_file, fragment="#date=2021-04-20")
    assert one.page.get_attribute("html", "data-ready") == "without-map"
    assert "WebGL" in one.text("#failed")
    assert "20 April 2021" in one.text("#legend-date")
    one.page.click("#open-table")
    assert one.page.locator("#table-rows tr").count() == 64
    bare.close()


def test_play_runs_and_stops(opened):
    one = opened(fragment="#date=2021-03-05")
    one.page.click("#play")
    one.page.wait_for_timeout(2500)
    one.page.click("#play")
    shown = one.page.input_value("#date")
    assert shown > "2021-03-05"
    one.page.wait_for_timeout(600)
    assert one.page.input_value("#date") == shown


def test_comparison_says_who_gained_from_whom(opened):
    one = opened(fragment="#date=2021-05-20")
    one.page.click("#compare")
    assert "from" in one.text("#legend-rows")
    assert "Opposition → Government" in " ".join(one.text("#legend-rows").split())
    one.page.fill("#since-date", "2021-03-10")
    one.page.dispatch_event("#since-date", "change")
    assert one.text("#legend-date") == "10 March 2021 to 20 May 2021"
    one.page.click("#compare")
    assert one.text("#legend-date") == "20 May 2021"


def test_click_on_the_map_opens_a_place_with_its_claims(opened):
    one = opened()
    one.page.mouse.click(760, 300)
    one.page.wait_for_selector("#place:not([hidden])")
    assert one.text("#place-name")
    assert one.page.locator("#place .strip rect").count() > 0
    one.page.keyboard.press("Escape")
    one.page.wait_for_selector("#place", state="hidden")


def test_search_finds_a_place_by_another_spelling_and_by_arabic(opened):
    one = opened()
    for query in ("Maarrat Zayt", "معره الزيت", "marrat al zayt"):
        one.page.fill("#search", query)
        one.page.wait_for_selector("#found li[aria-selected=true]")
        assert "Ma'arrat al-Zayt" in one.text("#found li[aria-selected=true]"), query
    one.page.keyboard.press("Enter")
    one.page.wait_for_selector("#place:not([hidden])")
    assert "Ma'arrat al-Zayt" in one.text("#place-name")


def test_link_brings_back_date_place_and_layers(opened):
    one = opened(fragment="#date=2021-04-20&place=p035&layers=cells,events&known=then")
    assert one.text("#legend-date") == "20 April 2021"
    assert one.text("#place-name") == "Abu Dahab 35"
    one.page.click("#open-layers")
    checked = one.page.locator("#layer-list input:checked").evaluate_all("nodes => nodes.map((n) => n.name)")
    assert checked == ["cells", "events"]
    assert one.page.is_checked("#known")
    one.page.locator("#day").fill("70")
    one.page.wait_for_url(lambda address: "date=2021-05-10" in address and "place=p035" in address)


def test_as_known_on_the_day_differs_from_hindsight(opened):
    one = opened(fragment="#date=2021-04-20")
    hindsight = one.text("#legend-rows")
    one.page.click("#open-layers")
    one.page.check("#known")
    assert one.text("#legend-rows") != hindsight
    assert "As it was known" in one.text("#legend-note")


def test_hostile_names_are_text(opened):
    one = opened(fragment="#place=p005")
    assert "onerror" in one.text("#place-name")
    assert one.page.title() == "Synthetic valley, spring 2021 · Tenure"
    assert one.page.locator("img").count() == 0
    hrefs = one.page.locator("a").evaluate_all("nodes => nodes.map((n) => n.href)")
    assert not [h for h in hrefs if h.startswith("javascript:")]
    one.page.click("#open-table")
    assert one.page.locator("#table-rows tr").count() == 64
    assert one.page.locator("img").count() == 0


def test_a_finding_leads_to_its_day(opened):
    one = opened()
    one.page.click("#open-findings")
    assert "Khan Wadi 21" in one.text("#findings-text")
    assert "3,035 km²" in one.text("#findings-text")
    one.page.locator("#findings-text button", has_text="10 April 2021").first.click()
    assert one.text("#legend-date") == "10 April 2021"


def test_pointer_tells_what_is_under_it(opened):
    one = opened()
    one.page.mouse.move(740, 300)
    one.page.mouse.move(760, 302)
    one.page.wait_for_selector("#tip:not([hidden])")
    assert "%" in one.text("#tip") or "Unknown" in one.text("#tip")


def test_narrow_screen_has_no_sideways_scroll_and_every_control_in_reach(opened):
    one = opened(size=(320, 640), fragment="#date=2021-04-12")
    assert one.page.evaluate_handle("document.documentElement").get_property("scrollWidth").json_value() <= 320
    for button in ("#play", "#date", "#compare", "#open-layers", "#search"):
        box = one.page.locator(button).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320, button
    one.page.click("#compare")
    assert one.page.is_visible("#since-date")


def test_citation_is_copied_with_its_link(opened):
    one = opened(fragment="#date=2021-04-20&place=p035")
    one.context.grant_permissions(["clipboard-read", "clipboard-write"])
    one.page.click("#cite")
    one.page.wait_for_selector("#toast.shown")
    assert one.text("#status") == "Citation copied"


def test_keyboard_reaches_everything_that_is_not_the_map(opened):
    one = opened()
    reached = set()
    for _ in range(40):
        one.page.keyboard.press("Tab")
        reached.add(one.page.evaluate("document.activeElement && document.activeElement.id"))
    tools = {"search", "open-layers", "open-table", "open-findings", "share", "picture", "open-about", "theme", "fold"}
    clock = {"play", "back", "forward", "date", "compare", "day"}
    assert tools | clock <= reached


def test_controls_have_names_for_a_screen_reader(opened):
    one = opened()
    unnamed = "!(n.getAttribute('aria-label') || n.textContent.trim() || n.labels?.length)"
    controls = one.page.locator("button:visible, input:visible, select:visible")
    nameless = controls.evaluate_all(f"nodes => nodes.filter((n) => {unnamed}).map((n) => n.id)")
    assert nameless == []


def test_picture_shows_colours_and_changes_with_the_day(opened):
    one = opened(fragment="#date=2021-03-02")
    first = one.page.locator("#map").screenshot()
    one.page.locator("#day").fill("95")
    assert any(one.page.locator("#map").screenshot() != first for _ in range(10) if one.page.wait_for_timeout(300) is None)


def _pixels(one, *points):
    """Return the colours of points of the map's canvas, as drawn."""
    reading = """(points) => { const { map } = window.tenure.view, gl = map.painter.context.gl, out = [];
      map.redraw();
      for (const [x, y] of points) {
        const p = new Uint8Array(4);
        gl.readPixels(x, innerHeight - y, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, p); out.push([...p]);
      }
      return out; }"""
    return one.page.evaluate(reading, points)


def _where(one, place):
    """Return a point beside a place's dot, in pixels."""
    at = one.page.evaluate("(i) => { const p = tenure.view.map.project(tenure.study.where(i)); return [p.x, p.y] }", place)
    return [round(at[0]) + 9, round(at[1]) + 5]


def test_land_borders_and_findings_are_drawn_from_the_first_frame_on(opened):
    one = opened(fragment="#date=2021-05-01")
    one.page.wait_for_timeout(500)
    layers = ["land", "admin0", "fronts-now", "bands-now", "pockets-now"]
    drawn = "(layers) => layers.filter((l) => tenure.view.map.queryRenderedFeatures({ layers: [l] }).length > 0)"
    assert one.page.evaluate(drawn, layers) == [
        "land",
        "admin0",
        "fronts-now",
        "pockets-now",
    ]  # the second front has no band
    text = one.page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--land').trim()")
    points = [(x, y) for x in range(340, 1220, 40) for y in range(90, 640, 40)]
    assert [int(text[i : i + 2], 16) for i in (1, 3, 5)] in [p[:3] for p in _pixels(one, *points)]


def test_swipe_shows_the_earlier_day_left_of_the_divider_and_the_later_right(opened):
    one = opened(fragment="#date=2021-06-08&since=2021-03-02&layers=cells")
    assert not one.page.is_visible("#swipe")
    one.page.click("#compare-swipe")
    assert one.text("#swipe-then") == "2 Mar 2021"
    assert one.text("#swipe-now") == "8 Jun 2021"
    changed = one.page.evaluate(
        """() => { const { study, choice } = window.tenure, c = choice.control;
        const moved = (i) => c.state(i, choice.since) === 1 && c.state(i, choice.day) === 0;
        return Array.from(study.tracked, (p, i) => i).find(moved); }"""
    )
    at = _where(one, changed)
    turn = """async (divider) => { window.tenure.choice.set({ divider });
      for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame); }"""
    one.page.evaluate(turn, 0.98)
    (then,) = _pixels(one, at)
    one.page.evaluate(turn, 0.02)
    (now,) = _pixels(one, at)
    assert then[1] > then[0]  # the opposition's green
    assert now[0] > now[1]  # the government's red
    assert one.said == [] or all("GPU stall" in s for s in one.said)


def test_divider_is_dragged_and_moved_by_keys_and_kept_in_the_link(opened):
    one = opened(fragment="#date=2021-05-20&since=2021-03-10&compare=swipe&divider=0.60")
    bar = one.page.locator("#swipe")
    box = bar.bounding_box()
    assert abs(box["x"] + 16 - 0.6 * 1280) < 3
    assert bar.get_attribute("aria-valuenow") == "60"
    assert "10 March 2021 on the left" in bar.get_attribute("aria-valuetext")
    one.page.mouse.move(box["x"] + 16, box["y"] + 100)
    one.page.mouse.down()
    one.page.mouse.move(700, 300, steps=4)
    one.page.mouse.up()
    assert bar.get_attribute("aria-valuenow") == "55"
    one.page.keyboard.press("ArrowLeft")
    assert bar.get_attribute("aria-valuenow") == "53"
    one.page.keyboard.press("Shift+ArrowRight")
    one.page.wait_for_url(lambda address: "compare=swipe" in address and "divider=0.63" in address)
    one.page.click("#compare")
    assert not one.page.is_visible("#swipe")


def test_difference_says_what_each_side_gained_in_all(opened):
    one = opened(fragment="#date=2021-05-20&since=2021-03-10")
    rows = one.page.locator("#legend-rows [role=listitem]").evaluate_all(
        "nodes => nodes.map((n) => n.getAttribute('aria-label'))"
    )
    assert any(row.startswith("Government: +") and "before" in row for row in rows)
    assert any(row.startswith("Opposition: \N{MINUS SIGN}") for row in rows)


def test_study_stays_in_sight_beside_an_opened_panel(opened):
    one = opened()
    inside = """() => { const { map } = window.tenure.view, [w, s, e, n] = window.tenure.study.bounds;
      const a = map.project([w, n]), b = map.project([e, s]);
      const panel = document.getElementById("place"), legend = document.getElementById("legend").getBoundingClientRect();
      return a.x >= legend.right - 1 && b.x <= (panel.hidden ? innerWidth : panel.getBoundingClientRect().left) + 1; }"""
    assert one.page.evaluate(inside)
    one.page.mouse.click(760, 300)
    one.page.wait_for_selector("#place:not([hidden])")
    one.page.wait_for_timeout(1500)
    assert one.page.evaluate(inside)
    one.page.click("#place-close")
    one.page.wait_for_timeout(1500)
    assert one.page.evaluate(inside)


def test_names_are_shown_in_the_chosen_script(opened):
    one = opened(fragment="#place=p001&names=arab")
    assert one.text("#place-name") == "كفر سبيل"
    assert "Kafr Sabil" in one.text("#place-names")
    one.page.click("#open-layers")
    assert one.page.input_value("#names") == "arab"
    one.page.select_option("#names", "")
    assert one.text("#place-name") == "Kafr Sabil"


def test_place_that_no_story_speaks_of_is_said_to_be_inferred(released, browser, tmp_path):
    from dataclasses import replace

    from tenure.publish.map.page import render_map

    publication = released.publication
    silent = tuple(replace(s, sources=0) for s in publication.spells)
    path = tmp_path / "map.html"
    path.write_bytes(render_map(replace(released, publication=replace(publication, spells=silent))))
    one = Opened(browser, path, fragment="#place=p001")
    assert "0 independent" not in one.text("#place-body")
    assert "no story says so itself" in one.text("#place-body").lower()
    one.context.close()


def test_panel_tells_how_often_a_chance_like_this_was_right(opened):
    one = opened(fragment="#place=p001")
    one.page.wait_for_selector("#place .claims, #place .quiet")
    said = one.text("#place-body")
    assert re.search(r"Where the model says \S+ to \S+ and (a|no) claim speaks of the place|is not known: ", said)
    assert "whose outcome is known" in said or "is not known: " in said


def test_study_without_evidence_findings_or_cells_opens_without_error(publication, browser, tmp_path):
    from dataclasses import replace
    from datetime import date

    from tenure.publish.map.page import render_map
    from tenure.publish.release import release

    nothing = dict.fromkeys(
        ("claims", "placements", "reports", "spells", "weights", "series", "fronts", "pockets", "corridors", "zones", "gaps",
         "incidents", "changes", "checks", "cells", "measures"), ())  # fmt: skip
    bare = replace(publication, filtered=None, **nothing)
    path = tmp_path / "map.html"
    path.write_bytes(render_map(release(bare, now=date(2024, 1, 1))))
    one = Opened(browser, path, fragment="#place=p001&layers=cells,places,events,age,gaps,zones&since=2021-03-05")
    assert one.page.get_attribute("html", "data-ready") == "yes"
    assert "No report in this study names this place" in one.text("#place")
    one.page.click("#compare-swipe")
    one.page.click("#open-findings")
    assert "Nothing was found" in one.text("#findings-text")
    assert [s for s in one.said if "GPU stall" not in s] == []
    one.context.close()


def test_findings_under_the_pointer_are_told(opened):
    one = opened(fragment="#date=2021-05-01&layers=cells,pockets,fronts")
    x, y = one.page.evaluate("(() => { const p = window.tenure.view.map.project([36.9, 35.4]); return [p.x, p.y] })()")
    one.page.wait_for_timeout(800)
    one.page.mouse.move(x - 3, y)
    one.page.mouse.move(x, y)
    one.page.wait_for_selector("#tip:not([hidden])")
    assert "Pocket of Opposition, 250 km², 80%" in one.text("#tip")


def test_histogram_tells_its_days(opened):
    one = opened()
    box = one.page.locator("#histogram").bounding_box()
    one.page.mouse.move(box["x"] + 300, box["y"] + 10)
    assert "2021" in one.text("#tip")
    assert "claim" in one.text("#tip")


def test_every_tool_is_in_reach_on_a_narrow_screen(opened):
    one = opened(size=(320, 640))
    one.page.click("#more")
    for button in ("#open-table", "#open-findings", "#share", "#picture", "#open-about", "#theme"):
        box = one.page.locator(button).bounding_box()
        assert box is not None, button
        assert 0 <= box["x"] <= 320 - box["width"], button
    one.page.click("#open-findings")
    assert one.page.is_visible("#findings-text")


def test_printed_page_holds_the_map_as_a_picture_with_legend_and_place(opened, tmp_path):
    one = opened(fragment="#place=p001")
    one.page.pdf(path=tmp_path / "map.pdf", prefer_css_page_size=True)
    assert (tmp_path / "map.pdf").read_bytes().startswith(b"%PDF")
    assert one.page.evaluate("document.getElementById('printed').width") > 0
    one.page.emulate_media(media="print")
    assert one.page.is_visible("#printed")
    assert one.page.is_visible("#legend")
    assert one.page.is_visible("#place")
    assert not one.page.is_visible("#play")


def test_picture_of_the_map_is_saved_with_title_and_legend(opened, tmp_path):
    Image = pytest.importorskip("PIL.Image", reason="pillow is not installed")  # noqa: N806 - a module
    one = opened(fragment="#date=2021-04-20")
    with one.page.expect_download() as started:
        one.page.click("#picture")
    assert started.value.suggested_filename == "synthetic-valley-spring-2021-2021-04-20.png"
    started.value.save_as(tmp_path / "map.png")
    picture = Image.open(tmp_path / "map.png").convert("RGB")
    assert picture.size[0] == 1280
    assert picture.size[1] > 800
    colours = {picture.getpixel((x, 340)) for x in range(320, 1240, 9)}
    assert len(colours) > 5
    assert one.said == [] or all("GPU stall" in s for s in one.said)


def test_table_is_saved_as_csv_and_holds_no_formula(released, browser, tmp_path):
    import csv
    from dataclasses import replace

    from tenure.publish.map.page import render_map

    publication = released.publication
    places = (replace(publication.places[0], name='=HYPERLINK("x","y")'), *publication.places[1:])
    path = tmp_path / "map.html"
    path.write_bytes(render_map(replace(released, publication=replace(publication, places=places))))
    one = Opened(browser, path, fragment="#date=2021-04-20")
    one.page.click("#open-table")
    with one.page.expect_download() as started:
        one.page.click("#save-table")
    started.value.save_as(tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 64
    assert rows[0]["name"] == '\'=HYPERLINK("x","y")'
    known = [r for r in rows if r["controller"] != "unknown"]
    assert all(abs(sum(float(r[f"p_{s}"]) for s in publication.posterior.states) - 1) < 0.01 for r in known)
    one.context.close()


def test_dark_page_has_dark_ground_and_readable_ink(opened):
    from tenure.publish.palette import contrast

    one = opened(dark=True)
    value = "(name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()"
    paper, ink, quiet = (one.page.evaluate(value, name) for name in ("--paper", "--ink", "--quiet"))
    assert contrast(paper, ink) > 7
    assert contrast(paper, quiet) > 4.5
    one.page.click("#theme")
    assert contrast(one.page.evaluate(value, "--paper"), "#000000") > 15


def test_folder_opens_from_a_disk_and_reads_parts_as_they_are_needed(opened, folder):
    one = opened(path=folder / "index.html", fragment="#date=2021-05-20")
    assert one.said == []
    assert [u for u in one.asked if not u.startswith(("file:", "blob:", "data:"))] == []
    read = lambda: {u.split("/parts/")[1].split(".js")[0] for u in one.asked if "/parts/" in u}  # noqa: E731 - read anew
    assert {"core", "library", "control-002"} <= read()
    assert not {"control-000", "control-001", "names", "findings", "why-003"} & read()
    one.page.locator("#day").fill("3")
    one.page.wait_for_selector("#legend-date:text-is('4 March 2021')")
    assert "control-000" in read()
    one.page.click("#open-layers")
    one.page.check("#known")
    one.page.wait_for_selector("#legend-note:has-text('As it was known')")
    assert "then-000" in read()
    one.page.fill("#search", "معره الزيت")
    one.page.wait_for_selector('#found li[aria-selected=true]:has-text("Ma\'arrat al-Zayt")')
    one.page.keyboard.press("Enter")
    one.page.wait_for_selector("#place .strip rect", state="attached")
    assert len([name for name in read() if name.startswith("why-")]) == 1
    one.page.click("#open-findings")
    one.page.wait_for_selector("#findings-text table")


def test_folder_says_the_same_as_the_single_page(opened, folder):
    fragment = "#date=2021-04-20&since=2021-03-15&place=p035"
    single, parted = opened(fragment=fragment), opened(path=folder / "index.html", fragment=fragment)
    parted.page.wait_for_selector("#place .claims")
    for selector in ("#legend", "#place"):
        assert single.text(selector) == parted.text(selector)
    assert single.page.locator("#place .strip").inner_html() == parted.page.locator("#place .strip").inner_html()


def test_served_folder_works_and_a_missing_part_is_said_in_words(browser, folder, tmp_path):
    import functools
    import http.server
    import threading

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    copy = tmp_path / "site"
    shutil.copytree(folder, copy)
    (copy / "parts/control-001.js").unlink()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=copy))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/index.html"
    one = Opened(browser, address, fragment="#date=2021-06-01")
    assert one.text("#legend-date") == "1 June 2021"
    one.page.locator("#day").fill("40")
    one.page.wait_for_selector("#toast.shown")
    assert "control-001" in one.text("#status")
    one.page.locator("#day").fill("5")
    one.page.wait_for_selector("#legend-date:text-is('6 March 2021')")
    assert {u.split("/")[2] for u in one.asked if u.startswith("http")} == {address.split("/")[2]}
    one.context.close()
    server.shutdown()
    server.server_close()
