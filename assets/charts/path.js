// {format, dates: [ISO], path: [number], actual: [number | null after today], target: number | null, today: ISO | null,
//  band: {low: [number | null], high: [number | null]} | null,
//  labels: {path, actual, target, today, band}}
// Where one should be each day, where one is, and where it may land.

import { days, figures, textStyle, tooltip } from "./format.js";

const DAY = 24 * 60 * 60 * 1000;
const STROKE = "path://M0 3h24v3H0z";
const DASHES = "path://M0 3h6v3H0zM9 3h6v3H9zM18 3h6v3h-6z";

export function path(data, palette) {
  const spell = figures(data.format);
  const day = days(data.format);
  const { labels } = data;
  const series = [
    line(labels.path, dated(data.dates, data.path), { color: palette.quiet, width: 2, type: "dashed" }),
    line(labels.actual, dated(data.dates, data.actual), { color: palette.accent, width: 3, type: "solid" }),
  ];
  if (data.band) series.unshift(...band(labels.band, data.dates, data.band, palette));
  const marks = [];
  if (data.today) marks.push({ xAxis: at(data.today), name: labels.today, label: { formatter: labels.today, position: "insideEndTop", rotate: 0 } });
  if (data.target != null) marks.push({ yAxis: data.target, name: labels.target, label: { formatter: `${labels.target} ${spell.short(data.target)}`, position: "insideStartTop" } });
  series.at(-1).markLine = {
    silent: true,
    symbol: "none",
    animation: false,
    label: { ...textStyle(palette), color: palette.ink, fontSize: 12 },
    lineStyle: { color: palette.ink, width: 1, type: [3, 3] },
    data: marks,
  };

  return {
    option: {
      textStyle: textStyle(palette),
      grid: { top: 44, bottom: 4, left: 4, right: 16, containLabel: true },
      legend: {
        top: 0,
        left: 0,
        itemWidth: 22,
        itemHeight: 8,
        selectedMode: false,
        data: series.filter((one) => one.name).map((one) => ({ name: one.name, icon: one.icon })),
        textStyle: textStyle(palette),
      },
      tooltip: {
        ...tooltip(palette),
        trigger: "axis",
        axisPointer: { lineStyle: { color: palette.quiet } },
        formatter: (points) => describe(points[0].dataIndex, data, spell, day),
      },
      xAxis: {
        // Points need not be a day apart: their distance is the true one, or slopes would lie.
        type: "time",
        min: "dataMin",
        max: "dataMax",
        minInterval: 28 * DAY,
        axisTick: { show: false },
        axisLine: { lineStyle: { color: palette.line } },
        axisLabel: { ...textStyle(palette), color: palette.quiet, formatter: (time) => day(iso(time)), hideOverlap: true, alignMinLabel: "left", showMinLabel: true },
        splitLine: { show: false },
      },
      yAxis: {
        type: "value",
        min: 0,
        max: (value) => Math.max(value.max, data.target ?? 0) * 1.08,
        splitNumber: 4,
        splitLine: { lineStyle: { color: palette.line } },
        axisLabel: { ...textStyle(palette), color: palette.quiet, formatter: (value) => spell.short(value), showMaxLabel: false },
      },
      series,
    },
  };
}

// A day in the axis's own time zone, so that its ticks fall on days.
function at(date) {
  const [year, month, number] = date.split("-").map(Number);
  return new Date(year, month - 1, number).getTime();
}

function iso(time) {
  const date = new Date(time);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;
}

function dated(dates, values) {
  return dates.map((date, index) => [at(date), values[index]]);
}

function line(name, values, lineStyle) {
  const icon = lineStyle.type === "dashed" ? DASHES : STROKE;
  return { name, icon, type: "line", data: values, symbol: "none", lineStyle, itemStyle: { color: lineStyle.color }, z: 3 };
}

function band(name, dates, { low, high }, palette) {
  const hidden = { type: "line", stack: "band", symbol: "none", silent: true, lineStyle: { opacity: 0 }, z: 1 };
  const height = high.map((value, index) => (value == null || low[index] == null ? null : value - low[index]));
  return [
    { ...hidden, data: dated(dates, low), tooltip: { show: false } },
    { ...hidden, name, icon: "roundRect", data: dated(dates, height), areaStyle: { color: palette.accent, opacity: 0.18 }, itemStyle: { color: palette.accent, opacity: 0.4 } },
  ];
}

function describe(index, { dates, path: planned, actual, band: range, labels }, spell, day) {
  const lines = [day(dates[index]), `${labels.path}  ${spell.full(planned[index])}`];
  if (actual[index] != null) lines.push(`${labels.actual}  ${spell.full(actual[index])}`);
  if (range?.low[index] != null) lines.push(`${labels.band}  ${spell.full(range.low[index])} \u2013 ${spell.full(range.high[index])}`);
  return lines.join("\n");
}
