import type { ProberJob } from "../core/wire/prober.ts";
import { samplesOf } from "./prometheus.ts";

type MetricSpec = Extract<ProberJob, { kind: "metric" }>["spec"];

interface Page {
  readonly atMs: number;
  /** A gauge's or counter's sum; absent where the page has none. */
  readonly sum: number | undefined;
  /** Of a histogram: counts by upper bound, cumulative. */
  readonly buckets: ReadonlyMap<number, number>;
}

export interface MetricReading {
  readonly value?: number;
  readonly samples: number;
}

/** Makes one number of a page, or of two that follow each other. */
export class MetricReader {
  private readonly spec: MetricSpec;
  private before: Page | undefined;

  constructor(spec: MetricSpec) {
    this.spec = spec;
  }

  take(text: string, atMs: number): MetricReading {
    const page = this.parse(text, atMs);
    const { before } = this;
    this.before = page;
    if (this.spec.as === "gauge") return finite(page.sum, page.sum === undefined ? 0 : 1);
    if (before === undefined || page.atMs <= before.atMs) return { samples: 0 };
    return this.spec.as === "rate" ? rateOf(before, page) : quantileOf(before, page, this.spec.quantile);
  }

  private parse(text: string, atMs: number): Page {
    const { name, labels, as } = this.spec;
    if (as !== "quantile") {
      const samples = samplesOf(text, name, labels);
      const sum = samples.length === 0 ? undefined : samples.reduce((total, { value }) => total + value, 0);
      return { atMs, sum, buckets: new Map() };
    }
    const buckets = new Map<number, number>();
    for (const { labels: own, value } of samplesOf(text, `${name}_bucket`, labels)) {
      const bound = Number((own.get("le") ?? "").replace("+Inf", "Infinity") || Number.NaN);
      if (!Number.isNaN(bound)) buckets.set(bound, (buckets.get(bound) ?? 0) + value);
    }
    return { atMs, sum: undefined, buckets };
  }
}

/** A counter that went back began anew: what it shows is what came since. */
function rateOf(before: Page, now: Page): MetricReading {
  if (before.sum === undefined || now.sum === undefined) return { samples: 0 };
  const grown = now.sum >= before.sum ? now.sum - before.sum : now.sum;
  return finite((grown * 1000) / (now.atMs - before.atMs), Math.round(grown));
}

/** As histogram_quantile of PromQL: within the bucket that holds it, in proportion; above the last bound, that bound. */
function quantileOf(before: Page, now: Page, quantile: number): MetricReading {
  const bounds = [...now.buckets.keys()].sort((a, b) => a - b);
  const restarted = bounds.some((bound) => (now.buckets.get(bound) ?? 0) < (before.buckets.get(bound) ?? 0));
  const counts = bounds.map(
    (bound) => (now.buckets.get(bound) ?? 0) - (restarted ? 0 : (before.buckets.get(bound) ?? 0)),
  );
  const total = counts.at(-1) ?? 0;
  if (!(total > 0)) return { samples: 0 };
  const rank = quantile * total;
  const at = counts.findIndex((count) => count >= rank);
  const upper = bounds[at] ?? Number.NaN;
  const lower = at > 0 ? (bounds[at - 1] ?? 0) : Math.min(0, upper);
  if (upper === Infinity) return finite(lower, total);
  const [below, upTo] = [at > 0 ? (counts[at - 1] ?? 0) : 0, counts[at] ?? 0];
  const share = upTo > below ? (rank - below) / (upTo - below) : 1;
  return finite(lower + (upper - lower) * share, total);
}

function finite(value: number | undefined, samples: number): MetricReading {
  return value === undefined || !Number.isFinite(value) ? { samples: 0 } : { value, samples: Math.max(0, samples) };
}
