// Charts from a JSON script tag: <div class="chart" data-chart="path" data-source="ID">. Each kind's shape is
// written above its own file. Every word comes from the JSON, already in the reader's language.

import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

import { calibration } from "./charts/calibration.js";
import { save } from "./charts/export.js";
import { funnel } from "./charts/funnel.js";
import { interval } from "./charts/interval.js";
import { readPalette } from "./charts/palette.js";
import { path } from "./charts/path.js";
import { waterfall } from "./charts/waterfall.js";

use([BarChart, CustomChart, LineChart, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

const kinds = { calibration, funnel, interval, path, waterfall };
const live = new Map();
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const dark = window.matchMedia("(prefers-color-scheme: dark)");

const resized = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const entry = live.get(target);
    if (!entry || Math.abs(entry.width - contentRect.width) < 1) continue;
    entry.width = contentRect.width;
    draw(target);
  }
});

function mount(element) {
  const source = document.getElementById(element.dataset.source);
  if (live.has(element) || !source || !kinds[element.dataset.chart]) return;
  const data = JSON.parse(source.textContent);
  element.classList.add("chart-live");
  live.set(element, { data, chart: null, width: element.clientWidth });
  draw(element);
  resized.observe(element);
  const exports = element.parentElement.querySelector("[data-exports]");
  if (exports) exports.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-export]");
  const entry = live.get(button?.closest("figure")?.querySelector("[data-chart]"));
  if (entry) save(entry.chart, readPalette().surface, button.dataset.export, button.dataset.name);
});

function draw(element) {
  const entry = live.get(element);
  const { option, height } = kinds[element.dataset.chart](entry.data, readPalette(), element.clientWidth);
  if (height) element.style.height = `${height}px`;
  entry.chart ??= init(element, null, { renderer: "svg" });
  entry.chart.resize({ height });
  entry.chart.setOption({ animation: !calm.matches, animationDuration: 300, animationDurationUpdate: 0, ...option }, true);
}

function redraw() {
  live.forEach((_entry, element) => draw(element));
}

function unmount(element) {
  resized.unobserve(element);
  live.get(element).chart?.dispose();
  live.delete(element);
}

function sweep() {
  for (const element of [...live.keys()]) if (!element.isConnected) unmount(element);
}

function mountAll() {
  sweep();
  document.querySelectorAll("[data-chart]").forEach(mount);
}

// Colours follow the theme; paper is always light.
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
dark.addEventListener("change", redraw);

let themeBeforePrint;
window.addEventListener("beforeprint", () => {
  themeBeforePrint = document.documentElement.dataset.bsTheme ?? "";
  document.documentElement.dataset.bsTheme = "light";
  redraw();
});
window.addEventListener("afterprint", () => {
  if (themeBeforePrint) document.documentElement.dataset.bsTheme = themeBeforePrint;
  else delete document.documentElement.dataset.bsTheme;
  redraw();
});

document.addEventListener("htmx:afterSettle", mountAll);
mountAll();
