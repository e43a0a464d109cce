// The page frame: color theme, contents on narrow screens, copying code, printing.
// Pages are complete without it; scripts may not load other files (the site opens from file://).
"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const systemDark = matchMedia("(prefers-color-scheme: dark)");

  // Color theme: automatic, light, dark, in turn.
  const themeButton = document.querySelector(".theme-switch-button");
  const showTheme = () => {
    const { mode } = root.dataset;
    const dark = mode === "dark" || (mode === "auto" && systemDark.matches);
    root.dataset.theme = dark ? "dark" : "light";
    const label = `Color theme: ${mode === "auto" ? "automatic" : mode}`;
    themeButton.setAttribute("aria-label", label);
    themeButton.title = label;
  };
  themeButton.hidden = false;
  themeButton.addEventListener("click", () => {
    const modes = ["auto", "light", "dark"];
    root.dataset.mode = modes[(modes.indexOf(root.dataset.mode) + 1) % modes.length];
    try { localStorage.setItem("mode", root.dataset.mode); } catch { /* private browsing */ }
    showTheme();
  });
  systemDark.addEventListener("change", showTheme);
  showTheme();

  // Contents on narrow screens: without this script, plain links and :target do the same.
  const contents = document.getElementById("contents");
  const menuButton = document.querySelector(".menu-button");
  const setMenu = (open) => {
    contents.classList.toggle("is-open", open);
    menuButton.setAttribute("aria-expanded", String(open));
    (open ? contents.querySelector("a") : menuButton).focus();
  };
  menuButton.setAttribute("role", "button");
  menuButton.setAttribute("aria-expanded", "false");
  menuButton.addEventListener("click", (event) => {
    event.preventDefault();
    setMenu(!contents.classList.contains("is-open"));
  });
  menuButton.addEventListener("keydown", (event) => {
    if (event.key === " ") { event.preventDefault(); menuButton.click(); }
  });
  contents.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || !contents.classList.contains("is-open")) return;
    if (link.matches(".contents-close")) { event.preventDefault(); setMenu(false); }
    else contents.classList.remove("is-open");
  });
  contents.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && contents.classList.contains("is-open")) setMenu(false);
  });

  // "/" moves to the search field.
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    const field = document.querySelector(".search-form input, .site-search input");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey) return;
    if (field.offsetParent) { event.preventDefault(); field.focus(); }
  });

  // What scrolls sideways can be reached by keyboard.
  const regions = ".highlight pre, .pst-scrollable-table-container, .output, div.math .katex-display";
  const names = { PRE: "Code", DIV: "Scrolling region", SPAN: "Equation" };
  const markRegions = () => {
    const wide = all(regions).map((region) => [region, region.scrollWidth > region.clientWidth + 1]);
    for (const [region, scrolls] of wide) {
      if (scrolls) {
        region.tabIndex = 0;
        region.setAttribute("role", "group");
        region.setAttribute("aria-label", region.querySelector("table") ? "Table" : names[region.tagName]);
      } else if (region.tabIndex === 0) {
        for (const name of ["tabindex", "role", "aria-label"]) region.removeAttribute(name);
      }
    }
  };
  const later = window.requestIdleCallback || ((task) => setTimeout(task, 50));
  later(markRegions);
  document.fonts?.ready.then(() => later(markRegions)); // other fonts, other widths
  addEventListener("resize", () => later(markRegions));

  // Copy the code of a cell.
  const copy = (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    return Promise.resolve();
  };
  for (const block of all(".cell_input .highlight, div[class*='highlight-']:not(.output) > .highlight")) {
    if (block.querySelector(".copy-button")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await copy(block.querySelector("pre").textContent.replace(/\n$/, ""));
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    block.append(button);
  }

  // Print with everything unfolded.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("main details:not([open])");
    for (const details of folded) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of folded) details.open = false;
  });

  // Mark the section being read in the contents.
  const links = new Map(all('.contents ul ul a[href^="#"]').map((link) => [link.hash.slice(1), link]));
  const sections = [...links.keys()].map((id) => id && document.getElementById(id)).filter(Boolean);
  let reading = null;
  const spy = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      reading?.classList.remove("is-reading");
      reading = links.get(target.id);
      reading.classList.add("is-reading");
    }
  }, { rootMargin: "-15% 0px -75% 0px" });
  for (const section of sections) spy.observe(section);
})();
