import type { Agent } from "../core/agent.ts";
import type { Random } from "../core/random.ts";
import { AdoptionAgent } from "./adoption.ts";
import { DemandAgent } from "./demand.ts";
import { RAISING, ReflexAgent } from "./relief.ts";
import { SearchAgent, type SearchOptions } from "./search.ts";

export interface BalanceOptions {
  /** How long a change lasts unless renewed. */
  readonly leaseMs: number;
  readonly random: Random;
  /** What the search needs; without it there is none. */
  readonly search?: Omit<SearchOptions, "leaseMs" | "random">;
}

/**
 * Colony 1: one agent speaks for those that wait, one answers for those that can give way, one for what those that wait take themselves, one looks for better settings
 * while nobody waits; they know of each other only through the field.
 */
export function createBalanceColony(options: BalanceOptions): Agent[] {
  // In this order, so that a wait is answered in the turn that it is measured in.
  const agents: Agent[] = [
    new DemandAgent(options.search?.cpus),
    new ReflexAgent({ ...options, ...(options.search && { cpus: options.search.cpus }) }),
    new ReflexAgent({ leaseMs: options.leaseMs, random: options.random, cast: RAISING }),
    new AdoptionAgent(options),
  ];
  if (options.search !== undefined) agents.push(new SearchAgent({ ...options, ...options.search }));
  return agents;
}
