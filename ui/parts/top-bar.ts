import type { StatusDocument } from "../../src/core/status.ts";
import { MODE_SAYS, percent, span } from "../../src/cli/view/words.ts";
import { html, type VNode } from "../html.ts";
import { useStore } from "../store.ts";

const CONNECTION_SAYS = { connecting: "connecting", live: "live", lost: "no answer, trying again" } as const;
const RESOURCES = ["cpu", "memory", "io"] as const;
/** From here on the bar warns, and here it alarms: shares of the time that somebody waited. */
const LEVELS = { warn: 0.2, bad: 0.5 } as const;

/** Which host, in which modes, and how it is doing: in sight from everywhere. */
export function TopBar(): VNode {
  const { live, host, connection, trouble } = useStore();
  const status = live?.status;
  const state = trouble === undefined ? connection : "lost";
  return html`<header class="top">
    <p class="brand">
      <img src="/icon.svg" alt="" width="22" height="22" /> <b>swarms</b> <span class="host">${host}</span>
    </p>
    <p class=${`live ${state}`} role="status"><i></i>${CONNECTION_SAYS[state]}</p>
    ${status && html`<${Modes} status=${status} />`} ${status && html`<${Pressures} status=${status} />`}
  </header>`;
}

function Modes({ status }: { readonly status: StatusDocument }): VNode {
  const { balance, immune } = status.modes;
  const tolerantUntilMs = status.learning?.tolerantUntilMs;
  return html`<ul class="modes" aria-label="modes">
    ${(
      [
        ["balance", balance],
        ["immune", immune],
      ] as const
    ).map(
      ([colony, mode]) =>
        html`<li key=${colony} title=${MODE_SAYS[mode]}>${colony} <b class=${`mode ${mode}`}>${mode}</b></li>`,
    )}
    ${
      tolerantUntilMs !== undefined &&
      html`<li title="until then what may only be new to the layer is told and not contained">
        learns this host: <b>${span(tolerantUntilMs - status.atMs)} left</b>
      </li>`
    }
    <li class="dim wide">up ${span(status.atMs - status.sinceMs)}</li>
  </ul>`;
}

function Pressures({ status }: { readonly status: StatusDocument }): VNode {
  const cores = status.host["cpu.cores"];
  return html`<ul class="gauges" aria-label="pressure: share of the time that some task waited">
    ${RESOURCES.map((resource) => {
      const level = status.host[`pressure.${resource}.some`];
      if (level === undefined) return false;
      const style = level >= LEVELS.bad ? "bad" : level >= LEVELS.warn ? "warn" : "";
      return html`<li key=${resource}>
        <span>${resource}</span>
        <span class=${`gauge ${style}`}><i style=${{ width: `${Math.min(100, level * 100)}%` }}></i></span>
        <b>${percent(level)}</b>
      </li>`;
    })}
    ${cores !== undefined && html`<li><span>busy</span><b>${cores.toFixed(2)} cores</b></li>`}
  </ul>`;
}
