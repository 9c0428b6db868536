// Why: one place, its history, its posterior on the shown day, and every claim that bears on it.

const STANCE = { asserted: "asserted", denied: "denied", possible: "said to be possible", planned: "announced" };
const EVENT = { gain: "gained", loss: "lost", hold: "holds", clash: "clash", siege: "siege", advance: "advance", strike: "strike", passage: "passage", agreement: "agreement", other: "other" };
const TIERS = ["Assessed: by independent sources, or against the speaker's interest", "Claimed by one side only", "Disputed: sources contradict each other"];

const NAMES_SHOWN = 8;
const CLAIMS_SHOWN = 200;

class PlacePanel {
  constructor(choice) {
    this.choice = choice; this.study = choice.study;
    $("place-close").addEventListener("click", () => choice.set({ place: null }));
    $("cite").addEventListener("click", () => copy(this.citation(), "Citation copied"));
  }

  render(moved) {
    const { choice, study } = this, index = choice.place;
    $("place").hidden = index === null;
    document.body.classList.toggle("with-place", index !== null);
    if (index === null) return;
    if (this.shown !== index) { this.shown = index; this.why = null; this.others = []; $("place").scrollTop = 0; this.read(index); }
    const place = study.place(index), track = study.trackOf[index], called = choice.called(index);
    $("place-name").textContent = called;
    const others = called === place.name ? this.others : [place.name, ...this.others.filter((name) => name !== called)], more = others.length - NAMES_SHOWN;
    $("place-names").replaceChildren(...others.slice(0, NAMES_SHOWN).flatMap((name, i) => [i ? " · " : "", el("bdi", { dir: "auto" }, name)]),
      more > 0 ? el("span.quiet", { title: others.slice(NAMES_SHOWN).join(" · ") }, ` and ${more} more`) : "");
    $("place-where").textContent = [place.within, place.kind, place.people ? `${grouped.format(place.people)} people` : "", place.radius ? `position known to ${number(place.radius)} km` : ""].filter(Boolean).join(" · ");
    $("place-body").replaceChildren(...(track < 0 ? [el("p.quiet", {}, "Control of this place is not estimated.")] : this.control(index, track)), ...(this.why ? this.evidence() : [el("p.quiet", {}, this.failed || "Reading the evidence…")]));
    if (moved) $("place-name").focus({ preventScroll: true });
  }

  /** Reads a place's evidence and other names, then shows them if it is still the chosen one. */
  async read(index) {
    const still = () => this.choice.place === index;
    this.failed = "";
    try {
      const why = await this.study.why(index);
      if (still()) { this.why = why; this.render(false); }
      const { names } = this.study.hasNames ? await part("names") : { names: [] };
      if (still()) { this.others = names[index] || []; this.render(false); }
    } catch (error) {
      this.failed = `The evidence could not be read: ${error.message}.`;
      if (still()) this.render(false);
    }
  }

  /** What carries the spell that holds on a day, in sentences. */
  support(day) {
    const spell = this.why && this.why.spells.find((s) => s[0] <= day && day < s[1]), { study } = this;
    if (!spell) return [];
    const [start, , low, high, tier, stories, besieged] = spell;
    const told = stories ? [TIERS[tier], `${stories} independent ${stories === 1 ? "story says" : "stories say"} so`]
      : tier === 2 ? [TIERS[2], "No story says so itself: inferred from the start, neighbours and other claims"] : ["Inferred: no story says so itself; it follows from the start, from neighbours and from other claims"];
    if (besieged) told.unshift("besieged: no way out but through an adversary's ground (see Pockets)");
    // the parts of a spell that a siege cuts share the interval of its beginning; a first spell has none
    return start > 0 && (low > 0 || high > 1) ? [...told, `change between ${study.words(low)} and ${study.words(Math.max(low, high - 1))} (90%)`] : told;
  }

  /** How often a P like this was right on campaigns whose outcome is known, in a sentence; nothing until the evidence is read. */
  tried(day, state, p) {
    const { choice, study } = this, { record } = study, then = choice.known === "then" && record.then;
    if (!this.why) return "";
    if (state === study.states.length - 1) return record.contested;
    const shown = study.date(day);
    const near = this.why.claims.some((c) => c.weights.length && day < c.b + record.days && (then ? c.a <= day && c.at <= shown : c.a - record.days <= day));
    let band = 0;
    while (band + 1 < record.edges.length && record.edges[band + 1] <= p + 0.002) band++;
    return (then || record.hindsight)[near ? 0 : 1][band];
  }

  control(index, track) {
    const { choice, study } = this, { day, control } = choice, best = control.state(track, day);
    const p = best < study.states.length ? control.chance(track, day, best) : null;
    const quiet = study.silence(index, day);
    const verdict = (on, state, chance) => el("p.verdict", {}, el("span.dot" + (state === study.states.length - 1 ? ".hatched" : ""), { style: { backgroundColor: choice.colour(state) } }),
      el("strong", {}, choice.name(state)), chance === null ? "" : ` ${percent(chance)}`, el("span.quiet", {}, ` on ${study.words(on)}`));
    const bars = control.isInformed(track, day) ? study.states.map((_, s) => this.bar(s, control.chance(track, day, s))) : [el("p.quiet", {}, "Nothing bears on this place: unknown.")];
    const facts = this.support(day);
    facts.push(quiet === null ? "no report names it before this day" : quiet === 0 ? "evidence on this day" : `${quiet} day${quiet === 1 ? "" : "s"} since evidence`);
    const tried = p === null ? "" : this.tried(day, best, p);
    if (tried) facts.push(tried);
    const before = [];
    if (choice.since !== null) {
      const then = control.state(track, choice.since);
      before.push(verdict(choice.since, then, then < study.states.length ? control.chance(track, choice.since, then) : null));
    }
    return [...before, verdict(day, best, p), el("div.bars", {}, ...bars), el("ul.facts", {}, ...facts.map((f) => el("li", {}, f))), el("h3", {}, "History"), ...this.history()];
  }

  history() {
    const own = this.why && this.why.history(this.choice.known === "then");
    return own ? [this.strip(...own)] : [];
  }

  bar(state, p) {
    const fill = el("span.fill", { style: { width: `${(100 * p).toFixed(1)}%`, backgroundColor: this.choice.colour(state) } });
    return el("div.bar", { "aria-label": `${this.choice.name(state)} ${percent(p)}`, role: "img" }, el("span.name", {}, this.choice.name(state)), el("span.track", {}, fill), el("span.num", {}, percent(p)));
  }

  /** Stacked probability over time, a step at each knot, ticks where claims speak of the place. */
  strip(control, track) {
    const { choice, study } = this, wide = 1000, tall = 64, last = study.days;
    const node = svg("svg", { viewBox: `0 0 ${wide} ${tall + 12}`, class: "strip", preserveAspectRatio: "none", "shape-rendering": "crispEdges", role: "img", "aria-label": this.spoken(control, track) });
    const x = (day) => (day / last) * wide;
    for (let k = control.first[track]; k < control.first[track + 1]; k++) {
      const from = x(control.day[k]), to = x(k + 1 < control.first[track + 1] ? control.day[k + 1] : last);
      let y = 0;
      const piece = (height, colour) => { if (height > 0) node.append(svg("rect", { x: from, y, width: Math.max(0.5, to - from + 0.4), height, fill: colour })); y += height; };
      if (!control.informed[k]) { piece(tall, study.unknown); continue; }
      for (let s = 0; s < study.states.length; s++) piece((control.p[s * control.knots + k] / 255) * tall, choice.colour(s));
    }
    for (const day of new Set(this.why.claims.map((claim) => claim.a))) {
      const at = x(day + 0.5);
      node.append(svg("line", { x1: at, x2: at, y1: tall + 3, y2: tall + 11, class: "tick" }));
    }
    for (const day of [choice.since, choice.day].filter((d) => d !== null)) {
      const at = x(day + 0.5);
      node.append(svg("line", { x1: at, x2: at, y1: -2, y2: tall + 12, class: "cursor" }));
    }
    node.addEventListener("click", (event) => {
      const box = node.getBoundingClientRect();
      choice.set({ day: clamp(Math.floor(((event.clientX - box.left) / box.width) * study.days), 0, study.days - 1) });
    });
    return el("div.strip-box", {}, node, el("div.strip-dates", { "aria-hidden": "true" }, el("span", {}, study.words(0)), el("span", {}, study.words(study.days - 1))));
  }

  spoken(control, track) {
    const { choice, study } = this, parts = [];
    let before = -1;
    for (let k = control.first[track]; k < control.first[track + 1]; k++) {
      if (control.best[k] === before) continue;
      before = control.best[k];
      parts.push(`${choice.name(before)} from ${study.words(control.day[k])}`);
    }
    return `Most likely controller: ${parts.join(", ")}`;
  }

  evidence() {
    const { choice } = this, { claims } = this.why;
    // what could bear on the shown day first, the latest on top; then what came later
    const after = (c) => c.a > choice.day;
    const list = [...claims].sort((a, b) => after(a) - after(b) || b.a - a.a);
    const later = list.filter(after).length;
    const heading = el("h3", {}, "Claims ", el("span.quiet", {}, list.length ? `${list.length}${later ? `, ${later} after the shown day` : ""}` : ""));
    if (!list.length) return [heading, el("p.quiet", {}, "No report in this study names this place. Absence of reports is not absence of conflict.")];
    return [heading, el("ol.claims", {}, ...list.slice(0, CLAIMS_SHOWN).map((c) => this.claim(c))), ...(list.length > CLAIMS_SHOWN ? [el("p.quiet", {}, `${list.length - CLAIMS_SHOWN} more are in the study's files.`)] : [])];
  }

  claim(claim) {
    const { study, choice } = this;
    const when = claim.b - claim.a > 1 ? `${study.words(claim.a)} – ${study.words(claim.b - 1)}` : study.words(claim.a);
    const weights = claim.weights.map(([state, weight]) => {
      const size = clamp(Math.abs(weight) / 6, 0.04, 1) * 50;
      const fill = el("span.fill", { style: { width: `${size}%`, left: weight < 0 ? `${50 - size}%` : "50%", backgroundColor: choice.colour(state) } });
      return el("div.weight", { title: "What the claim adds to the log-odds" }, el("span.track", { "aria-hidden": "true" }, fill),
        el("span", {}, `${weight < 0 ? "−" : "+"}${Math.abs(weight).toFixed(1)} for ${choice.name(state)}`));
    });
    const source = [claim.sp ? el("bdi", {}, claim.sp) : null, claim.sp && claim.pub ? ", in " : null, claim.pub ? el("cite", {}, el("bdi", {}, claim.pub)) : null, claim.at ? `, ${claim.at}` : null];
    const link = claim.u ? el("a", { href: claim.u, rel: "noopener noreferrer nofollow", target: "_blank" }, "report ↗") : null;
    return el("li" + (claim.a > choice.day ? ".later" : ""), {},
      el("div.claim-head", {}, el("span", {}, when), el("span.tag", {}, EVENT[claim.e] || claim.e), claim.s === "asserted" ? null : el("span.tag." + claim.s, {}, STANCE[claim.s] || claim.s), claim.by ? el("span.quiet", {}, el("bdi", {}, claim.by)) : null),
      claim.q ? el("blockquote", { dir: "auto" }, claim.q) : el("p.quiet", {}, "Quote withheld."), el("div.claim-foot", {}, el("span", {}, ...source.filter(Boolean)), link), ...weights);
  }

  citation() {
    const { choice, study } = this, name = study.names[choice.place], track = study.trackOf[choice.place];
    const best = track < 0 ? study.states.length : choice.control.state(track, choice.day);
    const chance = best < study.states.length ? ` (${percent(choice.control.chance(track, choice.day, best))})` : "";
    const known = choice.known === "then" ? ", as known on that day" : "";
    return `${name} on ${study.words(choice.day)}: ${choice.name(best)}${chance}${known}. ${study.title}. Tenure ${study.version}, published evidence until ${study.cutoff}, method ${study.method}. ${location.href.split("#")[0]}${choice.address()}`;
  }
}

async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = el("textarea", { "aria-hidden": "true" });
    area.value = text;
    document.body.append(area); area.select(); document.execCommand("copy"); area.remove();
  }
  say(done);
}

/** Tells the reader something in passing, on the screen and to a screen reader. */
function say(words) {
  $("status").textContent = words;
  $("toast").textContent = words;
  $("toast").classList.add("shown");
  setTimeout(() => $("toast").classList.remove("shown"), 1800);
}
