import type { Objective } from "../workload.ts";

/** Frame types between warden and prober. */
export const PROBER_FRAME = { jobs: 1, numbers: 2, names: 3, answer: 4 } as const;

/** What became of one name. A prober that is handed `names` (a list of them) is asked nothing else. */
export interface ProberAnswer {
  readonly name: string;
  /** IPv4 and IPv6, as texts; none with a fault. */
  readonly addresses: readonly string[];
  /** Why there is none: ENOTFOUND, EAI_AGAIN, ETIMEDOUT (`dns.lookup` of Node). */
  readonly fault?: string;
}

type Asked = { [K in "http" | "tcp" | "metric"]: NonNullable<Objective[K]> };

/** What to measure for one declared workload. */
export type ProberJob = { readonly workload: string } & (
  | { readonly kind: "http"; readonly spec: Asked["http"] }
  | { readonly kind: "tcp"; readonly spec: Asked["tcp"] }
  | { readonly kind: "metric"; readonly spec: Asked["metric"] }
);

/** All that ever comes back: numbers. What they mean for a target is for the warden to say, which knows it. */
export interface ProberNumbers {
  readonly workload: string;
  /** Milliseconds at the quantile for http and tcp, the metric's own unit else; absent where nothing answers. */
  readonly value?: number;
  /** Behind it. */
  readonly samples: number;
  /** Answer times of http and tcp, milliseconds. */
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** Share of the requests without an answer. */
  readonly failures: number;
}
