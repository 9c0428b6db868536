// The posterior as step functions, and what the page reads off them on a day.

/** Steps of every place over one span of days: 1/255 a state, state after state. */
class Control {
  constructor(part, states, prefix) {
    const key = (name) => (prefix ? prefix + name[0].toUpperCase() + name.slice(1) : name);
    this.states = states;
    this.first = firsts(part[key("sizes")]);
    this.day = part[key("days")]; this.informed = part[key("informed")]; this.p = part[key("p")];
    this.knots = this.day.length;
    this.best = new Uint8Array(this.knots).fill(states);
    this.top = new Uint8Array(this.knots);
    for (let s = 0; s < states; s++) {
      const row = s * this.knots;
      for (let k = 0; k < this.knots; k++) {
        const p = this.p[row + k];
        if (this.informed[k] && (p > this.top[k] || s === 0)) { this.top[k] = p; this.best[k] = s; }
      }
    }
  }

  /** The step of a place that holds on a day. */
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
    return this.informed[knot] ? this.p[state * this.knots + knot] / 255 : 0;
  }

  isInformed(place, day) { return this.informed[this.knot(place, day)] === 1; }

  /** Expected km2 and places of every state, unknown last, on a day. */
  totals(day, km2) {
    const area = new Float64Array(this.states + 1), count = new Float64Array(this.states + 1);
    for (let i = 0; i < km2.length; i++) {
      const knot = this.knot(i, day);
      if (!this.informed[knot]) { area[this.states] += km2[i]; count[this.states] += 1; continue; }
      for (let s = 0; s < this.states; s++) {
        const p = this.p[s * this.knots + knot] / 255;
        area[s] += p * km2[i]; count[s] += p;
      }
    }
    return { area, count };
  }
}

/** Who holds what over the whole study: spans of days, each read when a day of it is wanted. */
class Timeline {
  constructor(name, study) {
    this.name = name; this.study = study; this.spans = []; this.parts = [];
  }

  index(day) { return Math.floor(day / this.study.spanDays); }
  at(day) { return this.spans[this.index(day)]; }
  part(day) { return this.parts[this.index(day)]; }

  /** Resolves when this day can be shown; null where it already can. */
  need(day) {
    const i = this.index(day);
    if (this.spans[i]) return null;
    return part(`${this.name}-${String(i).padStart(3, "0")}`).then((read) => {
      this.parts[i] = read;
      this.spans[i] = this.spans[i] || new Control(read, this.study.states.length);
    });
  }

  state(place, day) { const span = this.at(day); return span ? span.state(place, day) : this.study.states.length; }
  chance(place, day, state) { const span = this.at(day); return span ? span.chance(place, day, state) : 0; }
  isInformed(place, day) { const span = this.at(day); return Boolean(span) && span.isInformed(place, day); }
}

/** The study: what is read first, with what is derived from it once. */
class Study {
  constructor(core) {
    Object.assign(this, core);
    this.count = this.tracked.length;
    this.hindsight = new Timeline("control", this);
    this.then = this.hasThen ? new Timeline("then", this) : null;
    this.firstDay = Date.parse(this.first + "T00:00:00Z");
    this.trackKm2 = Float32Array.from(this.tracked, (p) => this.km2[p]);
    this.trackOf = new Int32Array(this.ids.length).fill(-1);
    this.tracked.forEach((p, i) => { this.trackOf[p] = i; });
    this.evidenceFirst = firsts(this.evidenceSizes);
    this.words = this.words.bind(this);
  }

  place(index) {
    const at = this.where(index);
    return { id: this.ids[index], name: this.names[index], x: at && at[0], y: at && at[1], within: this.units[this.unit[index]], kind: this.features[this.feature[index]],
      people: this.people[index], radius: this.radius[index] / 10 };
  }

  /** Longitude and latitude of a place, null where they are not known. */
  where(index) { return this.x[index] === NOWHERE ? null : [this.x[index] / 1e4, this.y[index] / 1e4]; }

  date(day) { return new Date(this.firstDay + day * DAY).toISOString().slice(0, 10); }
  day(text) {
    const time = Date.parse(text + "T00:00:00Z");
    return Number.isNaN(time) ? null : clamp(Math.round((time - this.firstDay) / DAY), 0, this.days - 1);
  }
  words(day, month = "long") {
    return new Date(this.firstDay + day * DAY).toLocaleDateString("en-GB", { day: "numeric", month, year: "numeric", timeZone: "UTC" });
  }

  /** Days between the shown day and the latest evidence before it; null where there is none. */
  silence(place, day) {
    let low = this.evidenceFirst[place] - 1, high = this.evidenceFirst[place + 1] - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.evidenceDays[middle] <= day) low = middle; else high = middle - 1;
    }
    return low < this.evidenceFirst[place] ? null : day - this.evidenceDays[low];
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

  /** Claims, weights, spells and whole history of a place. */
  async why(place) {
    const group = Math.floor(place / this.groupPlaces), read = await part(`why-${String(group).padStart(3, "0")}`);
    const at = place - group * this.groupPlaces, track = this.trackOf[place];
    const weights = new Map();
    for (const [claim, state, weight] of read.weightsAt[at]) {
      if (!weights.has(claim)) weights.set(claim, []);
      weights.get(claim).push([state, weight]);
    }
    const own = (name, timeline) => {
      if (track < 0 || !timeline) return null;
      if (read.tracks) {
        read[name] = read[name] || new Control(read, this.states.length, name);
        return [read[name], read.tracks.indexOf(track)];
      }
      return timeline.at(0) ? [timeline.at(0), track] : null;
    };
    return { claims: read.claimsAt[at].map((c) => ({ ...read.claims[c], weights: weights.get(c) || [] })), spells: read.spellsAt[at], history: (then) => (then ? own("then", this.then) : own("control", this.hindsight)) };
  }
}
