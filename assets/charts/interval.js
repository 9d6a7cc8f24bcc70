// {format, rows: [{label, value, low, high, target (or null), state, note (written, or null)}], labels: {value, interval, target}}
// Rates with what is known of them: the bar is the interval, the dot the estimate, the tick the objective.

import { categoryAxis, figures, textStyle, tooltip } from "./format.js";

const ROW = 38;

export function interval(data, palette, width) {
  const spell = figures(data.format);
  const { rows, labels } = data;
  const top = Math.max(...rows.flatMap((row) => [row.value ?? 0, row.high ?? 0, row.target ?? 0])) || 1;

  return {
    height: rows.length * ROW + 36,
    option: {
      textStyle: textStyle(palette),
      grid: { top: 4, bottom: 4, left: 4, right: 20, containLabel: true },
      tooltip: { ...tooltip(palette), formatter: ({ dataIndex }) => describe(rows[dataIndex], labels, spell) },
      xAxis: {
        type: "value",
        min: 0,
        max: data.format?.kind === "percent" ? Math.min(1, top * 1.1) : top * 1.1,
        splitNumber: width < 480 ? 3 : 5,
        splitLine: { lineStyle: { color: palette.line } },
        axisLabel: { ...textStyle(palette), color: palette.quiet, formatter: (value) => spell.short(value), showMaxLabel: false },
      },
      yAxis: categoryAxis(palette, rows.map((row) => row.label), width),
      series: [
        {
          type: "custom",
          data: rows.map((row, index) => [index, row.low ?? 0, row.high ?? 0, row.value ?? 0]),
          encode: { x: [1, 2, 3], y: 0 },
          renderItem: (params, api) => drawInterval(rows[api.value(0)], api, palette, params.coordSys.width),
        },
      ],
    },
  };
}

function drawInterval(row, api, palette, room) {
  const index = api.value(0);
  const at = (value) => api.coord([value, index]);
  const [zero, y] = at(0);
  const children = [];
  if (row.low != null && row.high != null) {
    const [x0] = at(row.low);
    const [x1] = at(row.high);
    children.push({ type: "rect", shape: { x: x0, y: y - 5, width: Math.max(2, x1 - x0), height: 10, r: 5 }, style: { fill: palette[row.state] ?? palette.cannot_tell } });
  }
  if (row.target != null) {
    const [x] = at(row.target);
    children.push({ type: "line", shape: { x1: x, y1: y - 12, x2: x, y2: y + 12 }, style: { stroke: palette.ink, lineWidth: 2 } });
  }
  if (row.value != null) {
    const [x] = at(row.value);
    children.push({ type: "circle", shape: { cx: x, cy: y, r: 5 }, style: { fill: palette.ink, stroke: palette.surface, lineWidth: 2 } });
  } else if (row.note) {
    children.push({ type: "text", x: zero + 6, y, style: { text: row.note, fill: palette.quiet, font: `italic 400 13px ${palette.font}`, verticalAlign: "middle", width: room, overflow: "break", lineHeight: 15 } });
  }
  return { type: "group", children };
}

function describe(row, labels, spell) {
  const lines = [row.label];
  if (row.value != null) lines.push(`${labels.value}  ${spell.full(row.value)}`);
  if (row.low != null && row.high != null) lines.push(`${labels.interval}  ${spell.full(row.low)} \u2013 ${spell.full(row.high)}`);
  if (row.target != null) lines.push(`${labels.target}  ${spell.full(row.target)}`);
  if (row.note) lines.push(row.note);
  return lines.join("\n");
}
