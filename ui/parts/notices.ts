import { useEffect, useState } from "preact/hooks";
import { tell } from "../ask.ts";
import { html, type VNode } from "../html.ts";

interface Notice {
  readonly id: number;
  readonly isGood: boolean;
  readonly says: string;
  readonly todo: string;
}

const KEPT = 4;
const SHOWN_MS = 8000;
const listeners = new Set<(notice: Notice) => void>();
let number = 0;

function notify(isGood: boolean, says: string, todo = ""): void {
  const notice = { id: ++number, isGood, says, todo };
  for (const listener of listeners) listener(notice);
}

/** Asks for something to be done and says what came of it; true where it was done. */
export async function perform(path: string): Promise<boolean> {
  const answer = await tell(path);
  if (answer.ok) notify(true, answer.value.says);
  else notify(false, answer.says, answer.todo);
  return answer.ok;
}

/** What came of what was asked for, read out as it comes. */
export function Notices(): VNode {
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const drop = (id: number): void => setNotices((known) => known.filter((each) => each.id !== id));
  useEffect(() => {
    const listener = (notice: Notice): void => {
      setNotices((known) => [...known, notice].slice(-KEPT));
      if (notice.isGood) setTimeout(() => drop(notice.id), SHOWN_MS);
    };
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return html`<div class="notices" role="status" aria-live="polite">
    ${notices.map(
      ({ id, isGood, says, todo }) =>
        html`<div key=${id} class=${`notice ${isGood ? "good" : "bad"}`}>
          <p>
            ${isGood ? "Done: " : "Not done: "}${says}${todo !== "" && html`<br /><span class="dim">→ ${todo}</span>`}
          </p>
          <button class="quiet" aria-label="close" onClick=${() => drop(id)}>×</button>
        </div>`,
    )}
  </div>`;
}
