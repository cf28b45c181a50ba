import type { Learned } from "./responder.ts";

/** Names longer than a path can be are none (PATH_MAX, limits.h). */
const MAX_NAME = 4096;

/** What is sound of a memory that may be anything; at most `limit` workloads. Values out of range are cut by who takes them. */
export function learnedFrom(memory: unknown, limit: number): [name: string, learned: Learned][] {
  if (typeof memory !== "object" || memory === null || Array.isArray(memory)) return [];
  const entries: [string, unknown][] = Object.entries(memory);
  return entries.slice(-limit).flatMap(([name, value]): [string, Learned][] => {
    if (name === "" || name.length > MAX_NAME || !isLearned(value)) return [];
    return [[name, { threshold: value.threshold, holdMs: value.holdMs }]];
  });
}

function isLearned(value: unknown): value is Learned {
  if (typeof value !== "object" || value === null || !("threshold" in value) || !("holdMs" in value)) return false;
  return Number.isFinite(value.threshold) && Number.isFinite(value.holdMs);
}
