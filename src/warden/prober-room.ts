import type { Result } from "../core/errors.ts";
import type { ProberCommand } from "./prober-start.ts";
import { findAccount } from "./account.ts";
import { type RoomCommand, roomCommand, type RoomSpec } from "./room.ts";

/** The prober reaches the network and nothing else: no folder to write, no way to the kernel. */
export const PROBER_ROOM: RoomSpec = {
  entry: "prober/main",
  folders: ["core", "prober"],
  dependencies: [],
  network: "host",
  heapMegabytes: 64,
};

/** `hiveUid`: two processes of one user could reach into each other. SW-CONFIG-VALUE, SW-STATE-REACH. */
export function proberCommand(hiveUid: number, procRoot = "/proc"): Result<RoomCommand> {
  const account = findAccount("own", { procRoot, avoid: [hiveUid] });
  return account.ok ? roomCommand(PROBER_ROOM, { node: process.execPath, account: account.value }) : account;
}

/** Under the service manager the warden has given up the rights to build a room: it calls by a socket instead. */
export function howProbersStart(options: {
  readonly door?: { readonly prober: string };
  readonly hiveUid: number;
  readonly procRoot: string;
  log(says: string): void;
}): () => ProberCommand | undefined {
  return () => {
    if (options.door !== undefined) return { socket: options.door.prober };
    const command = proberCommand(options.hiveUid, options.procRoot);
    if (!command.ok) options.log(`no objective is measured: ${command.says}`);
    return command.ok ? command.value : undefined;
  };
}
