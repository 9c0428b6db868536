// The map: what does not change with the day once, what does as few shapes as hold on that day.

const THEME = { land: "--land", sea: "--sea", border: "--border", edge: "--edge", ink: "--ink", paper: "--paper" };
const WIDEST_KM = 30; // an event known no better is counted in the legend, not drawn
const SIDES = ["then", "now"]; // the earlier day of a swipe, the shown day
const AGES = [[0, "#f3e9d2"], [7, "#e3c08f"], [30, "#b7794f"], [90, "#6d4253"], [365, "#352b45"]];
const HOLD_MS = 4000;
const ZONE_BLUE = "#3f6fb5";

class MapView {
  constructor(choice, open) {
    this.choice = choice; this.study = choice.study; this.open = open;
    this.ground = new Ground(this.study);
    this.ground.clearZoom = this.clearZoom();
    this.drawn = {};
    performance.mark("ground");
    this.map = new maplibregl.Map({
      container: "map", style: this.style(), attributionControl: false, maxZoom: 13, minZoom: 2, fadeDuration: 0,
      dragRotate: false, pitchWithRotate: false, touchPitch: false, renderWorldCopies: false, validateStyle: false,
      ...(choice.view ? { center: choice.view.slice(0, 2), zoom: choice.view[2] } : { bounds: this.study.bounds }),
    });
    this.hold();
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.frame();
    this.map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new maplibregl.ScaleControl({ maxWidth: 90 }), "bottom-right");
    this.map.getCanvas().setAttribute("aria-label", "Map of who holds which place. Use the table or the search to read it without sight.");
    this.map.on("styleimagemissing", ({ id }) => { if (id === "dots" && !this.map.hasImage(id)) this.map.addImage(id, dotted(), { pixelRatio: 2 }); });
    // colours, layers and states are set before the first tile is drawn: nothing is painted twice
    this.map.once("style.load", () => { this.addGround(); this.paint(); this.layersShown(); this.step(); });
    this.map.on("webglcontextrestored", () => this.ground.onAdd(this.map, this.map.painter.context.gl));
    this.ready = new Promise((resolve) => this.map.once("load", () => { this.start(); resolve(); }));
  }

  /** Draws nothing until there is all to draw: a frame of half a map costs as much as one of the whole, and more are to come. */
  hold() {
    const { map } = this, { painter } = map, begun = performance.now();
    if (!painter || typeof painter.render !== "function") return;
    painter.render = (...all) => {
      [painter.style] = all; // tiles that arrive meanwhile are laid out for it
      if (!map.isStyleLoaded() && performance.now() - begun < HOLD_MS) return;
      delete painter.render;
      painter.render(...all);
    };
  }

  // ---- the part of the screen that no panel covers

  /** Pixels that panels cover on each side. */
  padding() {
    const { innerWidth: wide, innerHeight: tall } = globalThis, box = (id) => $(id).getBoundingClientRect();
    const narrow = wide < NARROW, top = Math.round(box("top").bottom) + 8, time = box("time");
    const panel = !$("place").hidden, legend = box("legend");
    const open = !narrow && $("legend-body").offsetParent !== null;
    return {
      top: narrow ? Math.round(legend.bottom || top) + 4 : top, bottom: Math.round(tall - (narrow && panel ? box("place").top : time.top)) + 8,
      left: open ? Math.round(legend.right) + 8 : 8, right: !narrow && panel ? Math.round(wide - box("place").left) + 8 : narrow ? 8 : 52,
    };
  }

  /** Puts the study, or the chosen view, into the free part of the screen at once. */
  frame() {
    const place = this.besideSheet(), padding = this.padding();
    this.map.setPadding(place ? { ...padding, bottom: 140 } : padding);
    if (this.choice.view) this.map.jumpTo({ center: this.choice.view.slice(0, 2), zoom: this.choice.view[2] });
    else this.map.fitBounds(this.study.bounds, { padding: 10, duration: 0 });
    if (place && !this.choice.view) {
      this.map.setPadding(padding);
      this.map.jumpTo({ center: place, zoom: this.map.getZoom() + 1 });
    }
    this.fitted = !this.choice.view;
    if (this.fitted) this.map.setMinZoom(Math.max(0, this.map.getZoom() - 1.6)); // beyond, the borders that the page carries end
  }

  /** Where the chosen place is, when its panel is a sheet that leaves room for little else. */
  besideSheet() { return innerWidth < NARROW && this.choice.place !== null ? this.study.where(this.choice.place) : null; }

  /** After a panel has opened or closed: the whole study stays in sight as long as the reader has not moved the map. */
  reframe() {
    const padding = this.padding(), before = this.map.getPadding();
    if (["top", "bottom", "left", "right"].every((side) => Math.abs(padding[side] - before[side]) < 12)) return;
    const duration = this.calm(), place = this.besideSheet();
    if (place) {
      this.map.easeTo({ center: place, padding, duration }, { ours: true });
    } else if (this.fitted) {
      this.map.setPadding(padding);
      const fit = this.map.cameraForBounds(this.study.bounds, { padding: 10 });
      this.map.setPadding(before);
      this.map.easeTo({ ...fit, padding, duration }, { ours: true });
    } else {
      this.map.easeTo({ padding, duration }, { ours: true });
    }
  }

  /** Draws the map, names and all, for paper: a sheet has another shape than the screen. */
  print(canvas) {
    this.map.redraw();
    const from = this.map.getCanvas(), names = $("labels"), context = canvas.getContext("2d");
    if (!from.width || !names.width) return;
    canvas.width = from.width; canvas.height = from.height;
    context.drawImage(from, 0, 0);
    context.drawImage(names, 0, 0, from.width, from.height);
  }

  calm() { return matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300; }

  // ---- style

  style() {
    const s = this.study, empty = collection([]);
    const geojson = (data, more) => ({ type: "geojson", data, ...more });
    const sources = {
      base: geojson(collection([feature(polygons(s.base.land), { k: "land" }), feature(lines(s.base.admin1), { k: "admin1" }),
        feature(lines(s.base.admin0), { k: "admin0" }), feature(polygons(s.area), { k: "area" })])),
      chosen: geojson(empty),
    };
    for (const side of SIDES) sources[side] = geojson(empty, { tolerance: 0.2 });
    return { version: 8, sources, layers: this.layers() };
  }

  layers() {
    const layout = { "line-cap": "round", "line-join": "round" };
    const line = (id, source, kind, paint) => ({ id, source, filter: ["==", ["get", "k"], kind], type: "line", layout, paint });
    // every combination of paint properties is a program to compile: edges are lines of their own, so fills need no smoothing
    const fill = (id, source, kind, paint) => ({ id, source, filter: ["==", ["get", "k"], kind], type: "fill", paint: { "fill-antialias": false, ...paint } });
    const circle = (id, source, kind, paint) => ({ id, source, filter: ["==", ["get", "k"], kind], type: "circle", paint: { "circle-opacity": 0, ...paint } });
    const width = (a, b) => ["interpolate", ["linear"], ["zoom"], 6, a, 12, b];
    return [
      { id: "sea", type: "background", paint: {} },
      fill("land", "base", "land", {}),
      line("admin1", "base", "admin1", { "line-width": 0.6, "line-dasharray": [4, 3] }),
      line("admin0", "base", "admin0", { "line-width": width(1, 2) }),
      line("area", "base", "area", { "line-width": 1, "line-dasharray": [1, 3] }),
      ...SIDES.flatMap((side) => [
        fill(`gaps-${side}`, side, "gaps", { "fill-pattern": "dots", "fill-opacity": 0.8 }),
        fill(`zones-fill-${side}`, side, "zones", { "fill-color": ZONE_BLUE, "fill-opacity": 0.07 }),
        line(`zones-${side}`, side, "zones", { "line-color": ZONE_BLUE, "line-width": 1.6, "line-dasharray": [3, 2] }),
        fill(`bands-${side}`, side, "bands", { "fill-opacity": 0.05 }),
        line(`bands-edge-${side}`, side, "bands", { "line-width": 0.9, "line-opacity": 0.6, "line-dasharray": [1, 2.5] }),
        line(`fronts-casing-${side}`, side, "fronts", { "line-width": width(3.2, 6) }),
        line(`fronts-${side}`, side, "fronts", { "line-width": width(1.5, 3) }),
        line(`corridors-${side}`, side, "corridors", { "line-width": 2.4, "line-dasharray": [0.4, 2] }),
        line(`pockets-casing-${side}`, side, "pockets", { "line-width": 4.4, "line-opacity": 0.85 }),
        line(`pockets-${side}`, side, "pockets", { "line-width": 1.9, "line-dasharray": [2, 1.4] }),
        circle(`vague-${side}`, side, "vague", { "circle-stroke-width": 1.2, "circle-stroke-opacity": 0.55, "circle-radius": this.kilometres(["get", "r"]) }),
        circle(`events-${side}`, side, "events", { "circle-radius": width(4.5, 9), "circle-stroke-width": width(1.5, 2.2) }),
        circle(`incidents-${side}`, side, "incidents", { "circle-radius": width(6.5, 11), "circle-stroke-width": 2, "circle-stroke-color": ZONE_BLUE }),
      ]),
      circle("chosen-radius", "chosen", "chosen", { "circle-stroke-width": 1.2, "circle-stroke-opacity": 0.7, "circle-radius": this.kilometres(["get", "r"]) }),
      circle("chosen", "chosen", "chosen", { "circle-radius": width(8, 14), "circle-stroke-width": 2.5 }),
    ];
  }

  /** The layers of our own: cells under the borders, each side's lines on their side of the divider, dots over them. */
  addGround() {
    const { map, ground } = this, custom = (id, render, onAdd) => ({ id, type: "custom", renderingMode: "2d", render, onAdd });
    map.addLayer(custom("cells", (gl) => ground.drawCells(gl), (m, gl) => ground.onAdd(m, gl)), "admin1");
    SIDES.forEach((side, i) => map.addLayer(custom(`keep-${side}`, (gl) => ground.scissor(gl, i)), `gaps-${side}`));
    map.addLayer(custom("places", (gl) => { ground.scissor(gl, null); ground.drawDots(gl); }), "chosen-radius");
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

  // ---- what the reader does

  start() {
    this.choose();
    this.labels = new Labels(this);
    this.map.on("click", (event) => {
      const place = this.under(event.point);
      if (place >= 0) this.open(place);
    });
    this.map.on("mousemove", (event) => this.tell(event));
    this.map.on("mouseout", () => { $("tip").hidden = true; });
    this.map.on("move", (event) => { if (!event.ours && event.originalEvent) this.fitted = false; });
    this.map.on("moveend", (event) => {
      if (this.fitted || event.ours) return;
      const { lng, lat } = this.map.getCenter();
      this.choice.set({ view: [lng, lat, this.map.getZoom()] });
    });
  }

  /** The place under a point of the screen: an event's, a dot near by, or whose cell it is; -1 for none. */
  under(point) {
    const { study, map } = this, near = this.found(point, ["events", "incidents"]).find((f) => f.properties.p >= 0);
    if (near) return near.properties.p;
    const { lng, lat } = map.unproject(point), track = this.ground.pick(lng, lat);
    return track < 0 ? -1 : study.tracked[track];
  }

  /** Findings drawn near a point, on its side of the divider. */
  found(point, kinds) {
    const side = this.choice.swiping && point.x < this.choice.divider * this.map.getCanvas().clientWidth ? "then" : "now";
    const box = [[point.x - 5, point.y - 5], [point.x + 5, point.y + 5]];
    return this.map.queryRenderedFeatures(box, { layers: kinds.map((kind) => `${kind}-${side}`) });
  }

  /** What is under the pointer, in a few words. */
  tell(event) {
    const tip = $("tip"), { choice, study } = this, moving = this.map.isMoving();
    const found = moving ? [] : this.found(event.point, ["events", "incidents", "pockets", "corridors", "fronts", "vague"]);
    const place = moving ? -1 : this.under(event.point), said = found.slice(0, 3).map((f) => this.said(f.properties));
    this.map.getCanvas().style.cursor = place >= 0 ? "pointer" : "";
    tip.hidden = place < 0 && !said.length;
    if (tip.hidden) return;
    const day = choice.swiping && event.point.x < choice.divider * this.map.getCanvas().clientWidth ? choice.since : choice.day;
    tip.replaceChildren(...[...new Set(said)].map((words) => el("div", {}, words)), ...(place < 0 ? [] : [this.held(place, day)]));
    tip.style.transform = `translate(${clamp(event.point.x + 14, 8, innerWidth - 270)}px, ${event.point.y + (event.point.y > innerHeight - 240 ? -20 - tip.offsetHeight : 16)}px)`;
  }

  held(place, day) {
    const { choice, study } = this, track = study.trackOf[place];
    const words = (on) => {
      const state = track < 0 ? study.states.length : choice.control.state(track, on);
      return choice.name(state) + (state < study.states.length ? ` ${percent(choice.control.chance(track, on, state))}` : "");
    };
    const changed = choice.since !== null && !choice.swiping && track >= 0 && choice.control.state(track, choice.since) !== choice.control.state(track, day);
    return el("div", {}, el("b", {}, el("bdi", {}, choice.called(place))), ` ${changed ? `${words(choice.since)} → ` : ""}${words(day)}`, this.quiet(place, day));
  }

  quiet(place, day) {
    const days = this.study.silence(place, day);
    return el("div.quiet", {}, days === null ? "no report names it before" : days ? `${days} day${days === 1 ? "" : "s"} since evidence` : "evidence on this day");
  }

  /** A finding in a few words. */
  said(f) {
    const { choice, study } = this, until = f.d1 >= study.days ? "" : ` to ${study.words(f.d1 - 1, "short")}`;
    if (f.k === "fronts") return `Front ${choice.name(f.a)} – ${choice.name(f.b)}, ${number(f.km)} km`;
    if (f.k === "pockets") return `Pocket of ${choice.name(f.s)}, ${number(f.km2)} km², ${percent(f.p)}, from ${study.words(f.d0, "short")}${until}`;
    if (f.k === "corridors") return `Corridor of ${choice.name(f.s)}, ${percent(f.p)}, from ${study.words(f.d0, "short")}${until}`;
    return `${f.k === "incidents" ? "Incident in an agreed zone: " : ""}${EVENT[f.e] || f.e}, ${study.words(f.d, "short")}${f.k === "vague" ? `, within ${number(f.r)} km` : ""}`;
  }

  // ---- colours and layers

  /** Colours that follow the theme and the palette. */
  paint() {
    const c = Object.fromEntries(Object.entries(THEME).map(([k, v]) => [k, cssVar(v)])), { ground } = this;
    const set = (layer, values) => { for (const [k, v] of Object.entries(values)) this.map.setPaintProperty(layer, k, v); };
    set("sea", { "background-color": c.sea });
    set("land", { "fill-color": c.land });
    set("admin1", { "line-color": c.border });
    set("admin0", { "line-color": c.border });
    set("area", { "line-color": c.ink });
    for (const side of SIDES) {
      set(`fronts-casing-${side}`, { "line-color": c.paper });
      set(`bands-${side}`, { "fill-color": c.ink });
      set(`pockets-casing-${side}`, { "line-color": c.paper });
      for (const layer of ["fronts", "bands-edge", "pockets", "corridors"]) set(`${layer}-${side}`, { "line-color": c.ink });
      for (const layer of ["events", "vague"]) set(`${layer}-${side}`, { "circle-stroke-color": eventColours(c.ink) });
    }
    for (const layer of ["chosen", "chosen-radius"]) set(layer, { "circle-stroke-color": c.ink });
    const part = (hex, alpha) => [...rgb(hex).map((v) => v / 255), alpha];
    ground.edge = part(c.edge, 0.38); ground.hatch = part("#5b5346", 0.75); ground.paper = rgb(c.paper).map((v) => v / 255);
    this.colours = [...this.study.states, null].map((_, s) => rgb(this.choice.colour(s)));
    this.drawn = {};
    if (this.labels) this.labels.theme();
  }

  layersShown() {
    const { choice, ground } = this, on = choice.layers, age = on.has("age");
    ground.shown = { cells: on.has("cells") || age, dots: on.has("places") };
    const show = { fronts: on.has("fronts"), "fronts-casing": on.has("fronts"), bands: on.has("fronts"), "bands-edge": on.has("fronts"), pockets: on.has("pockets"),
      "pockets-casing": on.has("pockets"), corridors: on.has("pockets"), zones: on.has("zones"), "zones-fill": on.has("zones"), incidents: on.has("zones"),
      events: on.has("events"), vague: on.has("events"), gaps: on.has("gaps") };
    for (const [layer, visible] of Object.entries(show)) {
      this.map.setLayoutProperty(`${layer}-now`, "visibility", visible ? "visible" : "none");
      this.map.setLayoutProperty(`${layer}-then`, "visibility", visible && choice.swiping ? "visible" : "none");
    }
    if (this.labels) this.labels.draw();
  }

  // ---- a day

  /** Redraws what depends on the day: a texture of colours, and the few shapes that hold on it. */
  step() {
    const { choice, ground } = this, { day, since, swiping } = choice;
    ground.clip = swiping ? choice.divider : null;
    const ways = [choice.known, choice.layers.has("age"), choice.palette].join();
    const look = (side, on, from) => {
      const key = [on, from, ways].join();
      if (this.drawn[side] === key) return;
      this.drawn[side] = key;
      ground.colour(side, this.colourer(on, from));
    };
    if (swiping) look(0, since, null);
    look(1, day, swiping ? null : since);
    if (swiping) this.findings("then", since);
    this.findings("now", day);
    this.map.triggerRepaint();
  }

  /** Writes a place's colours on a day; with `since`, places that have changed hands stand out. */
  colourer(day, since) {
    const { choice, study, colours } = this, control = choice.control.at(day), before = since === null ? null : choice.control.at(since);
    const contested = study.states.length - 1, unknown = study.states.length, age = choice.layers.has("age");
    const part = study.hindsight.part(day), tierFirst = part.tierFirst || (part.tierFirst = firsts(part.tierSizes));
    const tier = (i) => {
      let at = tierFirst[i];
      const end = tierFirst[i + 1];
      if (at === end || part.tierDays[at] > day) return 0;
      while (at + 1 < end && part.tierDays[at + 1] <= day) at += 1;
      return part.tiers[at];
    };
    const strengths = Float32Array.from({ length: 256 }, (_, v) => 0.16 + 0.6 * Math.max(0, (v / 255 - 0.3) / 0.7));
    return (i, cells, dots, at) => {
      const knot = control.knot(i, day), best = control.best[knot], [r, g, b] = colours[best];
      const moved = before !== null && before.state(i, since) !== best;
      let alpha = best === unknown ? 0.42 : best === contested ? 0.62 : strengths[control.top[knot]];
      if (before !== null) alpha = moved ? 0.88 : 0.1;
      cells[at] = r; cells[at + 1] = g; cells[at + 2] = b;
      cells[at + 3] = Math.round(alpha * 127) + (best === contested && !age && (before === null || moved) ? HATCHED : 0);
      if (age) {
        const quiet = study.silence(study.tracked[i], day), [ar, ag, ab] = quiet === null ? colours[unknown] : ageColour(quiet);
        cells[at] = ar; cells[at + 1] = ag; cells[at + 2] = ab; cells[at + 3] = 108;
      }
      dots[at] = r; dots[at + 1] = g; dots[at + 2] = b; dots[at + 3] = tier(i) ? 128 : 255;
    };
  }

  /** Gives a side the findings of a day, if they differ from those it has. */
  findings(side, day) {
    const { choice, study } = this, part = study.hindsight.part(day), on = choice.layers, rows = [];
    const holds = (row) => row.d0 <= day && day < row.d1;
    for (const kind of ["gaps", "zones", "fronts", "corridors", "pockets"]) if (on.has(kind === "corridors" ? "pockets" : kind)) part[kind].forEach((row, i) => { if (holds(row)) rows.push([kind, i]); });
    for (let i = 0; i < part.eventDay.length; i++) {
      const kind = part.eventClaim[i] < 0 ? "zones" : "events";
      if (on.has(kind) && part.eventDay[i] <= day && part.eventDay[i] > day - choice.window && part.eventX[i] !== NOWHERE && part.eventRadius[i] <= WIDEST_KM * 10) rows.push(["events", i]);
    }
    const key = study.hindsight.index(day) + ":" + rows.join();
    if (this.drawn["findings-" + side] === key) return;
    this.drawn["findings-" + side] = key;
    this.map.getSource(side).setData(collection(rows.flatMap(([kind, i]) => (kind === "events" ? this.event(part, i) : this.shape(kind, part[kind][i])))));
  }

  shape(kind, row) {
    const told = { k: kind, d0: row.d0, d1: row.d1, s: row.s, p: -1, a: row.a, b: row.b, km: row.km && row.km[0], km2: row.km2 };
    if (kind !== "fronts") return [feature(row.g, { ...told, p: row.p })];
    return [feature(lines(row.g), told), ...(row.band && row.band.length ? [feature(polygons(row.band), { k: "bands" })] : [])];
  }

  event(part, i) {
    const k = part.eventClaim[i] < 0 ? "incidents" : part.eventVague[i] ? "vague" : "events";
    return [feature({ type: "Point", coordinates: [part.eventX[i] / 1e4, part.eventY[i] / 1e4] }, { k, d: part.eventDay[i], e: this.study.events[part.eventKind[i]], p: part.eventPlace[i], r: part.eventRadius[i] / 10 || 1 })];
  }

  choose() {
    const at = this.choice.place === null ? null : this.study.where(this.choice.place);
    this.map.getSource("chosen").setData(collection(at ? [feature({ type: "Point", coordinates: at }, { k: "chosen", r: this.study.radius[this.choice.place] / 10 })] : []));
    if (this.labels) this.labels.draw();
  }

  goTo(index) {
    const at = this.study.where(index);
    if (!at) return;
    const { left, right, top, bottom } = this.padding(), { clientWidth: wide, clientHeight: tall } = this.map.getCanvas(), { x, y } = this.map.project(at);
    const inSight = x > left && x < wide - right && y > top && y < tall - bottom;
    if (inSight && this.map.getZoom() >= 8) return;
    this.fitted = false;
    this.map.easeTo({ center: at, zoom: Math.max(this.map.getZoom(), 9), padding: this.padding(), duration: this.calm() });
  }
}

function ageColour(days) {
  const i = Math.max(0, AGES.findLastIndex(([from]) => from <= days)), [from, low] = AGES[i], [to, high] = AGES[Math.min(i + 1, AGES.length - 1)];
  const share = to > from ? (days - from) / (to - from) : 0, [a, b] = [rgb(low), rgb(high)];
  return a.map((v, k) => v + (b[k] - v) * share);
}

/** Rings by kind of event: ground changes in ink, fighting and strikes in colours of their own. */
const EVENT_COLOURS = [["clash, siege", ["clash", "siege"], "#b3261e"], ["strike", ["strike"], "#7b3fb3"], ["other", ["passage", "agreement", "other"], "#5f7f93"]];

function eventColours(ink) {
  return ["match", ["get", "e"], ...EVENT_COLOURS.flatMap(([, kinds, colour]) => [kinds, colour]), ink];
}

function dotted() {
  const canvas = document.createElement("canvas"), size = 16;
  canvas.width = canvas.height = size;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#6f747b"; context.beginPath(); context.arc(size / 2, size / 2, 1.7, 0, 7); context.fill();
  return context.getImageData(0, 0, size, size);
}
