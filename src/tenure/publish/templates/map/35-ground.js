// Cells and dots, drawn by a layer of our own: shapes go to the graphics card once, and a day is one small texture of colours.
// A step touches no shape, a swipe draws the same shapes twice with two textures, and hatching is a line of the shader.

const TEXTURE_WIDTH = 256;
const HATCHED = 128; // the colour's alpha holds 7 bits of strength and this flag

const CELL_VERTEX = `
attribute vec2 at; attribute float index; uniform vec2 scale, shift, size; uniform sampler2D colours; varying vec4 colour;
void main() {
  colour = texture2D(colours, (vec2(mod(index, size.x), floor(index / size.x)) + 0.5) / size);
  gl_Position = vec4(at * scale + shift, 0.0, 1.0);
}`;
const CELL_FRAGMENT = `
precision highp float; varying vec4 colour; uniform vec4 hatch; uniform float stroke;
void main() {
  float flag = step(0.5, colour.a), strength = (colour.a * 255.0 - flag * 128.0) / 127.0;
  vec4 ground = vec4(colour.rgb * strength, strength);
  float line = flag * hatch.a * step(mod(gl_FragCoord.x + gl_FragCoord.y, 7.0 * stroke), 1.6 * stroke);
  gl_FragColor = vec4(hatch.rgb * line, line) + ground * (1.0 - line);
}`;
const EDGE_VERTEX = "attribute vec2 at; uniform vec2 scale, shift; void main() { gl_Position = vec4(at * scale + shift, 0.0, 1.0); }";
const EDGE_FRAGMENT = "precision highp float; uniform vec4 colour; void main() { gl_FragColor = vec4(colour.rgb * colour.a, colour.a); }";
const DOT_VERTEX = `
attribute vec2 at; attribute float index, radius; uniform vec2 scale, shift, size; uniform float grow, stroke; uniform sampler2D colours;
varying vec4 colour; varying float wide;
void main() {
  colour = texture2D(colours, (vec2(mod(index, size.x), floor(index / size.x)) + 0.5) / size);
  wide = radius * grow + stroke;
  gl_PointSize = wide * 2.0 + 2.0;
  gl_Position = vec4(at * scale + shift, 0.0, 1.0);
}`;
const DOT_FRAGMENT = `
precision highp float; varying vec4 colour; varying float wide; uniform vec3 paper; uniform float stroke;
void main() {
  float away = length(gl_PointCoord - 0.5) * (wide * 2.0 + 2.0);
  float hollow = step(colour.a, 0.75), inside = 1.0 - smoothstep(wide - stroke - 0.5, wide - stroke + 0.5, away), all = 1.0 - smoothstep(wide - 0.5, wide + 0.5, away);
  vec3 inner = mix(colour.rgb, paper, hollow), outer = mix(paper, colour.rgb, hollow);
  gl_FragColor = vec4(mix(outer, inner, inside) * all, all);
}`;

const mercatorX = (lon) => lon / 360 + 0.5;
const mercatorY = (lat) => 0.5 - Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)) / (2 * Math.PI);

const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

/** Triangles of a polygon as triples of indices: fans where it is convex, else ears; holes are joined to the outside. */
function triangles(at, rings, put) {
  const cross = (a, b, c) => (at[2 * b] - at[2 * a]) * (at[2 * c + 1] - at[2 * a + 1]) - (at[2 * b + 1] - at[2 * a + 1]) * (at[2 * c] - at[2 * a]);
  const area = (ring) => ring.reduce((sum, p, i) => { const q = ring[(i + 1) % ring.length]; return sum + at[2 * p] * at[2 * q + 1] - at[2 * q] * at[2 * p + 1]; }, 0);
  const turned = rings.map((ring, i) => (area(ring) > 0 === (i === 0) ? ring : [...ring].reverse()));
  let outline = turned[0];
  if (turned.length === 1 && outline.every((p, i) => cross(p, outline[(i + 1) % outline.length], outline[(i + 2) % outline.length]) >= 0)) {
    for (let i = 1; i + 1 < outline.length; i++) put(outline[0], outline[i], outline[i + 1]);
    return;
  }
  for (const hole of turned.slice(1)) outline = joined(at, outline, hole, cross);
  const left = [...outline];
  let since = 0, i = 0;
  while (left.length > 3 && since < left.length) {
    const n = left.length, a = left[(i + n - 1) % n], b = left[i % n], c = left[(i + 1) % n];
    const ear = cross(a, b, c) > 0 && !left.some((p) => p !== a && p !== b && p !== c && cross(a, b, p) >= 0 && cross(b, c, p) >= 0 && cross(c, a, p) >= 0
      && !(at[2 * p] === at[2 * a] && at[2 * p + 1] === at[2 * a + 1]) && !(at[2 * p] === at[2 * c] && at[2 * p + 1] === at[2 * c + 1]));
    if (ear || cross(a, b, c) === 0) { if (ear) put(a, b, c); left.splice(i % n, 1); since = 0; } else { since += 1; }
    i = (i + (ear ? 0 : 1)) % left.length;
  }
  for (let k = 1; k + 1 < left.length; k++) put(left[0], left[k], left[k + 1]);
}

/** An outline with a hole cut in along the shortest line between them that crosses nothing. */
function joined(at, outline, hole, cross) {
  const pairs = [];
  outline.forEach((p, i) => hole.forEach((q, j) => pairs.push([(at[2 * p] - at[2 * q]) ** 2 + (at[2 * p + 1] - at[2 * q + 1]) ** 2, i, j])));
  pairs.sort((a, b) => a[0] - b[0]);
  const meets = (p, q, ring) => ring.some((a, i) => {
    const b = ring[(i + 1) % ring.length];
    return a !== p && a !== q && b !== p && b !== q && cross(p, q, a) * cross(p, q, b) < 0 && cross(a, b, p) * cross(a, b, q) < 0;
  });
  const [, i, j] = pairs.find(([, i, j]) => !meets(outline[i], hole[j], outline) && !meets(outline[i], hole[j], hole)) || pairs[0];
  return [...outline.slice(0, i + 1), ...hole.slice(j), ...hole.slice(0, j + 1), ...outline.slice(i)];
}

class Ground {
  constructor(study) {
    this.study = study;
    this.shown = { cells: true, edges: true, dots: true };
    this.clip = null; // how far from the left the later day begins, 0 to 1
    const [west, south, east, north] = study.bounds;
    this.centre = [(west + east) / 2, (south + north) / 2];
    this.origin = [mercatorX(this.centre[0]), mercatorY(this.centre[1])];
    this.height = Math.max(1, Math.ceil(study.count / TEXTURE_WIDTH));
    const blank = () => ({ cells: new Uint8Array(TEXTURE_WIDTH * this.height * 4), dots: new Uint8Array(TEXTURE_WIDTH * this.height * 4), dirty: true });
    this.frames = [blank(), blank()]; // the earlier day, the shown day
    this.shapes();
  }

  /** Corners relative to the study's centre, so that whole zooms keep their pixels, triangles and edges. */
  shapes() {
    const s = this.study, rings = s.cellPoints.length, count = s.cellDx.length + rings;
    this.at = new Float32Array(count * 2);
    this.owner = new Float32Array(count);
    this.ringFirst = firsts(s.cellPoints);
    this.ringsOf = new Uint32Array(s.count + 1);
    const faces = new Uint32Array((count + 2 * rings) * 3), edges = new Uint32Array(count * 2);
    let n = 0, step = 0, ring = 0, poly = 0, face = 0, edge = 0;
    const put = (a, b, c) => { faces[face] = a; faces[face + 1] = b; faces[face + 2] = c; face += 3; };
    for (let i = 0; i < s.count; i++) {
      for (let left = s.cellPolys[i]; left; left--) {
        const own = [];
        for (let more = s.cellRings[poly]; more; more--, ring++) {
          const begin = n, indices = [];
          let x = s.cellX[ring], y = s.cellY[ring];
          for (let point = 0; point < s.cellPoints[ring]; point++) {
            if (point) { x += s.cellDx[step]; y += s.cellDy[step]; step += 1; }
            this.at[2 * n] = mercatorX(x / 1e4) - this.origin[0];
            this.at[2 * n + 1] = mercatorY(y / 1e4) - this.origin[1];
            this.owner[n] = i;
            indices.push(n);
            edges[edge++] = n; edges[edge++] = point + 1 < s.cellPoints[ring] ? n + 1 : begin;
            n += 1;
          }
          if (indices.length > 2) own.push(indices);
        }
        poly += 1;
        if (own.length) triangles(this.at, own, put);
      }
      this.ringsOf[i + 1] = ring;
    }
    this.faces = faces.subarray(0, face); this.edges = edges.subarray(0, edge);
    const dots = [];
    s.tracked.forEach((place, i) => {
      const at = s.where(place), people = s.people[place];
      if (at) dots.push(mercatorX(at[0]) - this.origin[0], mercatorY(at[1]) - this.origin[1], i, people > 20000 ? 5.2 : people > 4000 ? 4 : 3);
    });
    this.dots = Float32Array.from(dots);
  }

  /** Sets the colours of a day: `cell` and `dot` give [r, g, b, a] of place i through `put`. */
  colour(side, write) {
    const frame = this.frames[side];
    for (let i = 0; i < this.study.count; i++) write(i, frame.cells, frame.dots, i * 4);
    frame.dirty = true;
  }

  // ---- drawing

  onAdd(map, gl) {
    this.map = map;
    const program = (vertex, fragment) => {
      const out = gl.createProgram();
      for (const [kind, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
        const shader = gl.createShader(kind);
        gl.shaderSource(shader, text); gl.compileShader(shader); gl.attachShader(out, shader);
      }
      gl.linkProgram(out);
      const uniforms = {}, attributes = {};
      for (let i = 0; i < gl.getProgramParameter(out, gl.ACTIVE_UNIFORMS); i++) { const { name } = gl.getActiveUniform(out, i); uniforms[name] = gl.getUniformLocation(out, name); }
      for (let i = 0; i < gl.getProgramParameter(out, gl.ACTIVE_ATTRIBUTES); i++) { const { name } = gl.getActiveAttrib(out, i); attributes[name] = gl.getAttribLocation(out, name); }
      return { out, uniforms, attributes };
    };
    const buffer = (kind, data) => { const out = gl.createBuffer(); gl.bindBuffer(kind, out); gl.bufferData(kind, data, gl.STATIC_DRAW); return out; };
    this.programs = { cells: program(CELL_VERTEX, CELL_FRAGMENT), edges: program(EDGE_VERTEX, EDGE_FRAGMENT), dots: program(DOT_VERTEX, DOT_FRAGMENT) };
    this.buffers = { at: buffer(gl.ARRAY_BUFFER, this.at), owner: buffer(gl.ARRAY_BUFFER, this.owner), dots: buffer(gl.ARRAY_BUFFER, this.dots),
      faces: buffer(gl.ELEMENT_ARRAY_BUFFER, this.faces), edges: buffer(gl.ELEMENT_ARRAY_BUFFER, this.edges) };
    if (!("WebGL2RenderingContext" in globalThis && gl instanceof WebGL2RenderingContext)) gl.getExtension("OES_element_index_uint");
    for (const frame of this.frames) { frame.textures = { cells: gl.createTexture(), dots: gl.createTexture() }; frame.dirty = true; }
  }

  upload(gl, frame) {
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    for (const kind of ["cells", "dots"]) {
      gl.bindTexture(gl.TEXTURE_2D, frame.textures[kind]);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, TEXTURE_WIDTH, this.height, 0, gl.RGBA, gl.UNSIGNED_BYTE, frame[kind]);
      for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, side, gl.NEAREST);
      for (const way of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, way, gl.CLAMP_TO_EDGE);
    }
    frame.dirty = false;
  }

  /** Draws for the later day, or for both days on their sides of the divider. */
  both(gl, draw) {
    gl.enable(gl.BLEND); gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.disable(gl.DEPTH_TEST); gl.disable(gl.STENCIL_TEST);
    for (const frame of this.frames) if (frame.dirty) this.upload(gl, frame);
    if (this.clip === null) { draw(this.frames[1]); return; }
    [0, 1].forEach((side) => { this.scissor(gl, side); draw(this.frames[side]); });
    gl.disable(gl.SCISSOR_TEST);
  }

  /** Keeps what follows to one side of the divider; `null` for none. */
  scissor(gl, side) {
    if (side === null || this.clip === null) { gl.disable(gl.SCISSOR_TEST); return; }
    const wide = gl.drawingBufferWidth, at = Math.round(this.clip * wide);
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(side ? at : 0, 0, side ? wide - at : at, gl.drawingBufferHeight);
  }

  use(gl, { out, uniforms }) {
    const { map } = this, { clientWidth: wide, clientHeight: tall } = map.getCanvas(), world = 512 * 2 ** map.getZoom(), at = map.project(this.centre);
    gl.useProgram(out);
    gl.uniform2f(uniforms.scale, (2 * world) / wide, (-2 * world) / tall);
    gl.uniform2f(uniforms.shift, (2 * at.x) / wide - 1, 1 - (2 * at.y) / tall);
    if (uniforms.size) gl.uniform2f(uniforms.size, TEXTURE_WIDTH, this.height);
  }

  attribute(gl, place, buffer, size, stride = 0, offset = 0) {
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, size, gl.FLOAT, false, stride, offset);
  }

  drawCells(gl) {
    const { cells, edges } = this.programs, ratio = this.map.getPixelRatio();
    if (this.shown.cells) {
      this.use(gl, cells);
      this.attribute(gl, cells.attributes.at, this.buffers.at, 2);
      this.attribute(gl, cells.attributes.index, this.buffers.owner, 1);
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.buffers.faces);
      gl.uniform4f(cells.uniforms.hatch, ...this.hatch);
      gl.uniform1f(cells.uniforms.stroke, ratio);
      this.both(gl, (frame) => {
        gl.bindTexture(gl.TEXTURE_2D, frame.textures.cells);
        gl.drawElements(gl.TRIANGLES, this.faces.length, gl.UNSIGNED_INT, 0);
      });
    }
    // where places stand closer than dots can, dots and edges say nothing and cost most of a frame
    if (this.shown.cells && this.map.getZoom() >= this.clearZoom) {
      this.use(gl, edges);
      this.attribute(gl, edges.attributes.at, this.buffers.at, 2);
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.buffers.edges);
      gl.uniform4f(edges.uniforms.colour, ...this.edge);
      gl.enable(gl.BLEND); gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      gl.drawElements(gl.LINES, this.edges.length, gl.UNSIGNED_INT, 0);
    }
  }

  drawDots(gl) {
    if (!this.shown.dots || this.map.getZoom() < this.clearZoom || !this.dots.length) return;
    const { dots } = this.programs, ratio = this.map.getPixelRatio(), zoom = this.map.getZoom();
    this.use(gl, dots);
    for (const [name, size, offset] of [["at", 2, 0], ["index", 1, 8], ["radius", 1, 12]]) this.attribute(gl, dots.attributes[name], this.buffers.dots, size, 16, offset);
    gl.uniform1f(dots.uniforms.grow, ratio * (zoom < 9 ? 0.36 + 0.16 * Math.max(0, zoom - 6) : 0.84 + 0.26 * Math.min(4, zoom - 9)));
    gl.uniform1f(dots.uniforms.stroke, ratio * clamp(0.7 + 0.18 * (zoom - 6), 0.7, 1.8));
    gl.uniform3f(dots.uniforms.paper, ...this.paper);
    this.both(gl, (frame) => {
      gl.bindTexture(gl.TEXTURE_2D, frame.textures.dots);
      gl.drawArrays(gl.POINTS, 0, this.dots.length / 4);
    });
  }

  // ---- what is where

  /** The tracked place whose cell holds a point, or -1. */
  pick(lon, lat) {
    this.grid = this.grid || this.index();
    const { left, bottom, step, wide, lists } = this.grid, x = mercatorX(lon) - this.origin[0], y = mercatorY(lat) - this.origin[1];
    const column = Math.floor((x - left) / step), row = Math.floor((y - bottom) / step);
    if (column < 0 || column >= wide) return -1;
    return (lists.get(row * wide + column) || []).find((i) => this.holds(i, x, y)) ?? -1;
  }

  holds(i, x, y) {
    let inside = false;
    for (let ring = this.ringsOf[i]; ring < this.ringsOf[i + 1]; ring++) {
      const first = this.ringFirst[ring], end = this.ringFirst[ring + 1];
      for (let a = first, b = end - 1; a < end; b = a++) {
        const ay = this.at[2 * a + 1], by = this.at[2 * b + 1];
        if (ay > y !== by > y && x < ((this.at[2 * b] - this.at[2 * a]) * (y - ay)) / (by - ay) + this.at[2 * a]) inside = !inside;
      }
    }
    return inside;
  }

  index() {
    let left = Infinity, right = -Infinity, bottom = Infinity;
    for (let n = 0; n < this.at.length; n += 2) { left = Math.min(left, this.at[n]); right = Math.max(right, this.at[n]); bottom = Math.min(bottom, this.at[n + 1]); }
    const wide = Math.max(1, Math.ceil(Math.sqrt(this.study.count))), step = (right - left) / wide || 1, lists = new Map();
    for (let i = 0; i < this.study.count; i++) {
      const from = this.ringFirst[this.ringsOf[i]], to = this.ringFirst[this.ringsOf[i + 1]];
      let [w, s, e, n] = [Infinity, Infinity, -Infinity, -Infinity];
      for (let k = from; k < to; k++) { w = Math.min(w, this.at[2 * k]); e = Math.max(e, this.at[2 * k]); s = Math.min(s, this.at[2 * k + 1]); n = Math.max(n, this.at[2 * k + 1]); }
      for (let row = Math.floor((s - bottom) / step); row <= Math.floor((n - bottom) / step); row++) {
        for (let column = Math.floor((w - left) / step); column <= Math.floor((e - left) / step); column++) {
          const key = row * wide + Math.min(column, wide - 1);
          if (!lists.has(key)) lists.set(key, []);
          lists.get(key).push(i);
        }
      }
    }
    return { left, bottom, step, wide, lists };
  }
}
