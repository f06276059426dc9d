// Everything works without this file; it adds a theme switch, dragging on the histogram and news as they arrive.
const theme = document.getElementById("theme");
theme.hidden = false;
theme.addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* storage is off */ }
});

const histogram = document.querySelector(".histogram");
if (histogram) {
  const bars = [...histogram.querySelectorAll(".bar")];
  const at = (event) => {
    const box = histogram.getBoundingClientRect();
    const place = Math.floor(((event.clientX - box.left) / box.width) * bars.length);
    return Math.min(Math.max(place, 0), bars.length - 1);
  };
  let from = null, dragged = false;
  const show = (to) => bars.forEach((bar, place) =>
    bar.classList.toggle("chosen", place >= Math.min(from, to) && place <= Math.max(from, to)));
  histogram.addEventListener("pointerdown", (event) => { from = at(event); dragged = false; });
  histogram.addEventListener("pointermove", (event) => {
    if (from === null) return;
    if (at(event) !== from && !dragged) { dragged = true; histogram.setPointerCapture(event.pointerId); }
    if (dragged) show(at(event));
  });
  histogram.addEventListener("dragstart", (event) => event.preventDefault());
  histogram.addEventListener("click", (event) => { if (dragged) event.preventDefault(); }, true);
  addEventListener("pointerup", (event) => {
    if (from !== null && dragged) {
      const [first, last] = [from, at(event)].sort((a, b) => a - b);
      const query = histogram.dataset.query.replace(/\s*published:\S+/g, "").trim();
      const span = `published:${bars[first].dataset.start}..${bars[last].dataset.start}`;
      location.search = new URLSearchParams({ q: `${query} ${span}`.trim(), sort: histogram.dataset.sort });
    }
    from = null;
  });
}

const live = document.getElementById("live");
if (live && "EventSource" in window) {
  const stream = new EventSource(live.dataset.stream);
  stream.addEventListener("open", () => { live.dataset.follows = "yes"; });
  let count = 0;
  stream.addEventListener("article", (event) => {
    const article = JSON.parse(event.data);
    count += 1;
    const link = document.createElement("a");
    link.href = "/";
    link.textContent = `${count} new`;
    const latest = document.createElement("span");
    latest.textContent = ` · ${article.source}: ${article.headline}`;
    live.replaceChildren(link, latest);
    live.hidden = false;
  });
}
