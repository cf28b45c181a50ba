import type { Agent } from "../core/agent.ts";
import { AntibodyAgent } from "./antibodies.ts";
import { DestinationAgent } from "./destination.ts";
import { FloodAgent } from "./flood.ts";
import { FreshFileAgent } from "./fresh-file.ts";
import { LineageAgent } from "./lineage.ts";
import { ProvenanceAgent } from "./provenance.ts";
import { QuorumAgent } from "./quorum.ts";

/**
 * Colony 2: five kinds of evidence that know nothing of each other, one agent that lets danger flow to
 * children, one that counts the votes. `leaseMs`: how long a containment lasts unless renewed.
 */
export function createImmuneColony(options: { readonly leaseMs: number }): Agent[] {
  return [
    // First, so that a child carries its parent's danger before anything is said about the child itself.
    new ProvenanceAgent(),
    new LineageAgent(),
    new FreshFileAgent(),
    new DestinationAgent(),
    new FloodAgent(),
    new AntibodyAgent(),
    new QuorumAgent(options.leaseMs),
  ];
}
