import type { Clock } from "../core/clock.ts";
import type { HiveMessage } from "../core/wire/from-hive.ts";
import { Backoff } from "./backoff.ts";
import { startHive, type HiveProcess } from "./hive-process.ts";

interface KeeperOptions {
  readonly clock: Clock;
  readonly command: { readonly command: string; readonly args: readonly string[] };
  /** A new hive listens: tell it everything it needs to begin. */
  onStart(hive: HiveProcess): void;
  onMessage(message: HiveMessage, hive: HiveProcess): void;
  /** The hive is gone: revert what it had asked for. */
  onLost(why: string, againMs: number): void;
  onLine(line: string): void;
}

const CHECK_MS = 250;

/** Keeps one hive alive: starts it, watches it, and after its end starts another with growing pauses. */
export class HiveKeeper {
  private readonly options: KeeperOptions;
  private readonly backoff = new Backoff(1000, 60_000);
  private readonly checking: NodeJS.Timeout;
  private current: HiveProcess | undefined;
  private restart: NodeJS.Timeout | undefined;
  private stopping = false;

  constructor(options: KeeperOptions) {
    this.options = options;
    this.checking = setInterval(() => this.current?.check(), CHECK_MS);
    this.start();
  }

  get hive(): HiveProcess | undefined {
    return this.current;
  }

  /** Asks it to end by `farewell`, kills it after a second and a half; resolves when it is gone. */
  async stop(farewell: Uint8Array): Promise<void> {
    this.stopping = true;
    clearInterval(this.checking);
    clearTimeout(this.restart);
    const hive = this.current;
    if (hive === undefined) return;
    hive.send(farewell);
    const kill = setTimeout(() => hive.kill(), 1500);
    while (this.current !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    clearTimeout(kill);
  }

  private start(): void {
    const { clock, command, onStart, onMessage, onLost, onLine } = this.options;
    const startedMs = clock.monoMs();
    const hive = startHive(command, clock, {
      onMessage: (message) => onMessage(message, hive),
      onLine,
      onEnd: (why) => {
        this.current = undefined;
        if (this.stopping) return;
        const againMs = this.backoff.after(clock.monoMs() - startedMs);
        onLost(why, againMs);
        this.restart = setTimeout(() => this.start(), againMs);
      },
    });
    this.current = hive;
    onStart(hive);
  }
}
