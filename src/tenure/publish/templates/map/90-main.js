// Starts the page and ties its parts together.

function showControls(choice) {
  $("layer-list").replaceChildren(...LAYERS.map(([key, name, hint]) => el("label.check", { title: hint },
    el("input", { type: "checkbox", name: key, checked: choice.layers.has(key), onchange: (event) => {
      if (event.target.checked) choice.layers.add(key); else choice.layers.delete(key);
      choice.set({ layers: choice.layers });
    } }), el("span", {}, name))));
  $("known").checked = choice.known === "then";
  $("safe").checked = choice.palette === "safe";
  $("window").value = String(choice.window);
}

function bindControls(choice) {
  $("known").disabled = !choice.study.then;
  $("known").addEventListener("change", () => choice.set({ known: $("known").checked ? "then" : "hindsight" }));
  $("safe").addEventListener("change", () => choice.set({ palette: $("safe").checked ? "safe" : "study" }));
  $("window").addEventListener("change", () => choice.set({ window: Number($("window").value) }));
  if (!choice.study.tellable) $("safe-hint").hidden = false;
}

function fillTable(choice) {
  const { study } = choice, { day, control } = choice;
  $("table-title").textContent = `Who holds which place, ${study.words(day)}`;
  const wanted = fold($("table-filter").value);
  const rows = study.tracked.map((place, i) => ({ p: study.places[place], i, place, s: control.state(i, day) }))
    .filter((r) => !wanted || fold([r.p.n, ...r.p.a, choice.name(r.s)].join(" ")).includes(wanted));
  rows.sort((a, b) => a.p.n.localeCompare(b.p.n) || a.i - b.i);
  $("table-rows").replaceChildren(...rows.slice(0, 1000).map((r) => el("tr", {},
    el("td", {}, el("button.link", { type: "button", onclick: () => { $("table").close(); choice.set({ place: r.place }); } }, r.p.n)), el("td", {}, r.p.ad || ""),
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
function fillFindings(choice) {
  const { study } = choice;
  const when = (row, layer) => el("button.link", { type: "button", onclick: () => {
    $("findings").close();
    choice.layers.add(layer);
    choice.set({ day: clamp(row.d0, 0, study.days - 1), since: null, layers: choice.layers });
    showControls(choice);
  } }, study.words(clamp(row.d0, 0, study.days - 1)));
  const until = (row) => (row.d1 >= study.days ? "still open" : `until ${study.words(row.d1 - 1)}`);
  const names = (list) => list.slice(0, 5).map((i) => study.places[i].n).join(", ") + (list.length > 5 ? ` and ${list.length - 5} more` : "");
  const table = (title, rows) => (rows.length ? [el("h3", {}, title), el("table", {}, el("tbody", {}, ...rows.map((cells) => el("tr", {}, ...cells.map((c) => el("td", {}, c))))))] : []);
  $("findings-text").replaceChildren(
    ...table("Reported and measured", study.checks.map(([d0, d1, subject, speaker, said, measured, verdict]) => [when({ d0: d1 }, "cells"), subject, speaker, said, /^\d/.test(measured) ? `measured ${measured}` : measured, verdict])),
    ...table("Pockets", [...study.pockets].sort((a, b) => b.p - a.p || a.d0 - b.d0).map((p) => [when(p, "pockets"), until(p), choice.name(p.s), `${number(p.km2)} km²`, percent(p.p), names(p.at)])),
    ...table("Corridors", study.corridors.map((c) => [when(c, "pockets"), until(c), choice.name(c.s), percent(c.p), `${names(c.at)}. ${c.note}`])),
    ...table(`Incidents in agreed zones (${study.incidents.length})`, study.incidents.slice(0, 300).map((i) => [when(i, "zones"), EVENT[i.e] || i.e, i.by, i.at >= 0 ? study.places[i.at].n : "", i.x0 ? "exempt" : i.t, `${i.n} ${i.n === 1 ? "story" : "stories"}`])));
  if (!$("findings-text").childElementCount) $("findings-text").append(el("p.quiet", {}, "Nothing was found and no reported figure checked."));
}

function keys(choice, time) {
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, select, textarea, dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 7 : 1;
    const acts = { ArrowLeft: () => time.go(choice.day - step), ArrowRight: () => time.go(choice.day + step), Home: () => time.go(0), End: () => time.go(choice.study.days - 1),
      " ": () => time.play(), "/": () => $("search").focus(), c: () => $("compare").click(), Escape: () => choice.set({ place: null }) };
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

async function main() {
  const [library, json, blocks] = await Promise.all([inflate("library"), inflate("data"), inflate("blocks")]);
  const study = new Study(JSON.parse(new TextDecoder().decode(json)), blocks);
  performance.mark("data");
  await runScript(library);
  performance.mark("library");
  const choice = new Choice(study);
  const legend = new Legend(choice), time = new Time(choice), panel = new PlacePanel(choice);
  let view = null;
  const open = (place, move) => { choice.set({ place }); if (move && view) view.goTo(place); };
  new Search(study, open);
  fillAbout(study);
  const render = (change) => {
    legend.render(); time.render(); panel.render(change && "place" in change);
    $("age-key").hidden = !choice.layers.has("age");
    $("status").textContent = `${study.words(choice.day)}. ${legend.spoken()}`;
  };
  let queued = false;
  choice.on((change) => {
    if (Object.keys(change).every((k) => k === "view")) return;
    if (!view || !view.labels) { render(change); return; }
    if ("palette" in change) view.paint();
    if ("layers" in change) view.layersShown();
    if ("place" in change) view.choose();
    render(change);
    if (!queued) { queued = true; requestAnimationFrame(() => { queued = false; view.step(); }); }
  });
  showControls(choice);
  bindControls(choice);
  keys(choice, time);
  render();
  for (const [button, dialog] of [["open-about", "about"], ["open-table", "table"], ["open-findings", "findings"]]) {
    $(button).addEventListener("click", () => { if (dialog === "table") fillTable(choice); if (dialog === "findings") fillFindings(choice); $(dialog).showModal(); });
    $(dialog).querySelector(".close").addEventListener("click", () => $(dialog).close());
  }
  $("table-filter").addEventListener("input", () => fillTable(choice));
  $("open-layers").addEventListener("click", () => {
    $("layers").hidden = !$("layers").hidden;
    $("open-layers").setAttribute("aria-expanded", String(!$("layers").hidden));
  });
  $("fold").addEventListener("click", () => {
    const shut = $("legend").classList.toggle("shut");
    $("fold").setAttribute("aria-expanded", String(!shut));
  });
  if (innerWidth < 720) $("fold").click();
  $("share").addEventListener("click", () => { choice.write(); copy(location.href.split("#")[0] + choice.address(), "Link copied"); });
  addEventListener("hashchange", () => { choice.since = null; choice.place = null; choice.read(); showControls(choice); choice.set({ layers: choice.layers, place: choice.place }); });
  try {
    view = new MapView(choice, open);
  } catch (error) {
    $("failed").hidden = false;
    document.documentElement.dataset.ready = "without-map";
    return;
  }
  performance.mark("map");
  theme(view, () => { view.paint(); render(); });
  addEventListener("beforeprint", () => view.map.redraw());
  await view.ready;
  performance.mark("load");
  window.tenure = { choice, view, study };
  view.map.once("render", () => { document.documentElement.dataset.ready = "yes"; });
}

main().catch((error) => {
  $("failed").hidden = false;
  $("failed").textContent = `This page could not start: ${error.message}`;
  document.documentElement.dataset.ready = "failed";
});
