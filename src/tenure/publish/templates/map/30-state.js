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

/** Scripts that names can be shown in, where the study's gazetteer has them. */
const SCRIPTS = [["", "as in the study"], ["latn", "Latin", /\p{Script=Latin}/u], ["arab", "العربية", /\p{Script=Arabic}/u], ["cyrl", "Кириллица", /\p{Script=Cyrillic}/u],
    ["hebr", "עברית", /\p{Script=Hebrew}/u], ["grek", "Ελληνικά", /\p{Script=Greek}/u], ["armn", "Հայերեն", /\p{Script=Armenian}/u], ["geor", "ქართული", /\p{Script=Georgian}/u],
    ["ethi", "ግዕዝ", /\p{Script=Ethiopic}/u], ["mymr", "မြန်မာ", /\p{Script=Myanmar}/u], ["deva", "देवनागरी", /\p{Script=Devanagari}/u]];
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
    this.compare = "change";
    this.divider = 0.5;
    this.script = "";
    this.read();
  }

  get swiping() { return this.since !== null && this.compare === "swipe"; }
  get control() { return this.known === "then" && this.study.then ? this.study.then : this.study.hindsight; }

  /** Resolves when the chosen days can be shown; null where they already can. */
  need() {
    const wanted = [this.day, this.since].filter((day) => day !== null).flatMap((day) => [this.study.hindsight.need(day), this.control.need(day)]).filter(Boolean);
    return wanted.length ? Promise.all(wanted) : null;
  }

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
    const place = wanted.has("place") ? study.ids.indexOf(wanted.get("place")) : -1;
    this.place = place >= 0 ? place : null;
    if (wanted.has("layers")) {
      const known = new Set(LAYERS.map((l) => l[0]));
      this.layers = new Set(wanted.get("layers").split(",").filter((l) => known.has(l)));
    }
    if (wanted.get("known") === "then" && study.then) this.known = "then";
    if (wanted.get("colours") === "safe") this.palette = "safe";
    if (wanted.get("compare") === "swipe") this.compare = "swipe";
    const divider = Number(wanted.get("divider"));
    if (wanted.has("divider") && divider >= 0 && divider <= 1) this.divider = divider;
    if (SCRIPTS.some(([key]) => key === wanted.get("names"))) this.script = wanted.get("names");
    const view = (wanted.get("view") || "").split(",").map(Number);
    this.view = view.length === 3 && view.every(Number.isFinite) ? view : null;
  }

  address() {
    const out = new URLSearchParams();
    out.set("date", this.study.date(this.day));
    if (this.since !== null) out.set("since", this.study.date(this.since));
    if (this.swiping) { out.set("compare", "swipe"); out.set("divider", this.divider.toFixed(2)); }
    if (this.place !== null) out.set("place", this.study.ids[this.place]);
    out.set("layers", LAYERS.map((l) => l[0]).filter((l) => this.layers.has(l)).join(","));
    if (this.known === "then") out.set("known", "then");
    if (this.palette === "safe") out.set("colours", "safe");
    if (this.script) out.set("names", this.script);
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

  /** A place's name in the chosen script, where the gazetteer has one. */
  called(place) { return (this.scripted && this.scripted[place]) || this.study.names[place]; }

  /** Reads the names of the chosen script; resolves when they can be shown. */
  async callIn(script) {
    this.script = script;
    const wanted = SCRIPTS.find(([key]) => key === script)[2];
    if (!wanted) { this.scripted = null; return; }
    const { names } = await part("names");
    this.scripted = this.study.names.map((name, i) => (wanted.test(name) ? name : names[i].find((other) => wanted.test(other)) || null));
  }

  name(state) { return state >= this.study.states.length ? "Unknown" : this.study.states[state].name; }
}
