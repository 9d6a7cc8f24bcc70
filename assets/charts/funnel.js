// {format, stages: [{label, count, plan (or null), rate_text (to the next stage, written; or null), state}],
//  labels: {count, plan, rate}}
// The length of a bar is the true count: nothing narrows unless the figures do.

import { categoryAxis, endWithRoom, figures, textStyle, tooltip } from "./format.js";

const ROW = 54;

export function funnel(data, palette, width) {
  const spell = figures(data.format);
  const { stages, labels } = data;
  const planned = stages.some((stage) => stage.plan != null);
  const top = Math.max(1, ...stages.map((stage) => Math.max(stage.count ?? 0, stage.plan ?? 0)));

  return {
    height: stages.length * ROW + 12,
    option: {
      textStyle: textStyle(palette),
      grid: { top: 4, bottom: 4, left: 4, right: 8, containLabel: true },
      tooltip: { ...tooltip(palette), formatter: ({ dataIndex }) => describe(stages[dataIndex], labels, spell) },
      xAxis: { type: "value", min: 0, max: endWithRoom(0, top, spell.full(top).length, width), show: false },
      yAxis: categoryAxis(palette, stages.map((stage) => stage.label), width),
      series: [
        {
          type: "custom",
          data: stages.map((stage, index) => [index, stage.count ?? 0, stage.plan ?? 0]),
          encode: { x: [1, 2], y: 0 },
          renderItem: (params, api) => drawStage(stages, api, { palette, spell, planned, room: params.coordSys.width }),
        },
      ],
    },
  };
}

function drawStage(stages, api, { palette, spell, planned, room }) {
  const index = api.value(0);
  const stage = stages[index];
  const row = api.size([0, 1])[1];
  const [x0, middle] = api.coord([0, index]);
  const y = stage.rate_text ? middle - row * 0.13 : middle;
  const [x1] = api.coord([stage.count ?? 0, index]);
  const height = 20;
  const font = (weight, size) => `${weight} ${size}px ${palette.font}`;
  const children = [
    { type: "rect", shape: { x: x0, y: y - height / 2, width: Math.max(2, x1 - x0), height, r: 3 }, style: { fill: palette.accent } },
    { type: "text", x: Math.max(x1, stage.plan == null ? 0 : api.coord([stage.plan, index])[0]) + 7, y, style: { text: stage.count == null ? "\u2013" : spell.full(stage.count), fill: palette.ink, font: font(600, 13), verticalAlign: "middle" } },
  ];
  if (planned && stage.plan != null) {
    const [xp] = api.coord([stage.plan, index]);
    children.push({ type: "line", shape: { x1: xp, y1: y - height / 2 - 4, x2: xp, y2: y + height / 2 + 4 }, style: { stroke: palette.ink, lineWidth: 2 } });
  }
  if (stage.rate_text) {
    children.push({
      type: "text",
      x: x0,
      y: y + height / 2 + 5,
      style: { text: `\u2193 ${stage.rate_text}`, fill: palette.quiet, font: font(400, 12), width: room, overflow: "truncate" },
    });
  }
  return { type: "group", children };
}

function describe(stage, labels, spell) {
  const lines = [stage.label];
  if (stage.count != null) lines.push(`${labels.count}  ${spell.full(stage.count)}`);
  if (stage.plan != null) lines.push(`${labels.plan}  ${spell.full(stage.plan)}`);
  if (stage.rate_text) lines.push(`${labels.rate}  ${stage.rate_text}`);
  return lines.join("\n");
}
