import { useEffect, useMemo, useState } from "preact/hooks";
import type { EntityKey } from "../../src/core/entity.ts";
import type { DepositInfo } from "../../src/core/live.ts";
import { count } from "../../src/cli/view/words.ts";
import { html, type VNode } from "../html.ts";
import { DEPOSIT_ROW_PX, DepositRow } from "../parts/deposits.ts";
import { EntityDetails } from "../parts/entity-details.ts";
import { FieldMap } from "../parts/field-map.ts";
import { Empty, Panel } from "../parts/panel.ts";
import { VirtualList } from "../parts/virtual-list.ts";
import { FAMILY_SAYS, familyOf, intensity } from "../pheromones.ts";
import { go, usePlace } from "../place.ts";
import { store, useStore } from "../store.ts";
import { followProcesses } from "../stream.ts";
import { type Branch, MAX_DEPTH, pidOf, shownBranches } from "../tree.ts";
import { useWalk } from "../use-walk.ts";

const ROW_PX = 28;
/** After the last key. */
const FIND_MS = 60;
const INDENT_PX = 14;

/** The picture of the field: all processes with their pheromones as heat, and deposits as they arrive. */
export function FieldView(): VNode {
  const { processes, processesVersion, heat, deposits, live } = useStore();
  const { chosen } = usePlace();
  const [typed, setTyped] = useState("");
  const [wanted, setWanted] = useState("");
  // What was typed is seen at once, what it finds a moment later: the list is long.
  useEffect(() => {
    const timer = setTimeout(() => setWanted(typed.trim()), FIND_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const [hotOnly, setHotOnly] = useState(false);
  const [folded, setFolded] = useState<ReadonlySet<EntityKey>>(new Set());
  useEffect(() => followProcesses(store), []);
  const all = useWalk(processes, processesVersion);
  // Of heat only the filter knows: without it the list stays as it is from frame to frame.
  const shown = useMemo(
    () => shownBranches(all, { folded, wanted, hotOnly, heat }),
    [all, folded, wanted, hotOnly, hotOnly && heat],
  );
  const choose = (key: EntityKey): void => go("field", key);
  const fold = (branch: Branch, close: boolean): void => {
    const next = new Set(folded);
    if (close && branch.below > 0) next.add(branch.row.key);
    else next.delete(branch.row.key);
    setFolded(next);
  };
  const listed = deposits.latest(200).toReversed();
  return html`<div class="field">
    <h1 class="hidden">Field</h1>
    <${Panel}
      title="Every process"
      note=${`${count(all.length)} here, ${count(heat.size)} things with pheromones on them`}
      style="map"
    >
      <${FieldMap} all=${all} chosen=${chosen} onChoose=${choose} />
      <p class="legend">
        ${(["danger", "demand", "response", "calm"] as const).map(
          (family) => html`<span key=${family} class=${`series ${family}`}><i></i>${FAMILY_SAYS[family]}</span>`,
        )}
      </p>
    <//>
    <${Panel} title="Process tree" style="tree">
      <div class="tools">
        <input
          type="search"
          placeholder="name, path, pid or group"
          aria-label="show only processes with this in their name, path, pid or group"
          value=${typed}
          onInput=${(event: InputEvent) => setTyped((event.currentTarget as HTMLInputElement).value)}
        />
        <label><input type="checkbox" checked=${hotOnly} onChange=${() => setHotOnly(!hotOnly)} /> only hot</label>
        <button
          class="quiet"
          onClick=${() => setFolded(new Set(all.filter(({ depth, below }) => depth === 1 && below > 0).map(({ row }) => row.key)))}
        >
          Fold
        </button>
        <button class="quiet" onClick=${() => setFolded(new Set())}>Unfold</button>
      </div>
      ${
        shown.length === 0
          ? html`<${Empty}
              says=${all.length === 0 ? "Reading the processes…" : hotOnly ? "No process has a pheromone on it now." : "No process is called so."}
            />`
          : html`<${VirtualList}
              items=${shown}
              rowHeight=${ROW_PX}
              label="process tree"
              role="tree"
              chosen=${chosen}
              keyOf=${({ row }: Branch) => row.key}
              row=${(branch: Branch) => html`<${TreeRow} branch=${branch} onFold=${fold} />`}
              rowProps=${treeProps}
              onChoose=${({ row }: Branch) => choose(row.key)}
              onFold=${fold}
            />`
      }
    <//>
    <div class="side">
      ${chosen !== "" && html`<${EntityDetails} entity=${chosen} />`}
      <${Panel} title="Deposits" note=${`${count(live?.depositsTotal ?? 0)} since the start`}>
        ${
          listed.length === 0
            ? html`<${Empty} says="No pheromone was deposited yet." />`
            : html`<${VirtualList}
                items=${listed}
                rowHeight=${DEPOSIT_ROW_PX}
                label="deposits, the latest first"
                chosen=""
                keyOf=${({ seq }: DepositInfo) => String(seq)}
                row=${(deposit: DepositInfo) => html`<${DepositRow} deposit=${deposit} />`}
                onChoose=${({ entity }: DepositInfo) => choose(entity)}
              />`
        }
      <//>
    </div>
  </div>`;
}

function treeProps({ depth, below, folded }: Branch): Record<string, string | number> {
  return { "aria-level": depth + 1, ...(below > 0 && { "aria-expanded": folded ? "false" : "true" }) };
}

function TreeRow({ branch, onFold }: { readonly branch: Branch; onFold(branch: Branch, fold: boolean): void }): VNode {
  const { row, depth, below, folded } = branch;
  const own = store.heat.get(row.key);
  const heat = own ?? store.heat.get(`w:${row.cgroup}`);
  const name = row.comm === "" ? "?" : row.comm;
  return html`<div class="branch" style=${{ paddingLeft: `${Math.min(depth, MAX_DEPTH) * INDENT_PX}px` }}>
    <span class="fold" aria-hidden="true" onClick=${() => onFold(branch, !folded)}
      >${below === 0 ? "" : folded ? "▸" : "▾"}</span
    >
    <b>${name}</b> <span class="pid">${pidOf(row.key)}</span>
    ${folded && html`<span class="dim">+${below}</span>`}
    <span class="path">${row.path}</span>
    ${
      heat !== undefined &&
      html`<span
        class=${`heat ${familyOf(heat.pheromone)} ${own === undefined ? "of-group" : ""}`}
        title=${`${heat.pheromone} ${heat.concentration.toFixed(2)}${own === undefined ? " on its workload" : ""}`}
      >
        <i style=${{ width: `${Math.max(6, intensity(heat.concentration) * 100)}%` }}></i>
        <span class="hidden">${heat.pheromone} ${heat.concentration.toFixed(1)}</span>
      </span>`
    }
  </div>`;
}
