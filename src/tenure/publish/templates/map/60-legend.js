// The legend: who holds how much on the shown day, with its interval and its course; in comparison, who gained what.

const CHANGES_SHOWN = 6;

class Legend {
  constructor(choice) {
    this.choice = choice; this.study = choice.study;
    this.courses = this.study.states.map((_, s) => this.course(s));
    this.top = Math.max(1, ...this.courses.flat().map((c) => c[1]));
  }

  /** [day, km2] of a state: the published series, else expected areas of the posterior. */
  course(state) {
    const rows = this.study.series[state];
    if (rows && rows.length > 1) return rows.map((r) => [r[0], r[1]]);
    if (this.study.count > 5000) return [];
    const step = Math.max(1, Math.floor(this.study.days / 60)), out = [];
    for (let day = 0; day < this.study.days; day += step) out.push([day, this.totals(day).area[state]]);
    return out;
  }

  totals(day) {
    this.memory = this.memory || new Map();
    if (!this.memory.has(day)) this.memory.set(day, this.study.hindsight.totals(day, this.study.km2));
    return this.memory.get(day);
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
    return choice.since !== null
      ? this.said(choice.since, choice.day).length ? "Expected change with 90% intervals. Cells whose most likely controller differs are strong, the rest pale."
        : "Places whose most likely controller differs between the two days; the rest is pale."
      : choice.known === "then" ? "As it was known on that day: later evidence is not used." : "With hindsight: all published evidence is used. Small figures are 90% intervals.";
  }

  /** What dots and rings stand for, as far as they are shown. */
  keys() {
    const on = this.choice.layers, out = [], mark = (kind, colour) => el(`span.${kind}`, { "aria-hidden": "true", style: { borderColor: colour } });
    if (on.has("places") && this.study.spells.length) out.push(el("span.key", {}, mark("full", ""), "assessed"), el("span.key", {}, mark("ring", ""), "claimed or disputed"));
    if (on.has("events")) {
      out.push(el("span.key", {}, mark("ring", "var(--ink)"), "ground changes"), ...EVENT_COLOURS.map(([name, , colour]) => el("span.key", {}, mark("ring", colour), name)));
    }
    return out;
  }

  /** How many shown events are known only to a region, and are therefore not drawn. */
  undrawn() {
    const { choice, study } = this;
    if (!choice.layers.has("events")) return "";
    const vague = new Set(study.spots.filter((t) => (t[3] === null || t[6] > WIDEST_KM) && study.claims[t[0]].a <= choice.day && study.claims[t[0]].a > choice.day - choice.window).map((t) => t[0]));
    return vague.size ? ` ${vague.size} event${vague.size === 1 ? " is" : "s are"} known only to a region and not drawn.` : "";
  }

  /** Measured changes between exactly these two days. */
  said(since, day) { return this.study.changes.filter((c) => c.d0 === since && c.d1 === day); }

  /** The legend in a sentence, for the live region. */
  spoken() {
    return [...$("legend-rows").querySelectorAll("[role=listitem]")].map((row) => row.getAttribute("aria-label")).join("; ");
  }

  held(day) {
    const { choice, study } = this, totals = choice.control.totals(day, study.km2), out = [];
    const figure = (s) => (choice.known === "hindsight" ? study.figures(s, day) : null);
    out.push(el("div.row.head", { "aria-hidden": "true" }, el("span"), el("span"), el("span.num", {}, "km²"), el("span.num", {}, "places")));
    for (let s = 0; s <= study.states.length; s++) {
      const f = figure(s), area = f ? f[1] : totals.area[s], count = f ? f[4] : totals.count[s];
      if (s === study.states.length && count < 0.5) continue;
      const interval = f && f[3] > f[2] ? `${number(f[2])}–${number(f[3])}` : "";
      const label = `${choice.name(s)}: ${number(area)} square kilometres${interval ? `, 90% interval ${interval.replace("–", " to ")}` : ""}, ${number(count)} places`;
      out.push(el("div.row", { role: "listitem", "aria-label": label },
        this.swatch(s), el("span.who", {}, choice.name(s), this.spark(s, day)),
        el("span.num", { title: "90% interval" }, number(area), el("small", {}, interval)),
        el("span.num", {}, number(count), el("small", {}, f && f[6] > f[5] ? `${number(f[5])}–${number(f[6])}` : ""))));
    }
    return out;
  }

  changed(since, day) {
    const { choice } = this, said = this.said(since, day);
    const rows = (said.length ? said : this.counted(since, day)).sort((a, b) => b.km2 - a.km2 || a.from - b.from);
    const rest = rows.splice(CHANGES_SHOWN);
    if (!rows.length) return [el("p.quiet", {}, "No place changed hands.")];
    const head = el("div.row.head", { "aria-hidden": "true" }, el("span"), el("span", {}, "from → to"), el("span.num", {}, "km²"), el("span.num", {}, "places"));
    const range = (low, high) => (low === undefined ? "" : `${number(low)}–${number(high)}`);
    return [head, ...rows.map((r) => el("div.row", { role: "listitem", "aria-label": `From ${choice.name(r.from)} to ${choice.name(r.to)}: ${number(r.km2)} square kilometres, ${number(r.places)} places` },
      this.swatch(r.to), el("span.who", {}, choice.name(r.from), el("i.arrow", { "aria-hidden": "true" }, " → "), choice.name(r.to)),
      el("span.num", {}, number(r.km2), el("small", {}, range(r.lo, r.hi))), el("span.num", {}, number(r.places), el("small", {}, range(r.placesLo, r.placesHi))))),
      ...(rest.length ? [el("div.row.rest.quiet", { role: "listitem" }, `${rest.length} smaller changes, ${number(rest.reduce((sum, r) => sum + r.km2, 0))} km² together`)] : [])];
  }

  /** Changes of the most likely controller, which have no interval. */
  counted(since, day) {
    const { choice, study } = this, pairs = new Map();
    for (let i = 0; i < study.count; i++) {
      const from = choice.control.state(i, since), to = choice.control.state(i, day);
      if (from === to) continue;
      const key = from * 100 + to, row = pairs.get(key) || { from, to, places: 0, km2: 0 };
      row.places += 1; row.km2 += study.km2[i];
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
