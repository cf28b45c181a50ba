import type { ApiClient } from "../client.ts";
import { DepositFeed } from "../deposit-feed.ts";
import type { FrameSource } from "../frame-stream.ts";
import { hostname } from "node:os";
import { printable } from "../../core/printable.ts";
import type { DepositInfo, LiveDocument, LiveFrame } from "../../core/live.ts";
import { CostMeter } from "./own-cost.ts";

/** After the layer was lost. */
const AGAIN_MS = 1000;

/** One connection to the layer for all who look on; none while nobody does. Everything in it is inert text (ApiClient). */
export class Relay implements FrameSource {
  private readonly client: Pick<ApiClient, "watchLive">;
  private readonly deposits = new DepositFeed<DepositInfo>();
  private readonly host = printable(hostname(), 64);
  private readonly meter = new CostMeter();
  private latest: LiveDocument | undefined;
  private trouble: LiveFrame["trouble"];

  constructor(client: Pick<ApiClient, "watchLive">) {
    this.client = client;
  }

  first(): LiveFrame {
    return this.frame(this.deposits.latest());
  }

  next(): LiveFrame {
    return this.frame(this.deposits.next());
  }

  subscribe(onChange: () => void): () => void {
    const stop = new AbortController();
    void this.follow(onChange, stop.signal);
    return () => stop.abort();
  }

  private frame(deposits: readonly DepositInfo[]): LiveFrame {
    const { latest, trouble } = this;
    const own = latest && this.meter.read(latest.status.pids, performance.now());
    return {
      host: this.host,
      ...(own && { own }),
      ...(latest && { live: { ...latest, deposits } }),
      ...(trouble && { trouble }),
    };
  }

  private async follow(onChange: () => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let begun = false;
      const ended = await this.client.watchLive((live) => {
        // A layer that was started anew counts from one again.
        if (!begun && live.depositsTotal < this.deposits.total) this.deposits.restart();
        begun = true;
        this.latest = live;
        this.trouble = undefined;
        for (const deposit of live.deposits) this.deposits.add(deposit);
        onChange();
      }, signal);
      if (signal.aborted) return;
      if (!ended.ok) this.trouble = { code: ended.code, says: ended.says };
      onChange();
      await pause(AGAIN_MS, signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
