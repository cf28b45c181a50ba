/** One signal for every reason to stop: the caller's, Ctrl-C, SIGTERM, or a time-out. */
export interface Interruption {
  readonly signal: AbortSignal;
  readonly why: string;
  /** Waits for the next reason to stop, which then ends only this waiting. */
  hold(): Promise<void>;
  /** A reason of the caller's own. */
  stop(why: string): void;
  /** Gives the process's signals back. */
  done(): void;
}

export function interruption(outer: AbortSignal | undefined, withinSeconds: number): Interruption {
  const controller = new AbortController();
  let why = "interrupted";
  let release: (() => void) | undefined;
  const stop = (reason: string) => (): void => {
    if (release !== undefined) return release();
    if (!controller.signal.aborted) why = reason;
    controller.abort();
  };
  const onSignal = stop("interrupted");
  const onOuter = stop("stopped");
  const timer = setTimeout(stop(`it took longer than ${Math.round(withinSeconds)} s`), withinSeconds * 1000);
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  if (outer?.aborted) onOuter();
  outer?.addEventListener("abort", onOuter);
  return {
    signal: controller.signal,
    get why() {
      return why;
    },
    hold: () =>
      new Promise((resolve) => {
        clearTimeout(timer);
        release = () => {
          release = undefined;
          resolve();
        };
      }),
    stop: (reason) => stop(reason)(),
    done: () => {
      clearTimeout(timer);
      process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
      outer?.removeEventListener("abort", onOuter);
    },
  };
}
