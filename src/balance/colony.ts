import type { Agent } from "../core/agent.ts";
import type { Random } from "../core/random.ts";
import { DemandAgent } from "./demand.ts";
import { ReflexAgent } from "./relief.ts";

/**
 * Colony 1: one agent speaks for those that wait, one answers for those that can give way; they know of each other only
 * through the field. `leaseMs`: how long a change lasts unless renewed.
 */
export function createBalanceColony(options: { readonly leaseMs: number; readonly random: Random }): Agent[] {
  // In this order, so that a wait is answered in the turn that it is measured in.
  return [new DemandAgent(), new ReflexAgent(options)];
}
