import { bytes, count, rate } from "../../src/cli/view/words.ts";
import { html, type VNode } from "../html.ts";
import { useStore } from "../store.ts";

/** What is lost on the way, and what the layer itself takes: always in sight. */
export function CostBar(): VNode {
  const { live, own, missed, unlisted } = useStore();
  if (live === undefined) return html`<footer class="cost"></footer>`;
  const { losses, events, sensors = [], ring, missing } = live.status;
  const lost = losses.ring + losses.damaged + losses.shed;
  const perSecond = Object.values(events.perSecond).reduce((sum, each) => sum + each, 0);
  const kernel = sensors.reduce((sum, { cores = 0 }) => sum + cores, 0);
  const memory = sensors.reduce((sum, each) => sum + each.bytes, 0);
  return html`<footer class="cost" aria-label="losses and cost">
    <span>events <b>${rate(perSecond)}/s</b> from ${events.source}</span>
    <span
      class=${lost > 0 ? "warn" : ""}
      title="ring: no room in the kernel; damaged: could not be read; shed: the hive ended before it read them"
    >
      lost${" "}<b>${count(lost)}</b>${lost > 0 && ` (ring ${count(losses.ring)}, damaged ${count(losses.damaged)}, shed ${count(losses.shed)})`}
    </span>
    ${ring !== undefined && html`<span>ring <b>${Math.round(ring.fill * 100)} %</b> full</span>`}
    <span title="warden and hive together, as the kernel counts their CPU time">
      layer <b>${own === undefined ? "…" : `${(own.cores * 100).toFixed(1)} % of a core, ${bytes(own.bytes)}`}</b>
    </span>
    ${sensors.length > 0 && html`<span>kernel programs <b>${(kernel * 100).toFixed(2)} % of a core, ${bytes(memory)}</b></span>`}
    ${missing.length > 0 && html`<span title=${missing.join("\n")}>missing here <b>${missing.length}</b></span>`}
    ${missed > 0 && html`<span class="warn">this page missed <b>${count(missed)}</b> ${missed === 1 ? "frame" : "frames"}</span>`}
    ${unlisted > 0 && html`<span>deposits too fast to list <b>${count(unlisted)}</b></span>`}
  </footer>`;
}
