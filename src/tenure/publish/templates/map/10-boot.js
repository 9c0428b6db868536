// Decodes the page's data. Everything that a report or a gazetteer wrote reaches the page through textContent only.
"use strict";
const DAY = 86400000;
const NOWHERE = -(2 ** 31);
const NARROW = 720; // pixels; below, panels are sheets

const waiting = new Map();

/** A part's text: inside the page, or from the script beside it, which calls this by its name. */
globalThis.tenurePart = (name, text) => { waiting.get(name)(text); waiting.delete(name); };

function textOf(name) {
  const inside = document.getElementById("part-" + name);
  if (inside) {
    const text = inside.textContent;
    inside.remove();
    return Promise.resolve(text);
  }
  return new Promise((resolve, reject) => {
    const node = document.createElement("script");
    waiting.set(name, resolve);
    node.src = `parts/${name}.js?build=${document.documentElement.dataset.build}`;
    node.onload = () => node.remove();
    node.onerror = () => reject(new Error(`the part ${name} beside this page could not be read`));
    document.head.append(node);
  });
}

function bytesOf(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const binary = atob(text), bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

async function inflate(name) {
  const stream = new Blob([bytesOf(await textOf(name))]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const COLUMNS = { u1: Uint8Array, i1: Int8Array, u2: Uint16Array, i2: Int16Array, i4: Int32Array, f4: Float32Array };

/** A part as one object: its values, and its columns as views over its bytes. */
function unpack(bytes) {
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const { values, columns } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + size)));
  let at = bytes.byteOffset + 4 + size;
  for (const [name, kind, length] of columns) {
    values[name] = new COLUMNS[kind](bytes.buffer, at, length);
    at += values[name].byteLength;
  }
  return values;
}

const parts = new Map();

/** A part of the study, read once; a part that could not be read is asked for again the next time. */
function part(name) {
  if (!parts.has(name)) {
    const promise = inflate(name).then(unpack);
    promise.catch(() => parts.delete(name));
    parts.set(name, promise);
  }
  return parts.get(name);
}

/** Where each owner's rows begin, from how many it has. */
function firsts(sizes) {
  const out = new Uint32Array(sizes.length + 1);
  for (let i = 0; i < sizes.length; i++) out[i + 1] = out[i] + sizes[i];
  return out;
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
