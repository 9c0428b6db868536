// Starts the page and ties its parts together.

function showControls(choice) {
  $("layer-list").replaceChildren(...LAYERS.map(([key, name, hint]) => el("label.check", { title: hint },
    el("input", { type: "checkbox", name: key, checked: choice.layers.has(key), onchange: (event) => {
      if (event.target.checked) choice.layers.add(key); else choice.layers.delete(key);
      choice.set({ layers: choice.layers });
    } }), el("span", {}, name))));
  $("names").replaceChildren(...SCRIPTS.filter(([key]) => !key || choice.study.hasNames).map(([key, words]) => el("option", { value: key, selected: choice.script === key }, words)));
  $("known").checked = choice.known === "then";
  $("safe").checked = choice.palette === "safe";
  $("window").value = String(choice.window);
}

function bindControls(choice) {
  $("known").disabled = !choice.study.then;
  $("known").addEventListener("change", () => choice.set({ known: $("known").checked ? "then" : "hindsight" }));
  $("safe").addEventListener("change", () => choice.set({ palette: $("safe").checked ? "safe" : "study" }));
  $("names").addEventListener("change", () => choice.callIn($("names").value).then(() => choice.set({ script: choice.script })));
  $("window").addEventListener("change", () => choice.set({ window: Number($("window").value) }));
  if (!choice.study.tellable) $("safe-hint").hidden = false;
}

function fillTable(choice) {
  const { study } = choice, { day, control } = choice;
  $("table-title").textContent = `Who holds which place, ${study.words(day)}`;
  const wanted = fold($("table-filter").value);
  const rows = Array.from(study.tracked, (place, i) => ({ i, place, name: choice.called(place), s: control.state(i, day) }))
    .filter((r) => !wanted || fold(`${r.name} ${study.units[study.unit[r.place]]} ${choice.name(r.s)}`).includes(wanted));
  const order = new Intl.Collator();
  rows.sort((a, b) => order.compare(a.name, b.name) || a.i - b.i);
  $("table-rows").replaceChildren(...rows.slice(0, 1000).map((r) => el("tr", {},
    el("td", {}, el("button.link", { type: "button", onclick: () => { $("table").close(); choice.set({ place: r.place }); } }, el("bdi", {}, r.name))), el("td", {}, study.units[study.unit[r.place]]),
    el("td", {}, choice.name(r.s)), el("td.num", {}, r.s < study.states.length ? percent(control.chance(r.i, day, r.s)) : ""),
    el("td.num", {}, String(study.silence(r.place, day) ?? "–")))));
  $("table-count").textContent = rows.length > 1000 ? `First 1,000 of ${grouped.format(rows.length)}` : `${rows.length} places`;
}

function fillAbout(study) {
  $("about-text").replaceChildren(
    el("p", {}, `${study.title}. ${study.words(0)} to ${study.words(study.days - 1)}. Evidence published until ${study.cutoff}; embargo ${study.embargo} days.`),
    el("h3", {}, "What is withheld"), el("ul", {}, ...study.disclosures.map((d) => el("li", {}, d))),
    el("h3", {}, "Data and credits"), el("ul", {}, ...study.attributions.map((a) => el("li", {}, a))),
    el("p.quiet", {}, `Tenure ${study.version}. Method: ${study.method}`));
}

/** Checks, pockets, corridors and incidents as rows; their day is a button that shows it. */
async function fillFindings(choice) {
  const { study } = choice, lists = await part("findings");
  const when = (row, layer) => el("button.link", { type: "button", onclick: () => {
    $("findings").close();
    choice.layers.add(layer);
    choice.set({ day: clamp(row.d0, 0, study.days - 1), since: null, layers: choice.layers });
    showControls(choice);
  } }, study.words(clamp(row.d0, 0, study.days - 1)));
  const until = (row) => (row.d1 >= study.days ? "still open" : `until ${study.words(row.d1 - 1)}`);
  const names = (list) => list.slice(0, 5).map((i) => choice.called(i)).join(", ") + (list.length > 5 ? ` and ${list.length - 5} more` : "");
  const table = (title, head, rows) => (rows.length ? [el("h3", {}, title), el("table", {}, el("thead", {}, el("tr", {}, ...head.map((words) => el("th", { scope: "col" }, words)))),
    el("tbody", {}, ...rows.map((cells) => el("tr", {}, ...cells.map((c) => el("td", {}, c))))))] : []);
  const verdict = (word) => el("span.verdict-mark." + word.replaceAll(" ", "-"), {}, word);
  const said = ([d0, d1, subject, speaker, figure, measured, word]) => [when({ d0: d1 }, "cells"), d1 > d0 ? `from ${study.words(d0, "short")}` : "", subject, el("bdi", {}, speaker), figure, measured, verdict(word)];
  $("findings-text").replaceChildren(
    ...table("Reported and measured", ["until", "", "what", "said by", "reported", "measured", "verdict"], lists.checks.map(said)),
    ...table("Pockets", ["from", "until", "of", "area", "probability", "places"], [...lists.pockets].sort((a, b) => b.p - a.p || a.d0 - b.d0).map((p) => [when(p, "pockets"), until(p), choice.name(p.s), `${number(p.km2)} km²`, percent(p.p), names(p.at)])),
    ...table("Corridors", ["from", "until", "of", "probability", "places"], lists.corridors.map((c) => [when(c, "pockets"), until(c), choice.name(c.s), percent(c.p), `${names(c.at)}. ${c.note}`])),
    ...table(`Incidents in agreed zones (${grouped.format(lists.incidents.length)})`, ["day", "what", "by", "where", "tier", "stories"], lists.incidents.slice(0, 300).map((i) => [when(i, "zones"), EVENT[i.e] || i.e, i.by, i.at >= 0 ? choice.called(i.at) : "", i.x0 ? "exempt" : i.t, String(i.n)])));
  if (!$("findings-text").childElementCount) $("findings-text").append(el("p.quiet", {}, "Nothing was found and no reported figure checked."));
}

function keys(choice, time) {
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, select, textarea, dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 7 : 1;
    const acts = { ArrowLeft: () => time.go(choice.day - step), ArrowRight: () => time.go(choice.day + step), Home: () => time.go(0), End: () => time.go(choice.study.days - 1),
      " ": () => time.play(), "/": () => $("search").focus(), c: () => $("compare").click(), Escape: () => { if ($("layers").hidden) choice.set({ place: null }); else $("open-layers").click(); } };
    if (event.target.closest("button") && event.key === " ") return;
    if (event.target.closest(".maplibregl-canvas") && event.key.startsWith("Arrow") && !event.shiftKey) return;
    if (acts[event.key]) { event.preventDefault(); acts[event.key](); }
  });
}

function theme(view, repaint) {
  const root = document.documentElement;
  $("theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    repaint();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
}

/** Tells the style sheet how much of the screen the two bars take. */
function measureBars() {
  const set = (name, value) => document.documentElement.style.setProperty(name, `${Math.round(value)}px`);
  const measure = () => { set("--top", $("top").getBoundingClientRect().bottom); set("--foot", innerHeight - $("time").getBoundingClientRect().top); };
  const watch = new ResizeObserver(measure);
  for (const id of ["top", "time"]) watch.observe($(id));
  addEventListener("resize", measure);
  measure();
}

async function main() {
  const script = inflate("library").then(runScript), core = await part("core");
  const study = new Study(core);
  performance.mark("data");
  const choice = new Choice(study);
  // what lies inside the page is unpacked at once: nothing has to be waited for later
  const inside = document.documentElement.dataset.build ? [] : [study.then && study.then.need(0), ...["why-000", "names", "findings"].map(part)];
  await Promise.all([choice.need(), choice.script ? choice.callIn(choice.script) : null, ...inside]);
  await script;
  performance.mark("library");
  const legend = new Legend(choice), time = new Time(choice), panel = new PlacePanel(choice);
  let view = null;
  const open = (place, move) => { choice.set({ place }); if (move && view) view.goTo(place); };
  new Search(study, open);
  const swipe = new Swipe(choice);
  fillAbout(study);
  const render = (change) => {
    const only = change ? Object.keys(change) : [];
    swipe.render();
    if (only.length === 1 && only[0] === "divider") return;
    time.render(); legend.render(); panel.render(change && "place" in change);
    $("age-key").hidden = !choice.layers.has("age");
    $("status").textContent = `${study.words(choice.day)}. ${legend.spoken()}`;
  };
  const show = (change) => {
    if (!view || !view.labels) { render(change); return; }
    if ("palette" in change) view.paint();
    if ("layers" in change || "compare" in change || "since" in change || "palette" in change) view.layersShown();
    if ("script" in change) view.labels.draw();
    render(change);
    if ("place" in change) view.choose();
    if ("place" in change || "since" in change) view.reframe();
    view.step(); // at once: the map draws with the next frame, and what has not changed is not done again
  };
  // a day whose part is not read yet is shown when it is, unless the reader has gone on meanwhile
  let turn = 0;
  choice.on((change) => {
    if (Object.keys(change).every((k) => k === "view")) return;
    const wait = choice.need(), mine = ++turn;
    document.body.classList.toggle("reading", Boolean(wait));
    if (!wait) { show(change); choice.study.hindsight.need(Math.min(choice.day + 14, study.days - 1)); return; }
    time.render();
    wait.then(() => { if (mine === turn) { document.body.classList.remove("reading"); show({ ...change, late: true }); } },
      (error) => { document.body.classList.remove("reading"); say(`This day could not be read: ${error.message}`); });
  });
  showControls(choice);
  bindControls(choice);
  keys(choice, time);
  measureBars();
  render();
  for (const [button, dialog] of [["open-about", "about"], ["open-table", "table"], ["open-findings", "findings"]]) {
    $(button).addEventListener("click", () => { if (dialog === "table") fillTable(choice); if (dialog === "findings") fillFindings(choice).catch((error) => say(error.message)); $(dialog).showModal(); });
    $(dialog).querySelector(".close").addEventListener("click", () => $(dialog).close());
  }
  $("save-table").addEventListener("click", () => saveTable(choice));
  $("picture").addEventListener("click", () => { if (view) savePicture(view, legend); });
  $("table-filter").addEventListener("input", () => fillTable(choice));
  $("open-layers").addEventListener("click", () => {
    $("layers").hidden = !$("layers").hidden;
    $("open-layers").setAttribute("aria-expanded", String(!$("layers").hidden));
  });
  $("fold").addEventListener("click", () => {
    const hidden = $("legend-body").offsetParent === null, shut = !hidden;
    $("legend").classList.toggle("shut", shut);
    $("legend").classList.toggle("asked", !shut);
    $("fold").setAttribute("aria-expanded", String(!shut));
    if (view && view.labels) view.reframe();
  });
  if (innerWidth < NARROW) $("fold").click();
  $("more").addEventListener("click", () => {
    const opened = document.querySelector(".tools").classList.toggle("opened");
    $("more").setAttribute("aria-expanded", String(opened));
  });
  $("share").addEventListener("click", () => { choice.write(); copy(location.href.split("#")[0] + choice.address(), "Link copied"); });
  addEventListener("hashchange", async () => {
    Object.assign(choice, { since: null, place: null, compare: "change", known: "hindsight", palette: "study", script: "" });
    choice.read();
    await choice.callIn(choice.script);
    showControls(choice);
    const { layers, place, palette, since } = choice;
    choice.set({ layers, place, palette, since });
  });
  try {
    view = new MapView(choice, open);
  } catch (error) {
    $("failed").hidden = false;
    document.documentElement.dataset.ready = "without-map";
    return;
  }
  performance.mark("map");
  theme(view, () => { view.paint(); render(); });
  addEventListener("beforeprint", () => view.print($("printed")));
  await view.ready;
  performance.mark("load");
  addEventListener("resize", () => { if (view.fitted) view.frame(); else view.map.setPadding(view.padding()); });
  globalThis.tenure = { choice, view, study };
  performance.mark("ready");
  document.documentElement.dataset.ready = "yes";
}

main().catch((error) => {
  $("failed").hidden = false;
  $("failed").textContent = `This page could not start: ${error.message}`;
  document.documentElement.dataset.ready = "failed";
});
