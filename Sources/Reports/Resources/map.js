const data = JSON.parse(document.getElementById("data").textContent);
const one = selector => document.querySelector(selector);
const canvas = one("#map");
const pen = canvas.getContext("2d");
const count = data.names.length;
const axes = data.axes.map(axis => Float32Array.from(axis));
const isSolid = axes.length === 3;
const sheet = data.sheet ? new Image() : null;
const size = {width: 0, height: 0, density: 1};
// The middle of the view and pixels a unit of the map; for three dimensions how it is turned.
const view = {x: 0, y: 0, zoom: 1, turn: 0.5, tilt: 0.4};
const screen = [new Float32Array(count), new Float32Array(count), new Float32Array(count)];
const order = Uint32Array.from({length: count}, (_, index) => index);
let colours = [];
let isPlanned = false;

const extent = axis => [axis.reduce((a, b) => Math.min(a, b), Infinity), axis.reduce((a, b) => Math.max(a, b), -Infinity)];
const ranges = axes.map(extent);
const middle = ranges.map(([low, high]) => (low + high) / 2);
const span = Math.max(1e-9, ...ranges.map(([low, high]) => high - low));

// Colours: one a value of a column of few values, else from blue over grey to red by the number.
const wheel = ["#1f6fb2", "#b3660a", "#1b7a46", "#b8382c", "#8a4bb0", "#6d5a3f", "#c2569a", "#6b6f76", "#8c8f1f",
  "#1795a5", "#3f51b5", "#e0843d", "#56a868", "#d9776c", "#a98bc7", "#a38f72", "#e19cc4", "#9aa0a8", "#bcbf55", "#66bfcc"];

function shade(share) {
  const mix = (a, b, t) => Math.round(a + (b - a) * t);
  const [from, to, t] = share < 0.5 ? [[31, 111, 178], [190, 186, 178], 2 * share]
    : [[190, 186, 178], [184, 56, 44], 2 * share - 1];
  return "rgb(" + from.map((level, index) => mix(level, to[index], t)).join(",") + ")";
}

function choose(index) {
  const legend = one("#legend");
  legend.replaceChildren();
  const add = (colour, text) => {
    const item = document.createElement("li");
    const mark = document.createElement("i");
    mark.style.background = colour;
    item.append(mark, text);
    legend.append(item);
  };
  const column = data.columns[index];
  if (!column) {
    colours = new Array(count).fill("#1f6fb2");
  } else if (column.kinds) {
    colours = column.values.map(value => wheel[value % wheel.length]);
    column.kinds.forEach((kind, place) => add(wheel[place % wheel.length], kind === "" ? "none" : kind));
  } else {
    const [low, high] = extent(column.values);
    colours = column.values.map(value => shade((value - low) / Math.max(1e-30, high - low)));
    [low, (low + high) / 2, high].forEach((value, place) => add(shade(place / 2), String(+value.toPrecision(4))));
  }
  plan();
}

function project() {
  const [xs, ys, depths] = screen;
  const [cosine, sine] = [Math.cos(view.turn), Math.sin(view.turn)];
  const [level, rise] = [Math.cos(view.tilt), Math.sin(view.tilt)];
  for (let index = 0; index < count; index += 1) {
    let [x, y, depth] = [axes[0][index] - middle[0], axes[1][index] - middle[1], 0];
    if (isSolid) {
      const z = axes[2][index] - middle[2];
      [x, depth] = [x * cosine - z * sine, x * sine + z * cosine];
      [y, depth] = [y * level - depth * rise, y * rise + depth * level];
    }
    xs[index] = size.width / 2 + (x - view.x) * view.zoom;
    ys[index] = size.height / 2 - (y - view.y) * view.zoom;
    depths[index] = depth;
  }
  if (isSolid) order.sort((a, b) => depths[a] - depths[b]);
}

function draw() {
  isPlanned = false;
  project();
  pen.setTransform(size.density, 0, 0, size.density, 0, 0);
  pen.clearRect(0, 0, size.width, size.height);
  const [xs, ys] = screen;
  const side = Math.min(96, rest() * Math.sqrt(view.zoom / fit()));
  const showsPictures = sheet && sheet.complete && sheet.naturalWidth && one("#thumbnails").checked;
  const isSeen = index => xs[index] > -side && ys[index] > -side && xs[index] < size.width + side
    && ys[index] < size.height + side;
  if (!showsPictures) {
    const radius = Math.min(7, side / 4);
    for (const index of order) {
      if (!isSeen(index)) continue;
      pen.fillStyle = colours[index];
      pen.beginPath();
      pen.arc(xs[index], ys[index], radius, 0, 6.2832);
      pen.fill();
    }
    return;
  }
  // Where many lie over each other, two pictures a square are enough; the others are spots below them.
  const across = Math.ceil(size.width / side) + 2;
  const taken = new Uint8Array(across * (Math.ceil(size.height / side) + 2));
  const shown = [];
  for (let place = count - 1; place >= 0; place -= 1) {
    const index = order[place];
    if (!isSeen(index)) continue;
    const square = Math.floor(ys[index] / side + 1) * across + Math.floor(xs[index] / side + 1);
    if (taken[square] < 2) {
      taken[square] += 1;
      shown.push(index);
    } else {
      pen.fillStyle = colours[index];
      pen.fillRect(xs[index] - side / 2, ys[index] - side / 2, side, side);
    }
  }
  const rim = Math.max(1, side / 14);
  for (const index of shown.reverse()) {
    const [x, y] = [xs[index] - side / 2, ys[index] - side / 2];
    pen.fillStyle = colours[index];
    pen.fillRect(x - rim, y - rim, side + 2 * rim, side + 2 * rim);
    picture(pen, index, x, y, side);
  }
}

function picture(target, index, x, y, side) {
  const {cell, columns} = data.sheet;
  target.drawImage(sheet, index % columns * cell, Math.floor(index / columns) * cell, cell, cell, x, y, side, side);
}

function plan() {
  if (isPlanned) return;
  isPlanned = true;
  requestAnimationFrame(draw);
}

// Pixels a unit of the map so that all of it is seen, however a solid one is turned.
const fit = () => isSolid ? 0.85 * Math.min(size.width, size.height) / span
  : 0.9 * Math.min(size.width / Math.max(span / 1e6, ranges[0][1] - ranges[0][0]),
    size.height / Math.max(span / 1e6, ranges[1][1] - ranges[1][0]));

// The side of a row's picture on the whole map.
const rest = () => Math.min(26, Math.max(5, 0.7 * Math.sqrt(size.width * size.height / count)));

function reset() {
  Object.assign(view, {x: 0, y: 0, zoom: fit()});
  plan();
}

function resize() {
  const box = canvas.getBoundingClientRect();
  const share = size.width ? view.zoom / fit() : 1;
  Object.assign(size, {width: box.width, height: box.height, density: devicePixelRatio || 1});
  canvas.width = Math.round(box.width * size.density);
  canvas.height = Math.round(box.height * size.density);
  view.zoom = share * fit();
  plan();
}

// Zooms so that the place under the pointer stays there.
function zoom(factor, x, y) {
  const to = Math.min(400 * fit(), Math.max(0.3 * fit(), view.zoom * factor));
  const [dx, dy] = [x - size.width / 2, size.height / 2 - y];
  view.x += dx / view.zoom - dx / to;
  view.y += dy / view.zoom - dy / to;
  view.zoom = to;
  plan();
}

function nearest(x, y) {
  let [found, least] = [-1, 16 * 16];
  for (let index = 0; index < count; index += 1) {
    const square = (screen[0][index] - x) ** 2 + (screen[1][index] - y) ** 2;
    if (square < least) [found, least] = [index, square];
  }
  return found;
}

function point(x, y) {
  const tip = one("#tip");
  const index = nearest(x, y);
  tip.hidden = index < 0;
  if (index < 0) return;
  tip.replaceChildren();
  if (sheet && sheet.complete && sheet.naturalWidth) {
    const shown = document.createElement("canvas");
    shown.width = shown.height = data.sheet.cell;
    picture(shown.getContext("2d"), index, 0, 0, data.sheet.cell);
    tip.append(shown);
  }
  const lines = [data.names[index] || "row " + data.rows[index]];
  for (const column of data.columns) {
    const value = column.values[index];
    lines.push(column.name + ": " + (column.kinds ? column.kinds[value] : +value.toPrecision(6)));
  }
  for (const line of lines) {
    const made = document.createElement("div");
    made.textContent = line;
    tip.append(made);
  }
  const box = tip.getBoundingClientRect();
  tip.style.transform = "translate(" + Math.min(x + 14, size.width - box.width - 4) + "px,"
    + Math.max(4, Math.min(y + 14, size.height - box.height - 4)) + "px)";
}

const place = event => {
  const box = canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
};
const held = new Map();
canvas.addEventListener("pointerdown", event => {
  canvas.setPointerCapture(event.pointerId);
  held.set(event.pointerId, place(event));
  canvas.classList.add("held");
});
canvas.addEventListener("pointermove", event => {
  const [x, y] = place(event);
  const before = held.get(event.pointerId);
  if (!before) return point(x, y);
  one("#tip").hidden = true;
  const [dx, dy] = [x - before[0], y - before[1]];
  const others = [...held].filter(([id]) => id !== event.pointerId);
  if (others.length) {
    // Two fingers: the distance between them is the zoom.
    const [ox, oy] = others[0][1];
    const [from, to] = [Math.hypot(before[0] - ox, before[1] - oy), Math.hypot(x - ox, y - oy)];
    if (from > 0) zoom(to / from, (x + ox) / 2, (y + oy) / 2);
  } else if (isSolid && !event.shiftKey) {
    view.turn += dx / 150;
    view.tilt = Math.min(1.57, Math.max(-1.57, view.tilt + dy / 150));
  } else {
    view.x -= dx / view.zoom;
    view.y += dy / view.zoom;
  }
  held.set(event.pointerId, [x, y]);
  plan();
});
for (const name of ["pointerup", "pointercancel"]) {
  canvas.addEventListener(name, event => {
    held.delete(event.pointerId);
    if (!held.size) canvas.classList.remove("held");
  });
}
canvas.addEventListener("pointerleave", () => { one("#tip").hidden = true; });
canvas.addEventListener("wheel", event => {
  event.preventDefault();
  zoom(Math.exp(-event.deltaY / (event.deltaMode ? 20 : 400)), ...place(event));
}, {passive: false});
canvas.addEventListener("keydown", event => {
  const step = 40 / view.zoom;
  const move = {ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step]}[event.key];
  const factor = {"+": 1.25, "=": 1.25, "-": 0.8}[event.key];
  if (move) Object.assign(view, {x: view.x + move[0], y: view.y + move[1]});
  else if (factor) zoom(factor, size.width / 2, size.height / 2);
  else return;
  event.preventDefault();
  plan();
});

const select = one("#column");
data.columns.forEach((column, index) => select.append(new Option(column.name, index)));
if (!data.columns.length) select.append(new Option("none", -1));
select.addEventListener("change", () => choose(+select.value));
one("#reset").addEventListener("click", reset);
if (sheet) {
  one("#thumbnails-label").hidden = false;
  one("#thumbnails").addEventListener("change", plan);
  sheet.addEventListener("load", plan);
  sheet.src = data.sheet.file;
}
addEventListener("resize", resize);
resize();
reset();
choose(0);

// A hundred steps of zooming, as a browser test asks for them: the time from each frame to the next.
if (/\bframes\b/.test(location.hash)) {
  const measure = () => {
    const times = [];
    let last = 0;
    const frame = now => {
      if (last) times.push(now - last);
      last = now;
      if (times.length < 100) {
        if (isSolid) view.turn += 0.05;
        zoom(times.length % 20 < 10 ? 1.15 : 1 / 1.15, size.width / 3, size.height / 2);
        requestAnimationFrame(frame);
        return;
      }
      times.sort((a, b) => a - b);
      document.body.dataset.frames = "median " + times[50].toFixed(1) + " ms, 95 % under " + times[94].toFixed(1) + " ms";
    };
    requestAnimationFrame(frame);
  };
  if (sheet) sheet.addEventListener("load", measure); else measure();
}
