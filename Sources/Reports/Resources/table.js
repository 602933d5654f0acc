const pageSize = 50;
const outcomes = ["restored", "skipped", "failed", "ignored"];
const records = data.records.map((fields, index) => ({
  index, name: data.names[fields[0]], corruption: fields[1] < 0 ? "" : data.corruptions[fields[1]],
  corruptionOrder: fields[1], model: fields[2] < 0 ? "" : data.models[fields[2]], outcome: outcomes[fields[3]],
  width: fields[4], height: fields[5], newWidth: fields[6], newHeight: fields[7], seconds: fields[8],
  concern: fields[9], remark: fields[10], figures: fields[11].map(number)
}));
const view = {key: "index", ascending: true, page: 0, set: 0, name: "", model: "", corruption: "", state: ""};

// Columns of the chosen figures: a kind's value before, after, and their difference.
function figureColumns() {
  const set = data.sets[view.set];
  if (!set) return [];
  return Object.keys(set).filter(key => key !== "label").flatMap(metric => {
    const place = 2 * set[metric];
    const unit = metric.toUpperCase();
    const gain = record => {
      const [before, after] = [record.figures[place], record.figures[place + 1]];
      if (before == null || after == null || before === after && !Number.isFinite(after)) return null;
      return after - before;
    };
    return [
      {key: metric + "Before", title: unit + " before", numeric: true, value: record => record.figures[place],
       text: record => figure(record.figures[place], metric)},
      {key: metric + "After", title: unit + " after", numeric: true, strong: true,
       value: record => record.figures[place + 1], text: record => figure(record.figures[place + 1], metric)},
      {key: metric + "Gain", title: unit + " gain", numeric: true, value: gain, signed: true,
       prefersLower: metric === "mae" || metric === "max",
       text: record => gain(record) == null ? "" : signed(gain(record), metric)}
    ];
  });
}

function columns() {
  const list = [{key: "name", title: "Picture", value: record => record.name.toLowerCase()}];
  if (data.corruptions.length) {
    list.push({key: "corruption", title: "Level", value: record => record.corruptionOrder,
               text: record => record.corruption});
  }
  if (data.models.length > 1) {
    list.push({key: "model", title: "Model", value: record => record.model, text: record => record.model});
  }
  list.push({key: "outcome", title: "Outcome", value: record => outcomes.indexOf(record.outcome),
             text: record => record.outcome});
  list.push(...figureColumns());
  list.push({key: "size", title: "Size", numeric: true, value: record => record.width * record.height || null,
    text: record => {
      if (!record.width) return "";
      const size = record.width + "×" + record.height;
      const isSame = !record.newWidth || record.newWidth === record.width && record.newHeight === record.height;
      return isSame ? size : size + " → " + record.newWidth + "×" + record.newHeight;
    }});
  list.push({key: "seconds", title: "Time", numeric: true, value: record => record.seconds,
             text: record => seconds(record.seconds)});
  return list;
}

// What passes the filters, sorted. Missing values come last either way, values that are no number before them.
function chosenRecords() {
  const wanted = view.name.toLowerCase();
  const found = records.filter(record =>
    (!wanted || record.name.toLowerCase().includes(wanted))
    && (!view.model || record.model === view.model)
    && (!view.corruption || record.corruption === view.corruption)
    && (!view.state || (view.state === "review" ? record.concern : record.outcome === view.state)));
  const column = columns().find(column => column.key === view.key);
  if (!column) return found;
  const missing = value => value == null || value === "" ? 2 : Number.isNaN(value) ? 1 : 0;
  const sign = view.ascending ? 1 : -1;
  return found.map(record => [record, column.value(record)]).sort(([a, x], [b, y]) => {
    if (missing(x) || missing(y)) return missing(x) - missing(y) || a.index - b.index;
    return (x < y ? -sign : x > y ? sign : 0) || a.index - b.index;
  }).map(pair => pair[0]);
}

function makeRow(record, list) {
  const remark = record.outcome === "failed" ? "bad" : record.concern ? "review" : "quiet";
  return element("tr", {}, ...list.map(column => {
    if (column.key === "name") {
      return element("th", {scope: "row", "data-label": column.title},
        element("span", {class: "name"}, record.name),
        record.remark ? element("small", {class: remark}, record.remark) : null);
    }
    const text = column.text(record);
    const tone = column.signed && text ? column.value(record) < 0 === !column.prefersLower ? " bad" : " good" : "";
    const content = column.key === "outcome" ? element("span", {class: "outcome " + text}, text)
      : column.strong ? element("b", {}, text) : text;
    return element("td", {class: (column.numeric ? "n" : "") + tone, "data-label": column.title,
      title: column.numeric ? null : text}, content);
  }));
}

function drawTable(everything) {
  const list = columns();
  const found = chosenRecords();
  const pages = Math.max(1, Math.ceil(found.length / pageSize));
  view.page = Math.min(view.page, pages - 1);
  one("#records thead").replaceChildren(element("tr", {}, ...list.map(column => {
    const isSorted = view.key === column.key;
    const arrow = isSorted ? view.ascending ? "▲" : "▼" : "";
    return element("th", {scope: "col", class: column.numeric ? "n" : "",
        "aria-sort": isSorted ? view.ascending ? "ascending" : "descending" : null},
      element("button", {type: "button", "data-key": column.key, click: () => sortBy(column.key)}, column.title,
        element("span", {class: "arrow", "aria-hidden": "true"}, arrow)));
  })));
  const start = view.page * pageSize;
  const shown = everything ? found.slice(0, 2000) : found.slice(start, start + pageSize);
  one("#records tbody").replaceChildren(...shown.map(record => makeRow(record, list)));
  one("#found").textContent = found.length === 0 ? "No record fits."
    : (start + 1) + "–" + (start + shown.length) + " of " + found.length
      + (found.length < records.length ? " that fit, " + records.length + " in all" : "");
  one("#previous").disabled = view.page === 0;
  one("#next").disabled = view.page >= pages - 1;
  one("#pages").hidden = pages < 2;
  one("#sort").value = list.some(column => column.key === view.key) ? view.key : "index";
}

// Figures with the greatest first, text from a on; once more turns it round.
function sortBy(key) {
  const column = columns().find(column => column.key === key);
  if (view.key === key) view.ascending = !view.ascending;
  else [view.key, view.ascending] = [key, !(column && column.numeric)];
  view.page = 0;
  drawTable();
  const button = one('#records thead button[data-key="' + key + '"]');
  if (button && document.activeElement === document.body) button.focus({preventScroll: true});
}

function choose(select, name) {
  select.addEventListener("input", () => {
    view[name] = name === "set" ? Number(select.value) : select.value;
    view.page = 0;
    drawTable();
  });
}

function fill(id, names, first) {
  const select = one(id);
  select.replaceChildren(...(first ? [element("option", {value: ""}, first)] : []),
    ...names.map(([value, text]) => element("option", {value}, text)));
  select.closest("label").hidden = names.length < 2;
  return select;
}

choose(one("#by-name"), "name");
choose(fill("#by-model", data.models.map(name => [name, name]), "all"), "model");
choose(fill("#by-level", data.corruptions.map(name => [name, name]), "all"), "corruption");
choose(fill("#by-set", data.sets.map((set, index) => [String(index), set.label])), "set");
const states = outcomes.filter(outcome => records.some(record => record.outcome === outcome));
choose(fill("#by-state", (records.some(record => record.concern) ? [["review", "needs review"]] : [])
  .concat(states.map(name => [name, name])), "all"), "state");
// A phone has no heads of columns to tap.
fill("#sort", [["index", "order of the run"]].concat(columns().map(column => [column.key, column.title])));
one("#sort").addEventListener("input", event => {
  view.key = "";
  sortBy(event.target.value);
});
one("#previous").addEventListener("click", () => { view.page -= 1; drawTable(); });
one("#next").addEventListener("click", () => { view.page += 1; drawTable(); });
addEventListener("beforeprint", () => {
  drawTable(true);
  all("details").forEach(details => { details.open = true; });
});
addEventListener("afterprint", () => drawTable());
one("#all").hidden = false;
drawTable();
