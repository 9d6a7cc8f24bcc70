// A chart as a file: its SVG as it stands on the page, or that SVG drawn on a canvas twice as large.

const TWICE = 2;

// Serialised from the page and not by the chart's own text: names of fonts in quotes would break that.
function drawing(chart, background) {
  const svg = chart.getDom().querySelector("svg").cloneNode(true);
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of Object.entries({ width: "100%", height: "100%", fill: background })) paper.setAttribute(name, value);
  svg.prepend(paper);
  return new XMLSerializer().serializeToString(svg);
}

function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

export async function save(chart, background, kind, name) {
  const svg = drawing(chart, background);
  if (kind === "svg") {
    download(new Blob([svg], { type: "image/svg+xml" }), `${name}.svg`);
    return;
  }
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = chart.getWidth() * TWICE;
  canvas.height = chart.getHeight() * TWICE;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => download(blob, `${name}.png`), "image/png");
}
