// What the reader has chosen, and the address that says so: #date=2018-01-20&since=...&place=...&layers=...&known=then

const LAYERS = [
  ["cells", "Control, by cell", "Colour is the most likely controller, strength its probability"],
  ["places", "Places", "One dot a populated place"],
  ["labels", "Names", ""],
  ["fronts", "Front line and its band", "The band holds the line with probability 0.9"],
  ["pockets", "Pockets and corridors", "Ground cut off, passages said to be open"],
  ["zones", "Agreed zones and incidents", ""],
  ["events", "Events", "Claims of the last days; a wide circle where the report is vague"],
  ["gaps", "Gaps in the evidence", "Ground about which no report speaks"],
  ["age", "Days since evidence", "Instead of control"],
];
const DEFAULT_LAYERS = ["cells", "places", "labels", "fronts", "pockets"];
const WINDOWS = [1, 7, 30];

class Choice {
  constructor(study) {
    this.study = study;
    this.listeners = [];
    this.day = study.days - 1;
    this.since = null;
    this.place = null;
    this.layers = new Set(DEFAULT_LAYERS);
    this.known = "hindsight";
    this.window = 7;
    this.palette = "study";
    this.view = null;
    this.read();
  }

  get control() { return this.known === "then" && this.study.then ? this.study.then : this.study.hindsight; }
  on(listener) { this.listeners.push(listener); }

  set(change) {
    Object.assign(this, change);
    for (const listener of this.listeners) listener(change);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.write(), 120);
  }

  read() {
    const wanted = new URLSearchParams(location.hash.slice(1));
    const study = this.study;
    const day = study.day(wanted.get("date") || ""), since = study.day(wanted.get("since") || "");
    if (day !== null) this.day = day;
    this.since = since !== null && since < this.day ? since : null;
    const place = study.places.findIndex((p) => p.id === wanted.get("place"));
    this.place = place >= 0 ? place : null;
    if (wanted.has("layers")) {
      const known = new Set(LAYERS.map((l) => l[0]));
      this.layers = new Set(wanted.get("layers").split(",").filter((l) => known.has(l)));
    }
    if (wanted.get("known") === "then" && study.then) this.known = "then";
    if (wanted.get("colours") === "safe") this.palette = "safe";
    const view = (wanted.get("view") || "").split(",").map(Number);
    this.view = view.length === 3 && view.every(Number.isFinite) ? view : null;
  }

  address() {
    const out = new URLSearchParams();
    out.set("date", this.study.date(this.day));
    if (this.since !== null) out.set("since", this.study.date(this.since));
    if (this.place !== null) out.set("place", this.study.places[this.place].id);
    out.set("layers", LAYERS.map((l) => l[0]).filter((l) => this.layers.has(l)).join(","));
    if (this.known === "then") out.set("known", "then");
    if (this.palette === "safe") out.set("colours", "safe");
    if (this.view) out.set("view", this.view.map((v, i) => v.toFixed(i < 2 ? 3 : 2)).join(","));
    return "#" + out.toString().replaceAll("%2C", ",");
  }

  write() {
    const address = this.address();
    if (location.hash !== address) history.replaceState(null, "", address);
  }

  colour(state) {
    const study = this.study;
    if (state >= study.states.length) return study.unknown;
    return this.palette === "safe" ? study.states[state].safe : study.states[state].colour;
  }
  name(state) { return state >= this.study.states.length ? "Unknown" : this.study.states[state].name; }
}
