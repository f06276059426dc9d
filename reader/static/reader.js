// Everything works without this file; it adds a theme switch, dragging on the histogram, saved searches and news as they come.
// Text from elsewhere goes into the page as text alone (textContent), never as markup.
const element = (name, properties = {}, ...inside) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside);
  return made;
};
const kept = {
  get(name) { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } },
  set(name, value) { try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* storage is off */ } },
};

const theme = document.getElementById("theme");
theme.hidden = false;
theme.addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  kept.set("theme", root.dataset.theme);
});

const histogram = document.querySelector(".histogram[data-query]");
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
  addEventListener("pointercancel", () => { from = null; });
  addEventListener("pointerup", (event) => {
    if (from !== null && dragged) {
      const [first, last] = [from, at(event)].sort((a, b) => a - b);
      const query = histogram.dataset.query.replace(/\s*published:\S+/g, "").trim();
      const span = `published:${bars[first].dataset.start}..${bars[last].dataset.start}`;
      const search = new URL(histogram.dataset.search, location);
      search.searchParams.set("q", `${query} ${span}`.trim());
      location = search;
    }
    from = null;
  });
}

// Beside the searches that are saved for everyone, some stay in this browser: [{query, seen}], `seen` the time when its results were last looked at.
const saved = document.getElementById("saved");
if (saved) {
  const list = saved.querySelector(".own"), shared = saved.querySelector(".shared"), save = document.getElementById("save");
  const all = () => kept.get("searches") ?? [];
  const put = (searches) => { kept.set("searches", searches); show(); };
  const fresh = async (search, count) => {
    const query = `(${search.query}) fetched:>=${search.seen}`;
    const answer = await fetch(`/api/v1/search?${new URLSearchParams({ q: query, size: 1 })}`);
    if (answer.ok) {
      const { total } = await answer.json();
      if (total) count.textContent = `${total} new`;
    }
  };
  const show = () => {
    const searches = all();
    list.hidden = !searches.length;
    saved.hidden = !searches.length && !shared?.children.length;
    list.replaceChildren(...searches.map((search) => {
      const link = element("a", { href: `/search?${new URLSearchParams({ q: search.query })}`, textContent: search.query });
      const count = element("span", { className: "count" });
      const drop = element("button", { type: "button", textContent: "×", ariaLabel: `Forget ${search.query}` });
      drop.addEventListener("click", () => put(all().filter((one) => one.query !== search.query)));
      fresh(search, count);
      return element("li", {}, link, count, drop);
    }));
    if (save) {
      save.hidden = false;
      save.disabled = searches.some((one) => one.query === save.dataset.query);
      save.textContent = save.disabled ? "Kept in this browser" : "Keep in this browser";
    }
  };
  const now = () => new Date().toISOString().slice(0, 10);
  save?.addEventListener("click", () => put([...all(), { query: save.dataset.query, seen: now() }]));
  show();
  if (save) kept.set("searches", all().map((one) => one.query === save.dataset.query ? { ...one, seen: now() } : one));
}

const live = document.getElementById("live");
if (live && "EventSource" in window) {
  const stream = new EventSource(live.dataset.stream);
  const latest = document.getElementById("latest-list"), changed = document.getElementById("changed-list");
  const names = JSON.parse(live.dataset.classes), most = 20;
  const meta = (...inside) => element("p", { className: "meta" }, ...inside);
  const badge = (kind) => element("span", { className: "badge", textContent: names[kind] ?? kind });
  const put = (into, made) => {
    into.prepend(made);
    while (into.querySelectorAll(".fresh").length > most) into.querySelector(".fresh:last-of-type").remove();
  };
  const heading = (href, text) => element("h3", {}, element("a", { href, textContent: text }));
  let count = 0;
  stream.addEventListener("open", () => { live.dataset.follows = "yes"; });
  stream.addEventListener("article", (event) => {
    const article = JSON.parse(event.data), address = `/articles/${encodeURIComponent(article.id)}`;
    const source = () => element("a", { href: `/sources/${encodeURIComponent(article.source)}`, textContent: article.source });
    count += 1;
    live.textContent = `${count} new since this page was opened`;
    live.hidden = false;
    const about = article.status === "UPDATED" ? [" ", element("span", { className: "badge", textContent: "updated" })] : [];
    const shown = element("article", { className: "hit fresh" }, heading(address, article.headline), meta(source(), " · just now", ...about));
    if (article.standfirst) shown.append(element("p", { className: "passage", textContent: article.standfirst }));
    put(latest, shown);
    const notable = (article.changes ?? []).filter((one) => one.importance >= 0.5).sort((a, b) => b.importance - a.importance)[0];
    if (!notable) return;
    const words = element("p", { className: "passage" });
    if (notable.before) words.append(element("del", { textContent: notable.before.slice(0, 220) }), " ");
    if (notable.after) words.append(element("ins", { textContent: notable.after.slice(0, 220) }));
    put(changed, element("article", { className: "change fresh" }, meta(badge(notable.class), " · ", source(), " · just now"),
      heading(`${address}/compare?version=${encodeURIComponent(article.version_id)}`, article.headline), words));
  });
}
