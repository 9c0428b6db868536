// Time: a slider with a histogram of events, play and step, dates to type, and a second day to compare with.

class Time {
  constructor(choice) {
    this.choice = choice; this.study = choice.study;
    this.slider = $("day"); this.sinceSlider = $("since-day");
    this.dates = [$("date"), $("since-date")];
    for (const node of [this.slider, this.sinceSlider]) { node.min = 0; node.max = this.study.days - 1; node.step = 1; }
    for (const node of this.dates) { node.min = this.study.first; node.max = this.study.date(this.study.days - 1); }
    this.counts = this.study.histogram;
    this.peak = this.counts.reduce((a, b) => Math.max(a, b), 1);
    this.slider.addEventListener("input", () => this.go(Number(this.slider.value)));
    this.sinceSlider.addEventListener("input", () => this.compare(Number(this.sinceSlider.value)));
    this.dates[0].addEventListener("change", () => this.typed(this.dates[0], (d) => this.go(d)));
    this.dates[1].addEventListener("change", () => this.typed(this.dates[1], (d) => this.compare(d)));
    $("play").addEventListener("click", () => this.play());
    $("back").addEventListener("click", () => this.go(choice.day - 1));
    $("forward").addEventListener("click", () => this.go(choice.day + 1));
    $("speed").addEventListener("change", () => { if (this.timer) { this.play(); this.play(); } });
    $("compare").addEventListener("click", () => this.compare(choice.since === null ? Math.max(0, choice.day - 30) : null));
    $("histogram").addEventListener("pointerdown", (event) => this.point(event));
    $("histogram").addEventListener("pointermove", (event) => { this.tell(event); if (event.buttons) this.point(event); });
    $("histogram").addEventListener("pointerleave", () => { $("tip").hidden = true; });
    addEventListener("resize", () => this.draw());
    $("first-day").textContent = this.study.words(0);
    $("last-day").textContent = this.study.words(this.study.days - 1);
  }

  /** The day under the pointer. */
  under(event) {
    const box = $("histogram").getBoundingClientRect();
    return Math.round(clamp((event.clientX - box.left - 8) / (box.width - 16), 0, 1) * (this.study.days - 1));
  }

  point(event) { this.go(this.under(event)); }

  /** How many claims are of the day under the pointer. */
  tell(event) {
    const day = this.under(event), count = this.counts[day], tip = $("tip");
    tip.hidden = false;
    tip.replaceChildren(el("b", {}, this.study.words(day)), ` ${count} claim${count === 1 ? "" : "s"}`);
    tip.style.transform = `translate(${clamp(event.clientX - 60, 8, innerWidth - 230)}px, ${$("time").getBoundingClientRect().top - 30}px)`;
  }

  typed(node, use) {
    const day = this.study.day(node.value);
    if (day === null) { this.render(); return; }
    use(day);
  }

  go(day) {
    const target = clamp(day, 0, this.study.days - 1), since = this.choice.since;
    this.choice.set({ day: target, since: since !== null && since >= target ? Math.max(0, target - 1) : since });
  }

  compare(day) {
    if (day === null) { this.choice.set({ since: null }); return; }
    const since = clamp(day, 0, this.study.days - 1);
    this.choice.set({ since, day: Math.max(this.choice.day, Math.min(since + 1, this.study.days - 1)) });
  }

  play() {
    if (this.timer) {
      clearInterval(this.timer); this.timer = null;
    } else {
      if (this.choice.day >= this.study.days - 1) this.go(0);
      this.timer = setInterval(() => {
        if (this.choice.day >= this.study.days - 1) { this.play(); return; }
        this.go(this.choice.day + 1);
      }, Number($("speed").value));
    }
    $("play").setAttribute("aria-pressed", String(Boolean(this.timer)));
    $("play").setAttribute("aria-label", this.timer ? "Pause" : "Play");
    $("play").classList.toggle("playing", Boolean(this.timer));
  }

  render() {
    const { choice, study } = this;
    this.slider.value = choice.day;
    this.slider.setAttribute("aria-valuetext", study.words(choice.day));
    this.dates[0].value = study.date(choice.day);
    const comparing = choice.since !== null;
    document.body.classList.toggle("comparing", comparing);
    $("compare").setAttribute("aria-pressed", String(comparing));
    if (comparing) {
      this.sinceSlider.value = choice.since;
      this.sinceSlider.setAttribute("aria-valuetext", study.words(choice.since));
      this.dates[1].value = study.date(choice.since);
    }
    this.draw();
  }

  draw() {
    const canvas = $("histogram"), ratio = devicePixelRatio || 1, wide = canvas.clientWidth, tall = canvas.clientHeight;
    canvas.width = wide * ratio; canvas.height = tall * ratio;
    const c = canvas.getContext("2d"), { choice, study } = this, inset = 8;
    c.scale(ratio, ratio);
    const last = Math.max(1, study.days - 1), x = (day) => inset + (day / last) * (wide - 2 * inset);
    const bar = Math.max(1, Math.min(9, (wide - 2 * inset) / study.days - 1)), { peak } = this, floor = tall - 13;
    const ink = cssVar("--ink"), soft = cssVar("--bar");
    const from = choice.since !== null ? choice.since : choice.layers.has("events") ? Math.max(0, choice.day - choice.window + 1) : choice.day;
    c.fillStyle = cssVar("--wash");
    c.fillRect(x(from) - bar / 2 - 1, 0, x(choice.day) - x(from) + bar + 2, floor);
    for (let day = 0; day < study.days; day++) {
      if (!this.counts[day]) continue;
      const height = Math.max(1.5, Math.sqrt(this.counts[day] / peak) * (floor - 5));
      c.fillStyle = day >= from && day <= choice.day ? ink : soft;
      c.fillRect(x(day) - bar / 2, floor - height, bar, height);
    }
    c.fillStyle = ink;
    c.fillRect(x(choice.day) - 0.75, 0, 1.5, floor);
    if (choice.since !== null) c.fillRect(x(choice.since) - 0.75, 0, 1.5, floor);
    this.scale(c, x, wide, tall, floor);
  }

  /** Months, or years, under the bars, as many as have room. */
  scale(c, x, wide, tall, floor) {
    const { study } = this, start = new Date(study.firstDay), marks = [];
    const perMonth = (30.4 * (wide - 16)) / study.days, every = [1, 3, 6, 12, 24, 60, 120].find((n) => n * perMonth > 58) || 120;
    for (let month = 0; ; month++) {
      const when = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + month, 1), day = Math.round((when - study.firstDay) / DAY);
      if (day >= study.days) break;
      if (day >= 0 && new Date(when).getUTCMonth() % Math.min(every, 12) === 0 && (every < 24 || new Date(when).getUTCFullYear() % (every / 12) === 0)) marks.push([day, when]);
    }
    c.font = `10px ${cssVar("--sans")}`; c.textBaseline = "bottom"; c.fillStyle = cssVar("--quiet");
    for (const [day, when] of marks) {
      const january = new Date(when).getUTCMonth() === 0;
      const words = new Date(when).toLocaleDateString("en-GB", { ...(every < 12 ? { month: "short" } : {}), ...(january || every >= 12 || marks[0][0] === day ? { year: "numeric" } : {}), timeZone: "UTC" });
      c.fillRect(x(day), floor, 1, 4);
      if (x(day) + 4 + c.measureText(words).width < wide) c.fillText(words, x(day) + 4, tall + 1);
    }
  }
}
