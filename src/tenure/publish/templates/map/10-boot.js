// Decodes the page's data. Everything that a report or a gazetteer wrote reaches the page through textContent only.
"use strict";
const DAY = 86400000;

async function inflate(id) {
  const node = document.getElementById(id);
  const text = node.textContent.trim();
  node.remove();
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function runScript(bytes) {
  return new Promise((resolve, reject) => {
    const node = document.createElement("script");
    node.src = URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }));
    node.onload = () => { URL.revokeObjectURL(node.src); resolve(); };
    node.onerror = () => reject(new Error("the map library could not be started"));
    document.head.append(node);
  });
}

/** A node: el("p.note", {title: "x"}, "text", child). Strings become text, never markup. */
function el(spec, attributes, ...children) {
  const [tag, ...classes] = spec.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "style") Object.assign(node.style, value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((c) => c !== null && c !== undefined));
  return node;
}

function svg(tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

const $ = (id) => document.getElementById(id);
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const cssVar = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const grouped = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });
const number = (v) => (v === null ? "–" : Math.abs(v) < 10 ? fine : grouped).format(v);
const percent = (p) => (p === null ? "–" : p > 0.995 ? "> 99%" : p < 0.005 ? "< 1%" : Math.round(p * 100) + "%");

/** Rings, lines and points come as whole numbers of 1e-4 degrees, each the step from the one before. */
function undelta(flat) {
  const out = [];
  let x = 0, y = 0;
  for (let i = 0; i < flat.length; i += 2) {
    x += flat[i]; y += flat[i + 1];
    out.push([x / 1e4, y / 1e4]);
  }
  return out;
}

function closed(ring) {
  const points = undelta(ring);
  points.push(points[0]);
  return points;
}

const polygons = (shape) => ({ type: "MultiPolygon", coordinates: shape.map((rings) => rings.map(closed)) });
const lines = (shape) => ({ type: "MultiLineString", coordinates: shape.map(undelta) });
const feature = (geometry, properties, id) => ({ type: "Feature", id, geometry, properties: properties || {} });
const collection = (features) => ({ type: "FeatureCollection", features });
