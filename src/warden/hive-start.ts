import { failed, ok, type Result } from "../core/errors.ts";
import type { Clock } from "../core/clock.ts";
import type { StatePaths } from "../core/state-paths.ts";
import type { HiveEvents, HiveProcess } from "./hive-channel.ts";
import { OWN_USER } from "./account.ts";
import { openHiveDoor } from "./hive-door.ts";
import { startHive } from "./hive-process.ts";
import { prepareHiveRoom } from "./hive-room.ts";
import { lackingRights } from "./lacking.ts";
import type { Account } from "./room.ts";

interface StartOptions {
  readonly paths: Pick<StatePaths, "dir" | "hive">;
  readonly account: Account;
  readonly clock: Clock;
  readonly procRoot: string;
  readonly door?: { readonly folder: string };
  readonly hiveCommand?: { readonly command: string; readonly args: readonly string[] };
  log(says: string): void;
}

export interface HiveStart {
  /** The hive's folder as it sees it. */
  readonly folder: string;
  /** What is started waits for the hive, which is its child. */
  readonly behindLauncher: boolean;
  /** What this warden cannot do, as it was started. */
  readonly missing: readonly string[];
  /** Nobody else has its user id: when it has ended, nobody writes to its folder. */
  readonly aloneInFolder: boolean;
  start(events: HiveEvents, onHive: (hive: HiveProcess) => void): () => void;
  close(): void;
}

/** Three ways to a hive: one that the service manager starts comes in by the door; else it is started in its room; tests start another. */
export async function howHivesStart(options: StartOptions): Promise<Result<HiveStart>> {
  const { paths, account, clock, procRoot, door, hiveCommand, log } = options;
  if (door !== undefined) {
    if (account.name === "own")
      return failed("SW-CONFIG-VALUE", "hive.user: a hive that comes by itself needs an account");
    const opened = await openHiveDoor({ folder: door.folder, uid: account.uid, clock, procRoot });
    if (!opened.ok) return opened;
    const { next, close } = opened.value;
    return ok({
      folder: paths.hive,
      behindLauncher: false,
      missing: lackingRights(procRoot),
      aloneInFolder: true,
      start: next,
      close,
    });
  }
  const room = hiveCommand === undefined ? prepareHiveRoom(paths, account, log) : undefined;
  if (room?.ok === false) return room;
  // Another than the real hive has no room, and sees the host's folders.
  const command = room?.value ?? { ...(hiveCommand ?? { command: "false", args: [] }), folder: paths.hive };
  return ok({
    folder: command.folder,
    behindLauncher: room !== undefined,
    missing: [],
    aloneInFolder: room !== undefined && account.name === OWN_USER,
    start: (events, onHive) => {
      onHive(startHive(command, clock, events));
      return () => undefined;
    },
    close: () => undefined,
  });
}
