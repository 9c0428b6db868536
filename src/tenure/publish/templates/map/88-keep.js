// What a reader takes away: a citation, the map as a picture with its legend and credit, the table as CSV.

function offer(blob, name) {
  const link = el("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link); link.click(); link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

const fileName = (choice, end) => `${choice.study.title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60).toLowerCase() || "map"}-${choice.since === null ? "" : choice.study.date(choice.since) + "-"}${choice.study.date(choice.day)}.${end}`;

/** The map as it stands with title, legend and credit, as a PNG. */
function savePicture(view, legend) {
  const { choice, study } = view, map = document.createElement("canvas"), ratio = devicePixelRatio || 1;
  view.print(map);
  const sheet = document.createElement("canvas"), head = 58 * ratio, rows = [...$("legend-rows").querySelectorAll(".row[role=listitem]")].length, foot = 44 * ratio;
  const wide = map.width, figures = choice.since === null ? legend.holdings(choice.day) : null, band = figures ? 30 * ratio : 0;
  sheet.width = wide; sheet.height = map.height + head + band + foot;
  const c = sheet.getContext("2d"), text = (words, x, y, size, weight, colour) => { c.font = `${weight} ${size * ratio}px ${cssVar("--sans")}`; c.fillStyle = cssVar(colour); c.fillText(words, x * ratio, y); };
  c.fillStyle = cssVar("--paper"); c.fillRect(0, 0, sheet.width, sheet.height);
  c.textBaseline = "middle";
  text(study.title, 16, 20 * ratio, 18, 700, "--ink");
  const swiped = choice.swiping ? "left " : "", until = choice.swiping ? "right " : "to ";
  text(choice.since === null ? study.words(choice.day) : `${swiped}${study.words(choice.since)}, ${until}${study.words(choice.day)}`, 16, 43 * ratio, 14, 500, "--quiet");
  c.drawImage(map, 0, head);
  if (choice.swiping) { c.fillStyle = cssVar("--ink"); c.fillRect(choice.divider * wide - ratio, head, 2 * ratio, map.height); }
  let x = 16;
  if (figures && rows) {
    figures.forEach(([area, low, high, count], s) => {
      if (count < 0.5) return;
      const words = `${choice.name(s)} ${number(area)} km²${high > low ? ` (${number(low)}–${number(high)})` : ""}`;
      c.fillStyle = choice.colour(s); c.fillRect(x * ratio, map.height + head + 9 * ratio, 12 * ratio, 12 * ratio);
      text(words, x + 17, map.height + head + 15 * ratio, 12, 400, "--ink");
      x += 17 + c.measureText(words).width / ratio + 18;
    });
  }
  text(`${choice.known === "then" ? "As known on that day. " : ""}Colour: most likely controller, by strength. Published evidence until ${study.cutoff}, embargo ${study.embargo} days. Tenure ${study.version}, method ${study.method}.`, 16, sheet.height - 30 * ratio, 10.5, 400, "--quiet");
  text($("foot").textContent, 16, sheet.height - 13 * ratio, 10.5, 400, "--quiet");
  sheet.toBlob((blob) => { offer(blob, fileName(choice, "png")); say("Picture saved"); }, "image/png");
}

/** A cell of CSV: quoted where needed, and never a formula. */
function cell(value) {
  const words = String(value ?? ""), safe = /^([\s\ufeff\u200b-\u200f\u2060]*[=+@\-\uff1d\uff0b\uff20\uff0d\u2212]|[\t\r\n])/.test(words) && Number.isNaN(Number(words)) ? "'" + words : words;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Every tracked place on the shown day as CSV. */
function saveTable(choice) {
  const { study } = choice, { control, day } = choice, head = ["place_id", "name", "within", "lon", "lat", "date", "known", "controller", ...study.states.map((s) => `p_${s.id}`), "days_since_evidence"];
  const rows = Array.from(study.tracked, (place, i) => {
    const at = study.where(place) || ["", ""], state = control.state(i, day), known = control.isInformed(i, day);
    return [study.ids[place], study.names[place], study.units[study.unit[place]], ...at, study.date(day), choice.known, state < study.states.length ? study.states[state].id : "unknown",
      ...study.states.map((_, s) => (known ? control.chance(i, day, s).toFixed(3) : "")), study.silence(place, day) ?? ""];
  });
  const text = [head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
  offer(new Blob([text], { type: "text/csv" }), fileName(choice, "csv"));
  say("Table saved");
}
