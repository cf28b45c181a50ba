import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { actionId } from "./record.ts";
import { listSegments } from "./segments.ts";
import { GROUPS, intentOf, KINDS, revertOf, Sessions, SMALL, type State } from "./session.fixture.ts";

const kind = fc.constantFrom(...KINDS);
const group = fc.constantFrom(...GROUPS);
const cause = fc.constantFrom("expired", "undo", "restore", "yield");
const how = fc.constantFrom("kill", "half", "ENOSPC", "EIO", "EROFS");
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("change" as const),
      kind,
      group,
      result: fc.constantFrom("ok", "back", "stuck", "none"),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("revert" as const), nth: fc.nat(8), cause, rebase: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("note" as const), length: fc.nat(900) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(100, 61_000, 1_500_000, 3_700_000) }),
  },
  {
    weight: 1,
    arbitrary: fc.constant({ do: "jump" as const }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("fault" as const), at: fc.nat(30), how }) },
  { weight: 3, arbitrary: fc.constant({ do: "seal" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "stop" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "reboot" as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A guard's way of writing: at most one open change a knob, and ends only of what is open. */
class Run {
  readonly sessions: Sessions;
  readonly open = new Map<string, string>();
  private ahead = false;
  private jumped = false;

  constructor(sealsLater: boolean) {
    this.sessions = new Sessions(SMALL, sealsLater);
  }

  take(step: Step): void {
    const { sessions } = this;
    this.takeOne(step);
    const died = sessions.files.dead;
    if (died) sessions.reopen();
    sessions.look();
    const { recent, whole, unjumped } = sessions.states();
    assert.deepEqual(recent.changes, whole.changes);
    if (died) this.remember(recent.changes);
    // A clock set back makes what is long past look like now: then the newest segment may know better, but never less.
    const enough = whole.held.map((each, at) => Math.min(each, unjumped.held[at] ?? 0));
    if (this.jumped) for (const [at, each] of recent.held.entries()) assert.ok(each >= (enough[at] ?? 0));
    else assert.deepEqual(recent.held, whole.held);
  }

  /** A writer that was killed does not know what it wrote last; the next one knows what the journal holds open. */
  private remember(changes: State["changes"]): void {
    this.open.clear();
    for (const { kind, cgroup, action } of changes.toReversed()) this.open.set(`${kind} ${cgroup}`, action);
  }

  private takeOne(step: Step): void {
    const { sessions, open } = this;
    const { journal, clock } = sessions;
    switch (step.do) {
      case "change": {
        const knob = `${step.kind} ${step.group}`;
        const replaces = open.get(knob);
        const intent = journal.append(
          "intent",
          intentOf(step.kind, step.group, replaces === undefined ? {} : { replaces }),
        );
        if (!intent.ok) return;
        const action = actionId(intent.value);
        open.set(knob, action);
        if (step.result === "none") return;
        const [ok, putBack] = [step.result === "ok", step.result === "back"];
        const written = journal.append("result", { action, ok, raw: "10", code: "", says: "", putBack });
        if (written.ok && (putBack || (ok && step.kind === "kill.cgroup"))) open.delete(knob);
        return;
      }
      case "revert": {
        const [knob, action] = [...open][step.nth % Math.max(1, open.size)] ?? [];
        if (knob === undefined || action === undefined) return;
        const cover = open.get(knob.replace("cpu.weight", "cpu.idle"));
        const rebase =
          step.rebase && cover !== undefined && cover !== action
            ? { action: cover, baseline: `b${action}` }
            : undefined;
        if (journal.append("revert", revertOf(action, step.cause as "undo", rebase)).ok) open.delete(knob);
        return;
      }
      case "note":
        return void journal.append("note", { says: "n".repeat(step.length) });
      case "pass":
        return clock.advance(step.ms);
      case "jump":
        this.jumped = true;
        this.ahead = !this.ahead;
        return clock.jumpWall(this.ahead ? 86_400_000 : -86_400_000);
      case "fault":
        return sessions.files.failAt(step.at, step.how);
      case "seal":
        for (const seal of sessions.due?.splice(0) ?? []) seal();
        return;
      case "stop":
        journal.close();
        return void sessions.reopen();
      case "reboot":
        open.clear();
        sessions.bootId += "x";
        return void sessions.reopen();
    }
  }
}

for (const sealsLater of [false, true])
  test(`${sealsLater ? "sealed later" : "sealed at once"}: whatever is written, cut short by a crash, refused by the disk or removed by the limits: the journal verifies, nothing acknowledged is lost, and the newest segment recovers what the whole history would`, () => {
    let most = 0;
    const property = fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
      const run = new Run(sealsLater);
      try {
        for (const each of steps) run.take(each);
        most = Math.max(most, listSegments(run.sessions.folder).at(-1)?.number ?? 0);
      } finally {
        run.sessions.remove();
      }
    });
    fc.assert(property, {
      numRuns: Number(process.env["SWARMS_RUNS"] ?? 60),
      endOnFailure: process.env["SWARMS_RUNS"] !== undefined,
    });
    assert.ok(most >= 5, `segments were begun, ${most} at most`);
  });
