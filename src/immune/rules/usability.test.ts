import assert from "node:assert/strict";
import { test } from "node:test";
import { loadRules } from "./rule-set.ts";
import type { Usability } from "./usability.ts";

const SENSED: readonly string[] = ["openat", "execve"];

function usability(condition: string): Usability {
  const text = `- rule: r\n  desc: d\n  condition: ${JSON.stringify(condition)}\n  output: o\n  priority: INFO\n`;
  const { set, warnings } = loadRules([{ file: "f", text }], (type) => (SENSED.includes(type) ? ["exec"] : []));
  const [rule] = set?.rules ?? [];
  assert.ok(rule !== undefined);
  const says = warnings.map((warning) => warning.says).join("\n");
  assert.equal(/never fires/.test(says), rule.usability.sees === "nothing", says);
  return rule.usability;
}

test("a rule that can never fire is told from one that sees a part", () => {
  for (const [condition, sees, because] of [
    ["evt.type = execve", "all"],
    ["evt.type in (execve, kill)", "part"],
    ["evt.type = kill", "nothing", "events"],
    ["evt.type in (kill, tgkill) or evt.type = rt_sigqueueinfo", "nothing", "events"],
    ["evt.type = execve and evt.type = openat", "nothing", "events"],
    ["evt.type = execve and not evt.type in (execve)", "nothing", "events"],
    ["evt.type = execve and container.labels = x", "nothing", "fields"],
    ["evt.type = execve and container.labels != x", "nothing", "fields"],
    ["evt.type = execve and container.labels exists", "nothing", "fields"],
    ["evt.type = execve and not container.labels = x", "part"],
    ["evt.type = execve and (container.labels = x or proc.name = y)", "part"],
    ["(evt.type = openat and evt.is_io_read = true) or (evt.type = kill and proc.name = x)", "nothing", "fields"],
    ["evt.type = execve and proc.name = val(container.labels)", "part"],
    ["evt.type = execve and len(container.labels) = 0", "part"],
    ["proc.name = x", "all"],
    ["k8s.pod.labels = x and proc.name = x", "nothing", "fields"],
  ] as const) {
    const found = usability(condition);
    assert.deepEqual([found.sees, found.because], [sees, because], condition);
    assert.equal(found.lacks.length > 0, sees !== "all" && !/not evt.type/.test(condition), condition);
  }
});
