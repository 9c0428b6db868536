// Search by any spelling: accents, the Arabic article and its sun letters, hyphens and apostrophes do not matter.

function fold(text) {
  return text.normalize("NFKD").toLowerCase()
    .replace(/[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0640]/g, "")
    .replace(/[أإآٱ]/g, "ا").replace(/ى/g, "ي").replace(/ة/g, "ه").replace(/ؤ/g, "و").replace(/ئ/g, "ي")
    .replace(/['’‘ʿʾ`´]/g, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim()
    .split(" ").map((w) => w.replace(/^ال/, "")).filter((w) => !/^(al|el|ul|il|ad|adh|an|ar|as|ash|at|az)$/.test(w)).join(" ");
}

/** Edits between two words, given up beyond the limit. */
function edits(a, b, limit) {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    if (Math.min(...next) > limit) return limit + 1;
    row = next;
  }
  return row[b.length];
}

class Search {
  constructor(study, open) {
    this.study = study; this.open = open; this.at = -1; this.found = [];
    this.input = $("search"); this.list = $("found");
    this.input.addEventListener("input", () => this.look());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  /** Every spelling with its place; the study's own names until the others are read. */
  index() {
    if (this.spellings) return this.spellings;
    const fill = (others) => this.study.names.flatMap((name, i) => [name, ...(others[i] || [])].map((n) => [fold(n), n, i])).filter((n) => n[0]);
    if (this.study.hasNames && !this.asked) {
      this.asked = part("names").then(({ names }) => { this.spellings = fill(names); if (this.input.value) this.look(); }, () => { this.asked = null; });
    }
    this.own = this.own || fill([]);
    if (!this.study.hasNames) this.spellings = this.own;
    return this.own;
  }

  look() {
    const query = fold(this.input.value);
    if (!query) { this.close(); return; }
    const best = new Map();
    const limit = query.length > 7 ? 2 : query.length > 3 ? 1 : 0;
    for (const [folded, name, place] of this.index()) {
      let score = folded === query ? 0 : folded.startsWith(query) ? 1 : folded.includes(" " + query) ? 2 : folded.includes(query) ? 3 : null;
      if (score === null && limit && edits(query, folded.slice(0, query.length + 1), limit) <= limit) score = 4;
      if (score === null) continue;
      if (!best.has(place) || best.get(place).score > score) best.set(place, { score, name, place });
    }
    const people = (i) => this.study.people[i];
    this.found = [...best.values()].sort((a, b) => a.score - b.score || people(b.place) - people(a.place) || a.place - b.place).slice(0, 8);
    this.at = this.found.length ? 0 : -1;
    this.render();
  }

  render() {
    this.list.replaceChildren(...this.found.map((f, i) => {
      const own = this.study.names[f.place];
      return el("li", { role: "option", id: `found-${i}`, "aria-selected": String(i === this.at), onpointerdown: (e) => { e.preventDefault(); this.take(i); } },
        el("bdi", {}, own), f.name === own ? null : el("bdi.quiet", { dir: "auto" }, ` ${f.name}`), el("span.quiet.where", {}, this.study.units[this.study.unit[f.place]]));
    }), ...(this.found.length ? [] : [el("li.quiet", { role: "option", "aria-disabled": "true" }, "No such place in this study")]));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.input.setAttribute("aria-activedescendant", this.at >= 0 ? `found-${this.at}` : "");
  }

  key(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.found.length) this.at = (this.at + (event.key === "ArrowDown" ? 1 : this.found.length - 1)) % this.found.length;
      this.render();
    } else if (event.key === "Enter" && this.at >= 0) {
      event.preventDefault(); this.take(this.at);
    } else if (event.key === "Escape") {
      this.close(); this.input.blur();
    }
  }

  take(i) {
    const { place } = this.found[i];
    this.input.value = this.study.names[place];
    this.close();
    this.open(place, true);
  }

  close() {
    this.list.hidden = true; this.at = -1;
    this.input.setAttribute("aria-expanded", "false");
  }
}
