import type { Explanation } from "../../src/core/status.ts";
import { html, type VNode } from "../html.ts";

/** An explanation as the command line gives it: labels and what stands behind each. */
export function Lines({ lines }: { readonly lines: Explanation["lines"] }): VNode {
  return html`<dl class="facts">
    ${lines.map(
      ({ label, text }, at) =>
        html`<dt key=${`t${at}`}>${lines[at - 1]?.label === label ? "" : label}</dt>
          <dd key=${`d${at}`}>${text}</dd>`,
    )}
  </dl>`;
}
