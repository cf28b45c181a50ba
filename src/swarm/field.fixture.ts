import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { PheromoneSpec } from "../core/agent.ts";
import { Field } from "./field.ts";

/** One that is gone in seconds, one that lasts a day; both with caps that a few deposits reach. */
export const SPECS = {
  short: { halfLifeMs: 1000, cap: 10, says: "" },
  long: { halfLifeMs: 6 * 3_600_000, cap: 4, says: "" },
} satisfies Record<string, PheromoneSpec>;
export type Name = keyof typeof SPECS;

export const field = (capacity = 1000): Field => new Field({ capacity, pheromones: SPECS });
export const near = (actual: number, expected: number, says?: string): void =>
  assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.max(1, expected), `${says ?? ""} ${actual} is not ${expected}`);

export const source = fc.constantFrom("runq", "lineage", "fresh-file");
export const amount = fc.double({ min: 0, max: 5, noNaN: true });
