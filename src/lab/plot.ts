/** Small SVG pieces: strings in, strings out. Colours are CSS classes, so that the page decides on them. */
export interface Box {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Drawn small, so that the text stays legible where the page shows it on a telephone. */
export const BOX: Box = { width: 440, height: 270, left: 60, right: 16, top: 14, bottom: 40 };

export type Scale = (value: number) => number;

export function linear(from: readonly [number, number], to: readonly [number, number]): Scale {
  const span = from[1] - from[0] || 1;
  return (value) => to[0] + ((value - from[0]) / span) * (to[1] - to[0]);
}

/** Values at or below zero are drawn at the lower edge. */
export function logarithmic(from: readonly [number, number], to: readonly [number, number]): Scale {
  const scale = linear([Math.log10(from[0]), Math.log10(from[1])], to);
  return (value) => scale(Math.log10(Math.max(from[0], value)));
}

/** 1, 2 and 5 times the powers of ten from `low` to `high`; only the powers where that would be crowded. */
export function logTicks(low: number, high: number): number[] {
  const steps = Math.log10(high / low) > 2.5 ? [1] : [1, 2, 5];
  return decades(low, high)
    .flatMap((power) => steps.map((step) => step * power))
    .filter(within(low, high));
}

function decades(low: number, high: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
}

/** Rounding must not cost the first or last tick. */
function within(low: number, high: number): (tick: number) => boolean {
  return (tick) => tick >= low * 0.999 && tick <= high * 1.001;
}

/** Steps of 1, 2 or 5 times a power of ten from 0 to `high`: four to nine of them. */
export function linearTicks(high: number): number[] {
  const step = [1, 2, 5, 10]
    .map((factor) => (factor * 10 ** Math.floor(Math.log10(high))) / 10)
    .find((each) => high / each < 10);
  return Array.from({ length: Math.floor(high / (step ?? high)) + 1 }, (_, i) => i * (step ?? high));
}

/** Rounded outward to 1, 2 or 5 times a power of ten. */
export function logDomain(values: readonly number[]): [number, number] {
  const positive = values.filter((value) => value > 0);
  const [low, high] = positive.length === 0 ? [1, 10] : [Math.min(...positive), Math.max(...positive)];
  const edges = decades(low / 10, high * 10).flatMap((power) => [1, 2, 5].map((step) => step * power));
  return [edges.findLast((edge) => edge <= low) ?? low, edges.find((edge) => edge >= high) ?? high];
}

export function dot(x: number, y: number, css: string, title: string): string {
  return `<circle cx="${n(x)}" cy="${n(y)}" r="5" class="${css}"><title>${escapeHtml(title)}</title></circle>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, css: string): string {
  return `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" class="${css}"/>`;
}

export function path(points: readonly (readonly [number, number])[], css: string): string {
  return `<polyline points="${points.map(([x, y]) => `${n(x)},${n(y)}`).join(" ")}" class="${css}"/>`;
}

export function label(x: number, y: number, text: string, anchor: "start" | "middle" | "end", css = "tick"): string {
  return `<text x="${n(x)}" y="${n(y)}" text-anchor="${anchor}" class="${css}">${escapeHtml(text)}</text>`;
}

export function svg(title: string, body: readonly string[], box: Box = BOX): string {
  return `<svg viewBox="0 0 ${box.width} ${box.height}" role="img" aria-label="${escapeHtml(title)}">${body.join("")}</svg>`;
}

export function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (char) => names[char] ?? char);
}

function n(value: number): string {
  return (Math.round(value * 10) / 10).toString();
}
