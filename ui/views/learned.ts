import type { Memory } from "../../src/core/memory.ts";
import type { ProfileInfo, ProfileList } from "../../src/core/sequence-profile.ts";
import type { Trail } from "../../src/core/trail.ts";
import { ago, count, many, percent, span } from "../../src/cli/view/words.ts";
import type { Said } from "../ask.ts";
import { html, type ComponentChildren, type VNode } from "../html.ts";
import { ActButton } from "../parts/act-button.ts";
import { Empty, Panel } from "../parts/panel.ts";
import { VirtualRows } from "../parts/virtual-rows.ts";
import { useStore } from "../store.ts";
import { useAsked } from "../use-asked.ts";

/** A name and two lines about it. */
const ROW_PX = 76;

/** What outlives a restart: all of it can be looked at and deleted. */
export function LearnedView(): VNode {
  const { live } = useStore();
  const nowMs = live?.status.atMs ?? 0;
  const [trails, againTrails] = useAsked<readonly Trail[]>("trails");
  const [profiles, againProfiles] = useAsked<ProfileList>("profiles");
  const [memories, againMemories] = useAsked<readonly Memory[]>("memory");
  return html`<div class="learned">
    <h1 class="hidden">Learned</h1>
    <${Learned}
      title="Trails"
      note="settings that won on this host, tried first next time"
      said=${trails}
      itemsOf=${(all: readonly Trail[]) => all}
      empty="Nothing was found yet that is better than doing nothing."
      row=${(trail: Trail) => trailRow(trail, againTrails)}
    />
    <${Learned}
      title="Profiles"
      note="which system calls follow each other in a program"
      said=${profiles}
      itemsOf=${(list: ProfileList) => list.profiles}
      empty="No program's system calls are learned: \`depth: full\` turns that on."
      row=${(profile: ProfileInfo) => profileRow(profile, nowMs, againProfiles)}
    />
    <${Learned}
      title="Memory"
      note="what people said about incidents"
      said=${memories}
      itemsOf=${(all: readonly Memory[]) => all}
      empty="Confirm or dismiss an incident, and its like is recognised or tolerated."
      row=${(memory: Memory) => memoryRow(memory, nowMs, againMemories)}
    />
  </div>`;
}

interface Props<A, T> {
  readonly title: string;
  readonly note: string;
  readonly said: Said<A> | undefined;
  readonly empty: string;
  itemsOf(answer: A): readonly T[];
  row(item: T): ComponentChildren;
}

function Learned<A, T extends { readonly id: string }>({ title, note, said, itemsOf, empty, row }: Props<A, T>): VNode {
  if (said === undefined) return html`<${Panel} title=${title} note=${note}><p class="dim">Asking…</p><//>`;
  if (!said.ok) return html`<${Panel} title=${title} note=${note}><${Empty} says=${said.says} todo=${said.todo} /><//>`;
  const items = itemsOf(said.value);
  return html`<${Panel} title=${title} note=${items.length === 0 ? note : `${items.length} · ${note}`}>
    ${
      items.length === 0
        ? html`<${Empty} says=${empty} />`
        : html`<${VirtualRows}
            items=${items}
            rowHeight=${ROW_PX}
            label=${title.toLowerCase()}
            keyOf=${({ id }: T) => id}
            row=${row}
          />`
    }
  <//>`;
}

interface RowText {
  readonly name: ComponentChildren;
  readonly lines: readonly string[];
  readonly acts: ComponentChildren;
}

/** What is too long for its line is in its title. */
function rowOf({ name, lines, acts }: RowText): VNode {
  return html`<div class="learned-row">
    <div>
      <span class="name">${name}</span
      >${lines.map((line, at) => html`<span key=${at} class="dim" title=${line}>${line}</span>`)}
    </div>
    <span class="acts">${acts}</span>
  </div>`;
}

function trailRow({ id, settings, gain, interval, pairs, strength, wins, failures, shape }: Trail, onDone: () => void) {
  const what = settings.map(({ kind, value, entity }) => `${kind} ${value} on ${entity.replace(/^w:/, "")}`).join(", ");
  const found = `${percent(gain)} (${percent(interval[0])} to ${percent(interval[1])}) in ${many(pairs, "pair")}`;
  const since = `strength ${strength.toFixed(2)} · ${many(wins, "win")}, ${many(failures, "failure")}`;
  return rowOf({
    name: html`<b title=${what}>${what}</b>`,
    lines: [`${found} · ${since}`, shape],
    acts: html`<${Delete} path=${`forget-trail/${id}`} label=${`delete trail ${id}`} onDone=${onDone} />`,
  });
}

function profileRow(
  { id, path, stage, windows, fill, departures, sinceMs, learnedMs }: ProfileInfo,
  nowMs: number,
  onDone: () => void,
) {
  const until = learnedMs === undefined ? "" : `, ${span(learnedMs - nowMs)} or more`;
  const freeze = html`<${ActButton}
    path=${`freeze-profile/${id}`}
    says="Freeze"
    label=${`learn no more of ${path}`}
    onDone=${onDone}
  />`;
  return rowOf({
    name: html`<b title=${path}>${baseOf(path)}</b> <span class="chip plain">${stage}${until}</span>`,
    lines: [
      path,
      `${count(windows)} windows · ${percent(fill)} full · ${many(departures, "departure")} · since ${ago(nowMs - sinceMs)}`,
    ],
    acts: html`${stage === "learning" && freeze}
      <${Delete}
        path=${`reset-profile/${id}`}
        label=${`delete the profile of ${path} and learn anew`}
        onDone=${onDone}
      />`,
  });
}

function memoryRow(memory: Memory, nowMs: number, onDone: () => void): VNode {
  const { id, program, word, strength, met, lastMs, parent, kinds, techniques } = memory;
  const is = word === "confirmed" ? (["bad", "recognised at once"] as const) : (["good", "tolerated"] as const);
  const by = parent === "" ? "" : ` · started by ${parent}`;
  return rowOf({
    name: html`<b title=${program}>${baseOf(program)}</b> <span class=${`chip ${is[0]}`}>${is[1]}</span>`,
    lines: [
      `strength ${strength.toFixed(2)} · met ${many(met, "time")} since, last ${ago(nowMs - lastMs)}${by}`,
      `${program} · ${[...kinds, ...techniques].join(", ")}`,
    ],
    acts: html`<${Delete} path=${`forget-memory/${id}`} label=${`forget ${program}`} onDone=${onDone} />`,
  });
}

/** Cannot be taken back, so it asks twice. */
function Delete({ path, label, onDone }: { readonly path: string; readonly label: string; onDone(): void }): VNode {
  return html`<${ActButton} path=${path} says="Delete" label=${label} style="bad" twice=${true} onDone=${onDone} />`;
}

/** The part of a path that tells most; the whole is in the line below. */
function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1) || path;
}
