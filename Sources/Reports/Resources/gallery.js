const cards = [];

// A picture that waits until it is near. Its name is in the label of what it stands in.
function image(source, text, attributes) {
  return element("img", Object.assign({src: source, alt: text, loading: "lazy", decoding: "async",
    draggable: "false"}, attributes));
}

function select(label, options, value, change) {
  const made = element("select", {input: event => change(Number(event.target.value))},
    ...options.map((text, index) => element("option", {value: index, selected: index === value}, text)));
  return element("label", {}, element("span", {}, label), made);
}

class Card {
  constructor(shown) {
    this.shown = shown;
    // Which versions are compared, left and right: before and after, or where the result is wrong.
    this.sides = {slider: [0, 1], difference: [1, this.reference < 0 ? 0 : this.reference]};
    this.mode = "slider";
    this.amplification = 8;
    this.zoom = 1;
    const first = shown.regions[0];
    this.center = {x: first.x + first.width / 2, y: first.y + first.height / 2};
    this.build();
    this.setMode("slider");
  }

  get left() { return this.sides[this.mode === "difference" ? "difference" : "slider"][0]; }
  get right() { return this.sides[this.mode === "difference" ? "difference" : "slider"][1]; }
  choose(side, index) {
    this.sides[this.mode][side] = index;
    this.update();
  }

  version(index) { return this.shown.versions[index]; }
  get reference() { return this.shown.versions.findIndex(version => version.isReference); }

  build() {
    const shown = this.shown;
    this.leftImage = image(null, "", {class: "left"});
    this.rightImage = image(null, "", {class: "right"});
    this.range = element("input", {type: "range", min: 0, max: 100, step: 1, value: 50,
      input: () => this.setCut(Number(this.range.value))});
    this.leftTag = element("span", {class: "tag l", "aria-hidden": "true"});
    this.rightTag = element("span", {class: "tag r", "aria-hidden": "true"});
    this.pair = element("div", {class: "layers"}, this.rightImage, this.leftImage);
    this.stage = element("div", {class: "compare"}, this.pair,
      ...shown.regions.map((region, index) => this.mark(region, index)),
      element("span", {class: "bar", "aria-hidden": "true"}), this.leftTag, this.rightTag, this.range);
    this.stage.style.setProperty("--w", shown.overviewWidth);
    this.stage.style.setProperty("--h", shown.overviewHeight);
    this.stage.addEventListener("pointerdown", event => this.startDrag(event));
    this.stage.addEventListener("pointermove", event => this.drag(event));
    this.modes = ["slider", "difference", "zoom"].map(mode => element("button", {type: "button",
        "data-mode": mode, click: () => this.setMode(mode)},
      {slider: "Slider", difference: "Difference", zoom: "1:1"}[mode]));
    const names = shown.versions.map(version => version.label);
    this.choices = names.length > 2 ? [
      select("Left", names, 0, value => this.choose(0, value)),
      select("Right", names, 1, value => this.choose(1, value))] : [];
    this.strength = select("Amplified", ["1×", "4×", "8×", "16×"], 2, value => {
      this.amplification = [1, 4, 8, 16][value];
      this.update();
    });
    this.enlargement = select("Zoom", ["1:1", "2:1", "4:1"], 0, value => {
      this.zoom = [1, 2, 4][value];
      this.place();
    });
    this.note = element("figcaption", {class: "quiet"});
    this.regions = element("div", {class: "regions"});
    this.panes = element("div", {class: "panes"});
    const heading = "card-" + shown.anchor;
    this.root = element("article", {class: "card", id: shown.anchor, "aria-labelledby": heading},
      element("h3", {id: heading}, element("span", {class: "name"}, shown.name),
        shown.corruption ? element("span", {class: "chip"}, shown.corruption) : null),
      shown.reasons.length ? element("p", {class: "reasons"}, shown.reasons.join("; ")) : null,
      element("ul", {class: "scores"}, ...shown.versions.filter(version => version.figures).map(version =>
        element("li", {}, element("span", {class: "quiet"}, version.label + " "), version.figures))),
      element("div", {class: "tools", role: "group", "aria-label": "How to compare"},
        element("div", {class: "segments"}, ...this.modes), ...this.choices, this.strength, this.enlargement),
      element("div", {class: "views"}, element("figure", {class: "stage"}, this.stage, this.panes, this.note),
        element("section", {class: "worst", "aria-label": "The regions that differ most"},
          element("h4", {}, shown.hasReference ? "Farthest from the reference" : "Changed most"),
          this.regions)));
  }

  // A frame about a region, in shares of the picture.
  mark(region, index) {
    const made = element("span", {class: "mark", "aria-hidden": "true"},
      element("span", {class: "badge"}, String(index + 1)));
    const {width, height} = this.shown;
    made.style.cssText = "left:" + 100 * region.x / width + "%;top:" + 100 * region.y / height + "%;width:"
      + 100 * region.width / width + "%;height:" + 100 * region.height / height + "%";
    return made;
  }

  setMode(mode) {
    this.mode = mode;
    this.root.setAttribute("data-mode", mode);
    for (const button of this.modes) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-mode") === mode));
    }
    this.strength.hidden = mode !== "difference";
    this.enlargement.hidden = mode !== "zoom";
    this.choices.forEach((choice, side) => {
      choice.hidden = mode === "zoom";
      one("select", choice).value = String([this.left, this.right][side]);
    });
    if (mode === "zoom" && !this.panes.hasChildNodes()) this.buildPanes();
    this.update();
  }

  update() {
    const [left, right] = [this.version(this.left), this.version(this.right)];
    const isDifference = this.mode === "difference";
    for (const [made, version] of [[this.leftImage, left], [this.rightImage, right]]) {
      if (made.getAttribute("src") !== version.overview) made.src = version.overview;
      made.alt = this.shown.name + ", " + version.label;
    }
    this.leftTag.textContent = left.label;
    this.rightTag.textContent = right.label;
    // A file's page may not read pictures into a canvas; blending needs no reading.
    this.pair.style.filter = isDifference ? "brightness(" + this.amplification + ")" : "";
    this.range.setAttribute("aria-label", "How much of " + this.shown.name + " is shown as " + left.label
      + ", left, and " + right.label + ", right");
    this.setCut(Number(this.range.value));
    this.stage.hidden = this.mode === "zoom";
    this.panes.hidden = this.mode !== "zoom";
    this.note.textContent = this.describe();
    this.drawRegions();
    if (this.mode === "zoom") this.place();
  }

  describe() {
    const {width, height, overviewWidth, overviewHeight, detail} = this.shown;
    const size = width + "×" + height;
    if (this.mode === "zoom") {
      return "Drag, or the arrow keys: all versions move together."
        + (detail ? " Of " + size + " the part about the worst region is here." : "");
    }
    const reduced = overviewWidth < width ? ", shown at " + overviewWidth + "×" + overviewHeight : "";
    return this.mode === "slider" ? size + reduced
      : "Black where " + this.version(this.left).label + " and " + this.version(this.right).label
        + " agree; differences of the views amplified " + this.amplification + " times" + reduced;
  }

  setCut(value) {
    this.cut = value;
    this.range.value = value;
    this.stage.style.setProperty("--cut", value + "%");
    this.range.setAttribute("aria-valuetext", Math.round(value) + " % " + this.version(this.left).label);
  }

  startDrag(event) {
    if (this.mode !== "slider") return;
    this.stage.setPointerCapture(event.pointerId);
    this.range.focus({preventScroll: true});
    this.drag(event, true);
  }

  drag(event, isFirst) {
    if (this.mode !== "slider" || !(isFirst || this.stage.hasPointerCapture(event.pointerId))) return;
    const box = this.stage.getBoundingClientRect();
    this.setCut(Math.min(100, Math.max(0, 100 * (event.clientX - box.left) / box.width)));
    event.preventDefault();
  }

  // The regions' pieces at full size, of both sides and of the reference.
  drawRegions() {
    const indices = Array.from(new Set([...this.sides.slider, this.reference])).filter(index => index >= 0);
    this.regions.style.setProperty("--columns", indices.length);
    this.regions.replaceChildren(
      ...indices.map(index => element("span", {class: "quiet head"}, this.version(index).label)),
      ...this.shown.regions.flatMap((region, place) => indices.map((index, column) => {
        const show = () => {
          this.center = {x: region.x + region.width / 2, y: region.y + region.height / 2};
          this.setMode("zoom");
        };
        const label = "Region " + (place + 1) + " from (" + region.x + ", " + region.y + "), "
          + this.version(index).label;
        return element("button", {type: "button", class: "piece", click: show, title: "Show at 1:1",
            tabindex: column ? -1 : 0},
          image(this.version(index).crops[place], label, {width: region.width, height: region.height,
            class: this.version(index).isSmall ? "pixels" : ""}),
          column ? null : element("span", {class: "badge", "aria-hidden": "true"}, String(place + 1)));
      })));
  }
}
