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
export function proberCommand(hiveUid: number, procRoot = "/proc", handedOut: number[] = []): Result<RoomCommand> {
  const account = findAccount("own", { procRoot, avoid: [hiveUid, ...handedOut] });
  if (!account.ok) return account;
  handedOut.push(account.value.uid);
  if (handedOut.length > REMEMBERED) handedOut.shift();
  return roomCommand(PROBER_ROOM, { node: process.execPath, account: account.value });
}

/** User ids handed out of late: two probers that start at once cannot see each other yet, and one reads what strangers serve. */
const REMEMBERED = 8;

/** Under the service manager the warden has given up the rights to build a room: it calls by a socket instead. */
export function howProbersStart(options: {
  readonly door?: { readonly prober: string };
  readonly hiveUid: number;
  readonly procRoot: string;
  log(says: string): void;
}): () => ProberCommand | undefined {
  const handedOut: number[] = [];
  return () => {
    if (options.door !== undefined) return { socket: options.door.prober };
    const command = proberCommand(options.hiveUid, options.procRoot, handedOut);
    if (!command.ok) options.log(`no objective is measured and no name looked up: ${command.says}`);
    return command.ok ? command.value : undefined;
  };
}
