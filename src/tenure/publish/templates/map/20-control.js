// The posterior as a step function, and what the page reads off it on a day.

/** Views over one posterior block: counts (u16), days (u16), informed (u8), probabilities (u8 a state). */
class Control {
  constructor(bytes, offset, places, states) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + offset);
    const knots = view.getUint32(0, true);
    let at = 4;
    this.places = places; this.states = states; this.knots = knots;
    this.first = new Uint32Array(places + 1);
    for (let i = 0; i < places; i++, at += 2) this.first[i + 1] = this.first[i] + view.getUint16(at, true);
    this.day = new Uint16Array(knots);
    for (let k = 0; k < knots; k++, at += 2) this.day[k] = view.getUint16(at, true);
    const start = bytes.byteOffset + offset + at;
    this.informed = new Uint8Array(bytes.buffer, start, knots);
    this.p = new Uint8Array(bytes.buffer, start + knots, knots * states);
    this.size = at + knots * (states + 1);
    this.best = new Uint8Array(knots);
    for (let k = 0; k < knots; k++) {
      let top = 0;
      for (let s = 1; s < states; s++) if (this.p[k * states + s] > this.p[k * states + top]) top = s;
      this.best[k] = this.informed[k] ? top : states;
    }
  }

  /** The knot of a place that holds on a day. */
  knot(place, day) {
    let low = this.first[place], high = this.first[place + 1] - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.day[middle] <= day) low = middle; else high = middle - 1;
    }
    return low;
  }

  /** State with the highest probability; `states` itself stands for unknown. */
  state(place, day) { return this.best[this.knot(place, day)]; }

  chance(place, day, state) {
    const knot = this.knot(place, day);
    return this.informed[knot] ? this.p[knot * this.states + state] / 255 : 0;
  }

  /** Expected km2 and places of every state, unknown last, on a day. */
  totals(day, km2) {
    const area = new Float64Array(this.states + 1), count = new Float64Array(this.states + 1);
    for (let i = 0; i < this.places; i++) {
      const knot = this.knot(i, day);
      if (!this.informed[knot]) { area[this.states] += km2[i]; count[this.states] += 1; continue; }
      for (let s = 0; s < this.states; s++) {
        const p = this.p[knot * this.states + s] / 255;
        area[s] += p * km2[i]; count[s] += p;
      }
    }
    return { area, count };
  }
}

/** The study: the payload with what is derived from it once. */
class Study {
  constructor(data, blocks) {
    Object.assign(this, data);
    this.count = this.tracked.length;
    this.hindsight = new Control(blocks, 0, this.count, this.states.length);
    this.then = this.hasFiltered ? new Control(blocks, this.hindsight.size, this.count, this.states.length) : null;
    this.firstDay = Date.parse(this.first + "T00:00:00Z");
    this.km2 = Float64Array.from(this.tracked, (p) => this.places[p].k || 0);
    this.trackOf = new Int32Array(this.places.length).fill(-1);
    this.tracked.forEach((p, i) => { this.trackOf[p] = i; });
    this.claimsAt = this.places.map(() => []);
    this.weightOf = new Map();
    for (const [place, claim, state, weight] of this.weights) {
      const key = place + ":" + claim;
      if (!this.weightOf.has(key)) this.weightOf.set(key, []);
      this.weightOf.get(key).push([state, weight]);
      if (!this.claimsAt[place].includes(claim)) this.claimsAt[place].push(claim);
    }
    for (const spot of this.spots) if (spot[1] >= 0 && !this.claimsAt[spot[1]].includes(spot[0])) this.claimsAt[spot[1]].push(spot[0]);
    this.spellsAt = new Map();
    for (const spell of this.spells) {
      if (!this.spellsAt.has(spell[0])) this.spellsAt.set(spell[0], []);
      this.spellsAt.get(spell[0]).push(spell);
    }
    this.evidence = this.claimsAt.map((list) => Int32Array.from(list, (c) => this.claims[c].a).sort());
  }

  date(day) { return new Date(this.firstDay + day * DAY).toISOString().slice(0, 10); }
  day(text) {
    const time = Date.parse(text + "T00:00:00Z");
    return Number.isNaN(time) ? null : clamp(Math.round((time - this.firstDay) / DAY), 0, this.days - 1);
  }
  words(day) {
    return new Date(this.firstDay + day * DAY).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  }

  /** The spell of a place that holds on a day, if any. */
  spell(place, day) { return (this.spellsAt.get(place) || []).find((s) => s[1] <= day && day < s[2]); }

  /** Days between the shown day and the latest evidence before it; null where there is none. */
  silence(place, day) {
    const days = this.evidence[place];
    let last = null;
    for (const d of days) { if (d > day) break; last = d; }
    return last === null ? null : day - last;
  }

  /** Published figures of a state near a day: [day, km2, lo, hi, places, lo, hi], or null. */
  figures(state, day) {
    const rows = this.series[state];
    if (!rows || !rows.length) return null;
    let low = 0, high = rows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (rows[middle][0] <= day) low = middle; else high = middle - 1;
    }
    return rows[low];
  }
}
