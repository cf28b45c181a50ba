import { chmodSync, closeSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { listenOn } from "../api/socket.ts";
import type { Clock } from "../core/clock.ts";
import { ok, type Result } from "../core/errors.ts";
import { readConfinement } from "../kernel/confinement.ts";
import { duplicateFd } from "../kernel/descriptor.ts";
import { peerOf } from "../kernel/peer.ts";
import { openPidfd, type Pidfd } from "../kernel/pidfd.ts";
import { readProcessStat } from "../kernel/procfs.ts";
import { HiveChannel, type HiveEvents, type HiveProcess } from "./hive-channel.ts";
import { EVENT_BYTES } from "./hive-process.ts";

/** Names below the door's folder (hive/door.ts has the other side). */
const CHANNEL = "channel.sock";
const EVENTS = "events.sock";
const SIGKILL = 9;

export interface HiveDoor {
  /** Waits for the next hive; gives a way to wait no longer. Until then whoever knocks is turned away. */
  next(events: HiveEvents, onHive: (hive: HiveProcess) => void): () => void;
  close(): void;
}

interface DoorOptions {
  /** Root's, entered by everybody. */
  readonly folder: string;
  /** Who may come in: nobody else has this user id. */
  readonly uid: number;
  readonly clock: Clock;
  readonly procRoot: string;
}

interface Waiting {
  readonly events: HiveEvents;
  readonly onHive: (hive: HiveProcess) => void;
}

/**
 * Where a hive that the service manager has started comes in: the warden then needs no right to build its room. Who it
 * is, the kernel says (SO_PEERCRED): its user id, and the process that is ended when it misbehaves. One at a time; its
 * first connection carries messages, a second, of the same process, events.
 */
export async function openHiveDoor(options: DoorOptions): Promise<Result<HiveDoor>> {
  let waiting: Waiting | undefined;
  let inside: Visitor | undefined;
  const channel = await listen(join(options.folder, CHANNEL), (socket) => {
    const pid = admitted(socket, options.uid);
    const pidfd = pid === undefined ? undefined : hold(pid, options.uid, options.procRoot);
    const wanted = waiting;
    if (pidfd === undefined || wanted === undefined) return void socket.destroy();
    waiting = undefined;
    const visitor = new Visitor(socket, pidfd, options.clock, {
      ...wanted.events,
      onEnd: (why) => {
        if (inside === visitor) inside = undefined;
        wanted.events.onEnd(why);
      },
    });
    inside = visitor;
    wanted.onHive(visitor);
  });
  if (!channel.ok) return channel;
  const events = await listen(join(options.folder, EVENTS), (socket) => {
    const pid = admitted(socket, options.uid);
    const fd = pid !== undefined && pid === inside?.pid ? fdOf(socket) : undefined;
    // A descriptor of its own, past Node: the ring's thread writes to it.
    const own = fd === undefined ? undefined : duplicateFd(fd, EVENT_BYTES);
    socket.destroy();
    if (own !== undefined && inside !== undefined) inside.gotEvents(own);
  });
  if (!events.ok) return (channel.value.close(), events);
  return ok({
    next: (wanted, onHive) => {
      waiting = { events: wanted, onHive };
      return () => (waiting = undefined);
    },
    close: () => {
      channel.value.close();
      events.value.close();
    },
  });
}

async function listen(path: string, onConnection: (socket: Socket) => void): Promise<Result<{ close(): void }>> {
  const server: Server = createServer({ pauseOnConnect: true }, onConnection);
  server.maxConnections = 16;
  const listening = await listenOn(server, path);
  if (!listening.ok) return listening;
  // Anybody may knock; who comes in is decided by what the kernel says of him.
  chmodSync(path, 0o666);
  server.unref();
  return ok({
    close: () => {
      listening.value.unlink();
      server.close();
    },
  });
}

function fdOf(socket: Socket): number | undefined {
  return (socket as unknown as { _handle?: { fd?: number } })._handle?.fd;
}

function admitted(socket: Socket, uid: number): number | undefined {
  socket.on("error", () => socket.destroy());
  const fd = fdOf(socket);
  const peer = fd === undefined ? undefined : peerOf(fd);
  return peer?.uid === uid ? peer.pid : undefined;
}

/** The pid is that of connect(2): by now it could be somebody else's, whom a signal must never meet. */
function hold(pid: number, uid: number, procRoot: string): Pidfd | undefined {
  const stat = readProcessStat(pid, procRoot);
  const opened = stat === undefined ? undefined : openPidfd(stat, procRoot);
  if (opened?.ok !== true) return undefined;
  if (readConfinement(pid, procRoot)?.uid === uid) return opened.value;
  opened.value.close();
  return undefined;
}

class Visitor implements HiveProcess {
  readonly pid: number;
  private readonly messages: HiveChannel;
  private readonly pidfd: Pidfd;
  private readonly socket: Socket;
  private take: ((fd: number) => void) | undefined;
  private why: string | undefined;

  constructor(socket: Socket, pidfd: Pidfd, clock: Clock, events: HiveEvents) {
    this.pid = pidfd.ref.pid;
    this.pidfd = pidfd;
    this.socket = socket;
    this.messages = new HiveChannel({
      channel: socket,
      clock,
      onMessage: (message) => events.onMessage(message),
      onFault: (why) => this.kill(why),
    });
    socket.on("close", () => {
      this.kill("closed its channel");
      pidfd.close();
      events.onEnd(this.why ?? "ended");
    });
    socket.resume();
  }

  send(frame: Uint8Array): void {
    this.messages.send(frame);
  }

  withEvents(take: (fd: number) => void): void {
    this.take = take;
  }

  gotEvents(fd: number): void {
    const { take } = this;
    this.take = undefined;
    if (take === undefined) closeSync(fd);
    else take(fd);
  }

  check(): void {
    this.messages.check();
  }

  kill(reason = "was ended"): void {
    this.why ??= reason;
    this.pidfd.signal(SIGKILL);
    this.socket.destroy();
  }
}
