import assert from "node:assert/strict";
import { test } from "node:test";
import type { Decision, Evidence, Proposal } from "../core/action.ts";
import { PHEROMONES, type Agent, type AgentContext, type ProcessView } from "../core/agent.ts";
import { FakeClock } from "../core/clock.ts";
import type { ExecEvent } from "../core/event.ts";
import { seededRandom } from "../core/random.ts";
import { Field } from "../swarm/field.ts";
import { Brain } from "./brain.ts";

const EXEC: ExecEvent = {
  kind: "exec",
  atNs: 1,
  process: { pid: 10, startTicks: 1 },
  parent: { pid: 1, startTicks: 0 },
  comm: "x",
  uid: 0,
  cgroupId: 1,
  cpuCgroupId: 1,
  path: "/bin/x",
  exe: { dev: 1, ino: 2 },
  ctimeMs: 0,
  mtimeMs: 0,
};

const NOBODY: ProcessView = { get: () => undefined, lineage: () => [] };

function evidence(agent: string, weight = 1): Evidence {
  return { atMs: 0, agent, kind: agent, entity: "p:10@1", weight, says: agent, numbers: {} };
}

function brainWith(...agents: Agent[]): { brain: Brain; proposals: Proposal[]; clock: FakeClock } {
  const proposals: Proposal[] = [];
  const clock = new FakeClock();
  const brain = new Brain(agents, {
    clock,
    random: seededRandom(1),
    field: new Field({ pheromones: PHEROMONES }),
    processes: NOBODY,
    propose: (proposal) => proposals.push(proposal),
    report: () => undefined,
  });
  return { brain, proposals, clock };
}

function agent(name: string, parts: Partial<Agent>): Agent {
  return { name, colony: "immune", says: name, wants: [], ...parts };
}

test("an agent gets only the kinds of event that it wants", () => {
  const heard: string[] = [];
  const { brain } = brainWith(
    agent("wants", { wants: ["exec"], onEvent: (event) => void heard.push(`wants ${event.kind}`) }),
    agent("other", { wants: ["exit"], onEvent: (event) => void heard.push(`other ${event.kind}`) }),
  );
  brain.onEvent(EXEC);
  assert.deepEqual(heard, ["wants exec"]);
});

test("a deposit wakes those that feel the pheromone, after the depositor has finished, with the evidence at hand", () => {
  const order: string[] = [];
  const { brain } = brainWith(
    agent("nose", {
      feels: ["danger"],
      onSignal: (entity, pheromone, context) => {
        const known = context.evidence(entity).map((each) => each.says);
        order.push(`${pheromone} ${context.field.concentration(entity, "danger").toFixed(1)} ${known.join()}`);
      },
    }),
    agent("deaf", { feels: ["demand.cpu"], onSignal: () => void order.push("never") }),
    agent("a", {
      wants: ["exec"],
      onEvent: (_, context) => {
        context.deposit("danger", evidence("a"));
        order.push("a done");
      },
    }),
  );
  brain.onEvent(EXEC);
  assert.deepEqual(order, ["a done", "danger 1.0 a"]);
});

test("agents that answer each deposit with another do not keep a turn going for ever", () => {
  let woken = 0;
  const echo = (name: string): Agent =>
    agent(name, {
      feels: ["danger"],
      onSignal: (_, __, context) => {
        woken++;
        context.deposit("danger", evidence(name, 0.1));
      },
    });
  const { brain } = brainWith(
    echo("x"),
    echo("y"),
    agent("a", { wants: ["exec"], onEvent: (_, context) => context.deposit("danger", evidence("a")) }),
  );
  brain.onEvent(EXEC);
  assert.ok(woken > 0 && woken <= 4000, `${woken}`);
});

test("a decision and a revert come back to the agent that had asked, and to no other", () => {
  const heard: string[] = [];
  const asks = (name: string): Agent =>
    agent(name, {
      wants: ["exec"],
      onEvent: (_, context: AgentContext) =>
        void context.propose({
          agent: name,
          kind: "freeze",
          target: "p:10@1",
          value: 1,
          leaseMs: 1,
          reason: "",
          evidence: [],
        }),
      onDecision: (decision) => void heard.push(`${name} ${decision.outcome}`),
      onReverted: (reverted) => void heard.push(`${name} ${reverted.cause}`),
    });
  const { brain, proposals } = brainWith(asks("a"), asks("b"));
  brain.onEvent(EXEC);
  assert.equal(new Set(proposals.map((proposal) => proposal.id)).size, 2);
  const asked = proposals.find((proposal) => proposal.agent === "b");
  const decision: Decision = {
    proposal: asked?.id ?? "",
    action: "c-0001",
    outcome: "applied",
    kind: "freeze",
    cgroup: "/x",
    from: "",
    to: "",
    untilMs: 0,
    code: "",
    says: "",
  };
  brain.onDecision(decision);
  brain.onReverted({ action: "c-0001", cause: "expired", written: true, says: "" });
  brain.onReverted({ action: "c-0001", cause: "expired", written: true, says: "" });
  brain.onDecision({ ...decision, proposal: "p-unknown" });
  assert.deepEqual(heard, ["b applied", "b expired"]);
});

test("the field evaporates by the monotonic clock", () => {
  const seen: number[] = [];
  const { brain, clock } = brainWith(
    agent("a", {
      wants: ["exec"],
      onEvent: (_, context) => {
        seen.push(context.field.concentration("p:10@1", "danger"));
        context.deposit("danger", evidence("a"));
      },
    }),
  );
  brain.onEvent(EXEC);
  clock.jumpWall(86_400_000);
  clock.advance(PHEROMONES.danger.halfLifeMs);
  brain.onEvent(EXEC);
  assert.equal(seen[0], 0);
  assert.ok(Math.abs((seen[1] ?? 0) - 0.5) < 1e-9);
});

test("what is wanted is what any agent wants, each once in the table's order, and follows an agent that changes", () => {
  const changing = { ...agent("a", { wants: ["connect", "exec"], onEvent: () => undefined }) };
  const deaf = agent("b", { wants: ["mount"] });
  const { brain } = brainWith(changing, deaf, agent("c", { wants: ["exec"], onEvent: () => undefined }));
  assert.deepEqual(brain.wants(), ["exec", "connect"], "who has no ear for events needs none");
  assert.equal(brain.refreshWants(), false);
  Object.assign(changing, { wants: ["open.write"] });
  assert.equal(brain.refreshWants(), true);
  assert.deepEqual(brain.wants(), ["exec", "open.write"]);
});

test("a batch sees one time, whatever the clocks do meanwhile", () => {
  const seen: number[] = [];
  const { brain, clock } = brainWith(
    agent("a", { wants: ["exec"], onEvent: (_, { nowMs, wallMs }) => void seen.push(nowMs, wallMs) }),
  );
  brain.wake();
  const atMs = clock.wallMs();
  brain.hear(EXEC);
  clock.advance(1000);
  brain.hear(EXEC);
  assert.deepEqual(seen, [0, atMs, 0, atMs]);
  brain.onEvent(EXEC);
  assert.deepEqual(seen.slice(4), [1000, atMs + 1000]);
});
