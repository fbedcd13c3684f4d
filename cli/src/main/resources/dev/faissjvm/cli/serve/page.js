// The search page: asks this server as one types and shows the answers. No framework, no other host.
"use strict";

const MODES = { semantic: "by meaning", keyword: "by words", hybrid: "by both" };
const PAGE = 10;
const LONG = 80;
const PAUSE_MILLIS = 160;
const SVG = "http://www.w3.org/2000/svg";
const byId = (id) => document.getElementById(id);
const state = { keys: [], text: "", filters: {}, like: null, k: PAGE, token: "", running: null, timer: 0, seen: {}, plane: null };

/** Makes an element; text is set as text, so nothing of a row is ever taken for markup. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function draw(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

async function ask(path, parameters, signal) {
  const query = new URLSearchParams(parameters);
  const headers = state.token ? { Authorization: "Bearer " + state.token } : {};
  const answer = await fetch(path + "?" + query, { headers, signal, cache: "no-store" });
  if (answer.status === 401) byId("gate").hidden = false;
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error);
  return body;
}

function say(text, bad) {
  byId("status").textContent = text;
  byId("status").classList.toggle("bad", Boolean(bad));
}

function mode() {
  return document.querySelector("input[name=mode]:checked").value;
}

/** The filters that are filled in, in the server's own notation. */
function filters() {
  const found = [];
  for (const input of byId("fields").querySelectorAll("[data-field]")) {
    const value = input.value.trim();
    if (value) found.push(["filter", input.dataset.field + "=" + value]);
  }
  byId("active").textContent = found.length ? "(" + found.length + ")" : "";
  return found;
}

function common() {
  return [["k", String(state.k)], ...filters()];
}

/** Asks what is typed, or for rows like the chosen one, and shows the answer. */
async function search() {
  clearTimeout(state.timer);
  if (state.running) state.running.abort();
  const running = new AbortController();
  state.running = running;
  const question = byId("q").value.trim();
  remember(question);
  byId("back").hidden = !state.like;
  if (!question && !state.like) {
    show([], "");
    say("");
    return;
  }
  const began = performance.now();
  try {
    const modes = state.like ? ["like"] : mode() === "all" ? Object.keys(MODES) : [mode()];
    const answers = await Promise.all(modes.map((name) => name === "like"
      ? ask("similar", [["ref", state.like.ref], ...common()], running.signal)
      : ask("search", [["q", question], ["mode", name], ...common()], running.signal)));
    if (state.running !== running) return;
    show(answers.map((answer, i) => ({ mode: modes[i], answer })), question);
    tell(answers, performance.now() - began);
    if (!byId("map").hidden) await map(question, running.signal);
  } catch (failure) {
    if (failure.name === "AbortError") return;
    const gone = failure instanceof TypeError;
    if (gone) retry();
    say(gone ? "The server does not answer. Is it still running? Trying again every few seconds."
      : failure.message, true);
  }
}

function retry() {
  clearTimeout(state.timer);
  state.timer = setTimeout(search, 3000);
}

function tell(answers, all) {
  const hits = answers.reduce((n, answer) => n + answer.hits.length, 0);
  const embedding = Math.max(...answers.map((answer) => answer.millis.embedding));
  const searching = Math.max(...answers.map((answer) => answer.millis.searching));
  const rest = Math.max(0, all - embedding - searching);
  const what = hits === 0 ? "Nothing fits. Fewer filters, or other words?" : hits + (hits === 1 ? " hit" : " hits");
  const like = state.like ? " like “" + state.like.title + "”" : "";
  say(what + like + " · " + answers[0].rows.toLocaleString("en") + " rows · question " + embedding.toFixed(1)
    + " ms, search " + searching.toFixed(1) + " ms, way " + rest.toFixed(1) + " ms");
}

function show(columns, question) {
  const results = byId("results");
  results.classList.toggle("columns", columns.length > 1);
  const words = terms(question);
  const found = columns.map((column) => new Set(column.answer.hits.map((hit) => hit.ref)));
  results.replaceChildren(...columns.map((column, i) => {
    const others = found.filter((_, j) => j !== i);
    const best = Math.max(...column.answer.hits.map((hit) => hit.score), 1e-9);
    const list = make("ol", { "aria-label": MODES[column.mode] || "like this" });
    for (const hit of column.answer.hits) {
      const only = columns.length > 1 && !others.some((set) => set.has(hit.ref));
      list.append(item(hit, words, best, only));
      note(hit);
    }
    const section = make("section", {}, list);
    if (columns.length > 1) section.prepend(make("h2", {}, MODES[column.mode] + ": " + column.answer.hits.length));
    return section;
  }));
  byId("more").hidden = !columns.some((column) => column.answer.hits.length === state.k);
  byId("mapped").hidden = columns.length === 0 || Boolean(state.like);
  if (byId("mapped").hidden) byId("map").hidden = true;
}

/** One hit: its title, its text with the words of the question marked, its score as number and bar. */
function item(hit, words, best, only) {
  const text = body(hit);
  const width = Math.max(0, Math.min(1, hit.score / best));
  const bar = draw("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    draw("rect", { class: "track", width: 100, height: 8 }),
    draw("rect", { class: "fill", width: 100 * width, height: 8 }));
  const like = make("button", { type: "button", class: "like" }, "More like this");
  like.setAttribute("aria-label", "More like " + title(hit));
  like.addEventListener("click", () => alike(hit));
  const entry = make("li", { class: only ? "hit only" : "hit", tabindex: "-1" },
    make("span", { class: "rank" }, hit.rank + "."),
    make("h3", {}, ...marked(title(hit), words)),
    make("p", {}, ...marked(text, words)),
    make("div", { class: "score" }, make("span", {}, "score " + hit.score.toFixed(3)), bar, like),
    make("p", { class: "facts" }, facts(hit, only)));
  entry.hit = hit;
  return entry;
}

/** The field that names a row: the shortest text that is not what is searched; else its key. */
function title(hit) {
  const names = Object.keys(hit.fields).filter((name) => typeof hit.fields[name] === "string"
    && !state.text.includes("{" + name + "}") && (prefer(name) || hit.fields[name].length <= LONG));
  names.sort((a, b) => prefer(b) - prefer(a) || hit.fields[a].length - hit.fields[b].length);
  const text = names.length ? hit.fields[names[0]] : Object.values(hit.key).join("/");
  return text.length > LONG ? text.slice(0, LONG - 1) + "…" : text;
}

function prefer(name) {
  return ["title", "name", "words"].includes(name) ? 1 : 0;
}

function body(hit) {
  return hit.passage || Object.values(hit.fields).filter((value) => typeof value === "string").join(" ");
}

function facts(hit, only) {
  const shown = new Set([title(hit), body(hit)]);
  const parts = Object.entries({ ...hit.key, ...hit.fields })
    .filter(([, value]) => !shown.has(value))
    .map(([name, value]) => name + ": " + (typeof value === "object" ? JSON.stringify(value) : value))
    .map((part) => (part.length > 80 ? part.slice(0, 79) + "…" : part));
  return (only ? "found only this way · " : "") + parts.join(" · ");
}

function terms(question) {
  return (question.toLowerCase().match(/[\p{L}\p{N}]+/gu) || []).filter((word) => word.length > 2);
}

/** Splits a text into plain and marked parts: a word is marked if it begins like one of the question. */
function marked(text, words) {
  if (words.length === 0) return [text];
  return text.split(/([\p{L}\p{N}]+)/u).map((part) => {
    const low = part.toLowerCase();
    const hit = low.length > 2 && words.some((word) => low === word
      || (word.length > 3 && low.startsWith(word)) || (low.length > 3 && word.startsWith(low)));
    return hit ? make("mark", {}, part) : part;
  });
}

function alike(hit) {
  state.like = { ref: hit.ref, title: title(hit) };
  state.k = PAGE;
  search().then(() => byId("results").focus());
}

function leave() {
  state.like = null;
  state.k = PAGE;
  byId("q").focus();
  search();
}

/** Keeps the values that filter fields were seen to have, to be offered while one types. */
function note(hit) {
  for (const name of Object.keys(state.filters)) {
    const value = { ...hit.key, ...hit.fields }[name];
    if (typeof value !== "string" || value.length > 40) continue;
    state.seen[name] = state.seen[name] || new Set();
    if (state.seen[name].size < 30 && !state.seen[name].has(value)) {
      state.seen[name].add(value);
      byId("values-" + name).append(make("option", { value }));
    }
  }
}

function buildFilters() {
  const hints = { string: "noun, noun|verb, no*", number: "7, 10..20, 5..", boolean: "true or false" };
  for (const [name, type] of Object.entries(state.filters)) {
    const input = make("input", { id: "filter-" + name, "data-field": name, list: "values-" + name,
      placeholder: hints[type], maxlength: "200" });
    input.addEventListener("input", soon);
    byId("fields").append(make("div", {}, make("label", { for: "filter-" + name }, name), input,
      make("datalist", { id: "values-" + name })));
  }
  byId("filters").hidden = Object.keys(state.filters).length === 0;
}

async function map(question, signal) {
  state.plane = await ask("map", [["q", question], ["k", "40"], ...filters()], signal);
  drawMap();
}

/** Where the points stand in a figure of this size: one scale for both axes, the longer along the longer side. */
function scaled(points, width, height) {
  const edge = 40;
  const low = (axis) => Math.min(...points.map((at) => at[axis]));
  const span = (axis) => Math.max(1e-6, Math.max(...points.map((at) => at[axis])) - low(axis));
  const [across, down] = (span(0) >= span(1)) === (width >= height) ? [0, 1] : [1, 0];
  const scale = Math.min((width - 2 * edge) / span(across), (height - 2 * edge) / span(down));
  return points.map((at) => [
    width / 2 + scale * (at[across] - low(across) - span(across) / 2),
    height / 2 + scale * (at[down] - low(down) - span(down) / 2)]);
}

/** A place for a label beside its point that covers neither a point nor another label; none if there is none. */
function room(x, y, away, wide, taken, width, height) {
  const tall = 16;
  for (const [left, top] of [[x + away, y - tall / 2], [x - away - wide, y - tall / 2],
    [x - wide / 2, y - away - tall], [x - wide / 2, y + away]]) {
    const box = [left, top, left + wide, top + tall];
    if (box[0] < 2 || box[1] < 2 || box[2] > width - 2 || box[3] > height - 2) continue;
    if (taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) continue;
    return box;
  }
  return null;
}

function drawMap() {
  const picture = byId("map").querySelector("svg");
  const { width, height } = picture.getBoundingClientRect();
  if (!state.plane || width === 0) return;
  picture.setAttribute("viewBox", "0 0 " + width + " " + height);
  const { points, question } = state.plane;
  const places = scaled([...points.map((point) => point.at), question], width, height);
  const asked = places.pop();
  const measure = document.createElement("canvas").getContext("2d");
  measure.font = "13px " + getComputedStyle(document.body).fontFamily;
  const taken = [...places, asked].map(([x, y]) => [x - 5, y - 5, x + 5, y + 5]);
  const longest = width < 500 ? 16 : 26;
  picture.replaceChildren(draw("circle", { class: "asked", cx: asked[0], cy: asked[1], r: 14 },
    draw("title", {}, "the question")), ...points.map((point, i) => {
    const [x, y] = places[i];
    const radius = 4 + 6 * Math.max(0, Math.min(1, point.score));
    const name = title(point);
    const link = draw("a", { href: "#", "aria-label": point.rank + ". " + name + ", score " + point.score.toFixed(3) },
      draw("title", {}, name + ": " + body(point)), draw("circle", { cx: x, cy: y, r: radius }));
    const label = name.length > longest ? name.slice(0, longest - 1) + "…" : name;
    const box = room(x, y, radius + 4, measure.measureText(label).width + 2, taken, width, height);
    if (box) {
      taken.push(box);
      link.append(draw("text", { x: box[0] + 1, y: box[3] - 4 }, label));
    }
    link.addEventListener("click", (event) => { event.preventDefault(); alike(point); });
    return link;
  }));
}

function soon() {
  state.like = null;
  state.k = PAGE;
  clearTimeout(state.timer);
  state.timer = setTimeout(search, PAUSE_MILLIS);
}

/** Keeps question and mode in the address, so that a page can be reloaded or sent. */
function remember(question) {
  const address = question ? "?" + new URLSearchParams({ q: question, mode: mode() }) : location.pathname;
  history.replaceState(null, "", address);
}

function recall() {
  const address = new URLSearchParams(location.search);
  byId("q").value = address.get("q") || "";
  const chosen = document.querySelector("input[name=mode][value=\"" + CSS.escape(address.get("mode") || "semantic") + "\"]");
  if (chosen) chosen.checked = true;
}

function move(step) {
  const hits = [...document.querySelectorAll(".hit")];
  const at = hits.indexOf(document.activeElement.closest(".hit"));
  const next = at + step;
  if (next < 0) byId("q").focus();
  else if (hits[next]) hits[next].focus();
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input:not([type=radio])");
  const inFilters = event.target.closest("#fields, #gate, .modes, summary");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    byId("q").focus();
    byId("q").select();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !inFilters) {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && event.target.matches(".hit")) {
    alike(event.target.hit);
  } else if (event.key === "Escape" && (state.like || !typing)) {
    event.preventDefault();
    leave();
  }
});

byId("form").addEventListener("submit", (event) => { event.preventDefault(); state.like = null; search(); });
byId("q").addEventListener("input", soon);
for (const radio of document.querySelectorAll("input[name=mode]")) radio.addEventListener("change", soon);
byId("back").addEventListener("click", leave);
byId("more").addEventListener("click", () => { state.k += PAGE; search(); });
byId("mapped").addEventListener("click", async () => {
  const map = byId("map");
  map.hidden = !map.hidden;
  byId("mapped").setAttribute("aria-pressed", String(!map.hidden));
  await search();
});
byId("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
});
byId("gate").addEventListener("submit", (event) => {
  event.preventDefault();
  state.token = byId("token").value;
  byId("gate").hidden = true;
  begin();
});

/** Learns what the index has, then asks what the address says. */
async function begin() {
  try {
    const fields = await ask("fields", []);
    state.keys = fields.keys;
    state.text = fields.text;
    state.filters = fields.filters;
    byId("fields").replaceChildren();
    buildFilters();
    byId("about").textContent = "in " + fields.text.replace(/[{}]/g, "") + " of each row";
    await search();
  } catch (failure) {
    say(failure instanceof TypeError ? "The server does not answer." : failure.message, true);
  }
}

addEventListener("resize", drawMap);
recall();
begin();
