// Before the first paint, so that the page does not flash: the theme that the reader chose here, if any.
try { const chosen = JSON.parse(localStorage.getItem("theme")); if (chosen) document.documentElement.dataset.theme = chosen; } catch { /* storage is off */ }
