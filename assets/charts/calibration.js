// {format, points: [{label, said, share, low, high, count (written), state (written)}],
//  labels: {said, happened, interval, right (name of the diagonal)}}
// What was said against what happened: a point on the diagonal came as often as it was said. Both axes 0 to 100 %.

import { figures, textStyle, tooltip } from "./format.js";

const NARROW = 480;
const DASHES = "path://M0 3h6v3H0zM9 3h6v3H9zM18 3h6v3h-6z";

export function calibration(data, palette, width) {
  const spell = figures(data.format);
  const { points, labels } = data;
  const axis = (name, gap) => ({
    type: "value",
    min: 0,
    max: 1,
    interval: width < NARROW ? 0.5 : 0.25,
    name,
    nameLocation: "middle",
    nameGap: gap,
    nameTextStyle: { ...textStyle(palette), color: palette.quiet },
    splitLine: { lineStyle: { color: palette.line } },
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { ...textStyle(palette), color: palette.quiet, formatter: (value) => spell.short(value) },
  });

  return {
    height: Math.min(440, Math.max(300, width * 0.8)),
    option: {
      textStyle: textStyle(palette),
      grid: { top: 36, bottom: 28, left: 36, right: 28, containLabel: true },
      legend: { top: 0, left: 0, itemWidth: 22, itemHeight: 8, selectedMode: false, data: [{ name: labels.right, icon: DASHES }], textStyle: textStyle(palette) },
      tooltip: { ...tooltip(palette), formatter: ({ dataIndex }) => describe(points[dataIndex], labels, spell) },
      xAxis: axis(labels.said, 32),
      yAxis: axis(labels.happened, 52),
      series: [
        {
          type: "line",
          name: labels.right,
          silent: true,
          symbol: "none",
          data: [[0, 0], [1, 1]],
          lineStyle: { color: palette.quiet, width: 1, type: "dashed" },
          itemStyle: { color: palette.quiet },
          tooltip: { show: false },
          z: 1,
        },
        {
          type: "custom",
          data: points.map((point) => [point.said, point.share, point.low, point.high]),
          encode: { x: 0, y: [1, 2, 3] },
          renderItem: (params, api) => drawPoint(points[params.dataIndex], api, palette, params.coordSys),
          z: 3,
        },
      ],
    },
  };
}

function drawPoint(point, api, palette, plot) {
  const [x, y] = api.coord([point.said, point.share]);
  const [, top] = api.coord([point.said, point.high]);
  const [, bottom] = api.coord([point.said, point.low]);
  // The name stands on the side where there is room.
  const right = x < plot.x + plot.width * 0.72;
  return {
    type: "group",
    children: [
      { type: "rect", shape: { x: x - 4, y: top, width: 8, height: Math.max(2, bottom - top), r: 4 }, style: { fill: palette.accent, opacity: 0.35 } },
      { type: "circle", shape: { cx: x, cy: y, r: 5 }, style: { fill: palette.ink, stroke: palette.surface, lineWidth: 2 } },
      { type: "text", x: right ? x + 10 : x - 10, y, style: { text: point.label, fill: palette.ink, font: `400 13px ${palette.font}`, align: right ? "left" : "right", verticalAlign: "middle" } },
    ],
  };
}

function describe(point, labels, spell) {
  return [
    `${point.label}  ${point.state}`,
    `${labels.said}  ${spell.full(point.said)}`,
    `${labels.happened}  ${spell.full(point.share)} (${point.count})`,
    `${labels.interval}  ${spell.full(point.low)} \u2013 ${spell.full(point.high)}`,
  ].join("\n");
}
