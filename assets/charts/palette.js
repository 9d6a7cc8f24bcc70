// The page's colours as values that a chart can use: light-dark() is resolved by the browser itself.

const names = {
  ink: "--ink",
  quiet: "--ink-2",
  line: "--line",
  surface: "--surface",
  faint: "--surface-2",
  accent: "--accent-fill",
  behind: "--behind-fill",
  cannot_tell: "--unsure-fill",
  on_or_above: "--on-fill",
};

export function readPalette() {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const palette = {};
  for (const [name, variable] of Object.entries(names)) {
    probe.style.color = `var(${variable})`;
    palette[name] = getComputedStyle(probe).color;
  }
  palette.font = getComputedStyle(document.body).fontFamily;
  probe.remove();
  return palette;
}
