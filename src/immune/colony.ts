import type { Agent } from "../core/agent.ts";
import { AntibodyAgent } from "./antibodies.ts";
import { DestinationAgent } from "./destination.ts";
import { FloodAgent } from "./flood.ts";
import { FreshFileAgent } from "./fresh-file.ts";
import { LineageAgent } from "./lineage.ts";
import { ProvenanceAgent } from "./provenance.ts";
import { QuorumAgent } from "./quorum.ts";
import type { ModeOf } from "./response-plan.ts";

export interface ImmuneOptions {
  /** How long a containment lasts unless renewed. */
  readonly leaseMs: number;
  /** `light`, unless told: only what costs other programs nothing. */
  readonly depth?: "light" | "full";
  /** Names of agents that are left out. */
  readonly off?: readonly string[];
  /** What is in force, so that the response begins with what the guard will do. */
  readonly modeOf?: ModeOf;
  /** Of the host. */
  readonly cpus?: number;
}

interface Member {
  readonly depth: "light" | "full";
  readonly make: (options: ImmuneOptions) => Agent;
}

/** In the order in which they are asked: each but the last two kinds of work is a kind of evidence that knows nothing of the others. */
const MEMBERS: readonly Member[] = [
  // First, so that a child carries its parent's danger before anything is said about the child itself.
  { depth: "light", make: () => new ProvenanceAgent() },
  { depth: "light", make: () => new LineageAgent() },
  { depth: "light", make: () => new FreshFileAgent() },
  { depth: "light", make: () => new DestinationAgent() },
  { depth: "light", make: () => new FloodAgent() },
  { depth: "light", make: () => new AntibodyAgent() },
  // Last: it counts what the others have said.
  { depth: "light", make: (options) => new QuorumAgent(options) },
];

/** Colony 2: independent kinds of evidence, one agent that lets danger flow to children, and one that counts the votes. */
export function createImmuneColony(options: ImmuneOptions): Agent[] {
  const { depth = "light", off = [] } = options;
  return MEMBERS.filter((member) => member.depth === "light" || depth === "full")
    .map(({ make }) => make(options))
    .filter(({ name }) => !off.includes(name));
}
