import { appendFileSync, readFileSync } from "node:fs";
import { failed, ok, type Result } from "../../core/errors.ts";
import { printable } from "../../core/printable.ts";
import { AMBIENT, CAPABILITY_VERSION_3, PRCTL } from "../../kernel/credential-numbers.ts";
import type { Block } from "./block.ts";
import { type Capabilities, capabilitiesOf } from "./capability-text.ts";
import type { ProcessContext } from "./suite-schema.ts";

export interface Credentials {
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  readonly capabilities?: Capabilities | undefined;
}

const LAST_CAPABILITY = 40;
const NEW_UIDS_FROM = 61_000;

/** Whom a process runs as. A user who is not there is added to the passwd of the room (room.ts), never the host's. */
export function credentialsOf(context: ProcessContext, passwd = "/etc/passwd"): Result<Credentials> {
  const capabilities = context.capabilities == null ? ok(undefined) : capabilitiesOf(context.capabilities);
  if (!capabilities.ok) return capabilities;
  const name = context.user;
  if (name == null) return ok({ capabilities: capabilities.value });
  if (!/^[a-z_][\w-]{0,31}$/i.test(name)) return failed("SW-FALCO-SUITE", `no user's name: ${printable(name, 40)}`);
  const lines = readFileSync(passwd, "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const known = lines.find((line) => line[0] === name);
  if (known !== undefined)
    return ok({ user: { uid: Number(known[2]), gid: Number(known[3]) }, capabilities: capabilities.value });
  const taken = new Set(lines.map((line) => Number(line[2])));
  let uid = NEW_UIDS_FROM;
  while (taken.has(uid)) uid++;
  appendFileSync(passwd, `${name}:x:${uid}:${uid}::/tmp:/bin/sh\n`);
  return ok({ user: { uid, gid: uid }, capabilities: capabilities.value });
}

/**
 * Takes them on, just before the exec that they are to hold for. Root gets at an exec whatever is in its bounding set, others keep
 * what is ambient (capabilities(7)): so the one is cut down and the other raised.
 */
export function addCredentials(block: Block, { user, capabilities }: Credentials): void {
  const isRoot = user === undefined || user.uid === 0;
  const bits = Array.from({ length: LAST_CAPABILITY + 1 }, (_, bit) => bit);
  const wanted = (bit: number): boolean =>
    capabilities !== undefined && ((capabilities.permitted >> BigInt(bit)) & 1n) === 1n;
  if (capabilities !== undefined)
    for (const bit of bits) if (!wanted(bit)) block.call("prctl", [PRCTL.dropFromBoundingSet, bit, 0, 0, 0], "");
  if (user !== undefined) {
    block.call("prctl", [PRCTL.keepCapabilities, 1, 0, 0, 0], "");
    block.call("setgroups", [1, block.words([user.gid])], "setgroups");
    block.call("setgid", [user.gid], "setgid");
    block.call("setuid", [user.uid], "setuid");
  }
  if (capabilities === undefined) return;
  const inherited = isRoot ? capabilities.inheritable & capabilities.permitted : capabilities.permitted;
  const low = (set: bigint): number => Number(set & 0xffff_ffffn);
  const high = (set: bigint): number => Number(set >> 32n);
  const data = Buffer.alloc(24);
  [capabilities.permitted, capabilities.permitted, inherited].forEach((set, i) => {
    data.writeUInt32LE(low(set), i * 4);
    data.writeUInt32LE(high(set), 12 + i * 4);
  });
  block.call("capset", [block.data(Buffer.from(new Uint32Array([CAPABILITY_VERSION_3, 0]).buffer)), block.data(data)]);
  if (!isRoot)
    for (const bit of bits)
      if (wanted(bit)) block.call("prctl", [PRCTL.ambientCapabilities, AMBIENT.raise, bit, 0, 0], "");
}
