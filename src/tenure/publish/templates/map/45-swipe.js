// Two dates beside each other: a divider to drag, or to move with the arrow keys; the earlier day lies left of it.

class Swipe {
  constructor(choice, moved) {
    this.choice = choice; this.study = choice.study; this.moved = moved;
    this.bar = $("swipe");
    this.bar.addEventListener("pointerdown", (event) => { this.bar.setPointerCapture(event.pointerId); event.preventDefault(); this.bar.focus(); });
    this.bar.addEventListener("pointermove", (event) => { if (this.bar.hasPointerCapture(event.pointerId)) this.to(event.clientX / innerWidth); });
    this.bar.addEventListener("keydown", (event) => this.key(event));
    $("compare-change").addEventListener("click", () => choice.set({ compare: "change" }));
    $("compare-swipe").addEventListener("click", () => choice.set({ compare: "swipe" }));
  }

  key(event) {
    const step = event.shiftKey ? 0.1 : 0.02, now = this.choice.divider;
    const to = { ArrowLeft: now - step, ArrowDown: now - step, ArrowRight: now + step, ArrowUp: now + step, PageDown: now - 0.1, PageUp: now + 0.1, Home: 0, End: 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault(); event.stopPropagation();
    this.to(to);
  }

  to(share) { this.choice.set({ divider: clamp(share, 0.02, 0.98) }); }

  render() {
    const { choice, study } = this, on = choice.swiping;
    this.bar.hidden = !on;
    for (const mode of ["change", "swipe"]) $(`compare-${mode}`).setAttribute("aria-pressed", String(choice.compare === mode));
    if (!on) return;
    const share = Math.round(choice.divider * 100);
    this.bar.style.left = `${100 * choice.divider}%`;
    this.bar.setAttribute("aria-valuenow", String(share));
    this.bar.setAttribute("aria-valuetext", `${study.words(choice.since)} on the left ${share} percent, ${study.words(choice.day)} on the right`);
    $("swipe-then").textContent = study.words(choice.since, "short");
    $("swipe-now").textContent = study.words(choice.day, "short");
  }
}
