import type { Agent } from "../core/agent.ts";
import { AntibodyAgent } from "./evidence/antibodies.ts";
import { ContainerEscapeAgent } from "./evidence/processes/container-escape.ts";
import { CredentialHuntAgent } from "./evidence/files/credential-hunt.ts";
import { ContextAgent } from "./context/dendritic.ts";
import { DestinationAgent } from "./evidence/network/destination.ts";
import { DiscoveryAgent } from "./evidence/processes/discovery.ts";
import { DroppedFileAgent } from "./evidence/files/dropped-file.ts";
import { FloodAgent } from "./evidence/processes/flood.ts";
import { ForkBombAgent } from "./evidence/processes/fork-bomb.ts";
import { FreshFileAgent } from "./evidence/files/fresh-file.ts";
import { HiddenExecutableAgent } from "./evidence/processes/hidden-executable.ts";
import { InjectionAgent } from "./evidence/processes/injection.ts";
import { LineageAgent } from "./evidence/processes/lineage.ts";
import { LogClearingAgent } from "./evidence/files/log-clearing.ts";
import { MassRewriteAgent } from "./evidence/files/mass-rewrite.ts";
import { MinerAgent } from "./evidence/processes/miner.ts";
import { PersistenceAgent } from "./evidence/files/persistence.ts";
import { PreloadAgent } from "./evidence/files/preload.ts";
import { PrivilegeJumpAgent } from "./evidence/processes/privilege-jump.ts";
import { ProvenanceAgent } from "./context/provenance.ts";
import { QuorumAgent } from "./quorum/quorum.ts";
import type { ModeOf } from "./response/response-plan.ts";
import { RemoteOrderAgent } from "./evidence/network/remote-order.ts";
import { ReverseShellAgent } from "./evidence/network/reverse-shell.ts";
import { ScanAgent } from "./evidence/network/scan.ts";
import { SequencesAgent } from "./sequences/sequences.ts";
import { TamperingAgent, type OwnLayer } from "./evidence/files/tampering.ts";
import { WriteTargetAgent } from "./evidence/files/write-target.ts";

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
  /** How long after its first start nothing is done by itself about what may only be new; 0 where left out. */
  readonly learningMs?: number;
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
  { depth: "full", make: () => new WriteTargetAgent() },
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
  // Full, for what it goes by is heard of at full depth alone.
  { depth: "full", make: () => new RemoteOrderAgent() },
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
