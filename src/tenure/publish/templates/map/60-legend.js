// The legend: who holds how much on the shown day, with its interval and its course; in comparison, who gained what.

const CHANGES_SHOWN = 6;

class Legend {
  constructor(choice) {
    this.choice = choice; this.study = choice.study;
    this.courses = this.study.states.map((_, s) => this.course(s));
    this.top = Math.max(1, ...this.courses.flat().map((c) => c[1]));
  }

  /** [day, km2] of a state: the published series, else expected areas of a small study's posterior. */
  course(state) {
    const { study } = this, rows = study.series[state], whole = study.hindsight.at(0);
    if (rows && rows.length > 1) return rows.map((r) => [r[0], r[1]]);
    if (study.count > 5000 || study.spanDays < study.days || !whole) return [];
    const step = Math.max(1, Math.floor(study.days / 60)), out = [];
    this.sums = this.sums || new Map();
    for (let day = 0; day < study.days; day += step) {
      if (!this.sums.has(day)) this.sums.set(day, whole.totals(day, study.trackKm2).area);
      out.push([day, this.sums.get(day)[state]]);
    }
    return out;
  }

  render() {
    const { choice, study } = this, { day } = choice;
    $("legend-date").textContent = choice.since === null ? study.words(day) : `${study.words(choice.since)} to ${study.words(day)}`;
    const rows = choice.since === null ? this.held(day) : this.changed(choice.since, day);
    $("legend-rows").replaceChildren(...rows);
    $("legend-keys").replaceChildren(...this.keys());
    $("legend-note").textContent = this.note() + this.undrawn();
  }

  note() {
    const { choice } = this;
    if (choice.swiping) return "The earlier day lies left of the divider, the later right of it.";
    return choice.since !== null
      ? this.said(choice.since, choice.day).length ? "Expected change with 90% intervals. Places whose most likely controller differs are strong, the rest pale."
        : "Counted by the most likely controller of each place; changed places are strong, the rest pale."
      : choice.known === "then" ? "As it was known on that day: later evidence is not used." : "With hindsight: all published evidence is used. Small figures are 90% intervals.";
  }

  /** What lines, dots and rings stand for, as far as they are shown. */
  keys() {
    const { choice, study } = this, on = choice.layers, out = [], part = study.hindsight.part(choice.day) || {}, any = (kind) => (part[kind] || []).length > 0;
    const mark = (kind, colour) => el(`span.${kind}`, { "aria-hidden": "true", style: colour ? { borderColor: colour } : {} }), key = (node, words) => el("span.key", {}, node, words);
    if (on.has("fronts") && any("fronts")) out.push(key(mark("rule"), "front"), key(mark("band"), "its 90% band"));
    if (on.has("pockets") && any("pockets")) out.push(key(mark("rule.dashed"), "pocket"));
    if (on.has("pockets") && any("corridors")) out.push(key(mark("rule.dotted"), "corridor"));
    if (on.has("zones") && any("zones")) out.push(key(mark("rule.dashed", "#3f6fb5"), "agreed zone"), key(mark("ring", "#3f6fb5"), "incident in it"));
    if (on.has("gaps") && any("gaps")) out.push(key(mark("specks"), "no report speaks of it"));
    if (on.has("places") && part.tiers && part.tiers.length) out.push(key(mark("full"), "assessed"), key(mark("ring"), "claimed, disputed or inferred"));
    if (on.has("events")) out.push(key(mark("ring", "var(--ink)"), "ground changes"), ...EVENT_COLOURS.map(([name, , colour]) => key(mark("ring", colour), name)));
    return out;
  }

  /** How many shown events are known only to a region, and are therefore not drawn. */
  undrawn() {
    const { choice, study } = this, part = study.hindsight.part(choice.day);
    if (!choice.layers.has("events") || !part) return "";
    const vague = new Set();
    for (let i = 0; i < part.eventDay.length; i++) {
      const day = part.eventDay[i], unknown = part.eventX[i] === NOWHERE || part.eventRadius[i] > WIDEST_KM * 10;
      if (part.eventClaim[i] >= 0 && unknown && day <= choice.day && day > choice.day - choice.window) vague.add(part.eventClaim[i]);
    }
    return vague.size ? ` ${vague.size} event${vague.size === 1 ? " is" : "s are"} known only to a region and not drawn.` : "";
  }

  /** Measured changes between exactly these two days. */
  said(since, day) { return this.study.changes.filter((c) => c.d0 === since && c.d1 === day); }

  /** The legend in a sentence, for the live region. */
  spoken() {
    return [...$("legend-rows").querySelectorAll("[role=listitem]")].map((row) => row.getAttribute("aria-label")).join("; ");
  }

  /** Area and places of every state on a day, published figures first: [area, low, high, places, low, high]. */
  holdings(day) {
    const { choice, study } = this, published = choice.known === "hindsight" && study.series.some((rows) => rows.length);
    const figures = study.states.map((_, s) => (published ? study.figures(s, day) : null));
    const span = choice.control.at(day), totals = span && figures.includes(null) ? span.totals(day, study.trackKm2) : null;
    const unknown = published ? study.figures(study.states.length, day) : null;
    const sum = (s) => (totals ? [totals.area[s], null, null, totals.count[s], null, null] : [0, null, null, 0, null, null]);
    const rest = unknown ? unknown.slice(1) : span ? this.unknown(span, day) : sum(study.states.length);
    return [...figures.map((f, s) => (f ? f.slice(1) : sum(s))), rest];
  }

  unknown(span, day) {
    let area = 0, count = 0;
    for (let i = 0; i < this.study.count; i++) if (!span.isInformed(i, day)) { area += this.study.trackKm2[i]; count += 1; }
    return [area, null, null, count, null, null];
  }

  held(day) {
    const { choice, study } = this, out = [];
    out.push(el("div.row.head", { "aria-hidden": "true" }, el("span"), el("span"), el("span.num", {}, "km²"), el("span.num", {}, "places")));
    this.holdings(day).forEach(([area, low, high, count, countLow, countHigh], s) => {
      if (s === study.states.length && count < 0.5) return;
      const interval = high > low ? `${number(low)}–${number(high)}` : "";
      const label = `${choice.name(s)}: ${number(area)} square kilometres${interval ? `, 90% interval ${interval.replace("–", " to ")}` : ""}, ${number(count)} places`;
      out.push(el("div.row", { role: "listitem", "aria-label": label },
        this.swatch(s), el("span.who", {}, choice.name(s), this.spark(s, day)),
        el("span.num", { title: "90% interval" }, number(area), el("small", {}, interval)),
        el("span.num", {}, number(count), el("small", {}, countHigh > countLow ? `${number(countLow)}–${number(countHigh)}` : ""))));
    });
    if (choice.layers.has("cells") && !choice.layers.has("age")) out.push(this.ramp());
    return out;
  }

  /** How strength of colour stands for probability. */
  ramp() {
    return el("div.ramp", { "aria-hidden": "true" }, el("span", {}, "likely"), ...this.study.states.slice(0, -1).map((_, s) => {
      const node = el("i");
      node.style.backgroundImage = `linear-gradient(90deg, ${this.choice.colour(s)}29, ${this.choice.colour(s)}c2)`;
      return node;
    }), el("span", {}, "certain"));
  }

  changed(since, day) {
    const { choice } = this, said = this.said(since, day);
    const rows = (said.length ? said : this.counted(since, day)).sort((a, b) => b.km2 - a.km2 || a.from - b.from);
    const rest = rows.splice(CHANGES_SHOWN);
    const head = (words) => el("div.row.head", { "aria-hidden": "true" }, el("span"), el("span", {}, words), el("span.num", {}, "km²"), el("span.num", {}, "places"));
    if (!rows.length) return [...this.net(since, day, head), el("p.quiet", {}, "No place changed hands.")];
    const range = (low, high) => (low === undefined ? "" : `${number(low)}–${number(high)}`);
    return [...this.net(since, day, head), head("from → to"), ...rows.map((r) => el("div.row", { role: "listitem", "aria-label": `From ${choice.name(r.from)} to ${choice.name(r.to)}: ${number(r.km2)} square kilometres, ${number(r.places)} places` },
      this.passage(r.from, r.to), el("span.who", {}, choice.name(r.from), el("i.arrow", { "aria-hidden": "true" }, " → "), choice.name(r.to)),
      el("span.num", {}, number(r.km2), el("small", {}, range(r.lo, r.hi))), el("span.num", {}, number(r.places), el("small", {}, range(r.placesLo, r.placesHi))))),
      ...(rest.length ? [el("div.row.rest.quiet", { role: "listitem" }, `${rest.length} smaller change${rest.length === 1 ? "" : "s"}, ${number(rest.reduce((sum, r) => sum + r.km2, 0))} km² together`)] : [])];
  }

  /** What each side gained or lost in all. */
  net(since, day, head) {
    const { choice, study } = this, before = this.holdings(since), after = this.holdings(day);
    const signed = (v) => (Math.abs(v) < 0.05 ? "0" : `${v > 0 ? "+" : "−"}${number(Math.abs(v))}`);
    const rows = after.map(([area, , , count], s) => ({ s, area: area - before[s][0], count: count - before[s][3], then: before[s][0], now: area }))
      .filter((r) => Math.abs(r.area) >= 0.5 || Math.abs(r.count) >= 0.5).sort((a, b) => b.area - a.area || a.s - b.s);
    if (!rows.length) return [];
    return [head("in all"), ...rows.map((r) => el("div.row", { role: "listitem", "aria-label": `${choice.name(r.s)}: ${signed(r.area)} square kilometres, ${signed(r.count)} places; ${number(r.then)} before, ${number(r.now)} after` },
      this.swatch(r.s), el("span.who", {}, choice.name(r.s), el("small", {}, `${number(r.then)} → ${number(r.now)}`)), el("span.num", {}, signed(r.area)), el("span.num", {}, signed(r.count))))];
  }

  /** A swatch of two halves: who lost it, who gained it. */
  passage(from, to) {
    const node = el("span.swatch", { "aria-hidden": "true" });
    node.style.backgroundImage = `linear-gradient(105deg, ${this.choice.colour(from)} 0 42%, var(--paper) 42% 50%, ${this.choice.colour(to)} 50%)`;
    return node;
  }

  /** Changes of the most likely controller, which have no interval. */
  counted(since, day) {
    const { choice, study } = this, pairs = new Map();
    for (let i = 0; i < study.count; i++) {
      const from = choice.control.state(i, since), to = choice.control.state(i, day);
      if (from === to) continue;
      const key = from * 100 + to, row = pairs.get(key) || { from, to, places: 0, km2: 0 };
      row.places += 1; row.km2 += study.trackKm2[i];
      pairs.set(key, row);
    }
    return [...pairs.values()];
  }

  swatch(state) {
    const contested = state === this.study.states.length - 1;
    const node = el("span.swatch" + (contested ? ".hatched" : state === this.study.states.length ? ".grey" : ""), { "aria-hidden": "true" });
    node.style.backgroundColor = this.choice.colour(state);
    return node;
  }

  spark(state, day) {
    const course = this.courses[state];
    if (!course || course.length < 2) return null;
    const wide = 104, tall = 16, last = this.study.days - 1 || 1;
    const own = Math.max(...course.map((c) => c[1])) || 1, scale = own < this.top / 6 ? own : this.top;
    const x = (d) => ((d / last) * wide).toFixed(1), y = (v) => (tall - 1 - (v / scale) * (tall - 2)).toFixed(1);
    const path = course.map(([d, v], i) => `${i ? "H" + x(d) + "V" + y(v) : "M" + x(d) + " " + y(v)}`).join("") + `H${wide}`;
    const node = svg("svg", { viewBox: `0 0 ${wide} ${tall}`, class: "spark", "aria-hidden": "true", preserveAspectRatio: "none" });
    node.append(svg("path", { d: `${path}V${tall}H${x(course[0][0])}Z`, fill: this.choice.colour(state), opacity: 0.22 }),
      svg("path", { d: path, fill: "none", stroke: state === this.study.states.length - 1 ? "#94845f" : this.choice.colour(state), "stroke-width": 1.3, "vector-effect": "non-scaling-stroke" }),
      svg("line", { x1: x(day), x2: x(day), y1: 0, y2: tall, class: "cursor" }));
    return node;
  }
}
