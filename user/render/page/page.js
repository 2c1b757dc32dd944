"use strict";
// Live from /v1/history (a value a second) and /v1/report; what is not known is not drawn.
const KEEP = 900, POLL = 2000;
const CAUSES = ["table_full", "no_memory", "clash", "chain_too_long", "other"];
const $ = id => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
let past = null, report = null, events = [], changed = null, answered = 0;

const grouped = new Intl.NumberFormat("en");
const whole = n => grouped.format(Math.round(n));
const short = n => n < 10 ? String(+n.toFixed(n < 1 ? 2 : 1)) : n < 10000 ? whole(n) :
	new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 }).format(n);
const bytes = n => n < 1024 ? n + " B" : n < 1048576 ? (n / 1024).toFixed(1) + " KiB" : (n / 1048576).toFixed(1) + " MiB";
const clock = ms => new Date(ms).toTimeString().slice(0, 8);

const span = s => s < 90 ? Math.round(s) + " s" : s < 5400 ? Math.round(s / 60) + " min" : (s / 3600).toFixed(1) + " h";

function percent(ratio) {
	const p = ratio * 100;
	return p > 0 && p < 0.1 ? "<0.1 %" : (p < 10 ? Math.floor(p * 10) / 10 : Math.floor(p)) + " %";
}

function add(parent, name, attributes, text) {
	const element = parent.namespaceURI === SVG || name === "svg" ? document.createElementNS(SVG, name) :
		document.createElement(name);
	for (const key in attributes) element.setAttribute(key, attributes[key]);
	if (text !== undefined) element.textContent = text;
	parent.append(element);
	return element;
}

const emptied = element => { element.replaceChildren(); return element; };

// --- data

const columns = h => Object.keys(h).filter(key => Array.isArray(h[key]) && key !== "events");

function merge(fresh) {
	if (!past || columns(past).join() !== columns(fresh).join() ||
	    fresh.time_ms.length && fresh.time_ms[0] > past.time_ms[past.time_ms.length - 1] + 3000) {
		past = fresh;
		return;
	}
	const last = past.time_ms[past.time_ms.length - 1] || 0;
	const from = fresh.time_ms.findIndex(t => t > last);
	for (const key of columns(past))
		if (from >= 0) past[key] = past[key].concat(fresh[key].slice(from)).slice(-KEEP);
	for (const key of ["max", "mode", "node"]) past[key] = fresh[key];
}

const known = key => Array.isArray(past?.[key]);
const rate = (key, i) => past[key][i] / (past.covers_seconds[i] || 1);
const drops = i => CAUSES.reduce((sum, c) => sum + (known("dropped_" + c) ? past["dropped_" + c][i] : 0), 0);
const seesDrops = () => CAUSES.some(c => known("dropped_" + c));

function lately(seconds, of) {
	let sum = 0;
	for (let i = Math.max(0, past.time_ms.length - seconds); i < past.time_ms.length; i++) sum += of(i);
	return sum;
}

// --- charts

/* Draws into host; time runs from 15 minutes ago to now. plot: max, ticks, paint(svg, x, y), tell(i). */
function chart(host, output, plot) {
	const width = host.clientWidth, height = host.clientHeight, left = 44, bottom = height - 18, top = 8;
	const svg = add(emptied(host), "svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": plot.label });
	const now = past.time_ms[past.time_ms.length - 1];
	const x = ms => left + (width - left) * (1 - (now - ms) / (KEEP * 1000));
	const y = v => bottom - (bottom - top) * v / plot.max;
	for (const value of plot.ticks || [0, plot.max / 2, plot.max]) {
		add(svg, "line", { class: "grid", x1: left, x2: width, y1: y(value), y2: y(value) });
		add(svg, "text", { class: "end", x: left - 6, y: y(value) + 4 }, short(value));
	}
	for (const minutes of [15, 10, 5])
		add(svg, "text", { x: x(now - minutes * 60000) + (minutes === 15 ? 0 : -10), y: height - 3 }, `-${minutes} min`);
	add(svg, "text", { class: "end", x: width, y: height - 3 }, "now");
	plot.paint(svg, x, y, width);
	const cursor = add(svg, "line", { class: "cursor", y1: top, y2: bottom, visibility: "hidden" });
	svg.addEventListener("pointermove", e => {
		const ms = now - (1 - (e.offsetX - left) / (width - left)) * KEEP * 1000;
		const i = past.time_ms.findIndex(t => t >= ms);
		if (i < 0 || e.offsetX < left) return;
		cursor.setAttribute("x1", x(past.time_ms[i]));
		cursor.setAttribute("x2", x(past.time_ms[i]));
		cursor.setAttribute("visibility", "visible");
		output.textContent = `${clock(past.time_ms[i])} · ${plot.tell(i)}`;
	});
	svg.addEventListener("pointerleave", () => {
		cursor.setAttribute("visibility", "hidden");
		output.textContent = plot.tell(past.time_ms.length - 1);
	});
	if (!host.matches(":hover")) output.textContent = plot.tell(past.time_ms.length - 1);
}

/* A line with gaps where nothing is known. */
function path(x, y, value) {
	let d = "", pen = "M";
	past.time_ms.forEach((ms, i) => {
		const v = value(i);
		if (v === null) { pen = "M"; return; }
		d += `${pen}${x(ms).toFixed(1)} ${y(v).toFixed(1)}`;
		pen = "L";
	});
	return d;
}

const roof = n => { // a round number above n
	const step = 10 ** Math.floor(Math.log10(n || 1));
	return Math.max(4, [1, 2, 4, 5, 8, 10].map(m => m * step).find(m => m >= n * 1.05) || 10 * step);
};

function drawEntries() {
	const most = Math.max(...past.entries.filter(n => n !== null), 0);
	const near = past.max && most > past.max * 0.4, max = near ? Math.max(past.max, most) * 1.05 : roof(most);
	chart($("c-entries"), $("o-entries"), {
		max, ticks: near ? [0, past.max / 2, past.max] : null, label: "Entries of the last 15 minutes",
		tell: i => past.entries[i] === null ? "not known" : whole(past.entries[i]) + " entries",
		paint(svg, x, y, width) {
			const line = path(x, y, i => past.entries[i]), times = past.time_ms;
			if (!line.includes("L")) return;
			if (line.lastIndexOf("M") === 0)
				add(svg, "path", { class: "area", d: `${line}L${x(times[times.length - 1])} ${y(0)}L${x(times[0])} ${y(0)}Z` });
			add(svg, "path", { class: "stroke", d: line });
			if (!near) return;
			add(svg, "line", { class: "limit", x1: 44, x2: width, y1: y(past.max), y2: y(past.max) });
			add(svg, "text", { x: 50, y: y(past.max) + 14 }, "limit of each namespace");
		},
	});
}

function drawRates() {
	if (!known("inserted")) return calm($("c-rates"), "not known without BPF");
	let most = 0;
	past.time_ms.forEach((_, i) => { most = Math.max(most, rate("inserted", i), known("destroyed") ? rate("destroyed", i) : 0); });
	chart($("c-rates"), $("o-rates"), {
		max: roof(most), label: "New and gone entries a second",
		tell: i => `${short(rate("inserted", i))} new, ${known("destroyed") ? short(rate("destroyed", i)) + " gone" : ""}`,
		paint(svg, x, y) {
			if (known("destroyed")) add(svg, "path", { class: "stroke destroyed", d: path(x, y, i => rate("destroyed", i)) });
			add(svg, "path", { class: "stroke", d: path(x, y, i => rate("inserted", i)) });
		},
	});
}

function calm(host, words) {
	const width = host.clientWidth, height = host.clientHeight;
	add(add(emptied(host), "svg", { viewBox: `0 0 ${width} ${height}` }), "text",
		{ class: "calm", x: width / 2, y: height / 2 }, words);
}

function drawDrops() {
	const kinds = CAUSES.map(c => "dropped_" + c).filter(known).concat(known("evicted") ? ["evicted"] : []);
	const slots = new Map();
	if (!seesDrops()) {
		const kernel = report?.kernel?.drop;
		return calm($("c-drops"), kernel === undefined ? "not known without BPF" :
			`${whole(kernel + (report.kernel.chain_too_long || 0))} in the last ${span(report.interval_seconds)}, by the kernel's own count`);
	}
	past.time_ms.forEach((ms, i) => {
		const slot = Math.ceil(ms / 5000) * 5000;
		if (!slots.has(slot)) slots.set(slot, kinds.map(() => 0));
		kinds.forEach((kind, k) => { slots.get(slot)[k] += past[kind][i]; });
	});
	const most = Math.max(...[...slots.values()].map(v => v.reduce((a, b) => a + b)));
	emptied($("causes"));
	kinds.forEach((kind, k) => {
		const sum = [...slots.values()].reduce((a, v) => a + v[k], 0), name = kind.replace("dropped_", "");
		if (!sum) return;
		add(add($("causes"), "span"), "i", { class: "key " + name }).after(`${name.replaceAll("_", " ")} ${whole(sum)}`);
	});
	if (!most) return calm($("c-drops"), "no packet refused, no entry evicted");
	chart($("c-drops"), $("o-drops"), {
		max: roof(most), label: "Refused packets by cause",
		tell: i => `${whole(drops(i))} refused`,
		paint(svg, x, y, width) {
			const wide = Math.max(1.5, (width - 44) / (KEEP / 5) - 0.6);
			for (const [ms, counts] of slots) {
				let from = 0;
				counts.forEach((n, k) => {
					if (!n) return;
					const high = Math.max(2, y(0) - y(n)); // no single drop is too small to see
					add(svg, "rect", { class: kinds[k].replace("dropped_", ""), x: x(ms) - wide, width: wide,
						y: y(0) - from - high, height: high });
					from += high;
				});
			}
		},
	});
}

function drawChains(chains) {
	$("chains-card").hidden = !chains;
	if (!chains) return;
	const counts = chains.histogram, host = $("c-chains"), width = host.clientWidth, height = host.clientHeight;
	const svg = add(emptied(host), "svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "Buckets by chain length" });
	const load = chains.nodes / chains.buckets, bottom = height - 18, slot = (width - 8) / counts.length;
	let chance = Math.exp(-load) * chains.buckets, d = "";
	const expected = counts.map((_, k) => { const now = chance; chance *= load / (k + 1); return now; });
	const y = n => bottom - (bottom - 8) * Math.log1p(n) / Math.log1p(Math.max(...counts, ...expected));
	counts.forEach((n, k) => {
		if (n) add(add(svg, "rect", { class: "bar", x: 4 + k * slot, width: Math.max(1, slot - 2), y: Math.min(y(n), bottom - 2), height: Math.max(2, bottom - y(n)) }), "title", {}, `${whole(n)} buckets hold ${k}`);
		if (counts.length <= 24 || k % 8 === 0) add(svg, "text", { x: 4 + (k + 0.5) * slot - 3, y: height - 3 }, k);
		if (expected[k] >= 0.5) d += `${d ? "L" : "M"}${4 + (k + 0.5) * slot} ${y(expected[k])}`;
	});
	add(svg, "path", { class: "expected", d });
	$("verdict").textContent = chains.verdict;
	$("chains-words").textContent = `longest ${chains.longest}, by chance ${chains.expected_longest}` +
		(chains.limit ? `, the kernel refuses from ${chains.limit}` : "") + "; logarithmic; dashed: what chance alone gives";
}

// --- words and tables

function drawGauge() {
	const table = report && report.table, card = document.querySelector(".gauge");
	if (!table) return;
	const ratio = table.used_ratio, fill = table.fill_seconds;
	$("arc").setAttribute("stroke-dasharray", `${Math.min(ratio ?? 0, 1) * 100} 100`);
	$("arc").setAttribute("visibility", ratio > 0 ? "visible" : "hidden");
	$("percent").textContent = ratio === undefined ? "no limit" : percent(ratio);
	$("of").textContent = table.fullest ? `${whole(table.fullest.entries)} of ${whole(table.max)}` : `${whole(table.entries)} entries`;
	card.classList.toggle("warn", ratio > 0.8 && ratio <= 0.95 || fill < 300);
	card.classList.toggle("alarm", ratio > 0.95 || fill < 60);
	$("forecast").textContent = fill === undefined ? "not filling" : fill === 0 ? "full: every new connection needs an eviction or is refused" :
		`full in ${span(fill)} at this trend`;
	const facts = [["entries, all namespaces", whole(table.entries)], ["buckets", table.buckets && whole(table.buckets)],
		["load of a bucket", table.load_factor !== undefined && table.load_factor.toFixed(2)],
		["memory", table.memory_bytes && bytes(table.memory_bytes)],
		["assured", table.unassured !== undefined && table.entries && percent(1 - table.unassured / table.entries)],
		["may be evicted", table.unassured !== undefined && whole(table.unassured)]];
	emptied($("facts"));
	for (const [name, value] of facts) {
		if (!value) continue;
		add($("facts"), "dt", {}, name);
		add($("facts"), "dd", {}, value);
	}
}

const dropped = delta => CAUSES.reduce((sum, c) => sum + (delta?.["dropped_" + c] || 0), 0);

function drawNamespaces() {
	const rows = report?.netns || [], seconds = report?.interval_seconds || 1;
	const most = Math.max(...rows.map(r => r.entries || 0), 1);
	const table = emptied($("netns"));
	if (!rows.length) return add(add(add(table, "tr"), "td", { class: "none" }), "span", {}, "nothing is tracked");
	const heading = add(table, "tr");
	for (const name of ["", "entries", "new/s", "refused"]) add(heading, "th", {}, name);
	for (const row of rows) {
		const tr = add(table, "tr"), cell = add(tr, "td"), pod = row.pod;
		cell.append(pod?.name || pod?.uid || row.unit || (row.host ? "host" : row.netns === null ? "not attributed" : "namespace " + row.netns));
		if (pod?.namespace || row.host) add(cell, "small", {}, pod ? pod.namespace : "the host's own namespace");
		const bar = add(cell, "svg", { viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" });
		add(bar, "rect", { class: "bar", width: (row.entries || 0) / most * 100, height: 4, rx: 1 });
		add(tr, "td", {}, row.entries === undefined ? "–" : whole(row.entries));
		add(tr, "td", {}, row.delta?.inserted === undefined ? "–" : short(row.delta.inserted / seconds));
		add(tr, "td", dropped(row.delta) ? { class: "lost" } : {}, row.delta ? whole(dropped(row.delta)) : "–");
	}
}

function drawEvents() {
	const list = emptied($("events"));
	for (const record of events.slice().reverse()) {
		const item = add(list, "li", { class: record.level });
		add(item, "time", { datetime: record.time }, clock(Date.parse(record.time)));
		const words = add(item, "span");
		add(words, "b", {}, record.event);
		words.append(record.msg.startsWith(record.event) ? record.msg.slice(record.event.length) : " " + record.msg);
	}
}

function drawSettings() {
	const table = emptied($("settings")), names = Object.keys(changed || {});
	if (!names.length) return add(add(table, "tr"), "td", { class: "none" }, "none");
	const heading = add(table, "tr");
	for (const name of ["", "value", "default"]) add(heading, "th", {}, name);
	for (const name of names) {
		const row = add(table, "tr");
		add(row, "td", {}, name.replace("net.netfilter.", ""));
		add(row, "td", {}, whole(changed[name].value));
		add(row, "td", {}, whole(changed[name].default));
	}
}

function drawState() {
	const pill = $("state"), table = report?.table, lost = seesDrops() ? lately(60, drops) : 0;
	const say = (words, kind) => { pill.textContent = words; pill.className = "pill " + kind; };
	document.body.classList.toggle("stale", Date.now() - answered > 3 * POLL);
	if (Date.now() - answered > 3 * POLL) return say("no answer since " + clock(answered), "");
	if (lost) return say(`refusing packets: ${whole(lost)} in the last minute`, "alarm");
	if (table?.used_ratio > 0.95) return say("nearly full", "alarm");
	if (table?.used_ratio > 0.8 || table?.fill_seconds < 300) return say("filling", "warn");
	say("live", "fine");
}

function drawNotice() {
	const start = events.filter(e => e.event === "start").pop(), missing = start?.missing || [];
	$("notice").hidden = !missing.length;
	if (!missing.length) return;
	const first = missing[0];
	$("notice").textContent = past.mode === "procfs" ? `The kernel's own counters alone: ${first.reason}. To see more, ${first.cure}.` :
		missing.map(m => `${m.hook} is not seen: ${m.reason}.`).join(" ");
}

function draw() {
	$("node").textContent = past.node;
	document.title = `${past.node} · ctscope`;
	$("live").hidden = false;
	$("plain").hidden = true;
	if (past.time_ms.length) {
		drawEntries();
		drawRates();
		drawDrops();
	}
	drawGauge();
	drawNamespaces();
	drawChains(report?.chains);
	drawEvents();
	drawSettings();
	drawNotice();
}

// --- asking

async function ask(pathname) {
	const answer = await fetch(pathname, { cache: "no-store" });
	return answer.ok ? answer.json() : null;
}

async function refresh() {
	if (document.hidden) return;
	const gap = past ? (Date.now() - answered) / 1000 + 10 : 0;
	try {
		const fresh = await ask("/v1/history" + (past && gap < KEEP ? "?seconds=" + Math.ceil(gap) : ""));
		report = await ask("/v1/report") || report;
		if (fresh) {
			const told = new Set(events.map(e => e.time + e.event));
			events = events.concat(fresh.events.filter(e => !told.has(e.time + e.event))).slice(-40);
			changed = fresh.settings_changed ?? changed;
			merge(fresh);
			answered = Date.now();
			draw();
		}
	} catch { /* told by the state: no answer since */ }
	if (past) drawState();
}

document.addEventListener("visibilitychange", refresh);
addEventListener("resize", () => past && draw());
$("state").hidden = false;
refresh();
setInterval(refresh, POLL);
