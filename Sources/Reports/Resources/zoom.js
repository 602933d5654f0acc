Object.assign(Card.prototype, {
  buildPanes() {
    this.zoomed = this.shown.versions.map(version => {
      const picture = image(version.detail || version.overview, this.shown.name + ", " + version.label,
        {class: version.isSmall ? "pixels" : "", loading: "eager"});
      const frame = element("div", {class: "frame", tabindex: 0, role: "group",
        "aria-label": version.label + " at full size; arrow keys move all versions"}, picture);
      frame.addEventListener("pointerdown", event => {
        frame.setPointerCapture(event.pointerId);
        this.grip = {x: event.clientX, y: event.clientY, center: this.center};
      });
      frame.addEventListener("pointermove", event => {
        if (!this.grip || !frame.hasPointerCapture(event.pointerId)) return;
        this.center = {x: this.grip.center.x - (event.clientX - this.grip.x) / this.zoom,
                       y: this.grip.center.y - (event.clientY - this.grip.y) / this.zoom};
        this.place();
      });
      frame.addEventListener("pointerup", () => { this.grip = null; });
      frame.addEventListener("keydown", event => {
        const step = (event.shiftKey ? 100 : 20) / this.zoom;
        const move = {ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step]};
        if (!move[event.key]) return;
        event.preventDefault();
        const [x, y] = move[event.key];
        this.center = {x: this.center.x + x, y: this.center.y + y};
        this.place();
      });
      this.panes.append(element("figure", {}, frame, element("figcaption", {}, version.label)));
      return {frame, picture};
    });
    addEventListener("resize", () => { if (this.mode === "zoom") this.place(); });
  },

  // Lays every version's picture so that `center` is in the middle of its frame, as far as there is picture.
  place() {
    if (!this.zoomed) return;
    const {width, height, detail} = this.shown;
    const area = detail || {x: 0, y: 0, width, height};
    const box = this.zoomed[0].frame.getBoundingClientRect();
    const within = (value, start, length, visible) => {
      const half = visible / this.zoom / 2;
      return length <= 2 * half ? start + length / 2
        : Math.min(start + length - half, Math.max(start + half, value));
    };
    this.center = {x: within(this.center.x, area.x, area.width, box.width),
                   y: within(this.center.y, area.y, area.height, box.height)};
    const x = Math.round(box.width / 2 - (this.center.x - area.x) * this.zoom);
    const y = Math.round(box.height / 2 - (this.center.y - area.y) * this.zoom);
    for (const {picture} of this.zoomed) {
      picture.style.width = area.width * this.zoom + "px";
      picture.style.height = area.height * this.zoom + "px";
      picture.style.transform = "translate(" + x + "px," + y + "px)";
      picture.classList.toggle("enlarged", this.zoom > 1);
    }
  }
});

const gallery = one("#cards");
if (gallery) {
  for (const shown of data.shown) {
    const card = new Card(shown);
    cards.push(card);
    gallery.append(card.root);
  }
  // The cards came after the browser looked for the place in the address.
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (target) target.scrollIntoView();
}
