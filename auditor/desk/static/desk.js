"use strict";
// The desk's own script: sends changes, follows a run, lights up cells, listens to keys. It makes text nodes only.
(function () {
  var said = document.getElementById("said"), body = document.body;
  function tell(text, bad) { said.textContent = text; said.className = bad ? "bad" : ""; clearTimeout(tell.later); if (text) { tell.later = setTimeout(function () { tell(""); }, bad ? 9000 : 3500); } }
  function send(name, data) {
    return fetch("/do/" + name, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(data || {}) }).then(function (answer) {
      return answer.json().catch(function () { return {}; }).then(function (told) {
        if (!answer.ok) { throw { status: answer.status, text: told.error || body.dataset.failed }; }
        return told;
      });
    });
  }
  function failed(error) { tell(error && error.status === 409 ? (error.text || body.dataset.conflict) : (error && error.text) || (error && error.status ? body.dataset.failed : body.dataset.gone), true); }
  function reload() { location.reload(); }

  // Buttons that do one thing.
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-do]");
    if (button) {
      var data = Object.assign({}, button.dataset.body ? JSON.parse(button.dataset.body) : {}, button.dataset.add ? JSON.parse(button.dataset.add) : {});
      button.disabled = true;
      send(button.dataset.do, data).then(function () {
        if (/^(audit|audit-again|take-in)$/.test(button.dataset.do)) { follow(true); button.disabled = false; return; }
        if (button.dataset.then) { location.href = button.dataset.then; } else { reload(); }
      }).catch(function (error) { button.disabled = false; failed(error); });
      return;
    }
    var opener = event.target.closest("[data-open]");
    if (opener) { openForm(opener.dataset.open); return; }
    var decision = event.target.closest("[data-decide]");
    if (decision) { decide({ confirmation: decision.getAttribute("aria-pressed") === "true" ? null : decision.dataset.decide }, true); return; }
    var aside = event.target.closest("[data-aside]");
    if (aside && aside.form) { sendForm(aside.form, { aside: true }); return; }
    var cell = event.target.closest("[data-blank],[data-unread-cell]");
    if (cell) { var field = cell.parentNode.querySelector("input"); sendCells(cell.form, [{ cell: field.dataset.key, value: cell.hasAttribute("data-blank") ? "" : null, version: Number(field.dataset.number) }]); return; }
    var same = event.target.closest("[data-same]");
    if (same) { sendCells(same.form, cellsOf(same.form, function (field) { return !(field.hasAttribute("data-unread") && field.value === ""); })); return; }
    if (event.target.closest("[data-unwaive]")) { decide({ waiver: null }, false); return; }
    var page = event.target.closest("[data-page]");
    if (page) { event.preventDefault(); var address = new URL(location.href); address.searchParams.set("at", page.dataset.page); location.href = address.href; }
  });
  function openForm(name) { var form = document.getElementById(name); form.hidden = !form.hidden; if (!form.hidden) { form.querySelector("input:not([type=hidden])").focus(); } }

  // Cells as a person reads them.
  function cellsOf(form, wanted) {
    return [].filter.call(form.querySelectorAll("[data-key]"), wanted).map(function (field) { return { cell: field.dataset.key, value: field.value, version: Number(field.dataset.number) }; });
  }
  function sendCells(form, cells) {
    if (!cells.length) { return; }
    send("read-cells", { of: Number(form.dataset.of), cells: cells }).then(reload).catch(failed);
  }

  // Forms that change something.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.hasAttribute("data-waive")) { event.preventDefault(); decide({ waiver: { reason: form.elements.reason.value, until: form.elements.until.value } }, true); return; }
    if (form.hasAttribute("data-issue")) {
      event.preventDefault();
      var chosen = [].slice.call(form.querySelectorAll("[name=report]:checked")).map(function (box) { return box.value; });
      var rest = form.querySelector("[data-rest]");
      if (rest && rest.checked) { chosen = chosen.concat(JSON.parse(rest.dataset.rest)); }
      if (chosen.length && !confirm(form.dataset.confirm.replace("#", chosen.length))) { return; }
      send("issue", { reports: chosen, date: form.elements.date.value, number: form.elements.number.value, first: Number(form.elements.first.value) || 1, deadline: form.elements.deadline.value }).then(function () { history.scrollRestoration = "manual"; location.hash = "issued"; reload(); }).catch(failed);
      return;
    }
    if (form.hasAttribute("data-cells")) { event.preventDefault(); sendCells(form, cellsOf(form, function (field) { return field.value !== field.dataset.was; })); return; }
    if (!form.dataset.form) { return; }
    event.preventDefault();
    sendForm(form, {});
  });
  // What was typed and not saved is asked about before the page is left, or saved where the desk itself goes on.
  var typed = null;
  document.addEventListener("input", function (event) { var form = event.target.form; if (form && form.dataset.form === "settings") { typed = form; } });
  window.addEventListener("beforeunload", function (event) { if (typed) { event.preventDefault(); event.returnValue = ""; } });
  function saveTyped() {
    if (!typed) { return Promise.resolve(); }
    return send(typed.dataset.form, dataOf(typed)).then(function () { typed = null; });
  }
  function dataOf(form) {
    var data = {};
    [].forEach.call(form.elements, function (field) {
      if (!field.name) { return; }
      if (field.type === "checkbox" || field.hasAttribute("data-flag")) { data[field.name] = field.type === "checkbox" ? field.checked : field.value === "1"; }
      else { data[field.name] = field.hasAttribute("data-number") ? Number(field.value) : field.value; }
    });
    return data;
  }
  function sendForm(form, more) {
    var data = dataOf(form);
    if (form.dataset.form === "assign") { data.version = Number(data.version); }
    var review = document.querySelector(".review");
    if (form.dataset.form === "decide" && review) { data.version = Number(review.dataset.version); }
    send(form.dataset.form, Object.assign(data, more)).then(function () { typed = null; if (form.dataset.then) { location.href = form.dataset.then; } else { reload(); } }).catch(failed);
  }
  document.addEventListener("change", function (event) {
    if (event.target.hasAttribute("data-all")) { [].forEach.call(document.querySelectorAll("[name=report]:not(:disabled),[name=rest]"), function (box) { box.checked = event.target.checked; }); }
  });

  // A decision goes on to the next finding.
  function decide(change, onward) {
    var review = document.querySelector(".review");
    if (!review) { return; }
    var note = document.querySelector("[data-note]");
    var data = Object.assign({ key: review.dataset.key, version: Number(review.dataset.version) }, change);
    if (note && note.value !== note.defaultValue) { data.note = note.value; }
    send("decide", data).then(function () { if (onward && review.dataset.next && change.confirmation !== null) { location.href = review.dataset.next; } else { reload(); } }).catch(failed);
  }

  // Keys: j k move, 1 to 4 decide, u takes back, Enter opens.
  var place = -1;
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) { if (event.key === "Escape") { event.target.blur(); } return; }
    var review = document.querySelector(".review"), key = event.key;
    if (key === "u") { send("undo").then(function () { tell(body.dataset.undone); setTimeout(reload, 500); }).catch(failed); return; }
    if (review) {
      if (key === "j" && review.dataset.next) { location.href = review.dataset.next; }
      if (key === "k" && review.dataset.previous) { location.href = review.dataset.previous; }
      if (key === "1" || key === "2" || key === "3") { decide({ confirmation: ["confirmed", "rejected", "to_verify"][Number(key) - 1] }, true); }
      if (key === "4") { event.preventDefault(); openForm("waive"); }
      return;
    }
    var lines = document.querySelectorAll("[data-keys] tbody tr");
    if ((key === "j" || key === "k") && lines.length) {
      if (lines[place]) { lines[place].classList.remove("at"); }
      place = Math.max(0, Math.min(lines.length - 1, place + (key === "j" ? 1 : -1)));
      lines[place].classList.add("at"); lines[place].scrollIntoView({ block: "nearest" });
    }
    if (key === "Enter" && lines[place] && event.target === body) { var link = lines[place].querySelector("a"); if (link) { link.click(); } }
  });

  // A number of the calculation and its cell light up together.
  function light(key, on) {
    [].forEach.call(document.querySelectorAll("[data-cell],[data-key]"), function (one) {
      if (one.dataset.cell === key || (one.classList.contains("num") && one.dataset.key === key)) { one.classList.toggle("lit", on); }
    });
  }
  ["mouseover", "focusin"].forEach(function (kind) { document.addEventListener(kind, function (event) { var one = event.target.closest("span.num[data-key],[data-cell]"); if (one) { light(one.dataset.key || one.dataset.cell, true); } }); });
  ["mouseout", "focusout"].forEach(function (kind) { document.addEventListener(kind, function (event) { var one = event.target.closest("span.num[data-key],[data-cell]"); if (one) { light(one.dataset.key || one.dataset.cell, false); } }); });
  var first = null;
  [".mark.question", "mark.question", "mark:not(.num)", ".mark.place", ".mark"].forEach(function (wanted) { first = first || document.querySelector(wanted); });
  if (first) { first.scrollIntoView({ block: "center" }); window.scrollTo(0, 0); }

  // Files: chosen or dropped, folders too, one after the other.
  [].forEach.call(document.querySelectorAll("[data-upload]"), function (zone) {
    var list = zone.querySelector(".uploads"), queue = Promise.resolve(), count = 0, waiting = 0, kinds = {};
    function line(text, bad) { var item = document.createElement("li"); item.textContent = text; if (bad) { item.className = "error"; } list.appendChild(item); var good = list.querySelectorAll("li:not(.error)"); if (good.length > 12) { list.removeChild(good[0]); } }
    if (zone.dataset.upload === "report") { JSON.parse(sessionStorage.getItem("refused") || "[]").forEach(function (text) { line(text, true); }); sessionStorage.removeItem("refused"); }
    function put(file) {
      queue = queue.then(function () {
        return fetch("/upload?kind=" + zone.dataset.upload + "&name=" + encodeURIComponent(file.name), { method: "POST", headers: { "content-type": "application/octet-stream" }, body: file }).then(function (answer) {
          return answer.json().catch(function () { return {}; }).then(function (told) { count += answer.ok ? 1 : 0; line(file.name + (answer.ok ? " ✓ " + (told.said || "") : " ✗ " + (told.error || "")), !answer.ok); if (told.kind) { kinds[told.kind] = true; } if (count) { tell(zone.dataset.said.replace("#", count)); } });
        }).catch(function () { line(file.name + " ✗", true); });
      });
      waiting += 1;
      queue = queue.then(function () {
        waiting -= 1;
        if (waiting) { return; }
        if (zone.dataset.to && kinds[zone.dataset.upload]) { saveTyped().then(function () { location.href = zone.dataset.to; }).catch(failed); }
        if (zone.dataset.upload === "report" && count) {
          sessionStorage.setItem("refused", JSON.stringify([].map.call(list.querySelectorAll(".error"), function (one) { return one.textContent; })));
          setTimeout(reload, 900);
        }
        if (zone.dataset.then && Object.keys(kinds).length) { send(zone.dataset.then, { kinds: Object.keys(kinds) }).then(function () { kinds = {}; follow(true); }).catch(failed); }
      });
    }
    [].forEach.call(zone.querySelectorAll("input[type=file]"), function (field) { field.addEventListener("change", function () { [].forEach.call(field.files, put); field.value = ""; }); });
    zone.addEventListener("dragover", function (event) { event.preventDefault(); zone.classList.add("over"); });
    zone.addEventListener("dragleave", function () { zone.classList.remove("over"); });
    zone.addEventListener("drop", function (event) {
      event.preventDefault(); zone.classList.remove("over");
      [].forEach.call(event.dataTransfer.items || [], function (item) { var entry = item.webkitGetAsEntry && item.webkitGetAsEntry(), file = entry ? null : item.kind === "file" && item.getAsFile(); if (entry) { walk(entry); } else if (file) { put(file); } });
    });
    function walk(entry) {
      if (entry.isFile) { entry.file(put); return; }
      var reader = entry.createReader();
      (function more() { reader.readEntries(function (found) { if (found.length) { found.forEach(walk); more(); } }); }());
    }
  });

  // A run in the background.
  var run = document.getElementById("run"), wasRunning = false, missed = 0;
  function follow(started) {
    if (!run) { return; }
    wasRunning = wasRunning || started;
    fetch("/progress").then(function (answer) { return answer.json(); }).then(function (now) {
      run.hidden = now.state === "idle" || (now.state === "done" && !wasRunning && !now.said && (now.code === 0 || now.code === 1 || now.code === 4));
      run.dataset.state = now.state;
      var bar = document.getElementById("run-bar");
      if (now.state === "running") {
        wasRunning = true;
        document.getElementById("run-text").textContent = run.dataset.going;
        bar.hidden = run.querySelector("button").hidden = false;
        document.getElementById("run-said").hidden = true;
        document.getElementById("run-count").textContent = now.total ? now.done + " / " + now.total : "";
        document.getElementById("run-path").textContent = now.path;
        if (now.total) { bar.max = now.total; bar.value = now.done; } else { bar.removeAttribute("value"); }
        setTimeout(follow, 700);
        return;
      }
      bar.hidden = true;
      run.querySelector("button").hidden = true;
      var good = now.code === 0 || now.code === 1 || now.code === 4;
      document.getElementById("run-text").textContent = now.state === "cancelled" ? run.dataset.cancelled : good ? run.dataset.done : run.dataset.bad;
      var words = document.getElementById("run-said"); words.textContent = now.said; words.hidden = !now.said;
      if (wasRunning && now.state === "done" && good) { setTimeout(reload, 600); }
      missed = 0;
    }).catch(function () {
      missed += 1;
      if (missed > 2) { document.getElementById("run-text").textContent = body.dataset.gone; document.getElementById("run-bar").hidden = true; }
      setTimeout(follow, 2000);
    });
  }
  if (run && run.dataset.state !== "idle") { follow(false); }

  // New files in the folders: looked for while a page is open.
  if (body.hasAttribute("data-watch")) {
    setInterval(function () {
      fetch("/progress").then(function (answer) { return answer.json(); }).then(function (now) { if (now.state === "running" && run && !wasRunning) { follow(true); } }).catch(function () { return; });
    }, 5000);
  }
  [].forEach.call(document.querySelectorAll("form#mapping select"), function (field) { field.addEventListener("change", function () { field.form.submit(); }); });
}());
