import { startSentinel, type SentinelProcess } from "./sentinel-process.ts";

/**
 * Keeps one sentinel on guard. While there is none, nothing may be held: `onLost` reverts, and `onGuard`
 * stays false until the next one is ready.
 */
export class SentinelKeeper {
  private readonly journalFolder: string;
  private readonly onLost: (why: string) => void;
  private current: SentinelProcess | undefined;
  private stopping = false;

  constructor(journalFolder: string, onLost: (why: string) => void) {
    this.journalFolder = journalFolder;
    this.onLost = onLost;
  }

  get onGuard(): boolean {
    return this.current !== undefined;
  }

  get pid(): number {
    return this.current?.pid ?? 0;
  }

  async start(): Promise<void> {
    this.current = await startSentinel(this.journalFolder, (why) => this.lost(why));
  }

  stop(): void {
    this.stopping = true;
    this.current?.dismiss();
  }

  private lost(why: string): void {
    this.current = undefined;
    if (this.stopping) return;
    this.onLost(why);
    // One second apart, so that a sentinel that cannot start does not eat the host.
    const again = (): void => {
      if (this.stopping) return;
      this.start().catch(() => setTimeout(again, 1000));
    };
    again();
  }
}
