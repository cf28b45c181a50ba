import type { Agent } from "../core/agent.ts";
import { AntibodyAgent } from "./antibodies.ts";
import { ContainerEscapeAgent } from "./container-escape.ts";
import { CredentialHuntAgent } from "./credential-hunt.ts";
import { ContextAgent } from "./dendritic.ts";
import { DestinationAgent } from "./destination.ts";
import { DiscoveryAgent } from "./discovery.ts";
import { DroppedFileAgent } from "./dropped-file.ts";
import { FloodAgent } from "./flood.ts";
import { ForkBombAgent } from "./fork-bomb.ts";
import { FreshFileAgent } from "./fresh-file.ts";
import { HiddenExecutableAgent } from "./hidden-executable.ts";
import { InjectionAgent } from "./injection.ts";
import { LineageAgent } from "./lineage.ts";
import { LogClearingAgent } from "./log-clearing.ts";
import { MassRewriteAgent } from "./mass-rewrite.ts";
import { MinerAgent } from "./miner.ts";
import { PersistenceAgent } from "./persistence.ts";
import { PreloadAgent } from "./preload.ts";
import { PrivilegeJumpAgent } from "./privilege-jump.ts";
import { ProvenanceAgent } from "./provenance.ts";
import { QuorumAgent } from "./quorum.ts";
import type { ModeOf } from "./response-plan.ts";
import { ReverseShellAgent } from "./reverse-shell.ts";
import { ScanAgent } from "./scan.ts";
import { SequencesAgent } from "./sequences.ts";
import { TamperingAgent, type OwnLayer } from "./tampering.ts";

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
  /** What belongs to the layer itself. */
  readonly own?: OwnLayer;
  /** The folder in which the host's files are looked for, "" for the host itself. */
  readonly root?: string;
}

interface Member {
  readonly depth: "light" | "full";
  readonly make: (options: ImmuneOptions) => Agent;
}

/** In the order in which they are asked. All but the first and the last two are kinds of evidence that know nothing of each other. */
const MEMBERS: readonly Member[] = [
  // First, so that a child carries its parent's danger before anything is said about the child itself.
  { depth: "light", make: () => new ProvenanceAgent() },
  { depth: "light", make: () => new LineageAgent() },
  { depth: "light", make: () => new FreshFileAgent() },
  { depth: "light", make: () => new DestinationAgent() },
  { depth: "light", make: () => new FloodAgent() },
  { depth: "full", make: ({ root }) => new CredentialHuntAgent(root) },
  { depth: "full", make: ({ root }) => new MassRewriteAgent(root) },
  { depth: "full", make: ({ root }) => new PersistenceAgent(root) },
  { depth: "full", make: ({ root }) => new LogClearingAgent(root) },
  { depth: "full", make: ({ own }) => new TamperingAgent(own) },
  { depth: "full", make: () => new DroppedFileAgent() },
  { depth: "full", make: () => new SequencesAgent() },
  { depth: "light", make: () => new AntibodyAgent() },
  // These see the cheap kinds at any depth; at full depth some are told of system calls as well.
  { depth: "light", make: ({ depth }) => new ReverseShellAgent(depth) },
  { depth: "light", make: () => new HiddenExecutableAgent() },
  { depth: "light", make: () => new ForkBombAgent() },
  { depth: "light", make: () => new MinerAgent() },
  { depth: "light", make: ({ depth }) => new PrivilegeJumpAgent(depth) },
  { depth: "light", make: ({ depth }) => new ContainerEscapeAgent(depth) },
  { depth: "light", make: ({ depth }) => new ScanAgent(depth) },
  { depth: "light", make: () => new DiscoveryAgent() },
  { depth: "full", make: () => new InjectionAgent() },
  { depth: "full", make: () => new PreloadAgent() },
  // No kind of evidence: what that of others counts for.
  { depth: "light", make: ({ depth }) => new ContextAgent(depth) },
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
