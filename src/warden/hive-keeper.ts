import { AlignedTimer } from "../core/aligned-timer.ts";
import type { Clock } from "../core/clock.ts";
import type { HiveMessage } from "../core/wire/from-hive.ts";
import { Backoff } from "./backoff.ts";
import type { HiveEvents, HiveProcess } from "./hive-channel.ts";

interface KeeperOptions {
  readonly clock: Clock;
  /** Sees to one hive: `onHive` is called once, now or when it comes. Gives a way to wait no longer. */
  start(events: HiveEvents, onHive: (hive: HiveProcess) => void): () => void;
  /** A new hive listens: tell it everything it needs to begin. */
  onStart(hive: HiveProcess): void;
  onMessage(message: HiveMessage, hive: HiveProcess): void;
  /** Why the hive must go, whatever it says itself; asked once a second. */
  fault(): string | undefined;
  /** The hive is gone: revert what it had asked for. */
  onLost(why: string, againMs: number): void;
  onLine(line: string): void;
}

const CHECK_MS = 500;
const FAULT_MS = 1000;

/** Keeps one hive alive: starts it, watches it, and after its end starts another with growing pauses. */
export class HiveKeeper {
  private readonly options: KeeperOptions;
  private readonly backoff = new Backoff(1000, 60_000);
  private readonly checking: AlignedTimer;
  private current: HiveProcess | undefined;
  private restart: NodeJS.Timeout | undefined;
  private waitNoLonger = (): void => undefined;
  private stopping = false;

  constructor(options: KeeperOptions) {
    this.options = options;
    let faultMs = 0;
    this.checking = new AlignedTimer(
      CHECK_MS,
      () => {
        // Once what it has said meanwhile is read: where this process itself came late, on a host whose CPUs are all taken, that lies in its socket still.
        setImmediate(() => this.current?.check());
        const nowMs = options.clock.monoMs();
        if (this.current === undefined || nowMs - faultMs < FAULT_MS) return;
        faultMs = nowMs;
        const why = options.fault();
        if (why !== undefined) this.current?.kill(why);
      },
      () => options.clock.monoMs(),
    );
    this.start();
  }

  get hive(): HiveProcess | undefined {
    return this.current;
  }

  /** Asks it to end by `farewell`, kills it after a second and a half; resolves when it is gone. */
  async stop(farewell: Uint8Array): Promise<void> {
    this.stopping = true;
    this.checking.stop();
    clearTimeout(this.restart);
    this.waitNoLonger();
    const hive = this.current;
    if (hive === undefined) return;
    hive.send(farewell);
    const kill = setTimeout(() => hive.kill(), 1500);
    while (this.current !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    clearTimeout(kill);
  }

  private start(): void {
    const { clock, start, onStart, onMessage, onLost, onLine } = this.options;
    let startedMs = clock.monoMs();
    let hive: HiveProcess | undefined;
    const events: HiveEvents = {
      onMessage: (message) => hive && onMessage(message, hive),
      onLine,
      onEnd: (why) => {
        this.current = undefined;
        if (this.stopping) return;
        const againMs = this.backoff.after(clock.monoMs() - startedMs);
        onLost(why, againMs);
        this.restart = setTimeout(() => this.start(), againMs);
      },
    };
    this.waitNoLonger = start(events, (come) => {
      startedMs = clock.monoMs();
      hive = come;
      this.current = come;
      onStart(come);
    });
  }
}
