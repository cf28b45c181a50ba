import type { LiveFrame, ProcessList } from "../src/core/live.ts";
import { ask } from "./ask.ts";
import type { Store } from "./store.ts";

const PROCESSES_MS = 1000;
/** The browser tries again by itself after a broken connection, but not after an answer that was an error. */
const AGAIN_MS = 2000;

/** The live picture into the store, for as long as the page is there. */
export function follow(store: Store): void {
  const source = new EventSource("/api/live");
  source.addEventListener("message", (event: MessageEvent<string>) => store.take(JSON.parse(event.data) as LiveFrame));
  source.addEventListener("missed", (event: MessageEvent<string>) => store.missedFrames(Number(event.data)));
  source.addEventListener("error", () => {
    store.lost();
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => follow(store), AGAIN_MS);
  });
}

/** What has changed of the processes, while somebody looks at them; the function given back ends it. */
export function followProcesses(store: Store): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const pull = async (): Promise<void> => {
    const answer = await ask<ProcessList>(`processes?since=${store.cursor}`);
    if (ended) return;
    if (answer.ok) store.takeProcesses(answer.value);
    timer = setTimeout(() => void pull(), PROCESSES_MS);
  };
  void pull();
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
