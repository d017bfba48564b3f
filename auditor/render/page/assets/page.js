"use strict";
// All text goes through text nodes; nothing of a report is ever parsed as markup.
(function () {
  const D = JSON.parse(document.getElementById("data").textContent);
  const W = D.words, SEV = ["error", "warning", "notice"], STEP = 100, NONE = [];
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
  const fill = (node, ...children) => { while (node.firstChild) node.removeChild(node.firstChild); children.forEach(child => node.append(child)); };
  const say = (key, ...values) => (W[key] === undefined ? key : W[key]).replace(/\{(\d)\}/g, (_, n) => values[n]);
  const name = a => a.name || a.path;
  const own = text => el("bdi", {}, text); // a name in another direction must not turn what stands around it
  const tag = s => el("span", { class: "tag " + s }, say("severity." + s));
  const panel = (title, ...children) => el("section", { class: "panel" }, title ? el("h2", { tabindex: "-1" }, title) : null, children);
  const title = id => (D.rules[id] || {}).title || "";
  const all = findings => findings.flatMap(f => [f, ...(f.children || NONE)]);
  const worst = f => Math.min(...all([f]).map(one => SEV.indexOf(one.severity)));
  const bySeverity = list => list.map((f, n) => [worst(f) + (f.waived ? 3 : 0), n, f]).sort((x, y) => x[0] - y[0] || x[1] - y[1]).map(x => x[2]);
  const byCounts = (x, y) => y[0].counts[0] - x[0].counts[0] || y[0].counts[1] - x[0].counts[1] || y[0].counts[2] - x[0].counts[2];
  const twice = new Set(D.agencies.map(name).filter((one, i, every) => every.indexOf(one) !== i));
  const told = a => twice.has(name(a)) && a.year ? name(a) + " " + a.year : name(a); // reports of several years of one agency
  const agencyLink = index => el("a", { class: "link", href: "#agency-" + index }, own(name(D.agencies[index])));
  const yearLink = index => el("a", { class: "link", href: "#agency-" + index }, own(told(D.agencies[index])));

  // Rows for the findings table, made once: search runs over one prepared string each.
  const rows = [];
  D.agencies.forEach((a, index) => all(a.findings).forEach(f => rows.push({ a, index, f })));
  all(D.corpus).forEach(f => rows.push({ a: { name: (f.agencies || NONE).join(say("comma")), path: (f.sources || NONE).join(" "), year: 0 }, index: -1, f }));
  rows.sort((x, y) => (SEV.indexOf(x.f.severity) + (x.f.waived ? 3 : 0)) - (SEV.indexOf(y.f.severity) + (y.f.waived ? 3 : 0)));
  rows.forEach(r => { r.text = [r.a.name, r.a.path, r.a.year, r.f.rule, title(r.f.rule), r.f.message].join(" ").toLowerCase(); });

  function bars(list) {
    const top = Math.max(1, ...list.map(item => item[1]));
    return el("div", { role: "list" }, list.map(([label, count, kind, shown]) => {
      const bar = el("i", { class: kind || "" });
      bar.style.width = (100 * count / top).toFixed(1) + "%";
      return el("div", { class: "bar", role: "listitem" }, el("span", { title: label }, shown || own(label)), el("div", {}, bar), el("em", {}, count.toLocaleString()));
    }));
  }

  function overview() {
    const s = D.summary, v = s.verdicts;
    const card = (key, value, cls) => el("div", { class: "card" }, el("b", { class: value ? cls || "" : "zero" }, value.toLocaleString()), el("span", {}, say(key)));
    // Nobody missing is good news only where a roster was compared.
    const roster = (n, key, cls) => s[key].length || s.checkedRoster[n] ? card(key, s[key].length, cls) : el("div", { class: "card", title: say("not_checked") }, el("b", { class: "zero" }, "—"), el("span", {}, say(key) + say("unchecked")));
    const ranked = D.agencies.map((a, i) => [a, i]).filter(x => x[0].counts[0] + x[0].counts[1] > 0).sort(byCounts).slice(0, 15);
    return [
      el("div", { class: "cards" }, card("files", D.agencies.length), card("verdict.clean", v.clean || 0, "ok"), v.noted ? card("verdict.noted", v.noted) : null, card("verdict.findings", v.findings || 0, "error"),
        card("verdict.incomplete", v.incomplete || 0, "warning"), card("verdict.unreadable", v.unreadable || 0, "error"), v.no_report ? card("verdict.no_report", v.no_report) : null,
        roster(0, "missing", "error"), roster(1, "late", "warning")),
      el("div", { class: "cards" }, SEV.map(k => card("severity." + k, s.severities[k] || 0, k))),
      el("div", { class: "two" },
        panel(say("by_rule"), s.byRule.length ? bars(s.byRule.slice(0, 15).map(([rule, sev, n]) => [rule + " " + title(rule), n, sev])) : el("p", { class: "muted" }, say("none"))),
        panel(say("ranking"), ranked.length ? bars(ranked.map(([a, i]) => [told(a), a.counts[0] + a.counts[1], a.counts[0] ? "error" : "warning", yearLink(i)])) : el("p", { class: "muted" }, say("none")))),
      s.flows.length ? panel(say("flows"), bars(s.flows)) : null,
      s.missing.length || s.verify.length || s.late.length ? panel(say("roster"), el("p", {}, say("missing") + say("colon"), own(s.missing.join(say("comma")) || say("none"))), s.verify.length ? el("p", {}, say("verify") + say("colon"), own(s.verify.join(say("comma")))) : null, el("p", {}, say("late") + say("colon"), own(s.late.join(say("comma")) || say("none")))) : null,
      D.corpus.length ? panel(say("corpus"), bySeverity(D.corpus).map(f => finding(f))) : null,
      D.corpusUnknown.length ? panel(say("undecided_across"), needs(D.corpusUnknown)) : null,
      D.companion ? panel(D.companion.heading, D.companion.asked.map(([who, text, why, basis]) => el("div", { class: "asked" }, el("p", {}, el("b", {}, who), " " + text), el("p", { class: "muted" }, why), basis ? el("p", { class: "muted" }, basis) : null))) : null,
      D.notes.length ? panel(say("notes"), el("ul", {}, D.notes.map(n => el("li", {}, n)))) : null,
    ];
  }

  // One searchable, sortable table; only the visible part is in the document.
  function list(label, columns, entries, extra) {
    let sort = null, down = false, shown = STEP, query = "";
    const filters = {};
    const body = el("tbody"), count = el("span", { class: "muted", role: "status" }), more = el("button", { class: "more", type: "button", onclick: () => { shown += STEP * 5; draw(); } }, say("more"));
    const heads = columns.map(c => el("th", { scope: "col", class: /\bn\b/.test(c.cls || "") ? "n" : "", "aria-sort": "none" }, el("button", { type: "button", onclick: () => { down = sort === c ? !down : false; sort = c; heads.forEach(h => h.setAttribute("aria-sort", "none")); heads[columns.indexOf(c)].setAttribute("aria-sort", down ? "descending" : "ascending"); draw(); } }, say(c.key))));
    function draw() {
      const words = query.toLowerCase().split(/\s+/).filter(Boolean), tests = Object.values(filters);
      let found = entries.filter(r => words.every(w => r.text.includes(w)) && tests.every(f => f(r)));
      if (sort) found = found.map((r, i) => [sort.value(r), i, r]).sort((x, y) => (x[0] < y[0] ? -1 : x[0] > y[0] ? 1 : 0) * (down ? -1 : 1) || x[1] - y[1]).map(x => x[2]);
      fill(body, ...found.slice(0, shown).map(r => el("tr", {}, columns.map(c => el("td", { class: c.cls || "", "data-label": say(c.key) }, c.show(r))))));
      count.textContent = say("shown", Math.min(shown, found.length), found.length);
      more.hidden = found.length <= shown;
    }
    const search = el("input", { type: "search", placeholder: say("search"), "aria-label": say("search"), oninput: e => { query = e.target.value; shown = STEP; draw(); } });
    const box = panel("", el("div", { class: "tools" }, search, extra((key, test) => { if (test) filters[key] = test; else delete filters[key]; shown = STEP; draw(); }), count),
      el("table", { class: "list" }, el("caption", { class: "hide" }, label), el("thead", {}, el("tr", {}, heads)), body), more);
    draw();
    return box;
  }
  function choose(label, options, change) {
    return el("select", { "aria-label": label, onchange: e => change(e.target.value) }, el("option", { value: "" }, label), options.map(([value, text]) => el("option", { value }, text)));
  }
  const years = () => [...new Set(D.agencies.map(a => a.year).filter(Boolean))].sort((x, y) => y - x).map(y => [y, y]);

  function findings() {
    return [list(say("tab.findings"), [
      { key: "col.agency", value: r => name(r.a), show: r => r.index < 0 ? own(name(r.a)) : agencyLink(r.index), cls: "w" },
      { key: "col.year", value: r => r.a.year, show: r => r.a.year || "", cls: "k" },
      { key: "col.severity", value: r => SEV.indexOf(r.f.severity), show: r => [tag(r.f.severity), r.f.waived ? el("span", { class: "tag waived" }, say("waived")) : null], cls: "k" },
      { key: "col.rule", value: r => r.f.rule, show: r => el("span", { title: title(r.f.rule) }, r.f.rule), cls: "k" },
      { key: "col.message", value: r => r.f.message, show: r => r.f.message },
      { key: "col.place", value: r => r.f.place || "", show: r => r.f.place || "", cls: "s" },
    ], rows, set => [
      choose(say("col.severity"), SEV.map(k => [k, say("severity." + k)]), v => set("severity", v && (r => r.f.severity === v))),
      choose(say("col.rule"), Object.keys(D.rules).map(id => [id, id + " " + title(id)]), v => set("rule", v && (r => r.f.rule === v))),
      choose(say("col.year"), years(), v => set("year", v && (r => r.a.year === +v))),
    ])];
  }

  function agencies() {
    const entries = D.agencies.map((a, index) => ({ a, index, text: [a.name, a.path, a.year, say("verdict." + a.verdict)].join(" ").toLowerCase() }));
    entries.sort((x, y) => byCounts([x.a], [y.a]));
    const kinds = { clean: "ok", findings: "error", incomplete: "warning", unreadable: "error", no_report: "muted" };
    return [list(say("tab.agencies"), [
      { key: "col.agency", value: r => name(r.a), show: r => agencyLink(r.index), cls: "w" },
      { key: "col.year", value: r => r.a.year, show: r => r.a.year || "", cls: "k" },
      { key: "col.verdict", value: r => r.a.verdict, show: r => el("span", { class: kinds[r.a.verdict] || "" }, say("verdict." + r.a.verdict)), cls: "k" },
      ...SEV.map((k, n) => ({ key: "severity." + k, value: r => -r.a.counts[n], show: r => r.a.counts[n] || "", cls: "n" })),
      { key: "col.checked", value: r => r.a.checked[0] - r.a.checked[1], show: r => r.a.checked[0] + "/" + r.a.checked[1], cls: "n" },
      { key: "col.file", value: r => r.a.path, show: r => own(r.a.path) },
    ], entries, set => [
      choose(say("col.verdict"), Object.keys(D.summary.verdicts).map(k => [k, say("verdict." + k)]), v => set("verdict", v && (r => r.a.verdict === v))),
      choose(say("col.year"), years(), v => set("year", v && (r => r.a.year === +v))),
    ])];
  }

  function heat() {
    const within = new Set(D.agencies.flatMap(a => all(a.findings).map(f => f.rule))), ids = [...within].sort();
    const some = D.agencies.map((a, i) => [a, i]).filter(x => x[0].findings.length).sort(byCounts);
    const body = el("tbody"), table = el("table", { class: "list heat" }, el("caption", { class: "hide" }, say("heat")), el("thead", {}, el("tr", {}, el("th", { scope: "col" }, say("col.agency")), ids.map(id => el("th", { title: title(id), scope: "col", class: "rule" }, id, el("small", {}, title(id)))))), body);
    let shown = 0;
    const more = el("button", { class: "more", type: "button", onclick: grow }, say("more"));
    function grow() {
      for (const [a, i] of some.slice(shown, shown + STEP)) {
        const cells = {};
        all(a.findings).forEach(f => { const w = cells[f.rule] || [3, 0]; cells[f.rule] = [Math.min(w[0], SEV.indexOf(f.severity)), w[1] + 1]; });
        body.append(el("tr", {}, el("th", { class: "r", scope: "row", title: told(a) }, yearLink(i)), ids.map(id => {
          const w = cells[id];
          return w ? el("td", { class: SEV[w[0]], title: id + " " + title(id) + say("colon") + say("severity." + SEV[w[0]]) }, w[1]) : el("td");
        })));
      }
      shown += STEP; more.hidden = shown >= some.length;
    }
    grow();
    return [panel(say("heat"), some.length ? [el("p", { class: "key" }, SEV.map(tag)), el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("heat") }, table), more] : el("p", { class: "muted" }, say("none")))];
  }

  function help(id) {
    const rule = D.rules[id];
    return rule && (rule.why || rule.formula) ? el("details", { class: "help" }, el("summary", {}, say("about_rule", id, rule.title)), rule.why ? el("p", {}, rule.why) : null, rule.formula ? el("p", { class: "muted" }, rule.formula) : null) : null;
  }
  function passed(a) {
    if (a.passed === undefined) return null;
    const ids = D.texts[a.passed].split(" ");
    return panel("", el("details", {}, el("summary", {}, say("passed", ids.length)), el("ul", { class: "passed" }, ids.map(id => el("li", {}, el("b", {}, id), " ", (D.rules[id] || {}).name || "")))));
  }
  function files(a) {
    return (a.links || NONE).map((href, n) => href ? el("a", { class: "link file", href, target: "_blank", rel: "noopener noreferrer" }, say(["link_notice", "link_copy", "link_original"][n])) : null);
  }

  function finding(f, child) {
    const dl = el("dl"), put = (key, value, cls) => { if (value && value.length) dl.append(el("dt", {}, say(key)), el("dd", cls ? { class: cls } : {}, value)); };
    put("col.place", f.place); put("printed", f.actual); put("expected", f.expected); put("calculation", f.calculation !== f.message ? f.calculation : "", "calculation");
    put(f.certain ? "culprit" : "candidates", (f.culprit || NONE).map(c => c[0]).join("\n"));
    put("basis", (f.basis || NONE).map(n => D.texts[n]).join("\n")); put("question", f.question); put("own_check", f.explained); put("waived", f.waived);
    if (!f.place) put("col.agency", (f.agencies || NONE).join(say("comma")));
    return el("article", { class: "finding " + f.severity + (child ? " child" : "") + (f.waived ? " off" : "") }, el("p", {}, tag(f.severity), f.waived ? el("span", { class: "tag waived" }, say("waived")) : null, el("strong", { title: title(f.rule) }, f.rule), "　" + f.message), dl, help(f.rule),
      (f.passages || NONE).length > 1 ? el("div", { class: "pair" }, f.passages.map(p => el("div", {}, el("b", {}, p[0]), "\n" + p[1]))) : null, (f.children || NONE).length ? el("p", { class: "muted child" }, say("caused")) : null, (f.children || NONE).map(c => finding(c, true)));
  }

  function formTable(id, data, marks, blind) {
    const form = D.forms[id];
    if (!form) return null;
    const place = new Map(form.keys.map((key, n) => [key, n])), grid = [];
    form.cells.forEach(c => (grid[c[0]] = grid[c[0]] || []).push(c));
    const header = line => line.every(c => !c[5]);
    return el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": form.title }, el("h3", {}, form.title), el("table", { class: "form" }, el("caption", { class: "hide" }, form.title), el("tbody", {}, grid.map(line => el("tr", {}, line.sort((x, y) => x[1] - y[1]).map(([, , rows_, cols, text, key]) => {
      const span = { rowspan: rows_ > 1 ? rows_ : null, colspan: cols > 1 ? cols : null };
      if (!key) return el("th", { scope: header(line) ? "col" : "row", ...span }, text);
      const n = place.get(key), value = data.v[n], last = data.p ? data.p[n] : null, mark = marks[key];
      const by = data.by && data.by[n], hint = by ? by : value === null ? say("absent") : mark === 2 ? say("in_question") : mark === 1 ? say("taking_part") : blind.has(key) ? say("blind") : null;
      return el("td", { class: (value === null ? "absent " : "") + (mark === 2 ? "q" : mark === 1 ? "p" : blind.has(key) ? "b" : "") + (by ? " h" : ""), title: hint, ...span }, value === null ? "" : value, by ? el("small", {}, say("by_person")) : null, last !== null && last !== undefined && last !== value ? el("small", {}, say("last", last || "—")) : null);
    }))))));
  }

  const needs = groups => el("ul", {}, groups.map(([text, , rules]) => el("li", {}, D.texts[text] + say("open") + say("checks", rules.length) + say("colon"), rules.map((r, n) => [n ? say("comma") : "", el("span", { title: title(r) }, r)]), say("close"))));

  function agency(index) {
    const a = D.agencies[index], marks = {};
    const across = D.corpus.filter(f => (a.name && (f.agencies || NONE).includes(a.name)) || (f.sources || NONE).includes(a.path));
    all(a.findings).forEach(one => {
      (one.part || NONE).forEach(n => { const key = D.texts[n]; marks[key] = Math.max(marks[key] || 0, 1); });
      (one.asked || NONE).forEach(n => { marks[D.texts[n]] = 2; });
      if (one.certain) one.culprit.forEach(c => c[1].forEach(key => { marks[key] = 2; }));
    });
    const blind = new Set(a.reach ? a.reach[3].map(n => D.texts[n]) : []);
    const other = a.unknown.filter(u => u[1]), undecided = a.unknown.filter(u => !u[1]), found = bySeverity([...a.findings, ...across]);
    const nothing = a.verdict === "clean" ? el("p", { class: "ok" }, say("no_findings")) : el("p", { class: "warning" }, say("no_result"));
    return [
      el("p", { class: "back" }, el("a", { class: "link", href: "#agencies" }, "← " + say("back"))),
      panel([own(name(a)), a.year ? " " + a.year : ""], el("p", {}, el("strong", {}, say("verdict." + a.verdict)), "　", say("checked", a.checked[0], a.checked[1]), "　", el("span", { class: "muted" }, own(a.path))), (a.links || NONE).some(Boolean) ? el("p", { class: "files" }, files(a)) : null,
        found.length ? found.map(f => finding(f)) : nothing),
      a.problems.length ? panel(say("problems"), el("ul", {}, a.problems.map(p => el("li", {}, p)))) : null,
      Object.keys(a.tables).length ? panel(say("tables"), el("p", { class: "muted" }, say("legend")), a.reach ? el("p", { class: "muted" }, say("reach", a.reach[0], a.reach[1], a.reach[2], a.reach[3].length)) : null, Object.entries(a.tables).map(([id, data]) => formTable(id, data, marks, blind))) : null,
      (a.prose || NONE).length ? panel(say("prose"), el("p", { class: "muted" }, ["compared", "differs", "bounded", "internal", "other_subject", "other_period", "no_counterpart", "not_understood"].map(s => [el("mark", { class: "n-" + s }, say("prose_" + s)), "　"])), a.prose.map(parts => el("p", { class: "prose" }, parts.map(([t, s]) => s ? el("mark", { class: "n-" + s, title: say("prose_" + s) }, t) : t)))) : null,
      undecided.length ? panel(say("undecided"), needs(undecided)) : null,
      other.length ? panel(say("other_input"), needs(other)) : null,
      passed(a),
    ];
  }

  // The address says what is shown, so that the back button and a bookmark work. Lists keep their search and place.
  const views = { overview, findings, agencies, heat }, made = {}, scrolled = {};
  let shown = null;
  function show() {
    const hash = location.hash.slice(1), found = /^agency-(\d+)$/.exec(hash), index = found && D.agencies[+found[1]] ? +found[1] : -1;
    const key = index >= 0 ? "agencies" : views[hash] ? hash : "overview", view = index >= 0 ? hash : key;
    if (shown === view) return;
    if (shown) scrolled[shown] = window.scrollY;
    for (const b of tabs.children) { const on = b.dataset.key === key; b.setAttribute("aria-selected", on); b.tabIndex = on ? 0 : -1; }
    main.setAttribute("aria-labelledby", "tab-" + key);
    const nodes = index >= 0 ? agency(index) : made[key] || (made[key] = views[key]().flat(9).filter(Boolean));
    fill(main, ...nodes.flat(9).filter(Boolean));
    const back = shown !== null && !(index >= 0);
    window.scrollTo(0, back ? scrolled[view] || 0 : 0);
    if (index >= 0 && shown !== null) main.querySelector("h2").focus({ preventScroll: true });
    document.title = (index >= 0 ? name(D.agencies[index]) + " · " : "") + say("title");
    shown = view;
  }
  function select(key) { if (location.hash !== "#" + key) history.pushState(null, "", "#" + key); show(); }
  const keys = Object.keys(views);
  keys.forEach((key, at) => tabs.append(el("button", { type: "button", role: "tab", id: "tab-" + key, "aria-controls": "main", "data-key": key, onclick: () => select(key), onkeydown: e => {
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1 + keys.length, Home: 0, End: keys.length - 1 }[e.key];
    if (next !== undefined) { e.preventDefault(); const tab = tabs.children[next % keys.length]; tab.focus(); tab.click(); }
  } }, say("tab." + key))));
  document.getElementById("engine").textContent = say("engine", D.engine.version, D.engine.rules);
  document.getElementById("about").textContent = [D.head.office, D.head.year, D.head.round, D.head.date].filter(Boolean).join(" · ");
  window.addEventListener("popstate", show);
  window.addEventListener("hashchange", show);
  show();
  window.auditor = { ready: true, worst: () => "agency-" + D.agencies.map((a, i) => [a, i]).sort((x, y) => byCounts([x[0]], [y[0]]))[0][1], select, open: index => select("agency-" + index) };
})();
