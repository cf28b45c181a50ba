import type { Evidence } from "../../src/core/action.ts";
import type { LineageStep } from "../../src/core/incident.ts";
import { html, type VNode } from "../html.ts";
import { hrefOf } from "../place.ts";
import { pidOf } from "../tree.ts";

interface Props {
  /** Youngest first. */
  readonly lineage: readonly LineageStep[];
  readonly evidence: readonly Evidence[];
}

/** Who started whom, the oldest first, and what was said of each. */
export function Lineage({ lineage, evidence }: Props): VNode {
  if (lineage.length === 0) return html`<p class="dim">Not known.</p>`;
  return html`<ol class="lineage">
    ${lineage.toReversed().map(({ process, comm, path }) => {
      const about = evidence.filter(({ entity }) => entity === process);
      const kinds = [...new Set(about.map(({ kind }) => kind))];
      return html`<li key=${process} class=${kinds.length > 0 ? "hot" : ""}>
        <a href=${hrefOf("field", process)}
          ><b>${comm === "" ? "?" : comm}</b> <span class="pid">${pidOf(process)}</span></a
        >
        <span class="path" title=${path}>${path}</span>
        ${kinds.map((kind) => html`<span key=${kind} class="chip bad">${kind}</span>`)}
      </li>`;
    })}
  </ol>`;
}
