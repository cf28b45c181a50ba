import type { Evidence } from "../../src/core/action.ts";
import type { ExplainedChange } from "../../src/core/status.ts";
import { clockTime } from "../../src/cli/view/words.ts";
import { html, type VNode } from "../html.ts";

interface Props {
  readonly evidence: readonly Evidence[];
  readonly changes: readonly ExplainedChange[];
}

interface Moment {
  readonly atMs: number;
  readonly kind: string;
  readonly weight: number;
  readonly says: string;
  readonly isDeed: boolean;
}

const LEAST_SPAN_MS = 1000;

/** One line a kind of evidence, and one for what was done: what came when. The list below says the same in words. */
export function Timeline({ evidence, changes }: Props): VNode {
  const moments: Moment[] = [
    ...evidence.map(({ atMs, kind, weight, says }) => ({ atMs, kind, weight, says, isDeed: false })),
    ...changes.map(({ atMs, kind, cgroup }) => ({
      atMs,
      kind: "done",
      weight: 1,
      says: `${kind} of ${cgroup}`,
      isDeed: true,
    })),
  ].toSorted((a, b) => a.atMs - b.atMs);
  const [first, last] = [moments[0], moments.at(-1)];
  if (first === undefined || last === undefined) return html`<p class="dim">None is kept.</p>`;
  const spanMs = Math.max(LEAST_SPAN_MS, last.atMs - first.atMs);
  const kinds = [...new Set(moments.map(({ kind }) => kind))];
  return html`<div class="timeline">
    <div class="lanes" aria-hidden="true">
      ${kinds.map(
        (kind) =>
          html`<div key=${kind} class="lane">
            <span>${kind}</span>
            <div>
              ${moments
                .filter((each) => each.kind === kind)
                .map(
                  ({ atMs, weight, says, isDeed }, at) =>
                    html`<i
                      key=${at}
                      class=${isDeed ? "deed" : ""}
                      title=${says}
                      style=${{ left: `${((atMs - first.atMs) / spanMs) * 100}%`, width: `${8 + 6 * Math.min(1, weight)}px`, height: `${8 + 6 * Math.min(1, weight)}px` }}
                    ></i>`,
                )}
            </div>
          </div>`,
      )}
      <div class="lane scale">
        <span></span>
        <div>
          <b>${clockTime(first.atMs)}</b
          ><b>+${spanMs < 10_000 ? (spanMs / 1000).toFixed(1) : Math.round(spanMs / 1000)} s</b>
        </div>
      </div>
    </div>
    <ol class="lines">
      ${moments.map(
        ({ atMs, kind, weight, says, isDeed }, at) =>
          html`<li key=${at}>
            <time>${clockTime(atMs)}</time>
            <span class=${`chip ${isDeed ? "good" : "plain"}`}>${kind}${!isDeed && ` +${weight.toFixed(2)}`}</span>
            ${says}
          </li>`,
      )}
    </ol>
  </div>`;
}
