import type { Agent } from "../core/agent.ts";
import { ContainerEscapeAgent } from "./container-escape.ts";
import { DiscoveryAgent } from "./discovery.ts";
import { ForkBombAgent } from "./fork-bomb.ts";
import { HiddenExecutableAgent } from "./hidden-executable.ts";
import { InjectionAgent } from "./injection.ts";
import { MinerAgent } from "./miner.ts";
import { PreloadAgent } from "./preload.ts";
import { PrivilegeJumpAgent } from "./privilege-jump.ts";
import { ReverseShellAgent } from "./reverse-shell.ts";
import { ScanAgent } from "./scan.ts";

interface Member {
  readonly depth: "light" | "full";
  readonly make: (options: { readonly depth?: "light" | "full" }) => Agent;
}

/** Agents that watch processes. All see the cheap kinds at any depth; at full depth some are told of system calls as well. */
export const PROCESS_MEMBERS: readonly Member[] = [
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
];
