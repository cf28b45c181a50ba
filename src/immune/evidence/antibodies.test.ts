import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventKind } from "../../core/event-kinds.ts";
import { AntibodyAgent, type RuleReader } from "./antibodies.ts";
import { FakeHost } from "../scenes/context.fixture.ts";
import { readRules } from "../rules/rule-reader.ts";

async function rules(priority: string): Promise<RuleReader> {
  const text = `- rule: A shell\n  desc: d\n  condition: evt.type = execve and proc.name = sh\n  output: "%proc.name below %proc.pname"\n  priority: ${priority}\n  tags: [T1059]\n`;
  const kindsOf = (type: string): readonly EventKind[] => (type === "execve" ? ["exec"] : []);
  const accounts = { user: () => undefined, group: () => undefined };
  const options = { kindsOf, accounts, hostname: "h", matching: "all" } as const;
  const { reader } = await readRules([{ file: "r", text }], options, () => Promise.resolve());
  assert.ok(reader !== undefined);
  return reader;
}

function agent(rules: RuleReader | undefined): AntibodyAgent {
  const made = new AntibodyAgent();
  made.use(rules);
  return made;
}

function told(host: FakeHost): readonly string[] {
  const evidence = host.deposits.filter(({ pheromone }) => pheromone === "danger").map((each) => each.evidence);
  return evidence.map(({ kind, weight, says }) => `${kind} ${Math.round(weight * 100) / 100} ${says}`);
}

test("a rule that holds is evidence of its own kind, weighed by its priority, with its technique", async () => {
  const host = new FakeHost([agent(await rules("WARNING"))]);
  host.spawn(host.existing("/usr/sbin/nginx"), "/bin/sh");
  host.spawn(host.existing("/usr/sbin/nginx"), "/bin/ls");
  assert.deepEqual(told(host), ["rule 0.7 A shell (WARNING, T1059): sh below nginx"]);
});

test("a critical rule speaks as a kind that needs no other", async () => {
  const host = new FakeHost([agent(await rules("CRITICAL"))]);
  host.spawn(host.existing("/usr/sbin/nginx"), "/bin/sh");
  assert.match(told(host)[0] ?? "", /^rule\.critical 1 /);
});

test("only what the rules need is wanted, nothing without rules, and other rules can take over", async () => {
  const antibodies = agent(undefined);
  assert.deepEqual(antibodies.wants, []);
  antibodies.use(await rules("INFO"));
  assert.deepEqual(antibodies.wants, ["exec"]);
  const host = new FakeHost([antibodies]);
  host.spawn(host.existing("/usr/sbin/nginx"), "/bin/sh");
  antibodies.use(undefined);
  host.spawn(host.existing("/usr/sbin/nginx"), "/bin/sh");
  assert.equal(told(host).length, 1);
  assert.equal(antibodies.counts.get("A shell"), 1);
});

test("a rule that holds again and again is told once in full, then faintly", async () => {
  const host = new FakeHost([agent(await rules("WARNING"))]);
  const server = host.existing("/usr/sbin/nginx");
  for (let i = 0; i < 40; i++) host.spawn(server, "/bin/sh");
  const weights = told(host).map((each) => Number(each.split(" ")[1]));
  assert.equal(weights[0], 0.7);
  assert.ok(
    weights.slice(1).every((weight) => weight <= 0.08),
    weights.join(),
  );
});
