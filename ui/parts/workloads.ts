import type { WorkloadStatus } from "../../src/core/status.ts";
import { bytes, delay, percent } from "../../src/cli/view/words.ts";
import { html, type VNode } from "../html.ts";
import { store } from "../store.ts";
import { Spark } from "./spark.ts";

/** Declared ones first, then the most active. */
export function sortWorkloads(workloads: readonly WorkloadStatus[]): readonly WorkloadStatus[] {
  const rank = ({ kind, targetNs }: WorkloadStatus): number =>
    kind === "latency" && targetNs > 0 ? 0 : kind === "unknown" ? 2 : 1;
  const cores = ({ readings }: WorkloadStatus): number => readings["cpu.cores"] ?? 0;
  return workloads.toSorted((a, b) => rank(a) - rank(b) || cores(b) - cores(a));
}

export const WORKLOAD_ROW_PX = 46;

export function WorkloadHead(): VNode {
  return html`<div class="workload head" aria-hidden="true">
    <span>workload</span><span>waits p99, ~avg, target</span><span>CPU</span><span>pressure</span><span>memory</span
    ><span>state</span>
  </div>`;
}

export function WorkloadRow({ workload }: { readonly workload: WorkloadStatus }): VNode {
  const { label, name, kind, confidence, readings } = workload;
  const sure = confidence === undefined ? "" : `, ${percent(confidence)} sure`;
  return html`<div class="workload">
    <span class="name" title=${name}>
      <b>${label === "" ? name : label}</b>
      ${
        kind !== "unknown" &&
        html`<span class=${`kind ${kind}`} title=${`${kind}${sure}`}>${kind}${confidence !== undefined && "?"}</span>`
      }
    </span>
    <${Target} workload=${workload} />
    <span class="cores"
      ><${Spark} values=${store.cores.get(name)?.latest() ?? []} /> ${(readings["cpu.cores"] ?? 0).toFixed(2)}</span
    >
    <span class="stalls"
      >${(["cpu", "memory", "io"] as const).map((resource) => {
        const level = readings[`pressure.${resource}.some`];
        const style = level === undefined || level < 0.1 ? "" : level < 0.4 ? "warn" : "bad";
        return html`<span key=${resource} class=${style} title=${`${resource} pressure`}
          >${level === undefined ? "·" : percent(level)}</span
        >`;
      })}</span
    >
    <span class="memory">${readings["memory.bytes"] === undefined ? "·" : bytes(readings["memory.bytes"])}</span>
    <span class="states"
      >${statesOf(workload).map(([says, style]) => html`<span key=${says} class=${`chip ${style}`}>${says}</span>`)}</span
    >
  </div>`;
}

/** Twice its target fills the bar; the mark in its middle is the target. */
function Target({ workload }: { readonly workload: WorkloadStatus }): VNode {
  const { readings, targetNs, objective } = workload;
  const excess = readings["objective.excess"];
  const p99 = readings["runq.delay.p99"];
  const waited = p99 ?? readings["runq.delay.mean"];
  const says = waited === undefined ? "·" : `${p99 === undefined ? "~" : ""}${delay(waited)}`;
  const share = excess ?? (targetNs > 0 && p99 !== undefined ? p99 / targetNs : undefined);
  if (share === undefined) return html`<span class="target"><b>${says}</b></span>`;
  const own = readings["objective.value"];
  const wanted = excess === undefined ? delay(targetNs) : brief(readings["objective.target"]);
  const value = excess === undefined ? says : brief(own);
  const style = share > 1 ? "bad" : share > 0.8 ? "warn" : "good";
  return html`<span class="target" title=${objective ?? "time that its tasks wait for a CPU"}>
    <b class=${style}>${value}</b>
    <span class="bullet" role="img" aria-label=${`${value}, wanted at most ${wanted}`}>
      <i class=${style} style=${{ width: `${Math.min(100, share * 50)}%` }}></i><u></u>
    </span>
    <span class="dim">${wanted}</span>
  </span>`;
}

function statesOf({ readings, inScope }: WorkloadStatus): readonly (readonly [string, string])[] {
  const states: [string, string][] = [];
  if (readings.frozen === 1) states.push(["frozen", "bad"]);
  if (readings["cpu.idle"] === 1) states.push(["idle", "cool"]);
  const weight = readings["cpu.weight"];
  if (weight !== undefined && readings["cpu.idle"] !== 1 && Math.round(weight) !== 100)
    states.push([`weight ${Math.round(weight)}`, "cool"]);
  if ((readings["cpu.throttled"] ?? 0) > 0.01)
    states.push([`throttled ${percent(readings["cpu.throttled"] ?? 0)}`, "warn"]);
  if (inScope === true) states.push(["in scope", "plain"]);
  return states;
}

/** Three digits that count, whatever the unit. */
function brief(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? "?" : String(Number(value.toPrecision(3)));
}
