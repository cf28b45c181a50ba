import { createBalanceColony } from "../../balance/colony.ts";
import { type Agent, type PheromoneSpec, PHEROMONES } from "../../core/agent.ts";
import { EVENTS } from "../../core/event-kinds.ts";
import { seededRandom } from "../../core/random.ts";
import { createImmuneColony } from "../../immune/colony.ts";
import { code, type Page, table } from "./page.ts";

export const AGENT_PAGE: Page = {
  file: "agents.md",
  title: "Agents, signals and events",
  says: "Who looks for what, through which signals agents speak to each other, and what they can be told of.",
  body: () => `## Agents

${table(["agent", "colony", "depth", "what it does"], agentRows())}

An agent at depth "full" is there only with \`colonies: { immune: { depth: full } }\`; \`off:\` leaves any out.

## Signals

${table(
  ["signal", "half-life", "what it says"],
  Object.entries<PheromoneSpec>(PHEROMONES).map(([name, { halfLifeMs, says }]) => [
    code(name),
    halfLifeMs >= 3_600_000 ? `${halfLifeMs / 3_600_000} h` : `${halfLifeMs / 1000} s`,
    says,
  ]),
)}

## Kinds of event

${table(
  ["event", "cost", "what happened"],
  Object.entries(EVENTS).map(([kind, { source, says }]) => [code(kind), COSTS[source], says]),
)}`,
};

/** Who pays while a kind is wanted (core/event-kinds.ts). */
const COSTS = {
  task: "forks, execs and exits",
  cgroup: "the call itself",
  call: "system calls",
  count: "counted, read in turns",
  entry: "every system call",
} as const;

function agentRows(): string[][] {
  const light = new Set(createImmuneColony({ leaseMs: 1 }).map(({ name }) => name));
  const balance = createBalanceColony({ leaseMs: 1, random: seededRandom(1) });
  const row = (agent: Agent, depth: string): string[] => [code(agent.name), agent.colony, depth, agent.says];
  return [
    ...createImmuneColony({ leaseMs: 1, depth: "full" }).map((agent) =>
      row(agent, light.has(agent.name) ? "light" : "full"),
    ),
    ...balance.map((agent) => row(agent, "")),
  ];
}
