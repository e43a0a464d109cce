// One renderer for explorables: the build wraps it as a classic script that reads a page's tables,
// the live widget appends an export and feeds it states from the kernel. See explore.py.

const sums = (deltas) => {
  let sum = 0;
  return deltas.map((delta) => (sum += delta));
};

// Columns of small integers to pixels of one layout's axes.
const across = (box, column, unit) => sums(column).map((v) => (box[0] + (box[2] * v) / unit).toFixed(1));
const down = (box, column, unit) => sums(column).map((v) => (box[1] + box[3] * (1 - v / unit)).toFixed(1));

// An image of palette colors as a bitmap (BMP, 8 bits a pixel, rows from the bottom).
function picture(cells, { rows, columns, flip, colors }) {
  const bytes = atob(cells), width = 4 * Math.ceil(columns / 4), start = 54 + 4 * colors.length;
  const bmp = new DataView(new ArrayBuffer(start + width * rows));
  bmp.setUint16(0, 0x424d);
  for (const [at, value] of [[2, bmp.byteLength], [10, start], [14, 40], [18, columns], [22, rows], [46, colors.length]])
    bmp.setUint32(at, value, true);
  bmp.setUint16(26, 1, true);
  bmp.setUint16(28, 8, true);
  colors.forEach((color, i) => bmp.setUint32(54 + 4 * i, parseInt(color.slice(1), 16), true));
  for (let i = 0; i < bytes.length; i++) {
    const row = Math.floor(i / columns);
    bmp.setUint8(start + width * (flip ? row : rows - 1 - row) + (i % columns), bytes.charCodeAt(i));
  }
  return "data:image/bmp;base64," + btoa(Array.from(new Uint8Array(bmp.buffer), (byte) => String.fromCharCode(byte)).join(""));
}

// How each kind of artist takes its channels; `group` is the <g> that scene.py drew.
const PAINT = {
  line(group, [xs, ys], box, artist, unit) {
    const y = down(box, ys, unit);
    group.firstChild.setAttribute("d", "M" + across(box, xs, unit).map((x, i) => `${x} ${y[i]}`).join(" L"));
  },
  points(group, [xs, ys], box, artist, unit) {
    const x = across(box, xs, unit), y = down(box, ys, unit);
    [...group.children].forEach((circle, i) => {
      circle.setAttribute("display", i < x.length ? "inline" : "none");
      if (i < x.length) circle.setAttribute("cx", x[i]), circle.setAttribute("cy", y[i]);
    });
  },
  bars(group, [tops], box, artist, unit) {
    const left = across(box, artist.left, unit), right = across(box, artist.right, unit);
    const base = down(box, artist.base, unit), top = down(box, tops, unit);
    [...group.children].forEach((bar, i) =>
      bar.setAttribute("d", `M${left[i]} ${base[i]}V${top[i] ?? base[i]}H${right[i]}V${base[i]}Z`));
  },
  image(group, [cells], box, artist) {
    if (artist.shown !== cells) artist.href = picture((artist.shown = cells), artist);
    group.firstChild.setAttribute("href", artist.href);
  },
  text(group, [string]) {
    group.firstChild.textContent = string;
  },
};
const CHANNELS = { line: 2, points: 2, bars: 1, image: 1, text: 1 };

// Bring a figure to life. `source(state, done)` hands the channels of a state to `done`; `soon` says
// when: a page waits for the next frame, a kernel is asked at once, since its answer takes a while.
function mount(figure, record, source, soon = (work) => requestAnimationFrame(work)) {
  const find = (selector) => figure.querySelector(selector);
  const controls = record.knobs.map((knob) => find(`[name="${knob.name}"]`));
  const groups = record.artists.map((artist) =>
    ["wide", "narrow"].map((layout) => [layout, find(`[id="${record.id}-${layout}-${artist.name}"]`)]));
  const start = record.knobs.map((knob) => knob.start);
  let state = start, queued = 0, spoken = 0, playing = 0, alive = true;

  function paint(channels) {
    let next = 0;
    record.artists.forEach((artist, i) => {
      const data = channels.slice(next, (next += CHANNELS[artist.kind]));
      for (const [layout, group] of groups[i])
        PAINT[artist.kind](group, data, artist.boxes[layout], artist, record.resolution);
    });
    const sentence = channels[next];
    find(".vg-description").textContent = sentence;
    clearTimeout(spoken);
    spoken = setTimeout(() => {
      find(".vg-announce").textContent = sentence;
      spoken = setTimeout(() => (find(".vg-announce").textContent = ""), 3000);
    }, 500);
  }

  function label() {
    record.knobs.forEach((knob, i) => {
      controls[i].value = state[i];
      if (controls[i].type !== "range") return;
      controls[i].setAttribute("aria-valuetext", knob.texts[state[i]]);
      controls[i].parentNode.querySelector("output").textContent = knob.texts[state[i]];
    });
    find(".vg-link").href = address();
  }

  // However many moves arrive, the page changes once a frame.
  function go(next) {
    state = next;
    queued ||= soon(() => {
      queued = 0;
      if (!alive) return;
      source(state, paint);
      label();
    });
  }

  const address = () =>
    `#${record.id}?` + record.knobs.map((knob, i) => `${knob.name}=${encodeURIComponent(knob.keys[state[i]])}`).join("&");

  // The state that an address asks for: nothing if it names another figure, the start if it is
  // malformed or asks for what this figure does not have.
  function parse(hash) {
    const [id, query] = hash.replace(/^#/, "").replace(/%3F/i, "?").split("?");
    if (id !== record.id || query === undefined) return null;
    const next = [...start];
    for (const [name, key] of new URLSearchParams(query)) {
      const i = record.knobs.findIndex((knob) => knob.name === name);
      if (i < 0 || !record.knobs[i].keys.includes(key)) return start;
      next[i] = record.knobs[i].keys.indexOf(key);
    }
    return next;
  }

  function follow(hash) {
    const next = parse(hash);
    if (!next) return false;
    stop();
    go(next);
    figure.scrollIntoView({ block: "nearest" });
    return true;
  }

  const button = find(".vg-play");
  function stop() {
    if (playing) figure.dispatchEvent(new Event("change", { bubbles: true })); // it has come to rest
    clearInterval(playing);
    playing = 0;
    button?.setAttribute("aria-pressed", "false");
  }
  function play() {
    const first = controls.findIndex((control) => control.type === "range");
    const last = record.knobs[first].keys.length - 1;
    const at = (place) => state.map((old, i) => (i === first ? place : old));
    if (state[first] === last) go(at(0));
    button.setAttribute("aria-pressed", "true");
    playing = setInterval(() => {
      if (!alive || !figure.isConnected || state[first] === last) return stop();
      go(at(state[first] + 1));
    }, Math.max(60, 4000 / last));
  }

  button?.addEventListener("click", () => (playing ? stop() : play()));
  find("form").addEventListener("submit", (event) => event.preventDefault());
  find("form").addEventListener("input", () => {
    stop();
    go(controls.map((control) => Number(control.value)));
  });
  find("form").addEventListener("reset", (event) => {
    event.preventDefault();
    stop();
    go(start);
  });
  label();
  figure.explorable = { go, follow, address, state: () => state };
  const dispose = () => {
    alive = false;
    stop();
    clearTimeout(spoken);
  };
  return { follow, dispose };
}

// The widget's entry point (anywidget): the kernel answers.
function render({ model, el }) {
  el.innerHTML = model.get("markup");
  const figure = el.firstChild;
  for (const control of figure.querySelectorAll("input, select, button"))
    control.dataset.lmSuppressShortcuts = ""; // JupyterLab would take the arrow keys
  figure.querySelector(".vg-link").hidden = true; // an address leads to a page, not to a cell
  const same = (state) => String(state) === String(model.get("state"));
  let paint = () => {};
  const { follow, dispose } = mount(figure, model.get("record"), (state, done) => {
    paint = done;
    if (same(state)) return done(model.get("frame"));
    model.set("state", state);
    model.save_changes();
  }, (work) => work());
  const answer = () => paint(model.get("frame"));
  const fail = () => {
    if (model.get("problem")) figure.querySelector(".vg-description").textContent = model.get("problem");
  };
  const turn = () => same(figure.explorable.state()) || figure.explorable.go(model.get("state"));
  const click = (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const hash = event.target.closest?.("a[href*='#']")?.getAttribute("href") ?? "";
    if (follow(hash.slice(hash.indexOf("#")))) event.preventDefault();
  };
  model.on("change:frame", answer);
  model.on("change:problem", fail);
  model.on("change:state", turn); // set from Python
  document.addEventListener("click", click, true);
  turn();
  return () => {
    model.off("change:frame", answer);
    model.off("change:problem", fail);
    model.off("change:state", turn);
    document.removeEventListener("click", click, true);
    dispose();
  };
}

// One figure of a page: its table answers.
function open(figure) {
  const record = JSON.parse(figure.querySelector(".vg-table").textContent);
  const sizes = record.knobs.map((knob) => knob.keys.length);
  return mount(figure, record, (state, done) => {
    const i = state.reduce((place, index, k) => place * sizes[k] + index, 0);
    done(record.pools.map((pool, c) => pool[record.index[c] ? record.index[c][i] : 0]));
  });
}

// The page's entry point. A figure that cannot start leaves the others alone.
function boot() {
  const mounted = [...document.querySelectorAll(".vg-explorable")].flatMap((figure) => {
    try {
      return [open(figure)];
    } catch (error) {
      figure.querySelector(".vg-description").textContent = "This figure could not start.";
      console.error(error);
      return [];
    }
  });
  const follow = () => mounted.forEach((figure) => figure.follow(location.hash));
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("a[href]")?.href === location.href) follow(); // no hashchange then
  });
  let kept = 0; // browsers refuse an address that changes with every key press
  const keep = (event) => {
    const figure = event.target.closest?.(".vg-explorable");
    if (!figure?.explorable) return;
    clearTimeout(kept);
    kept = setTimeout(() => history.replaceState(history.state, "", figure.explorable.address()), 250);
  };
  for (const kind of ["change", "reset"]) document.addEventListener(kind, keep);
  addEventListener("hashchange", follow);
  follow();
}
