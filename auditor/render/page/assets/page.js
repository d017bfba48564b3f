"use strict";
// All text goes through textContent; nothing of a report is ever parsed as markup.
(function () {
  const D = JSON.parse(document.getElementById("data").textContent);
  const W = D.words, SEV = ["error", "warning", "notice"], STEP = 100;
  const main = document.getElementById("main"), tabs = document.getElementById("tabs");

  function el(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === "class") node.className = value;
      else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== null && value !== undefined) node.setAttribute(name, value);
    }
    for (const child of children.flat(9)) if (child !== null && child !== undefined) node.append(child instanceof Node ? child : document.createTextNode(String(child)));
    return node;
  }
  const say = (key, ...values) => (W[key] === undefined ? key : W[key]).replace(/\{(\d)\}/g, (_, n) => values[n]);
  const name = a => a.name || a.path;
  const tag = s => el("span", { class: "tag " + s }, say("severity." + s));
  const panel = (title, ...children) => el("section", { class: "panel" }, title ? el("h2", {}, title) : null, children);

  // Rows for the findings table, made once: search runs over one prepared string each.
  const rows = [];
  D.agencies.forEach((a, index) => a.findings.forEach(f => [f, ...f.children].forEach(one => rows.push({ a, index, f: one }))));
  D.corpus.forEach(f => rows.push({ a: { name: f.agencies.join("、"), path: f.sources.join(" "), year: 0 }, index: -1, f }));
  rows.forEach(r => { r.text = [r.a.name, r.a.path, r.f.rule, (D.rules[r.f.rule] || {}).title, r.f.message].join(" ").toLowerCase(); });
  D.agencies.forEach(a => { a.text = [a.name, a.path, a.year, say("verdict." + a.verdict)].join(" ").toLowerCase(); });

  function bars(list, cls) {
    const top = Math.max(1, ...list.map(item => item[1]));
    return el("div", { role: "list" }, list.map(([label, count, kind]) => {
      const bar = el("i", { class: kind || cls || "" });
      bar.style.width = (100 * count / top).toFixed(1) + "%";
      return el("div", { class: "bar", role: "listitem" }, el("span", { title: label }, label), el("div", {}, bar), el("em", {}, count));
    }));
  }

  function overview() {
    const s = D.summary, v = s.verdicts;
    const card = (key, value, cls) => el("div", { class: "card" }, el("b", { class: cls || "" }, value), el("span", {}, say(key)));
    const ranked = D.agencies.map((a, i) => [a, i]).filter(x => x[0].counts[0] + x[0].counts[1] > 0)
      .sort((x, y) => y[0].counts[0] - x[0].counts[0] || y[0].counts[1] - x[0].counts[1]).slice(0, 15);
    return [
      el("div", { class: "cards" }, card("files", D.agencies.length), card("verdict.clean", v.clean || 0, "ok"), card("verdict.findings", v.findings || 0, "error"),
        card("verdict.incomplete", v.incomplete || 0, "warning"), card("verdict.unreadable", v.unreadable || 0, "error"), card("missing", s.missing.length), card("late", s.late.length)),
      el("div", { class: "cards" }, SEV.map(k => card("severity." + k, s.severities[k] || 0, k))),
      el("div", { class: "two" },
        panel(say("by_rule"), bars(s.byRule.slice(0, 15).map(([rule, sev, n]) => [rule + " " + ((D.rules[rule] || {}).title || ""), n, sev]))),
        panel(say("ranking"), ranked.length ? bars(ranked.map(([a]) => [name(a), a.counts[0] + a.counts[1], a.counts[0] ? "error" : "warning"])) : el("p", { class: "muted" }, say("none")))),
      s.flows.length ? panel(say("flows"), bars(s.flows)) : null,
      s.missing.length || s.late.length ? panel(say("roster"), el("p", {}, say("missing") + "：" + (s.missing.join("、") || say("none"))), el("p", {}, say("late") + "：" + (s.late.join("、") || say("none")))) : null,
      D.corpus.length ? panel(say("corpus"), D.corpus.map(f => finding(f))) : null,
      D.notes.length ? panel(say("notes"), el("ul", {}, D.notes.map(n => el("li", {}, n)))) : null,
    ];
  }

  // One searchable, sortable table; only the visible part is in the document.
  function list(columns, all, extra) {
    let sort = null, down = false, shown = STEP, query = "", filters = {};
    const body = el("tbody"), count = el("span", { class: "muted", role: "status" }), more = el("button", { class: "more", onclick: () => { shown += STEP * 5; draw(); } }, say("more"));
    const heads = columns.map(c => el("th", { scope: "col", "aria-sort": "none" }, el("button", { onclick: () => { down = sort === c ? !down : false; sort = c; heads.forEach(h => h.setAttribute("aria-sort", "none")); heads[columns.indexOf(c)].setAttribute("aria-sort", down ? "descending" : "ascending"); draw(); } }, say(c.key))));
    function draw() {
      const words = query.toLowerCase().split(/\s+/).filter(Boolean);
      let found = all.filter(r => words.every(w => (r.text || "").includes(w)) && Object.values(filters).every(f => f(r)));
      if (sort) found = found.map((r, i) => [sort.value(r), i, r]).sort((x, y) => (x[0] < y[0] ? -1 : x[0] > y[0] ? 1 : x[1] - y[1]) * (down ? -1 : 1)).map(x => x[2]);
      body.replaceChildren(...found.slice(0, shown).map(r => el("tr", {}, columns.map(c => el("td", { class: c.number ? "n" : "" }, c.show(r))))));
      count.textContent = say("shown", Math.min(shown, found.length), found.length);
      more.hidden = found.length <= shown;
    }
    const search = el("input", { type: "search", placeholder: say("search"), "aria-label": say("search"), oninput: e => { query = e.target.value; shown = STEP; draw(); } });
    const box = panel("", el("div", { class: "tools" }, search, extra((key, test) => { if (test) filters[key] = test; else delete filters[key]; shown = STEP; draw(); }), count), el("table", { class: "list" }, el("thead", {}, el("tr", {}, heads)), body), more);
    draw();
    return box;
  }
  function choose(label, options, change) {
    return el("select", { "aria-label": label, onchange: e => change(e.target.value) }, el("option", { value: "" }, label), options.map(([value, text]) => el("option", { value }, text)));
  }

  function findings() {
    const order = { error: 0, warning: 1, notice: 2 };
    return [list([
      { key: "col.agency", value: r => name(r.a), show: r => r.index < 0 ? name(r.a) : el("button", { class: "link", onclick: () => open(r.index) }, name(r.a)) },
      { key: "col.year", value: r => r.a.year, show: r => r.a.year || "", number: true },
      { key: "col.severity", value: r => order[r.f.severity], show: r => tag(r.f.severity) },
      { key: "col.rule", value: r => r.f.rule, show: r => el("span", { title: (D.rules[r.f.rule] || {}).title }, r.f.rule) },
      { key: "col.message", value: r => r.f.message, show: r => r.f.message },
      { key: "col.place", value: r => r.f.place, show: r => r.f.place },
    ], rows, set => [
      choose(say("col.severity"), SEV.map(k => [k, say("severity." + k)]), v => set("severity", v && (r => r.f.severity === v))),
      choose(say("col.rule"), Object.entries(D.rules).map(([id, r]) => [id, id + " " + r.title]), v => set("rule", v && (r => r.f.rule === v))),
    ])];
  }

  function agencies() {
    const all = D.agencies.map((a, index) => ({ a, index, text: a.text }));
    return [list([
      { key: "col.agency", value: r => name(r.a), show: r => el("button", { class: "link", onclick: () => open(r.index) }, name(r.a)) },
      { key: "col.year", value: r => r.a.year, show: r => r.a.year || "", number: true },
      { key: "col.verdict", value: r => r.a.verdict, show: r => say("verdict." + r.a.verdict) },
      { key: "severity.error", value: r => -r.a.counts[0], show: r => r.a.counts[0], number: true },
      { key: "severity.warning", value: r => -r.a.counts[1], show: r => r.a.counts[1], number: true },
      { key: "severity.notice", value: r => -r.a.counts[2], show: r => r.a.counts[2], number: true },
      { key: "col.checked", value: r => r.a.checked[0], show: r => r.a.checked[0] + "/" + r.a.checked[1], number: true },
      { key: "col.file", value: r => r.a.path, show: r => r.a.path },
    ], all, set => [choose(say("col.verdict"), Object.keys(D.summary.verdicts).map(k => [k, say("verdict." + k)]), v => set("verdict", v && (r => r.a.verdict === v)))])];
  }

  function heat() {
    const ids = [...new Set(D.summary.byRule.map(x => x[0]))].slice(0, 40).sort();
    const some = D.agencies.map((a, i) => [a, i]).filter(x => x[0].findings.length).sort((x, y) => y[0].counts[0] - x[0].counts[0] || y[0].counts[1] - x[0].counts[1]);
    const table = el("table", { class: "list heat" }, el("thead", {}, el("tr", {}, el("th", {}, ""), ids.map(id => el("th", { title: (D.rules[id] || {}).title, scope: "col" }, id)))));
    const body = el("tbody");
    let shown = 0;
    const more = el("button", { class: "more", onclick: grow }, say("more"));
    function grow() {
      for (const [a, i] of some.slice(shown, shown + STEP)) {
        const worst = {};
        a.findings.forEach(f => [f, ...f.children].forEach(one => { const w = worst[one.rule] || [3, 0]; worst[one.rule] = [Math.min(w[0], SEV.indexOf(one.severity)), w[1] + 1]; }));
        body.append(el("tr", {}, el("th", { class: "r", scope: "row" }, el("button", { class: "link", onclick: () => open(i) }, name(a))), ids.map(id => {
          const w = worst[id], cell = el("td", {}, w ? w[1] : "");
          if (w) cell.style.background = ["#f3b5b0", "#fbdc9c", "#cfe2f5"][w[0]];
          return cell;
        })));
      }
      shown += STEP; more.hidden = shown >= some.length;
    }
    table.append(body); grow();
    return [panel(say("heat"), some.length ? [table, more] : el("p", { class: "muted" }, say("none")))];
  }

  function finding(f, child) {
    const dl = el("dl"), put = (key, value) => { if (value && value.length) dl.append(el("dt", {}, say(key)), el("dd", {}, value)); };
    put("col.place", f.place); put("printed", f.actual); put("expected", f.expected); put("calculation", f.calculation !== f.message ? f.calculation : "");
    if (f.culprit.length) put(f.certain ? "culprit" : "candidates", f.culprit.map(c => c[0] + "：" + (c[1] || "—") + " → " + c[2]).join("\n"));
    put("basis", f.basis.join("\n")); put("question", f.question); put("waived", f.waived);
    if (!f.place && f.agencies && f.agencies.length) put("col.agency", f.agencies.join("、"));
    return el("article", { class: "finding " + f.severity + (child ? " child" : "") }, el("strong", {}, tag(f.severity), " " + f.rule + " "), f.message, dl,
      (f.passages || []).length > 1 ? el("div", { class: "pair" }, f.passages.map(p => el("div", {}, el("b", {}, p[0]), "\n" + p[1]))) : null, f.children.map(c => finding(c, true)));
  }

  function formTable(id, data, marks) {
    const form = D.forms[id];
    if (!form) return null;
    const place = new Map(form.keys.map((key, n) => [key, n])), grid = [];
    form.cells.forEach(c => (grid[c[0]] = grid[c[0]] || []).push(c));
    return [el("h3", {}, form.title), el("table", { class: "form" }, el("tbody", {}, grid.map(line => el("tr", {}, line.sort((x, y) => x[1] - y[1]).map(([, , rows_, cols, text, key]) => {
      const span = { rowspan: rows_ > 1 ? rows_ : null, colspan: cols > 1 ? cols : null };
      if (!key) return el("td", { class: "l", ...span }, text);
      const n = place.get(key), value = data.v[n], last = data.p ? data.p[n] : null, mark = marks[key];
      return el("td", { class: value === null ? "absent" : mark === 2 ? "q" : mark === 1 ? "p" : "", title: value === null ? say("absent") : null, ...span }, value === null ? "" : value, last !== null && last !== undefined && last !== value ? el("small", {}, say("last", last)) : null);
    })))))];
  }

  function open(index) {
    const a = D.agencies[index], marks = {};
    a.findings.forEach(f => [f, ...f.children].forEach(one => {
      one.cells.forEach(([key, asked]) => { marks[key] = Math.max(marks[key] || 0, asked ? 2 : 1); });
      if (one.certain) one.culprit.forEach(c => { marks[c[3]] = 2; });
    }));
    const other = a.unknown.filter(u => u.other), open_ = a.unknown.filter(u => !u.other);
    const needs = list_ => el("ul", {}, list_.map(u => el("li", {}, u.rule + "：" + u.needs)));
    show([
      el("p", {}, el("button", { class: "link", onclick: () => select("agencies") }, "← " + say("back"))),
      panel(name(a) + (a.year ? " " + a.year : ""), el("p", {}, say("verdict." + a.verdict), "　", say("checked", a.checked[0], a.checked[1]), "　", el("span", { class: "muted" }, a.path)),
        a.findings.length ? a.findings.map(f => finding(f)) : el("p", { class: "ok" }, say("no_findings"))),
      Object.keys(a.tables).length ? panel(say("tables"), el("p", { class: "muted" }, say("legend")), Object.entries(a.tables).map(([id, data]) => formTable(id, data, marks))) : null,
      open_.length ? panel(say("undecided"), needs(open_)) : null,
      other.length ? panel(say("other_input"), needs(other)) : null,
      a.problems.length ? panel(say("problems"), el("ul", {}, a.problems.map(p => el("li", {}, p)))) : null,
    ]);
    location.hash = "agency-" + index;
  }

  const views = { overview, findings, agencies, heat };
  function show(nodes) { main.replaceChildren(...nodes.flat(9).filter(Boolean)); window.scrollTo(0, 0); }
  function select(key) {
    for (const b of tabs.children) { const on = b.dataset.key === key; b.setAttribute("aria-selected", on); b.tabIndex = on ? 0 : -1; }
    show(views[key]()); location.hash = key;
  }
  for (const key of Object.keys(views)) tabs.append(el("button", { role: "tab", "data-key": key, onclick: () => select(key), onkeydown: e => {
    const keys = Object.keys(views), at = keys.indexOf(key) + (e.key === "ArrowRight" ? 1 : e.key === "ArrowLeft" ? -1 : 0);
    if (at !== keys.indexOf(key)) { const next = tabs.children[(at + keys.length) % keys.length]; next.focus(); next.click(); }
  } }, say("tab." + key)));
  document.getElementById("engine").textContent = say("engine", D.engine.version, D.engine.rules);
  const hash = location.hash.slice(1), found = /^agency-(\d+)$/.exec(hash);
  select(views[hash] ? hash : "overview");
  if (found && D.agencies[+found[1]]) open(+found[1]);
  window.auditor = { ready: true, select, open };
})();
