import type { Destination } from "../core/destination.ts";
import { ok, type Result } from "../core/errors.ts";
import type { BpfObject } from "./bpf-object.ts";
import { openBuiltObject } from "./bpf-object-built.ts";
import type { NetDenial, NetPolicy } from "./host-access.ts";

/** Programs of bpf/deny.bpf.c, in the order in which they take hold: packets first, so that nothing slips through between. */
const PROGRAMS = [
  "deny_egress",
  "deny_ingress",
  "deny_connect4",
  "deny_connect6",
  "deny_sendmsg4",
  "deny_sendmsg6",
] as const;

/** enum deny_mode of bpf/deny.h. */
const MODES = { all: 1, "all but loopback": 2, "allow-list": 3 } as const;

interface Cut {
  readonly object: BpfObject;
  readonly policy: NetPolicy;
}

/** Cuts groups off by cgroup eBPF. Each cut is an object of its own, so that each has its own mode and list. */
export class BpfNetDenial implements NetDenial {
  private readonly cuts = new Map<number, Cut>();

  deny(cgroupId: number, dir: string, policy: NetPolicy): Result<void> {
    const loaded = loadPolicy(policy);
    if (!loaded.ok) return loaded;
    for (const name of PROGRAMS) {
      const attached = loaded.value.attachToCgroup(name, dir);
      if (attached.ok) continue;
      loaded.value.close();
      return attached;
    }
    // Both hold for a moment, and what either denies is denied.
    this.cuts.get(cgroupId)?.object.close();
    this.cuts.set(cgroupId, { object: loaded.value, policy });
    return ok(undefined);
  }

  policyOf(cgroupId: number): NetPolicy | undefined {
    const cut = this.cuts.get(cgroupId);
    if (cut === undefined) return undefined;
    const holds = PROGRAMS.every((name) => cut.object.cgroupOf(name) === cgroupId);
    return holds ? cut.policy : undefined;
  }

  allow(cgroupId: number): void {
    this.cuts.get(cgroupId)?.object.close();
    this.cuts.delete(cgroupId);
  }
}

function loadPolicy(policy: NetPolicy): Result<BpfObject> {
  const opened = openBuiltObject("deny");
  if (!opened.ok) return opened;
  const object = opened.value;
  object.want(PROGRAMS);
  object.setConstants(new Uint32Array([MODES[policy.mode]]));
  const loaded = object.load();
  const filled = loaded.ok && policy.mode === "allow-list" ? allowAll(object, policy.allow) : loaded;
  if (filled.ok) return ok(object);
  object.close();
  return filled;
}

function allowAll(object: BpfObject, allow: readonly Destination[]): Result<void> {
  for (const destination of allow) {
    const added = object.map(`allow${destination.family}`).set(allowKey(destination), new Uint8Array([1]));
    if (!added.ok) return added;
  }
  return ok(undefined);
}

/** struct allow4_key and allow6_key of bpf/deny.h. */
export function allowKey({ address, prefix, port }: Destination): Uint8Array {
  const key = Buffer.alloc(6 + address.length + 2);
  key.writeUInt32LE(16 + prefix, 0);
  key.writeUInt16LE(port, 4);
  key.set(address, 6);
  return key;
}
