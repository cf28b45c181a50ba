import { join } from "node:path";
import type { OutputConfig } from "../core/config-outputs.ts";
import type { OutputStatus } from "../core/output-record.ts";
import type { Random } from "../core/random.ts";
import type { PostAnswer, PostJob } from "../core/wire/sender.ts";
import type { Carrier } from "./carrier.ts";
import { putAside } from "./dead-letters.ts";
import { DiskQueue, type Queued } from "./disk-queue.ts";
import type { OutputLine } from "./line.ts";
import { waitMs } from "./retry.ts";

export interface WebhookPorts {
  /** Where queues lie, a folder each. */
  readonly folder: string;
  readonly version: string;
  readonly random: Random;
  nowMs(): number;
  wallMs(): number;
  /** Calls `end` once, or never where whoever posts was lost. */
  post(job: PostJob, end: (answer: PostAnswer) => void): void;
  /** The whole of a small file; throws the system's error. */
  readFile(path: string): string;
}

/** Beyond its own time-out a POST that nobody answers for is lost: whoever made it hangs. */
const GRACE_MS = 5000;
const HOUR_MS = 3_600_000;

/**
 * Hands lines to a server, or to a plugin, one after the other, from a queue on disk: each at least once. What cannot be delivered is tried again, ever more
 * seldom; what the server will never take, or did not take for too long, is put aside, so that it does not hold up the rest.
 */
export class WebhookCarrier implements Carrier {
  private readonly config: OutputConfig;
  private readonly ports: WebhookPorts;
  private readonly folder: string;
  private queue: DiskQueue | undefined;
  private secrets: { readonly token?: string; readonly ca?: string } | undefined;
  private delivered = 0;
  private dropped = 0;
  private dead = 0;
  private retries = 0;
  private trouble: string | undefined;
  private failures = 0;
  private nextMs = 0;
  /** The POST under way, and when it counts as lost. */
  private flight: { readonly number: number; readonly lostMs: number } | undefined;
  private flights = 0;

  constructor(config: OutputConfig, ports: WebhookPorts) {
    this.config = config;
    this.ports = ports;
    this.folder = join(ports.folder, config.name);
    this.reopen();
  }

  carry({ id, text }: OutputLine): void {
    try {
      const isIn = this.opened().add({ id, text, atMs: this.ports.wallMs() });
      if (!isIn) this.drop(`the queue is full (${this.config.queueMegabytes} MB)`);
    } catch (error) {
      this.drop(`the queue cannot be written: ${words(error)}`);
    }
    this.turn();
  }

  turn(): void {
    const nowMs = this.ports.nowMs();
    if (this.flight !== undefined) {
      if (nowMs < this.flight.lostMs) return;
      this.flight = undefined;
      this.later({ result: "later", says: "whoever should deliver it did not answer" });
    }
    if (nowMs < this.nextMs) return;
    const item = this.next();
    if (item !== undefined) this.launch(item, nowMs);
  }

  reopen(): void {
    const { tokenFile, caFile } = this.config;
    const read = (path: string): string => this.ports.readFile(path);
    try {
      this.secrets = {
        ...(tokenFile !== undefined && { token: (read(tokenFile).split("\n")[0] ?? "").trim() }),
        ...(caFile !== undefined && { ca: read(caFile) }),
      };
      this.trouble = undefined;
    } catch (error) {
      this.secrets = undefined;
      this.trouble = words(error);
    }
    this.nextMs = 0;
    this.turn();
  }

  status(): OutputStatus {
    const { delivered, dropped, dead, retries, trouble, queue } = this;
    const waits = { waiting: queue?.count ?? 0, waitingBytes: queue?.bytes ?? 0 };
    const counts = { delivered, ...waits, dropped, dead, retries };
    return { name: this.config.name, to: this.config.to, ...counts, ...(trouble !== undefined && { trouble }) };
  }

  close(): void {
    // An answer that comes later is nobody's; the line is sent again by whoever opens the queue next.
    this.flight = undefined;
    this.flights++;
    this.queue?.close();
    this.queue = undefined;
  }

  private launch({ id, text }: Queued, nowMs: number): void {
    const { url = "", timeoutSeconds, plugin } = this.config;
    const number = ++this.flights;
    const timeoutMs = timeoutSeconds * 1000;
    this.flight = { number, lostMs: nowMs + timeoutMs + GRACE_MS };
    const code = plugin === undefined ? {} : { plugin };
    const job = { url, id, text, timeoutMs, version: this.ports.version, ...this.secrets, ...code };
    this.ports.post(job, (answer) => {
      if (this.flight?.number !== number) return;
      this.flight = undefined;
      this.land(answer);
    });
  }

  private land(answer: PostAnswer): void {
    if (answer.result === "later") return this.later(answer);
    if (answer.result === "refused") this.bury(answer.says);
    else {
      this.delivered++;
      this.trouble = undefined;
      this.queue?.shift();
    }
    this.failures = 0;
    this.nextMs = 0;
    this.turn();
  }

  private later({ says, afterMs }: PostAnswer): void {
    this.retries++;
    this.failures++;
    this.trouble = says;
    this.nextMs = this.ports.nowMs() + waitMs(this.failures, this.ports.random, afterMs);
  }

  /** The line whose turn it is, after those that waited too long were put aside. */
  private next(): Queued | undefined {
    if (this.secrets === undefined) return undefined;
    try {
      const queue = this.opened();
      const oldestMs = this.ports.wallMs() - this.config.giveUpHours * HOUR_MS;
      // At most some at a time: a whole queue of them must not hold up anybody.
      for (let count = 0; count < 100; count++) {
        const item = queue.peek();
        if (item === undefined || item.atMs >= oldestMs) return item;
        this.bury(`not delivered for ${this.config.giveUpHours} hours`);
      }
    } catch (error) {
      this.trouble = `the queue cannot be read: ${words(error)}`;
    }
    return undefined;
  }

  private bury(why: string): void {
    const item = this.queue?.peek();
    this.dead++;
    this.trouble = `${why}: put aside`;
    if (item !== undefined && !putAside(this.folder, item, why)) this.trouble = `${why}: it could not be put aside`;
    this.queue?.shift();
  }

  private opened(): DiskQueue {
    const maxBytes = this.config.queueMegabytes * 1_000_000;
    this.queue ??= new DiskQueue({ folder: this.folder, maxBytes });
    return this.queue;
  }

  private drop(why: string): void {
    this.dropped++;
    this.trouble = why;
  }
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
