// Names on a canvas of their own: the browser shapes every script, right to left as well, and no glyph file is fetched.

class Labels {
  constructor(view) {
    this.view = view; this.study = view.study;
    this.canvas = $("labels");
    const { x, people } = this.study;
    this.order = this.study.tracked.filter((p) => x[p] !== NOWHERE).sort((a, b) => people[b] - people[a] || a - b);
    this.widths = new Map();
    // the map renders for every tile that arrives; names need drawing only when the view moves
    view.map.on("move", () => this.draw());
    addEventListener("resize", () => this.draw());
    this.theme();
  }

  theme() {
    this.colours = Object.fromEntries(["ink", "halo", "quiet"].map((name) => [name, cssVar("--" + name)]));
    this.draw();
  }

  width(context, font, text) {
    const key = font + text;
    if (!this.widths.has(key)) this.widths.set(key, context.measureText(text).width);
    return this.widths.get(key);
  }

  draw() {
    const { map, choice } = this.view, canvas = this.canvas, ratio = devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = map.getContainer();
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio); canvas.height = Math.round(height * ratio);
    }
    const c = canvas.getContext("2d");
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, width, height);
    if (!choice.layers.has("labels")) return;
    const { ink, halo, quiet } = this.colours, { study } = this, zoom = map.getZoom();
    const taken = [];
    const put = (text, x, y, font, colour, options) => {
      c.font = font;
      c.letterSpacing = options.spacing || "0px";
      const wide = this.width(c, font, text), tall = options.size * 1.25;
      const right = !options.centre && x + options.gap + wide > width - 4;
      const left = options.centre ? x - wide / 2 : right ? x - options.gap - wide : x + options.gap;
      const box = [left - 3, y - tall / 2 - 1, left + wide + 3, y + tall / 2 + 1];
      if (box[2] < 0 || box[0] > width || box[3] < 0 || box[1] > height) return;
      if (!options.always && taken.some((t) => t[0] < box[2] && box[0] < t[2] && t[1] < box[3] && box[1] < t[3])) return;
      taken.push(box);
      c.textBaseline = "middle"; c.textAlign = "left"; c.direction = "inherit";
      c.lineJoin = "round"; c.lineWidth = options.halo || 3; c.strokeStyle = halo; c.strokeText(text, left, y);
      c.fillStyle = colour; c.fillText(text, left, y);
    };
    const family = "system-ui, sans-serif";
    const place = (index, always) => {
      const at = map.project(study.where(index)), people = study.people[index], size = people > 50000 ? 13 : people > 10000 ? 12 : 11.5;
      put(choice.called(index), at.x, at.y, `${always ? 700 : people > 20000 ? 600 : 500} ${always ? 13.5 : size}px ${family}`, ink, { size, gap: 7, always });
    };
    if (choice.place !== null && study.where(choice.place)) place(choice.place, true);
    const limit = zoom < 7 ? 12 : zoom < 8 ? 28 : zoom < 9 ? 60 : 160;
    const bounds = map.getBounds(), west = bounds.getWest() * 1e4, east = bounds.getEast() * 1e4, south = bounds.getSouth() * 1e4, north = bounds.getNorth() * 1e4;
    let tried = 0;
    for (const index of this.order) {
      if (tried >= limit) break;
      const x = study.x[index], y = study.y[index];
      if (x < west || x > east || y < south || y > north) continue;
      tried += 1;
      if (index !== choice.place) place(index, false);
    }
    for (const [name, x, y, level] of study.base.labels) {
      if (level === 1 && zoom < 6.2) continue;
      const at = map.project([x, y]);
      put(name.toUpperCase(), at.x, at.y, `${level ? 500 : 600} ${level ? 10.5 : 13}px ${family}`, quiet, { size: level ? 10.5 : 13, centre: true, spacing: level ? "1.5px" : "4px" });
    }
  }
}
