// {format, start: {label, value}, items: [{label, value, muted}], end: {label, value}}
// From the plan to the actual: one row a lever, in its true size. A muted lever cannot be told from zero.
// When the axis does not start at zero the totals are marks, not bars: a cut bar would lie about their ratio.

import { categoryAxis, endWithRoom, figures, textStyle, tooltip } from "./format.js";

const ROW = 38;
const ROW_NARROW = 50;

export function waterfall(data, palette, width) {
  const spell = figures(data.format);
  const rows = [{ ...data.start, total: true }, ...data.items, { ...data.end, total: true }];
  let level = 0;
  for (const row of rows) {
    row.from = row.total ? 0 : level;
    row.to = row.total ? row.value : level + row.value;
    level = row.to;
  }
  const ends = rows.flatMap((row) => [row.from, row.to]);
  const levels = rows.map((row) => row.to);
  const [low, high] = [Math.min(...levels), Math.max(...levels)];
  const steps = high - low || Math.abs(high) || 1;
  const cut = low > 0 && steps < high * 0.4;
  const floor = cut ? low - steps * 0.1 : Math.min(0, ...ends);

  const fill = (row) => (row.total ? palette.accent : row.muted ? palette.cannot_tell : row.value < 0 ? palette.behind : palette.on_or_above);
  const compact = width < 560;
  const letters = Math.max(...rows.map((row) => (compact ? spell.short : spell.full)(row.value, !row.total).length));

  return {
    height: rows.length * (compact ? ROW_NARROW : ROW) + 16,
    option: {
      textStyle: textStyle(palette),
      grid: { top: 4, bottom: 4, left: 4, right: 8, containLabel: true },
      tooltip: { ...tooltip(palette), formatter: ({ dataIndex }) => `${rows[dataIndex].label}\n${spell.full(rows[dataIndex].value, !rows[dataIndex].total)}` },
      xAxis: { type: "value", min: floor, max: endWithRoom(floor, high, letters, width), show: false },
      yAxis: categoryAxis(palette, rows.map((row) => row.label), width),
      series: [
        {
          type: "custom",
          data: rows.map((row, index) => [index, row.from, row.to]),
          encode: { x: [1, 2], y: 0 },
          renderItem: (_params, api) => drawRow(rows, api, { palette, fill, cut, spell, compact }),
        },
      ],
    },
  };
}

function drawRow(rows, api, { palette, fill, cut, spell, compact }) {
  const index = api.value(0);
  const row = rows[index];
  const [x0, y] = api.coord([row.total && cut ? row.to : row.from, index]);
  const [x1] = api.coord([row.to, index]);
  const height = Math.min(22, api.size([0, 1])[1] * 0.62);
  const length = Math.max(row.total ? 5 : 2, Math.abs(x1 - x0));
  const left = row.total && cut ? x1 - length / 2 : Math.min(x0, x1);
  const text = (compact ? spell.short : spell.full)(row.value, !row.total);
  const children = [
    { type: "rect", shape: { x: left, y: y - height / 2, width: length, height, r: 3 }, style: { fill: fill(row), opacity: row.muted ? 0.7 : 1 } },
    {
      type: "text",
      x: left + length + 6,
      y,
      style: { text, fill: row.muted ? palette.quiet : palette.ink, font: `${row.total ? 600 : 400} 13px ${palette.font}`, verticalAlign: "middle" },
    },
  ];
  if (index < rows.length - 1) {
    children.push({
      type: "line",
      shape: { x1, y1: y + height / 2, x2: x1, y2: y - height / 2 + api.size([0, 1])[1] },
      style: { stroke: palette.quiet, lineWidth: 1, lineDash: [2, 2] },
    });
  }
  return { type: "group", children };
}
