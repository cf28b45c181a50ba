import { ASSISTANT_DEEDS } from "../src/core/assistants.ts";
import { FakeClock } from "../src/core/clock.ts";
import { LogLevels } from "../src/core/log-level.ts";
import { CONTROL_REQUEST } from "../src/core/wire/control.ts";
import { encodeFrame } from "../src/core/wire/frame.ts";
import { ENFORCE, World } from "../src/guard/guard.fixture.ts";
import { RequestReader } from "../src/warden/control-request.ts";
import { answerPeople } from "../src/warden/people.ts";
import { answerLogLevel } from "../src/warden/trace.ts";
import { orTree } from "./mutate-tree.ts";
import type { Target } from "./target.ts";

const REQUESTS = [
  { ask: "waiting" },
  { ask: "leases" },
  { ask: "approve", id: "a-1" },
  { ask: "dismiss", id: "a-2" },
  { ask: "undo", id: "c-0002" },
  { ask: "restore" },
  { ask: "guard" },
  { ask: "undo", id: "c-0003", through: "assistant" },
  { ask: "log-level" },
  { ask: "log-level", level: "debug", forMs: 60_000 },
];

const frame = (json: Uint8Array): Uint8Array => encodeFrame(CONTROL_REQUEST, json);

/** The warden's own socket: whatever arrives there, down to a guard with changes in force and proposals that wait. */
export function controlTarget(): Target {
  const world = new World({ ...ENFORCE, actions: { "cpu.idle": { mode: "advise" } } });
  for (const group of ["/swarms", "/swarms/a", "/swarms/b"]) world.host.group(group, []);
  world.propose("cpu.weight", "/swarms/a", 10);
  for (const group of ["/swarms/a", "/swarms/b"]) world.propose("cpu.idle", group, 1);
  const nobody = { mayHold: () => true, onDecision: () => {}, onReverted: () => {} };
  const people = answerPeople(world.guard, new FakeClock(), nobody, () => ASSISTANT_DEEDS);
  const answer = answerLogLevel(new LogLevels(new FakeClock()), () => undefined, people);
  return {
    seeds: REQUESTS.map((request) => frame(Buffer.from(JSON.stringify(request)))),
    run: (input) => {
      const reader = new RequestReader();
      for (const chunk of [input.subarray(0, 5), input.subarray(5)]) {
        const asked = reader.push(chunk);
        if (typeof asked === "string") continue;
        if (asked.ok) JSON.stringify(answer(asked.value, { name: "login 7 (uid 0)", known: true }));
        return;
      }
    },
    mend: orTree(REQUESTS, frame),
    close: () => world.host.remove(),
  };
}
