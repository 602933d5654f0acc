if (/\bselftest\b/.test(location.search + location.hash)) selfTest();

async function selfTest() {
  const lines = [];
  let failures = 0;
  const check = (isRight, text) => {
    lines.push((isRight ? "ok    " : "WRONG ") + text);
    if (!isRight) failures += 1;
  };
  addEventListener("error", event => check(false, "error: " + (event.message || event.target.src)), true);
  addEventListener("securitypolicyviolation", event => check(false, "refused: " + event.blockedURI));
  const texts = label => all('#records tbody [data-label="' + label + '"]').map(cell => cell.textContent);
  const shownValues = label => texts(label).map(text => text === "∞" ? Infinity
    : parseFloat(text.replace("−", "-").replace("+", ""))).filter(value => !Number.isNaN(value));
  const isFalling = list => list.every((value, index) => !index || list[index - 1] >= value);
  const input = (field, value) => {
    field.value = value;
    field.dispatchEvent(new Event("input", {bubbles: true}));
  };
  const wait = milliseconds => new Promise(done => setTimeout(done, milliseconds));
  const areThere = async pictures => {
    const isThere = picture => picture.complete && picture.naturalWidth > 0;
    for (let turn = 0; turn < 100 && !pictures.every(isThere); turn += 1) await wait(50);
    return pictures.every(isThere);
  };
  try {
    checkTable();
    checkTheme();
    if (cards.length) await checkGallery();
    const outside = performance.getEntriesByType("resource").map(entry => entry.name)
      .filter(name => !name.startsWith("file:") && !name.startsWith(location.origin + "/"));
    check(outside.length === 0, "nothing is asked for elsewhere " + outside.join(" "));
    const width = document.documentElement;
    check(width.scrollWidth <= width.clientWidth, "no wider than the window: " + width.scrollWidth + " of "
      + width.clientWidth);
    all("button, select, input").forEach(control => {
      const label = control.closest("label");
      const name = control.getAttribute("aria-label") || control.textContent.trim() || (label && label.textContent)
        || all("img", control).map(picture => picture.alt).join("");
      if (!name) check(false, "a control without a name: " + control.outerHTML.slice(0, 80));
    });
    all("img").forEach(picture => { if (!picture.hasAttribute("alt")) check(false, "a picture without text"); });
  } catch (error) {
    check(false, "stopped: " + error.stack);
  }
  const verdict = failures ? "fail" : "pass";
  lines.push(verdict + ": " + (lines.length - failures) + " of " + lines.length + ", " + innerWidth + "×"
    + innerHeight);
  document.body.append(element("pre", {id: "selftest", "data-verdict": verdict}, lines.join("\n")));

  function checkTable() {
    const whole = Math.min(pageSize, records.length);
    check(all("#records tbody tr").length === whole, "the table shows " + whole + " rows");
    const sortable = figureColumns().find(column => column.key.endsWith("After"));
    if (sortable) {
      const press = () => one('#records thead button[data-key="' + sortable.key + '"]').click();
      press();
      check(isFalling(shownValues(sortable.title)), "sorted by " + sortable.title + ", greatest first");
      press();
      check(isFalling(shownValues(sortable.title).reverse()), "and the other way round");
      check(one("#records th[aria-sort]").getAttribute("aria-sort") === "ascending", "and it says so");
    }
    input(one("#sort"), "name");
    const names = texts("Picture");
    const sorted = records.map(record => record.name.toLowerCase()).sort();
    check(names.length === 0 || names[0].toLowerCase().startsWith(sorted[0]), "sorted by name: " + names[0]);
    if (records.length) {
      const wanted = records[records.length - 1].name;
      input(one("#by-name"), wanted.toUpperCase());
      const count = records.filter(record => record.name.toLowerCase().includes(wanted.toLowerCase())).length;
      check(all("#records tbody tr").length === Math.min(pageSize, count) && count > 0,
        "filtered by name: " + count);
      input(one("#by-name"), "no such picture anywhere");
      check(one("#found").textContent === "No record fits." && !one("#records tbody tr"), "nothing fits");
      input(one("#by-name"), "");
    }
    for (const [id, label, list] of [["#by-model", "Model", data.models], ["#by-level", "Level", data.corruptions]]) {
      if (list.length < 2) continue;
      input(one(id), list[1]);
      const found = texts(label);
      check(found.length > 0 && found.every(text => text === list[1]), "filtered by " + label + ": " + list[1]);
      input(one(id), "");
    }
    const pages = Math.ceil(records.length / pageSize);
    if (pages > 1) {
      one("#next").click();
      check(one("#found").textContent.startsWith((pageSize + 1) + "–"), "the next page: " + one("#found").textContent);
      one("#previous").click();
    }
    input(one("#sort"), "index");
  }

  function checkTheme() {
    const colour = () => getComputedStyle(document.body).backgroundColor;
    const before = theme;
    setTheme("light");
    const light = colour();
    setTheme("dark");
    check(colour() !== light, "light " + light + " and dark " + colour());
    setTheme(before);
  }

  async function checkGallery() {
    const card = cards[0];
    card.root.scrollIntoView();
    all("img", card.root).forEach(picture => { picture.loading = "eager"; });
    check(await areThere(all("img", card.root)), "the pictures are there");
    const box = card.stage.getBoundingClientRect();
    check(box.width > 100 && Math.abs(box.width / box.height - card.shown.overviewWidth
      / card.shown.overviewHeight) < 0.02 * box.width / box.height, "in their own proportions");
    const clip = () => getComputedStyle(card.leftImage).clipPath;
    input(card.range, 25);
    const quarter = clip();
    card.range.value = 80;
    card.range.dispatchEvent(new Event("input"));
    check(quarter.includes("75%") && clip().includes("20%"), "the slider cuts: " + quarter + ", " + clip());
    const pointer = (type, target, x, y) => target.dispatchEvent(new PointerEvent(type,
      {bubbles: true, pointerId: 1, clientX: x, clientY: y}));
    card.stage.setPointerCapture = () => {};
    // Nobody presses: there is no pointer that could be captured.
    pointer("pointerdown", card.stage, box.left + box.width / 2, box.top + 10);
    delete card.stage.setPointerCapture;
    check(Math.abs(card.cut - 50) < 1, "and follows the pointer: " + card.cut);
    const press = mode => card.modes.find(button => button.getAttribute("data-mode") === mode).click();
    press("difference");
    check(getComputedStyle(card.leftImage).mixBlendMode === "difference"
      && getComputedStyle(card.pair).filter === "brightness(8)", "the difference is blended and amplified");
    check(/^(none|inset\(0px\))/.test(clip()), "over the whole picture: " + clip());
    press("zoom");
    check(await areThere(card.zoomed.map(({picture}) => picture)), "the pictures at full size are there");
    check(card.stage.hidden && card.zoomed.length === card.shown.versions.length, "all versions side by side");
    input(one("select", card.enlargement), 1);
    const places = () => card.zoomed.map(({picture}) => getComputedStyle(picture).transform);
    const area = card.shown.detail || card.shown;
    const first = card.zoomed[0];
    check(Math.abs(parseFloat(getComputedStyle(first.picture).width) - 2 * area.width) < 0.5, "at twice the size");
    card.center = {x: 0, y: 0};
    card.place();
    const start = places()[0];
    first.frame.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight"}));
    const moved = places();
    const canMove = area.width * 2 > first.frame.clientWidth + 40;
    check((moved[0] !== start || !canMove) && new Set(moved).size === 1, "moved together: " + moved[0]);
    input(one("select", card.enlargement), 0);
    press("slider");
    check(!card.stage.hidden && card.panes.hidden, "and back");
    input(card.range, 50);
    check(all(".piece", card.root).length >= card.shown.regions.length, "the worst regions are there");
  }
}
