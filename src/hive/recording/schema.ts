import { z } from "zod";
import { actionKind as kind } from "../../core/action-kind.ts";
import { configSchema } from "../../core/config.ts";
import { failed, ok, type Result } from "../../core/errors.ts";
import { READINGS, type ReadingName } from "../../core/reading.ts";
import { parseJson, type WardenMessage } from "../../core/wire/codec.ts";
import { MESSAGE, type FromWarden } from "../../core/wire/messages.ts";

/**
 * What a recording may hold. The hive trusts the warden and checks nothing; a recording may come from
 * anybody, and its checksums prove only that nothing was changed since.
 */
const text = (max: number) => z.string().max(max);
const number = z.number();
const time = z.number().min(0).max(8.64e15);
const count = z.int().min(0);
/** As core/printable.ts leaves it: nothing in it can move a cursor or turn text around. */
const plain = (max: number) => text(max).regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u);

const processRef = z.object({
  pid: z
    .int()
    .min(0)
    .max(2 ** 22),
  startTicks: z.number().min(0),
});
const fileRef = z.object({ dev: z.number().min(0), ino: z.number().min(0) });

const CAUSES = [
  "expired",
  "undo",
  "yield",
  "hive-lost",
  "sentinel-lost",
  "warden-lost",
  "shutdown",
  "restore",
  "recovery",
  "policy",
  "limit",
] as const;

const id = z.int().min(0).max(0xffff_ffff);
const mask = z
  .number()
  .min(0)
  .max(2 ** 64);
/** Of at most 1024 bytes of arguments (EXEC_ARGV_MAX in bpf/swarms.h), an escape being four letters as a rule. */
const details = z.object({
  exePath: plain(1024),
  argv: z.array(plain(4096)).max(1024),
  argvCut: z.boolean(),
  cwd: plain(1024),
  tty: id,
  sid: count,
  credentials: z.object({
    uid: id,
    euid: id,
    suid: id,
    gid: id,
    egid: id,
    loginUid: id,
    caps: z.object({ effective: mask, permitted: mask, inheritable: mask }),
  }),
  traits: z.object({ upperLayer: z.boolean(), memfd: z.boolean(), deleted: z.boolean() }),
  interpreter: plain(256),
});

const standardFd = z.object({
  type: z.enum(["closed", "file", "directory", "pipe", "socket", "device", "other"]),
  object: z.number().min(0),
  family: z.enum(["", "ipv4", "ipv6", "unix", "netlink", "packet", "other"]),
});
const stdio = z.object({
  fds: z.tuple([standardFd, standardFd, standardFd]),
  remote: z.object({ address: plain(64), port: count }).exactOptional(),
  localPort: count,
});

const seen = z.object({
  process: processRef,
  parent: processRef,
  comm: plain(256),
  uid: number,
  path: plain(1024),
  exe: fileRef,
  cgroup: plain(1024),
  container: z.object({ runtime: plain(64), id: plain(128) }).exactOptional(),
  details: details.exactOptional(),
  cgroupId: number.exactOptional(),
  atNs: number.exactOptional(),
  lookNs: number.exactOptional(),
});

const base = {
  atNs: z.number().min(0),
  process: processRef,
  comm: plain(256),
  uid: number,
  cgroupId: number,
  cpuCgroupId: number,
};
/** What comparing procfs with itself can tell (senses/procfs-events.ts), connections, and what is counted in the kernel. */
const sensed = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("exec"),
    ...base,
    parent: processRef,
    path: plain(1024),
    exe: fileRef,
    ctimeMs: number,
    mtimeMs: number,
    details: details.exactOptional(),
    stdio: stdio.exactOptional(),
  }),
  z.object({ kind: z.literal("fork"), ...base, child: processRef }),
  z.object({ kind: z.literal("exit"), ...base, status: number }),
  z.object({
    kind: z.literal("connect"),
    ...base,
    family: z.enum(["ipv4", "ipv6"]),
    to: z.object({ address: plain(64), port: count }),
  }),
  z.object({
    kind: z.literal("writes"),
    ...base,
    overMs: number.min(0),
    calls: count,
    bytes: z.number().min(0),
    truncations: count,
    sampled: count.exactOptional(),
    random: count.exactOptional(),
  }),
]);

const readings = z.object({
  atMs: time,
  workloads: z.array(
    z.object({
      name: text(4096),
      kind: z.enum(["latency", "batch", "unknown"]),
      label: text(4096),
      cgroup: z.boolean(),
      targetNs: number,
      confidence: number.exactOptional(),
      inScope: z.boolean().exactOptional(),
      pressureTargets: z.object({ memory: number.exactOptional(), io: number.exactOptional() }).exactOptional(),
      objective: text(512).exactOptional(),
      adoptInto: text(4096).exactOptional(),
    }),
  ),
  readings: z.array(
    z.object({
      entity: text(4200),
      name: z.enum(Object.keys(READINGS) as [ReadingName, ...ReadingName[]]),
      value: number,
    }),
  ),
  losses: z.object({ ring: count, damaged: count, shed: count }),
  events: z.record(text(64), count),
  kinds: z.array(text(64)).max(64).exactOptional(),
  lost: z.record(text(64), count).exactOptional(),
  merged: z.record(text(64), count).exactOptional(),
  ring: z.object({ fill: number, bytes: count }).exactOptional(),
  sensors: z
    .array(
      z.object({
        name: text(64),
        bytes: count,
        cores: number.exactOptional(),
        programs: z
          .array(
            z.object({
              name: text(64),
              id: count,
              runsPerSecond: number.exactOptional(),
              meanNs: number.exactOptional(),
              missed: count,
            }),
          )
          .max(256),
      }),
    )
    .max(64)
    .exactOptional(),
});

const schemas = {
  hello: z.object({
    version: text(64),
    config: configSchema,
    folder: text(4096),
    events: z.enum(["ebpf", "procfs"]),
    missing: z.array(text(1024)).max(256),
    bootWallMs: number,
    wardenPid: count,
    own: z.array(text(4096)).max(16).exactOptional(),
  }),
  seen: z.array(seen).max(65_536),
  sensed: z.array(sensed).max(65_536),
  readings,
  decision: z.object({
    proposal: text(64),
    action: text(64),
    outcome: z.enum(["applied", "renewed", "observed", "advised", "refused"]),
    kind,
    cgroup: text(4096),
    from: text(256),
    to: text(256),
    untilMs: number,
    code: text(64),
    says: text(4096),
  }),
  reverted: z.object({ action: text(64), cause: z.enum(CAUSES), written: z.boolean(), says: text(4096) }),
  leases: z
    .array(
      z.object({
        action: text(64),
        kind,
        cgroup: text(4096),
        from: text(256),
        to: text(256),
        sinceMs: number,
        untilMs: number,
        agent: text(64),
        reason: text(1024),
        incident: text(64).exactOptional(),
      }),
    )
    .max(4096),
  config: configSchema,
} as const;

type RecordedName = keyof typeof schemas;
export type RecordedMessage = Extract<WardenMessage, { readonly name: RecordedName | "events" }>;

// What was checked is what the hive is sent.
const same: { [K in RecordedName]: (message: z.infer<(typeof schemas)[K]>) => FromWarden[K] } = {
  hello: (message) => message,
  seen: (message) => message,
  sensed: (message) => message,
  readings: (message) => message,
  decision: (message) => message,
  reverted: (message) => message,
  leases: (message) => message,
  config: (message) => message,
};
const NAMES = Object.keys(same) as RecordedName[];

/** SW-RECORDING-DAMAGED, with what is wrong in words. */
export function checkRecorded(frame: { readonly type: number; readonly payload: Uint8Array }): Result<RecordedMessage> {
  if (frame.type === MESSAGE.events) return ok({ name: "events", body: frame.payload });
  const name = NAMES.find((each) => MESSAGE[each] === frame.type);
  if (name === undefined) return failed("SW-RECORDING-DAMAGED", `no frame of type ${frame.type} is ever recorded`);
  const json = parseJson(frame.payload);
  if (!json.ok) return failed("SW-RECORDING-DAMAGED", `${name}: ${json.says}`);
  const checked = schemas[name].safeParse(json.value);
  if (checked.success) return ok({ name, body: checked.data } as RecordedMessage);
  const [issue] = checked.error.issues;
  return failed("SW-RECORDING-DAMAGED", `${name}: ${issue?.path.join(".") ?? ""} ${issue?.message ?? "invalid"}`);
}
