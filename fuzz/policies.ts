import { FACTS } from "../src/core/condition.fixture.ts";
import { compileCondition, type ConditionFacts, faultOf } from "../src/core/condition.ts";
import { configSchema } from "../src/core/config.ts";
import { Policies } from "../src/guard/policies.ts";
import { readExamples, tryExample } from "../src/guard/policy-examples.ts";
import { orTree } from "./mutate-tree.ts";
import type { Target } from "./target.ts";

/** Long lists: what a condition does with each of them counts. */
const BUSY: ConditionFacts = {
  ...FACTS,
  entity: {
    ...FACTS.entity,
    executables: Array.from({ length: 64 }, (_, at) => `/usr/bin/${at}`),
    users: Array.from({ length: 64 }, (_, at) => BigInt(at)),
  },
};

const CONDITIONS = [
  'proposal.kind == "freeze" && proposal.value >= 1',
  "evidence.kinds.size() >= 3 ? host.hour < 8 : true",
  '"lineage" in evidence.kinds && evidence.total > 1.5',
  'entity.executables.all(path, path.startsWith("/usr/"))',
  "entity.users.filter(u, u > 3).exists(u, u % 2 == 0) || [1, 2].map(x, x * 2).size() > 1",
  'has(proposal.incident) && size(proposal.agent) < 10 && !("x" in {"a": 1})',
  "1 / (entity.processes - 3) > 0 || double(entity.processes) / 0.0 > 1.0",
  'timestamp("2026-01-01T00:00:00Z").getHours() == 1 && duration("1h") > duration("3s")',
  'string(entity.processes) + "x" == "3x" && bytes("a") == b"a" && int("7") == 7',
];

/** What a policy's `when` may be: checked, and where it passes the check, asked. */
export function conditionTarget(): Target {
  return {
    seeds: CONDITIONS.map((text) => Buffer.from(text)),
    run: (input) => {
      // As the configuration has it: at most 1024 characters.
      const text = Buffer.from(input).toString("utf8").slice(0, 1024);
      if (faultOf(text) === undefined) compileCondition(text)(BUSY);
    },
  };
}

const EXAMPLES = [
  {
    name: "weak evidence by day",
    at: "2026-06-01 12:00",
    proposal: { kind: "freeze", cgroup: "/batch/x", value: 1, agent: "a", leaseSeconds: 60 },
    entity: { processes: 3, executables: ["/bin/x"], users: [0] },
    evidence: [{ kind: "lineage", agent: "l", weight: 1 }, { kind: "destination" }],
    pressure: { cpu: 0.5 },
    expect: { outcome: "advised", approvals: 2, policies: ["ask"] },
  },
  {
    name: "protected",
    proposal: { kind: "cpu.weight", cgroup: "/batch/db/main", value: 10 },
    expect: { outcome: "refused", code: "SW-GUARD-PROTECTED" },
  },
];

const YAML = `- name: strong
  at: "2026-06-01 12:00"
  proposal: { kind: freeze, cgroup: /batch/x, value: 1 }
  evidence: [{ kind: lineage }, { kind: destination }, { kind: fresh-file }]
  expect: { outcome: applied, policies: [] }
`;

/** A file of examples for `swarms policy test`, read and tried against a configuration with policies. */
export function examplesTarget(): Target {
  const config = configSchema.parse({
    mode: "enforce",
    scope: ["/batch"],
    protect: { cgroups: ["/batch/db"], executables: [] },
    policies: [
      { name: "night", actions: ["freeze"], from: "22:00", until: "06:00", mode: "enforce" },
      { name: "ask", actions: ["freeze"], when: "evidence.kinds.size() < 3", mode: "advise", approvals: 2 },
    ],
  });
  return {
    seeds: [Buffer.from(YAML), Buffer.from(JSON.stringify(EXAMPLES))],
    run: (input) => {
      const examples = readExamples(Buffer.from(input).toString("utf8"));
      if (!examples.ok) return;
      const policies = new Policies(config);
      for (const example of examples.value.slice(0, 8)) tryExample(config, policies, example);
    },
    mend: orTree([EXAMPLES], (json) => json),
  };
}
