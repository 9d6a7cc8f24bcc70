// {format, dates: [ISO], path: [number], actual: [number | null after today], target: number | null, today: ISO | null,
//  band: {low: [number | null], high: [number | null]} | null,
//  labels: {path, actual, target, today, band}}
// Where one should be each day, where one is, and where it may land.

import { days, figures, textStyle, tooltip } from "./format.js";

const STROKE = "path://M0 3h24v3H0z";
const DASHES = "path://M0 3h6v3H0zM9 3h6v3H9zM18 3h6v3h-6z";

export function path(data, palette, width) {
  const spell = figures(data.format);
  const day = days(data.format);
  const { labels } = data;
  const series = [
    line(labels.path, data.path, { color: palette.quiet, width: 2, type: "dashed" }),
    line(labels.actual, data.actual, { color: palette.accent, width: 3, type: "solid" }),
  ];
  if (data.band) series.unshift(...band(labels.band, data.band, palette));
  const marks = [];
  if (data.today) marks.push({ xAxis: data.today, name: labels.today, label: { formatter: labels.today, position: "insideEndTop", rotate: 0 } });
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
        type: "category",
        data: data.dates,
        boundaryGap: false,
        axisTick: { show: false },
        axisLine: { lineStyle: { color: palette.line } },
        axisLabel: { ...textStyle(palette), color: palette.quiet, formatter: day, hideOverlap: true, interval: landmarks(data.dates, width < 480), alignMinLabel: "left" },
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

// The first day of each month and of its second half, whichever days the path has.
function landmarks(dates, few) {
  const half = (iso) => `${iso.slice(0, 7)}${!few && iso.slice(8) >= "15" ? "b" : ""}`;
  return (index) => index === 0 || half(dates[index]) !== half(dates[index - 1]);
}

function line(name, values, lineStyle) {
  const icon = lineStyle.type === "dashed" ? DASHES : STROKE;
  return { name, icon, type: "line", data: values, symbol: "none", lineStyle, itemStyle: { color: lineStyle.color }, z: 3 };
}

function band(name, { low, high }, palette) {
  const hidden = { type: "line", stack: "band", symbol: "none", silent: true, lineStyle: { opacity: 0 }, z: 1 };
  const height = high.map((value, index) => (value == null || low[index] == null ? null : value - low[index]));
  return [
    { ...hidden, data: low, tooltip: { show: false } },
    { ...hidden, name, icon: "roundRect", data: height, areaStyle: { color: palette.accent, opacity: 0.18 }, itemStyle: { color: palette.accent, opacity: 0.4 } },
  ];
}

function describe(index, { dates, path: planned, actual, band: range, labels }, spell, day) {
  const lines = [day(dates[index]), `${labels.path}  ${spell.full(planned[index])}`];
  if (actual[index] != null) lines.push(`${labels.actual}  ${spell.full(actual[index])}`);
  if (range?.low[index] != null) lines.push(`${labels.band}  ${spell.full(range.low[index])} \u2013 ${spell.full(range.high[index])}`);
  return lines.join("\n");
}
