import { processKey } from "../../src/core/entity.ts";
import type { SensedEvent } from "../../src/core/event.ts";
import { RecordDecoder } from "../../src/senses/decode.ts";
import { openEventLink } from "../../src/hive/event-link.ts";
import { openWardenLink } from "../../src/hive/warden-link.ts";

/*
 * Stands in for the hive: whatever runs a program of one name is to be contained at once. Its arguments: the name, the
 * kind of action. On standard error, a JSON line for each decision and for each end of such a process.
 */
const [, , name = "", kind = "freeze"] = process.argv;
const decoder = new RecordDecoder();
const execNs = new Map<string, { readonly atNs: number; readonly heardUs: number }>();
const contained = new Map<string, number>();
let proposals = 0;

const link = openWardenLink(
  (message) => {
    if (message.name === "hello") begin();
    if (message.name === "decision") {
      const asked = execNs.get(message.body.proposal);
      const { outcome, code, says, proposal } = message.body;
      // CLOCK_BOOTTIME of the event and CLOCK_MONOTONIC are the same on a host that never slept.
      if (asked !== undefined)
        say({ what: "decided", outcome, code, says, proposal, us: (nowNs() - asked.atNs) / 1000, ...asked });
    }
    if (message.name === "stop") process.exit(0);
  },
  () => process.exit(0),
);

function begin(): void {
  openEventLink({
    door: undefined,
    take: (bytes) => decoder.decode(bytes, hear).consumed,
    onEnd: () => undefined,
  });
  let seq = 0;
  setInterval(() => link.send("alive", { seq: seq++ }), 500);
  link.send("ready", { pid: process.pid, permission: false });
}

function hear(event: SensedEvent): void {
  const target = processKey(event.process);
  if (event.kind === "exit" && contained.has(target)) {
    say({ what: "ended", us: (event.atNs - (contained.get(target) ?? 0)) / 1000 });
    contained.delete(target);
  }
  if (event.kind !== "exec" || !event.path.endsWith(`/${name}`)) return;
  const id = `p-${++proposals}`;
  execNs.set(id, { atNs: event.atNs, heardUs: (nowNs() - event.atNs) / 1000 });
  contained.set(target, event.atNs);
  link.send("propose", {
    id,
    agent: "bench",
    kind: kind as "freeze",
    target,
    value: 1,
    leaseMs: 2000,
    reason: "bench of the response",
    evidence: [],
  });
}

function nowNs(): number {
  return Number(process.hrtime.bigint());
}

function say(line: object): void {
  process.stderr.write(`${JSON.stringify(line)}\n`);
}
