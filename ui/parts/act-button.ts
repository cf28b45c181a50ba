import { useEffect, useState } from "preact/hooks";
import { html, type VNode } from "../html.ts";
import { perform } from "./notices.ts";

/** A second press within this confirms the first. */
const SURE_MS = 4000;

interface Props {
  readonly path: string;
  readonly says: string;
  /** For who hears the page: what it does to what. */
  readonly label: string;
  readonly style?: "good" | "bad";
  /** What cannot be taken back, or reaches far, asks twice. */
  readonly twice?: boolean;
  onDone?(): void;
}

/** One press, one deed; while it is carried out it cannot be pressed again. */
export function ActButton({ path, says, label, style, twice = false, onDone }: Props): VNode {
  const [state, setState] = useState<"ready" | "sure" | "busy">("ready");
  useEffect(() => {
    if (state !== "sure") return undefined;
    const timer = setTimeout(() => setState("ready"), SURE_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const press = async (): Promise<void> => {
    if (twice && state === "ready") return setState("sure");
    setState("busy");
    const done = await perform(path);
    setState("ready");
    if (done) onDone?.();
  };
  return html`<button
    class=${`act ${style ?? ""} ${state}`}
    aria-label=${state === "sure" ? `really ${label}` : label}
    aria-disabled=${state === "busy" ? "true" : undefined}
    onClick=${(event: Event) => {
      event.stopPropagation();
      if (state !== "busy") void press();
    }}
  >
    ${state === "sure" ? `Really ${says.toLowerCase()}?` : state === "busy" ? "…" : says}
  </button>`;
}
