// Figures in the reader's language. `format` in the JSON: {locale, kind: "money" | "number" | "percent", currency}.
// Money values are integer minor units, rates are ratios.

const MINUS = "\u2212";

function spell(formatter, value, signed) {
  const text = formatter.format(Math.abs(value));
  if (value < 0) return MINUS + text;
  return signed && value > 0 ? `+${text}` : text;
}

function formatters({ locale = "en", kind = "number", currency }) {
  if (kind === "percent") {
    const whole = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
    const fine = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
    const pick = (value) => (Math.abs(value) < 0.0995 ? fine : whole);
    return { full: pick, short: pick, scale: 1 };
  }
  if (kind === "money") {
    const style = { style: "currency", currency };
    const digits = new Intl.NumberFormat(locale, style).resolvedOptions().maximumFractionDigits;
    const full = new Intl.NumberFormat(locale, { ...style, maximumFractionDigits: 0, minimumFractionDigits: 0 });
    const short = new Intl.NumberFormat(locale, { ...style, notation: "compact", minimumFractionDigits: 0, maximumSignificantDigits: 3 });
    return { full: () => full, short: () => short, scale: 10 ** digits };
  }
  const full = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const short = new Intl.NumberFormat(locale, { notation: "compact", maximumSignificantDigits: 3 });
  return { full: () => full, short: () => short, scale: 1 };
}

export function figures(format = {}) {
  const { full, short, scale } = formatters(format);
  return {
    full: (value, signed = false) => spell(full(value), value / scale, signed),
    short: (value, signed = false) => spell(short(value), value / scale, signed),
  };
}

export function days(format = {}) {
  // Days before months in both languages, as the server writes them.
  const locale = (format.locale ?? "en").startsWith("fr") ? "fr" : "en-GB";
  const short = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
  return (iso) => short.format(new Date(`${iso}T00:00:00Z`));
}

export function textStyle(palette) {
  return { fontFamily: palette.font, fontSize: 13, color: palette.ink };
}

export function tooltip(palette) {
  // richText: a tooltip in HTML would need inline styles, which the security policy forbids.
  return {
    renderMode: "richText",
    confine: true,
    backgroundColor: palette.surface,
    borderColor: palette.line,
    borderWidth: 1,
    padding: [8, 12],
    textStyle: textStyle(palette),
  };
}

// Width of the names at the left, in pixels.
export function labelWidth(width) {
  return Math.min(220, Math.max(104, width * 0.34));
}

// End of an axis from `floor` whose furthest bar ends at `top`, with room for a text of so many letters after it.
export function endWithRoom(floor, top, letters, width) {
  const plot = Math.max(60, width - labelWidth(width) - 24);
  const text = Math.min(plot * 0.6, letters * 8 + 10);
  return floor + ((top - floor || 1) * plot) / (plot - text);
}

export function categoryAxis(palette, labels, width) {
  return {
    type: "category",
    inverse: true,
    data: labels,
    axisTick: { show: false },
    axisLine: { show: false },
    axisLabel: { ...textStyle(palette), width: labelWidth(width), overflow: "break", lineHeight: 16 },
  };
}
