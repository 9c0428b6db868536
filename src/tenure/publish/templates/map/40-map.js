// The map: sources and layers once, feature states and filters on every step.

const VERTICES = { land: "--land", sea: "--sea", border: "--border", edge: "--edge", ink: "--ink", paper: "--paper" };

const WIDEST_KM = 30; // an event known no better is counted in the legend, not drawn

class MapView {
  constructor(choice, open) {
    this.choice = choice; this.study = choice.study; this.open = open;
    this.shown = new Map();
    this.map = new maplibregl.Map({
      container: "map", style: this.style(), attributionControl: false, maxZoom: 13, minZoom: 2, fadeDuration: 0,
      dragRotate: false, pitchWithRotate: false, touchPitch: false, renderWorldCopies: false, validateStyle: false,
      ...(choice.view ? { center: choice.view.slice(0, 2), zoom: choice.view[2] } : { bounds: this.study.bounds, fitBoundsOptions: { padding: this.padding() } }),
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new maplibregl.ScaleControl({ maxWidth: 90 }), "bottom-right");
    this.map.getCanvas().setAttribute("aria-label", "Map of who holds which place. Use the table or the search to read it without sight.");
    const patterns = { hatch, dots };
    this.map.on("styleimagemissing", ({ id }) => { if (patterns[id] && !this.map.hasImage(id)) this.map.addImage(id, patterns[id](), { pixelRatio: 2 }); });
    // colours, layers and states are set before the first tile is drawn: nothing is painted twice
    this.map.once("style.load", () => { this.paint(); this.layersShown(); this.step(); });
    this.ready = new Promise((resolve) => this.map.once("load", () => { this.start(); resolve(); }));
  }

  padding() {
    const narrow = innerWidth < 720;
    return narrow ? { top: 112, bottom: 150, left: 12, right: 12 } : { top: 92, bottom: 152, left: 310, right: 60 };
  }

  style() {
    const s = this.study, empty = collection([]);
    const geojson = (data, more) => ({ type: "geojson", data, ...more });
    return {
      version: 8,
      sources: {
        base: geojson(collection([feature(polygons(s.base.land), { k: "land" }), feature(lines(s.base.admin1), { k: "admin1" }),
          feature(lines(s.base.admin0), { k: "admin0" }), feature(polygons(s.area), { k: "area" })])),
        cells: geojson(this.cells(), { tolerance: 0.2 }),
        points: geojson(this.points()),
        spots: geojson(this.spots()),
        findings: geojson(this.findings()),
        contested: geojson(empty),
        chosen: geojson(empty),
      },
      layers: this.layers(),
    };
  }

  layers() {
    const state = (key, other) => ["coalesce", ["feature-state", key], other];
    const none = { "line-cap": "round", "line-join": "round" };
    const from = (source, kind) => (kind ? { source, filter: ["==", ["get", "k"], kind] } : { source });
    const line = (id, [source, kind], paint) => ({ id, ...from(source, kind), type: "line", layout: none, paint });
    // every combination of paint properties is a program to compile: edges are lines of their own, so fills need no smoothing
    const fill = (id, [source, kind], paint) => ({ id, ...from(source, kind), type: "fill", paint: { "fill-antialias": false, ...paint } });
    const width = (a, b) => ["interpolate", ["linear"], ["zoom"], 6, a, 12, b];
    // where places stand closer than dots can, dots and edges say nothing and cost most of a frame
    const crowded = { minzoom: this.clearZoom() };
    return [
      { id: "sea", type: "background", paint: {} },
      fill("land", ["base", "land"], {}),
      fill("cells", ["cells"], { "fill-opacity": state("o", 0), "fill-color": this.colours("c") }),
      fill("age", ["cells"], { "fill-opacity": 0.85, "fill-color": ["interpolate", ["linear"], state("a", 999), 0, "#f3e9d2", 7, "#e3c08f", 30, "#b7794f", 90, "#6d4253", 365, "#352b45", 998, "#352b45", 999, this.study.unknown] }),
      fill("hatch", ["contested"], { "fill-opacity": 0.75, "fill-pattern": "hatch" }),
      { ...line("cell-edges", ["cells"], { "line-width": width(0.25, 0.9), "line-opacity": 0.55 }), ...crowded },
      fill("gaps", ["findings", "gaps"], { "fill-pattern": "dots", "fill-opacity": 0.8 }),
      fill("zones-fill", ["findings", "zones"], { "fill-color": "#3f6fb5", "fill-opacity": 0.06 }),
      line("zones", ["findings", "zones"], { "line-color": "#3f6fb5", "line-width": 1.6, "line-dasharray": [3, 2] }),
      line("admin1", ["base", "admin1"], { "line-width": 0.6, "line-dasharray": [4, 3] }),
      line("admin0", ["base", "admin0"], { "line-width": width(1, 2) }),
      line("area", ["base", "area"], { "line-width": 1, "line-dasharray": [1, 3] }),
      fill("bands", ["findings", "bands"], { "fill-opacity": 0.34 }),
      line("fronts-casing", ["findings", "fronts"], { "line-width": width(3.6, 6) }),
      line("fronts", ["findings", "fronts"], { "line-width": width(1.6, 3) }),
      line("corridors", ["findings", "corridors"], { "line-width": 2.4, "line-dasharray": [0.4, 2] }),
      line("pockets-casing", ["findings", "pockets"], { "line-width": 5, "line-opacity": 0.85 }),
      line("pockets", ["findings", "pockets"], { "line-width": 2, "line-dasharray": [2, 1.4] }),
      { id: "vague", type: "circle", source: "spots", filter: ["==", ["get", "v"], 1], paint: { "circle-opacity": 0, "circle-stroke-width": 1.2, "circle-stroke-opacity": 0.5, "circle-radius": this.kilometres(["get", "r"]) } },
      { id: "places", type: "circle", source: "points", ...crowded, paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, ["*", 0.45, ["get", "r"]], 9, ["get", "r"], 12, ["*", 1.7, ["get", "r"]]], "circle-stroke-width": width(0.8, 1.8) } },
      { id: "events", type: "circle", source: "spots", filter: ["==", ["get", "v"], 0], paint: { "circle-radius": width(4.5, 9), "circle-opacity": 0, "circle-stroke-width": width(1.4, 2.2) } },
      { id: "incidents", type: "circle", source: "findings", filter: ["==", ["get", "k"], "incidents"], paint: { "circle-radius": width(6, 11), "circle-opacity": 0, "circle-stroke-width": 2, "circle-stroke-color": "#3f6fb5" } },
      { id: "chosen", type: "circle", source: "chosen", paint: { "circle-radius": width(8, 14), "circle-opacity": 0, "circle-stroke-width": 2.5 } },
    ];
  }

  /** The zoom from which neighbouring places are some nine pixels apart. */
  clearZoom() {
    const [west, south, east, north] = this.study.bounds;
    const spacing = Math.sqrt(((east - west) * (north - south)) / Math.max(1, this.study.count));
    return clamp(Math.log2((9 * 360) / (512 * spacing)), 0, 12);
  }

  /** km on the ground as pixels: doubles with each zoom. */
  kilometres(radius) {
    const latitude = (this.study.bounds[1] + this.study.bounds[3]) / 2;
    const atZero = 512 / (40075 * Math.cos((latitude * Math.PI) / 180));
    return ["interpolate", ["exponential", 2], ["zoom"], 0, ["*", radius, atZero], 20, ["*", radius, atZero * 2 ** 20]];
  }

  colours(key) {
    const read = Array.isArray(key) ? key : ["coalesce", ["feature-state", key], this.study.states.length];
    const out = ["match", read];
    this.study.states.forEach((_, i) => out.push(i, this.choice.colour(i)));
    return [...out, this.study.unknown];
  }

  /** Fronts, pockets, corridors, zones, gaps and incidents as one source, told apart by `k`. */
  findings() {
    const s = this.study, out = [];
    const add = (k, rows, shape) => { for (const r of rows) { const g = shape(r); if (g) out.push(feature(g, { k, d0: r.d0, d1: r.d1, s: r.s })); } };
    add("fronts", s.fronts, (f) => lines(f.g));
    add("bands", s.fronts, (f) => f.band && polygons(f.band));
    for (const kind of ["pockets", "corridors", "zones", "gaps"]) add(kind, s[kind], (f) => f.g);
    add("incidents", s.incidents, (i) => (i.x === null ? null : { type: "Point", coordinates: [i.x, i.y] }));
    return collection(out);
  }

  cells() {
    const s = this.study, out = [];
    s.tracked.forEach((place, i) => { if (s.cells[i]) out.push(feature(polygons(s.cells[i]), { p: place }, i)); });
    return collection(out);
  }

  points() {
    const s = this.study, out = [];
    s.tracked.forEach((place, i) => {
      const p = s.places[place];
      if (p.x !== null) out.push(feature({ type: "Point", coordinates: [p.x, p.y] }, { p: place, r: p.pop > 20000 ? 5.5 : p.pop > 4000 ? 4.2 : 3.2 }, i));
    });
    return collection(out);
  }

  spots() {
    const s = this.study;
    return collection(s.spots.filter((t) => t[3] !== null && t[6] <= WIDEST_KM).map((t) => feature(
      { type: "Point", coordinates: [t[3], t[4]] }, { d0: s.claims[t[0]].a, e: s.claims[t[0]].e, p: t[1], v: t[5] > 1 || t[6] > 5 ? 1 : 0, r: t[6] || 1 })));
  }

  start() {
    this.choose();
    this.labels = new Labels(this);
    const pick = (event) => {
      const box = [[event.point.x - 6, event.point.y - 6], [event.point.x + 6, event.point.y + 6]];
      const near = this.map.queryRenderedFeatures(box, { layers: ["places"] });
      const found = near.length ? near : this.map.queryRenderedFeatures(event.point, { layers: ["cells", "age"] });
      if (found.length) this.open(found[0].properties.p);
    };
    this.map.on("click", pick);
    this.map.on("mousemove", (event) => this.tell(event));
    this.map.on("mouseout", () => { $("tip").hidden = true; });
    for (const layer of ["cells", "places"]) {
      this.map.on("mouseenter", layer, () => { this.map.getCanvas().style.cursor = "pointer"; });
      this.map.on("mouseleave", layer, () => { this.map.getCanvas().style.cursor = ""; });
    }
    this.map.on("moveend", () => {
      const { lng, lat } = this.map.getCenter();
      this.choice.set({ view: [lng, lat, this.map.getZoom()] });
    });
  }

  /** What is under the pointer, in a few words. */
  tell(event) {
    const tip = $("tip"), { choice, study } = this;
    const found = this.map.isMoving() ? [] : this.map.queryRenderedFeatures(event.point, { layers: ["places", "cells"] });
    tip.hidden = !found.length;
    if (!found.length) return;
    const place = found[0].properties.p, track = study.trackOf[place], state = choice.control.state(track, choice.day);
    const chance = state < study.states.length ? ` ${percent(choice.control.chance(track, choice.day, state))}` : "";
    tip.replaceChildren(el("b", {}, el("bdi", {}, study.places[place].n)), ` ${choice.name(state)}${chance}`);
    tip.style.transform = `translate(${clamp(event.point.x + 14, 8, innerWidth - 230)}px, ${event.point.y + 16}px)`;
  }

  /** Colours that follow the theme and the palette. */
  paint() {
    const c = Object.fromEntries(Object.entries(VERTICES).map(([k, v]) => [k, cssVar(v)]));
    const set = (layer, values) => { for (const [k, v] of Object.entries(values)) this.map.setPaintProperty(layer, k, v); };
    set("sea", { "background-color": c.sea });
    set("land", { "fill-color": c.land });
    set("cell-edges", { "line-color": c.edge });
    set("admin1", { "line-color": c.border });
    set("admin0", { "line-color": c.border });
    set("area", { "line-color": c.ink });
    set("fronts-casing", { "line-color": c.paper });
    set("fronts", { "line-color": c.ink });
    set("bands", { "fill-color": c.paper });
    set("pockets-casing", { "line-color": c.paper });
    const hollow = ["==", ["coalesce", ["feature-state", "t"], 0], 1];
    set("places", { "circle-color": ["case", hollow, c.paper, this.colours("c")], "circle-stroke-color": ["case", hollow, this.colours("c"), c.paper] });
    set("cells", { "fill-color": this.colours("c") });
    set("pockets", { "line-color": c.ink });
    set("corridors", { "line-color": c.ink });
    set("events", { "circle-stroke-color": eventColours(c.ink) });
    set("vague", { "circle-stroke-color": eventColours(c.ink) });
    set("chosen", { "circle-stroke-color": c.ink });
    if (this.labels) this.labels.draw();
  }

  layersShown() {
    const on = this.choice.layers, age = on.has("age");
    const show = { cells: on.has("cells") && !age, hatch: on.has("cells") && !age, age, "cell-edges": on.has("cells") || age, places: on.has("places"),
      fronts: on.has("fronts"), "fronts-casing": on.has("fronts"), bands: on.has("fronts"), pockets: on.has("pockets"), "pockets-casing": on.has("pockets"),
      corridors: on.has("pockets"), zones: on.has("zones"), "zones-fill": on.has("zones"), incidents: on.has("zones"), events: on.has("events"),
      vague: on.has("events"), gaps: on.has("gaps") };
    for (const [layer, visible] of Object.entries(show)) this.map.setLayoutProperty(layer, "visibility", visible ? "visible" : "none");
    if (this.labels) this.labels.draw();
  }

  /** Redraws what depends on the day: only places whose picture changes are touched. */
  step() {
    const { choice, study, map } = this, { day, since, control } = choice, contested = study.states.length - 1;
    const age = choice.layers.has("age"), fought = [];
    for (let i = 0; i < study.count; i++) {
      const knot = control.knot(i, day), best = control.best[knot];
      const p = best < study.states.length ? control.p[knot * study.states.length + best] / 255 : 0;
      const changed = since === null ? true : control.state(i, since) !== best;
      const strength = best === study.states.length ? 0.42 : best === contested ? 0.6 : 0.16 + 0.58 * Math.max(0, (p - 0.3) / 0.7);
      const o = Math.round(100 * (since === null ? strength : changed ? 0.85 : 0.1)) / 100;
      if (best === contested && (since === null || changed)) fought.push(i);
      const quiet = age ? study.silence(study.tracked[i], day) : null;
      const a = age ? (quiet === null ? 999 : quiet) : 0;
      const spell = study.spell(study.tracked[i], day), t = spell && spell[8] !== "assessed" ? 1 : 0;
      const key = ((best * 101 + Math.round(o * 100)) * 2 + t) * 1000 + a;
      if (this.shown.get(i) === key) continue;
      this.shown.set(i, key);
      map.setFeatureState({ source: "cells", id: i }, { c: best, o, a });
      map.setFeatureState({ source: "points", id: i }, { c: best, t });
    }
    this.hatch(fought);
    const during = ["all", ["<=", ["get", "d0"], day], [">", ["get", "d1"], day]];
    const kinds = { fronts: "fronts", "fronts-casing": "fronts", bands: "bands", pockets: "pockets", "pockets-casing": "pockets", corridors: "corridors", zones: "zones", "zones-fill": "zones", gaps: "gaps" };
    for (const [layer, kind] of Object.entries(kinds)) map.setFilter(layer, [...during, ["==", ["get", "k"], kind]]);
    const recent = ["all", ["<=", ["get", "d0"], day], [">", ["get", "d0"], day - choice.window]];
    map.setFilter("incidents", [...recent, ["==", ["get", "k"], "incidents"]]);
    map.setFilter("events", [...recent, ["==", ["get", "v"], 0]]);
    map.setFilter("vague", [...recent, ["==", ["get", "v"], 1]]);
  }

  /** Hatches these cells; a source of their own, so that the pattern is not drawn over every other cell. */
  hatch(fought) {
    const key = fought.join();
    if (key === this.hatched) return;
    this.hatched = key;
    this.map.getSource("contested").setData(collection(fought.filter((i) => this.study.cells[i]).map((i) => feature(polygons(this.study.cells[i])))));
  }

  choose() {
    const place = this.choice.place === null ? null : this.study.places[this.choice.place];
    const shown = place && place.x !== null ? [feature({ type: "Point", coordinates: [place.x, place.y] })] : [];
    this.map.getSource("chosen").setData(collection(shown));
    if (this.labels) this.labels.draw();
  }

  goTo(index) {
    const place = this.study.places[index];
    if (place.x === null) return;
    const here = this.map.getBounds();
    const move = { center: [place.x, place.y], zoom: Math.max(this.map.getZoom(), 9), duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 500 };
    if (!here.contains([place.x, place.y]) || this.map.getZoom() < 8) this.map.easeTo(move);
  }
}

/** Rings by kind of event: ground changes in ink, fighting and strikes in colours of their own. */
const EVENT_COLOURS = [["clash, siege", ["clash", "siege"], "#b3261e"], ["strike", ["strike"], "#7b3fb3"], ["other", ["passage", "agreement", "other"], "#5f7f93"]];

function eventColours(ink) {
  return ["match", ["get", "e"], ...EVENT_COLOURS.flatMap(([, kinds, colour]) => [kinds, colour]), ink];
}

function drawn(size, draw) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  draw(context, size);
  return context.getImageData(0, 0, size, size);
}

/** Slanted strokes that join at the tile's edges. */
function hatch() {
  return drawn(16, (c, n) => {
    c.strokeStyle = "#5b5346"; c.lineWidth = 2.6;
    for (const shift of [-n, 0, n]) { c.beginPath(); c.moveTo(shift - 2, n + 2); c.lineTo(shift + n + 2, -2); c.stroke(); }
  });
}

function dots() {
  return drawn(16, (c, n) => { c.fillStyle = "#6f747b"; c.beginPath(); c.arc(n / 2, n / 2, 1.7, 0, 7); c.fill(); });
}
