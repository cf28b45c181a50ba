import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient } from "../../api/client.ts";
import { type ErrorCode, EXIT, SwarmsError } from "../../core/errors.ts";
import type { StatusDocument } from "../../core/status.ts";
import { renderFrame } from "./frame.ts";
import { Screen, type In, type Out } from "./screen.ts";
import { paintFor, sizeOf, type Env } from "./terminal.ts";
import { span } from "./words.ts";

export interface TopOptions {
  readonly socketPath: string;
  readonly out: Out;
  readonly in: In;
  /** Ends the view, as the key does. */
  readonly signal?: AbortSignal;
  /** The view belongs to `swarms run`: it waits for a layer that is still starting, and its end ends the layer. */
  readonly attached?: boolean;
  readonly env?: Env;
}

const RETRY_MS = 500;
/** A layer under load takes some seconds to its first answer. */
const START_MS = 60_000;
/** What a layer that is still starting looks like from here. */
const STARTING: ReadonlySet<ErrorCode> = new Set(["SW-NOT-RUNNING", "SW-NO-ANSWER"]);
const QUIT_KEYS = new Set(["q", "Q", "\x03", "\x04"]);

/** The live view until a person leaves it. Returns the exit status; throws SwarmsError where there is nothing to show. */
export async function runTop(options: TopOptions): Promise<number> {
  const view = new TopView(options);
  const end = (): void => view.end();
  // SIGINT arrives as a key from a terminal in raw mode, as a signal from anywhere else.
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, end);
  options.signal?.addEventListener("abort", end);
  try {
    await view.run();
    return EXIT.ok;
  } finally {
    view.end();
    for (const signal of signals) process.off(signal, end);
    options.signal?.removeEventListener("abort", end);
  }
}

class TopView {
  private readonly options: TopOptions;
  private readonly client: ApiClient;
  private readonly screen: Screen;
  private readonly ended = new AbortController();
  private readonly host = hostname();
  private latest: StatusDocument | undefined;
  private silentSinceMs: number | undefined;

  constructor(options: TopOptions) {
    this.options = options;
    this.client = new ApiClient(options.socketPath);
    this.screen = new Screen(options.out, options.in, {
      onKey: (key) => void (QUIT_KEYS.has(key) && this.end()),
      onResize: () => this.draw(),
    });
    if (options.signal?.aborted === true) this.ended.abort();
  }

  /** Watches the stream, and again whenever it breaks. */
  async run(): Promise<void> {
    const startedMs = performance.now();
    if (this.options.attached === true) this.open();
    while (!this.ended.signal.aborted) {
      const broken = await this.client.watch((status) => this.show(status), this.ended.signal);
      if (this.ended.signal.aborted || broken.ok) return;
      const waiting = this.options.attached === true && performance.now() - startedMs < START_MS;
      if (this.latest === undefined && (!waiting || !STARTING.has(broken.code))) {
        throw new SwarmsError(broken.code, broken.says);
      }
      this.silentSinceMs ??= performance.now();
      this.draw();
      await sleep(RETRY_MS, undefined, { signal: this.ended.signal }).catch(() => undefined);
    }
  }

  end(): void {
    this.ended.abort();
    this.screen.leave();
  }

  private open(): void {
    this.screen.enter();
    this.draw();
  }

  private show(status: StatusDocument): void {
    if (this.ended.signal.aborted) return;
    const first = this.latest === undefined;
    this.latest = status;
    this.silentSinceMs = undefined;
    if (first && this.options.attached !== true) this.open();
    else this.draw();
  }

  private draw(): void {
    const { out, env = process.env, attached = false } = this.options;
    const size = sizeOf(out, env);
    if (this.latest === undefined)
      return this.screen.draw(["", "  the layer is starting: it reads what this kernel offers", ""]);
    const silentMs = this.silentSinceMs === undefined ? 0 : performance.now() - this.silentSinceMs;
    const notice =
      this.silentSinceMs === undefined ? "" : `the layer does not answer (${span(silentMs)}): trying again`;
    const keys = attached ? "q ends the layer" : "q leaves the view";
    this.screen.draw(
      renderFrame(this.latest, {
        ...size,
        ...paintFor(out, env),
        host: this.host,
        notice,
        keys,
        link: env["SWARMS_DASHBOARD_LINK"] ?? "",
      }),
    );
  }
}
