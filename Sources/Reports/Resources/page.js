const data = JSON.parse(document.getElementById("data").textContent);
const one = (selector, root) => (root || document).querySelector(selector);
const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

// An element with attributes; a function among them listens to the event of its name.
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children.filter(child => child != null));
  return made;
}

// Figures that JSON cannot hold come as text.
const number = value => value === "inf" ? Infinity : value === "-inf" ? -Infinity : value === "nan" ? NaN : value;

function figure(value, metric) {
  if (value == null) return "";
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  return (value < 0 ? "−" : "") + Math.abs(value).toFixed(metric.endsWith("ssim") ? 4 : 2);
}

function signed(value, metric) {
  return (value >= 0 && Number.isFinite(value) ? "+" : "") + figure(value, metric);
}

function seconds(value) {
  if (value == null) return "";
  return value < 10 ? value.toFixed(2) + " s" : value < 120 ? value.toFixed(0) + " s"
    : Math.round(value / 60) + " min";
}

// Light, dark, or as the system says.
const themes = ["auto", "light", "dark"];
const themeButton = one("#theme");
function setTheme(name) {
  if (name === "auto") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", name);
  themeButton.textContent = "Theme: " + name;
  try { localStorage.setItem("retouch-theme", name); } catch (error) { /* no memory for files here */ }
}
let theme = "auto";
try { theme = localStorage.getItem("retouch-theme") || "auto"; } catch (error) { /* as above */ }
if (!themes.includes(theme)) theme = "auto";
setTheme(theme);
themeButton.hidden = false;
themeButton.addEventListener("click", () => {
  theme = themes[(themes.indexOf(theme) + 1) % themes.length];
  setTheme(theme);
});
