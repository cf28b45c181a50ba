import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { ActionKind, Decision } from "../core/action.ts";
import { AIMED_KINDS, hostile, reachOfKind, traces, valueFor, VICTIMS, widest } from "./framing.fixture.ts";
import { configOf, proposal, type World } from "./guard.fixture.ts";

const TWO_PEOPLE = [{ name: "two people", approvals: 2 }];

/** What people are asked: its name. */
function offered(w: World, kind: ActionKind, target: string, file?: { dev: number; ino: number }): string {
  const decision = w.guard.decide(proposal(kind, target, valueFor(kind), file ? { file } : {}));
  assert.equal(decision.outcome, "advised", `${kind}: ${decision.says}`);
  assert.ok(decision.approval);
  return decision.approval;
}

function approved(w: World, id: string, by: string): Decision | undefined {
  const said = w.guard.approve(id, by);
  assert.ok(said.ok, said.ok ? "" : said.says);
  return said.value.decision;
}

test("framing: a person's word, and two people's, do not reach whom nothing may touch and who came in between", (t) => {
  for (const policies of [[], TWO_PEOPLE])
    for (const kind of AIMED_KINDS)
      for (const [whom, { pid, about }] of Object.entries(VICTIMS)) {
        if (reachOfKind(kind) === "process" && whom !== "sshd") continue;
        const w = hostile(t, "advise", "v2");
        w.guard.reload(configOf({ ...widest("advise"), policies }));
        if (kind === "thaw") w.someoneWrites("cgroup.freeze", "1");
        const isProcess = reachOfKind(kind) === "process";
        const file = kind.startsWith("exec.") ? { dev: 7, ino: 7 } : undefined;
        const id = offered(w, kind, isProcess ? "p:101@1010" : "w:/swarms/a", file);
        if (isProcess) w.host.process(101, { ...about, cgroup: "/swarms/a" });
        else {
          w.host.group("/swarms/a/below");
          w.host.process(pid, { ...about, cgroup: "/swarms/a/below" });
        }
        const before = traces(w);
        if (policies.length > 0) assert.equal(approved(w, id, "alice"), undefined);
        const decision = approved(w, id, "bob");
        assert.deepEqual([decision?.outcome, decision?.code], ["refused", "SW-GUARD-PROTECTED"], `${kind} on ${whom}`);
        assert.equal(traces(w), before, `${kind} on ${whom}`);
        w.host.remove();
      }
});

test("framing: a word for one process is none for another of its group", (t) => {
  const w = hostile(t, "advise", "v2");
  w.guard.reload(configOf({ ...widest("advise"), policies: TWO_PEOPLE }));
  const [one, other] = ["p:101@1010", "p:102@1020"].map((target) => offered(w, "kill.process", target));
  assert.notEqual(one, other);
  assert.equal(approved(w, one ?? "", "alice"), undefined);
  assert.equal(offered(w, "kill.process", "p:102@1020"), other);
  assert.deepEqual(
    w.guard.waiting().map(({ to, approvedBy }) => [to, approvedBy]),
    [
      ["ended (process 101)", ["alice"]],
      ["ended (process 102)", []],
    ],
  );
  assert.equal(approved(w, one ?? "", "bob")?.outcome, "applied");
  assert.deepEqual(w.host.access.killed, [101]);
});

test("framing: a word for a process's program is none for the program that it becomes before the word is given", (t) => {
  const w = hostile(t, "advise", "v2");
  const [asked, harmless] = ["asked", "harmless"].map((name) => join(w.host.root, name)) as [string, string];
  for (const path of [asked, harmless]) writeFileSync(path, "");
  w.host.process(101, { cgroup: "/swarms/a", exe: asked });
  const id = offered(w, "exec.deny", "p:101@1010");
  w.host.process(101, { cgroup: "/swarms/a", exe: harmless });
  const decision = approved(w, id, "alice");
  assert.equal(decision?.outcome, "advised", "people are asked anew");
  assert.notEqual(decision?.approval, id);
  assert.deepEqual([...w.host.access.execDeny.files], []);
});

test("framing: what one person has approved of a knob may be asked for again, in other words, and stays one entry", (t) => {
  const w = hostile(t, "advise", "v2");
  const id = offered(w, "cpu.weight", "w:/swarms/a");
  assert.equal(offered(w, "cpu.weight", "p:101@1010"), id);
  assert.equal(approved(w, id, "alice")?.outcome, "applied");
});
