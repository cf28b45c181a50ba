import assert from "node:assert/strict";
import { test } from "node:test";
import type { AlarmInfo } from "../core/guard-info.ts";
import { ENFORCE, world } from "./guard.fixture.ts";
import { scanJournal } from "./journal/scan.ts";
import { assertApplied } from "./guard.fixture.ts";

const GREEDY = { ...ENFORCE, budget: { containmentsPerHour: 2, shareOfScope: 1 } };

function recorded(folder: string): AlarmInfo[] {
  const alarms: AlarmInfo[] = [];
  const scanned = scanJournal(folder, (record) => void (record.type === "alarm" && alarms.push(record.body)));
  assert.ok(scanned.ok);
  return alarms;
}

test("a hive that asks for a million containments gets the configured few; the rest is one alarm that counts, told and recorded once a minute and once in five", (t) => {
  const w = world(t, GREEDY);
  const groups = ["/swarms/a", "/swarms/b", "/swarms/c"];
  w.host.group("/swarms/c", [103]);
  let applied = 0;
  const asked = 3000;
  for (let at = 0; at < asked; at++) {
    const decision = w.propose("freeze", groups[at % 3]!, 1, { leaseMs: 1000, agent: `agent ${at}` });
    if (decision.outcome === "applied") applied++;
    w.clock.advance(100);
    w.guard.expire();
  }
  assert.ok(applied <= 2, `${applied} were applied`);
  const budget = w.guard.alarms().find(({ alarm }) => alarm === "budget");
  assert.ok(budget);
  assert.equal(w.guard.counters().outcomes.refused, budget.count);
  assert.equal(budget.agents.length, 4, "names are bounded");
  assert.ok(w.alarms.length >= 5 && w.alarms.length <= 12, `told ${w.alarms.length} times in five minutes`);
  assert.equal(w.alarms[0]?.count, 1, "at once");
  assert.ok(new Set(w.alarms.map(({ id }) => id)).size <= 2, "repeats keep the name");
  const written = recorded(w.folder).filter(({ alarm }) => alarm === "budget");
  assert.ok(written.length <= 2);
  w.guard.finish();
  assert.equal(recorded(w.folder).at(-1)?.count, w.guard.alarms()[0]?.count, "nothing is left out at the end");
  w.verify();
});

test("more refusals in a minute than an honest agent could cause are an alarm, whatever was asked for", (t) => {
  const w = world(t, ENFORCE);
  for (let at = 0; at < 1001; at++) w.propose("kill.cgroup", "/elsewhere", 1);
  assert.deepEqual(
    w.guard.alarms().map(({ alarm, count }) => [alarm, count]),
    [["flood", 1]],
  );
});

test("what is only observed raises no alarm, however much of it there is", (t) => {
  const w = world(t, { ...GREEDY, mode: "observe", budget: { containmentsPerHour: 0, shareOfScope: 0 } });
  for (let at = 0; at < 20; at++) w.propose("freeze", "/swarms/a", 1);
  assert.deepEqual(w.guard.alarms(), []);
});

test("an alarm that was quiet for an hour is another one when it comes again", (t) => {
  const w = world(t, { ...GREEDY, budget: { containmentsPerHour: 0, shareOfScope: 1 } });
  w.propose("freeze", "/swarms/a", 1);
  w.clock.advance(3_600_000);
  w.propose("freeze", "/swarms/a", 1);
  const [second, first] = w.guard.alarms();
  assert.notEqual(first?.id, second?.id);
});

test("a containment that is renewed for ever ends after its limit, is an alarm, and needs a person from then on", (t) => {
  const w = world(t, { ...ENFORCE, budget: { shareOfScope: 1, containmentsPerHour: 100, heldMinutes: 30 } });
  assertApplied(w.propose("freeze", "/swarms/a", 1, { leaseMs: 300_000 }));
  let ended: number | undefined;
  for (let minute = 1; minute <= 40 && ended === undefined; minute++) {
    w.clock.advance(60_000);
    if (w.guard.expire().some(({ cause }) => cause === "limit")) ended = minute;
    else assert.equal(w.propose("freeze", "/swarms/a", 1, { leaseMs: 300_000 }).outcome, "renewed");
  }
  assert.equal(ended, 30);
  assert.equal(w.see("cgroup.freeze"), "0");
  assert.deepEqual(
    w.guard.alarms().map(({ alarm }) => alarm),
    ["held"],
  );
  const again = w.propose("freeze", "/swarms/a", 1);
  assert.equal(again.outcome, "advised");
  assert.match(again.says, /longer than is allowed without a person.*swarms approve a-1/);
  const approved = w.guard.approve(again.approval ?? "", "somebody");
  assert.ok(approved.ok && approved.value.decision?.outcome === "applied");
  for (let minute = 0; minute < 60; minute++) {
    w.clock.advance(60_000);
    w.propose("freeze", "/swarms/a", 1, { leaseMs: 300_000 });
    assert.deepEqual(w.guard.expire(), [], "a person has said so");
  }
});

test("neither letting go for a moment, nor going to a group below, nor a new start of the layer is a way around that limit", (t) => {
  const config = { ...ENFORCE, budget: { shareOfScope: 1, containmentsPerHour: 100, heldMinutes: 10 } };
  const w = world(t, config);
  w.host.group("/swarms/a/below", [103]);
  const hold = (cgroup: string): string => w.propose("freeze", cgroup, 1, { leaseMs: 240_000 }).outcome;
  assert.equal(hold("/swarms/a"), "applied");
  w.clock.advance(240_000);
  assert.equal(w.guard.expire().length, 1);
  assert.equal(hold("/swarms/a"), "applied");
  w.clock.advance(240_000);
  assert.equal(w.guard.expire().length, 1);
  w.restart(config);
  w.clock.jumpWall(-86_400_000);
  w.restart(config);
  assert.equal(hold("/swarms/a"), "applied", "two minutes are left");
  w.clock.advance(120_000);
  assert.deepEqual(
    w.guard.expire().map(({ cause }) => cause),
    ["limit"],
  );
  assert.deepEqual([hold("/swarms/a"), hold("/swarms/a/below")], ["advised", "advised"]);
  assert.equal(hold("/swarms/b"), "applied", "another group is another matter");
  w.clock.advance(600_000);
  w.guard.expire();
  assert.equal(hold("/swarms/a"), "applied", "free for as long as it was held");
});
