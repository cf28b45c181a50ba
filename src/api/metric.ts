import type { StatusDocument } from "../core/status.ts";

export type Labels = Readonly<Record<string, string>>;
export type Sample = readonly [labels: Labels, value: number];

export interface Metric {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  samples(status: StatusDocument): readonly Sample[];
}
