"""The page in real Chromium, from a file, with software rendering: what it does, and that it stays on this machine."""

from __future__ import annotations

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
    from tenure.publish.map import render_map

    path = tmp_path_factory.mktemp("site") / "map.html"
    path.write_bytes(render_map(released))
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
        self.page.goto(path.as_uri() + fragment)
        self.page.wait_for_selector("html[data-ready]", state="attached", timeout=WAIT_MS)

    def text(self, selector):
        return self.page.inner_text(selector)


@pytest.fixture
def opened(browser, page_file):
    made = []

    def open_page(**options):
        made.append(Opened(browser, page_file, **options))
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
    tools = {"search", "open-layers", "open-table", "open-findings", "share", "open-about", "theme", "fold"}
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
