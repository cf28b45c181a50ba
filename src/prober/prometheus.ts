/** One line of a page in Prometheus' text format (exposition format 0.0.4). */
export interface Sample {
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** Lines of one name that are looked at; a page may come from anybody. */
const MAX_SAMPLES = 4096;
const MAX_LINE = 8192;
const MAX_LABELS = 64;

/** The samples of one name that have all the labels, in the page's order. What is no such line is passed over. */
export function samplesOf(page: string, name: string, wanted: Readonly<Record<string, string>> = {}): Sample[] {
  const found: Sample[] = [];
  for (const line of linesOf(page)) {
    if (!line.startsWith(name)) continue;
    const sample = parseLine(line, name);
    if (sample === undefined || !hasAll(sample.labels, wanted)) continue;
    found.push(sample);
    if (found.length >= MAX_SAMPLES) break;
  }
  return found;
}

function* linesOf(page: string): Generator<string> {
  for (let at = 0; at < page.length;) {
    const end = page.indexOf("\n", at);
    const stop = end < 0 ? page.length : end;
    if (stop - at <= MAX_LINE) yield page.slice(at, stop);
    at = stop + 1;
  }
}

function parseLine(line: string, name: string): Sample | undefined {
  const next = line.charAt(name.length);
  if (next !== "{" && next !== " " && next !== "\t") return undefined;
  const labels =
    next === "{" ? parseLabels(line, name.length + 1) : { labels: new Map<string, string>(), end: name.length };
  if (labels === undefined) return undefined;
  const [number = "", time, more] = line
    .slice(labels.end)
    .trim()
    .split(/[ \t]+/);
  if (more !== undefined || (time !== undefined && !/^-?\d+$/.test(time))) return undefined;
  const value = valueOf(number);
  return value === undefined ? undefined : { labels: labels.labels, value };
}

/** `at`: behind the opening brace. */
function parseLabels(line: string, at: number): { labels: Map<string, string>; end: number } | undefined {
  const labels = new Map<string, string>();
  const label = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|(?=\}))/y;
  for (label.lastIndex = at; labels.size <= MAX_LABELS;) {
    const from = label.lastIndex;
    const match = label.exec(line);
    if (match === null) {
      const close = /\s*\}/y;
      close.lastIndex = from;
      return close.test(line) ? { labels, end: close.lastIndex } : undefined;
    }
    labels.set(match[1] ?? "", unescaped(match[2] ?? ""));
  }
  return undefined;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, char: string) => (char === "n" ? "\n" : char));
}

function valueOf(text: string): number | undefined {
  const special: Readonly<Record<string, number>> = { "+Inf": Infinity, Inf: Infinity, "-Inf": -Infinity };
  if (Object.hasOwn(special, text)) return special[text];
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}

function hasAll(labels: ReadonlyMap<string, string>, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => labels.get(key) === value);
}
