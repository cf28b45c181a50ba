import type { ConditionFacts } from "./condition.ts";

/** What a condition is asked about where a test does not care: a freeze of three processes at three on a Sunday. */
export const FACTS: ConditionFacts = {
  proposal: {
    kind: "freeze",
    colony: "immune",
    agent: "quorum",
    value: 1,
    target: "p:7@9",
    incident: "i-1",
    leaseSeconds: 300,
  },
  entity: { cgroup: "/a/b", workload: "", processes: 3n, executables: ["/usr/bin/x"], users: [1000n] },
  evidence: { kinds: ["lineage", "destination"], agents: ["lineage"], count: 2n, total: 1.7, strongest: 0.9 },
  host: { hour: 3n, weekday: "sun", pressure: { cpu: 0.5, memory: 0, io: 0 } },
};
