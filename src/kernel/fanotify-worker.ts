import { closeSync, readSync, statSync, writeSync } from "node:fs";
import { receiveMessageOnPort, parentPort, workerData } from "node:worker_threads";
import { Epoll } from "./epoll.ts";
import { closeOnce, fileKeyOf, type RefusedGroups, WATCH, type WatchJob } from "./fanotify.ts";
import { fileOfDescriptor } from "./file-ref.ts";
import { readCgroups } from "./procfs.ts";

/**
 * The thread that answers the kernel whether a marked file may be started. A process waits in execve until it
 * has answered, so it does nothing else, waits with a time-out, and says yes wherever it cannot tell. Should
 * it stop to answer, its owner closes the descriptor, and the kernel says yes to all.
 */
const WAIT_MS = 100;
const BUFFER_BYTES = 4096;
/** struct fanotify_event_metadata and fanotify_response (linux/fanotify.h). */
const EVENT = { length: 0, mask: 8, fd: 16, pid: 20, bytes: 24 } as const;
const FAN_ALLOW = 1;
const FAN_DENY = 2;

watch(workerData as WatchJob);

function watch({ fd, control, procRoot }: WatchJob): void {
  const flags = new Int32Array(control);
  const events = Buffer.alloc(BUFFER_BYTES);
  let refused: RefusedGroups = new Map();
  const epoll = new Epoll(fd);
  try {
    Atomics.store(flags, WATCH.ready, 1);
    Atomics.notify(flags, WATCH.ready);
    while (Atomics.load(flags, WATCH.stop) === 0) {
      Atomics.add(flags, WATCH.beat, 1);
      if (!epoll.readable(WAIT_MS)) continue;
      refused = newest(refused);
      const bytes = readEvents(fd, events);
      for (let at = 0; at + EVENT.bytes <= bytes; at += Math.max(EVENT.bytes, events.readUInt32LE(at + EVENT.length)))
        answer(fd, events.readInt32LE(at + EVENT.fd), events.readInt32LE(at + EVENT.pid));
    }
  } finally {
    epoll.close();
    // Whoever waits for an answer still may go on.
    closeOnce(flags, fd);
  }

  function answer(group: number, file: number, pid: number): void {
    if (file < 0) return;
    const denied = isRefused(refused, file, pid, procRoot);
    if (denied) Atomics.add(flags, WATCH.refused, 1);
    const response = Buffer.alloc(8);
    response.writeInt32LE(file, 0);
    response.writeUInt32LE(denied ? FAN_DENY : FAN_ALLOW, 4);
    try {
      writeSync(group, response);
    } finally {
      closeSync(file);
    }
  }
}

/** Told before a file is marked, so that no question about it comes first. */
function newest(known: RefusedGroups): RefusedGroups {
  let latest = known;
  for (
    let told = parentPort && receiveMessageOnPort(parentPort);
    told;
    told = parentPort && receiveMessageOnPort(parentPort)
  )
    latest = told.message as RefusedGroups;
  return latest;
}

function readEvents(fd: number, into: Buffer): number {
  try {
    return readSync(fd, into);
  } catch {
    // EAGAIN: what was waited for has been taken back, as when its process was killed.
    return 0;
  }
}

function isRefused(refused: RefusedGroups, file: number, pid: number, procRoot: string): boolean {
  try {
    const groups = refused.get(fileKeyOf(fileOfDescriptor(file))) ?? [];
    const path = groups.length === 0 ? undefined : readCgroups(pid, procRoot)?.get("");
    if (path === undefined) return false;
    return groups.some(
      (group) => (path === group.path || path.startsWith(`${group.path}/`)) && statSync(group.dir).ino === group.id,
    );
  } catch {
    return false;
  }
}
