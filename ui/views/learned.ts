import type { Memory } from "../../src/core/memory.ts";
import type { ProfileInfo, ProfileList } from "../../src/core/sequence-profile.ts";
import type { Trail } from "../../src/core/trail.ts";
import { ago, count, many, percent } from "../../src/cli/view/words.ts";
import { html, type ComponentChildren, type VNode } from "../html.ts";
import { ActButton } from "../parts/act-button.ts";
import { Empty, Panel } from "../parts/panel.ts";
import { useStore } from "../store.ts";
import { useAsked } from "../use-asked.ts";
import type { Said } from "../ask.ts";

/** What outlives a restart: all of it can be looked at and deleted. */
export function LearnedView(): VNode {
  const { live } = useStore();
  const nowMs = live?.status.atMs ?? 0;
  const [trails, againTrails] = useAsked<readonly Trail[]>("trails");
  const [profiles, againProfiles] = useAsked<ProfileList>("profiles");
  const [memories, againMemories] = useAsked<readonly Memory[]>("memory");
  return html`<div class="learned">
    <h1 class="hidden">Learned</h1>
    <${Panel} title="Trails" note="settings that won on this host, tried first next time">
      ${listOf(
        trails,
        (each) => each,
        "Nothing was found yet that is better than doing nothing.",
        (trail: Trail) =>
          html`<li key=${trail.id}>
            <div>
              <b
                >${trail.settings.map(({ kind, value, entity }) => `${kind} ${value} on ${entity.replace(/^w:/, "")}`).join(", ")}</b
              >
              <span class="dim"
                >${percent(trail.gain)} (${percent(trail.interval[0])} to ${percent(trail.interval[1])}) in
                ${many(trail.pairs, "pair")} · strength ${trail.strength.toFixed(2)} · ${many(trail.wins, "win")},
                ${many(trail.failures, "failure")}</span
              >
              <span class="dim">${trail.shape}</span>
            </div>
            <${ActButton}
              path=${`forget-trail/${trail.id}`}
              says="Delete"
              label=${`delete trail ${trail.id}`}
              style="bad"
              twice=${true}
              onDone=${againTrails}
            />
          </li>`,
      )}
    <//>
    <${Panel} title="Profiles" note="which system calls follow each other in a program">
      ${listOf(
        profiles,
        ({ profiles: all }) => all,
        "No program's system calls are learned: `depth: full` turns that on.",
        (profile: ProfileInfo) =>
          html`<li key=${profile.id}>
            <div>
              <b>${profile.path}</b> <span class="chip plain">${profile.stage}</span>
              <span class="dim"
                >${count(profile.windows)} windows · ${percent(profile.fill)} full ·
                ${many(profile.departures, "departure")} · since ${ago(nowMs - profile.sinceMs)}</span
              >
            </div>
            <span class="acts">
              ${profile.stage === "learning" && html`<${ActButton} path=${`freeze-profile/${profile.id}`} says="Freeze" label=${`learn no more of ${profile.path}`} onDone=${againProfiles} />`}
              <${ActButton}
                path=${`reset-profile/${profile.id}`}
                says="Delete"
                label=${`delete the profile of ${profile.path} and learn anew`}
                style="bad"
                twice=${true}
                onDone=${againProfiles}
              />
            </span>
          </li>`,
      )}
    <//>
    <${Panel} title="Memory" note="what people said about incidents">
      ${listOf(
        memories,
        (each) => each,
        "Confirm or dismiss an incident, and its like is recognised or tolerated.",
        (memory: Memory) =>
          html`<li key=${memory.id}>
            <div>
              <b>${memory.program}</b>
              <span class=${`chip ${memory.word === "confirmed" ? "bad" : "good"}`}
                >${memory.word === "confirmed" ? "recognised at once" : "tolerated"}</span
              >
              <span class="dim"
                >strength ${memory.strength.toFixed(2)} · met ${many(memory.met, "time")} since, last
                ${ago(nowMs - memory.lastMs)}${memory.parent !== "" && ` · started by ${memory.parent}`}</span
              >
              <span class="dim">${[...memory.kinds, ...memory.techniques].join(", ")}</span>
            </div>
            <${ActButton}
              path=${`forget-memory/${memory.id}`}
              says="Forget"
              label=${`forget ${memory.program}`}
              style="bad"
              twice=${true}
              onDone=${againMemories}
            />
          </li>`,
      )}
    <//>
  </div>`;
}

function listOf<A, T>(
  said: Said<A> | undefined,
  itemsOf: (answer: A) => readonly T[],
  empty: string,
  row: (item: T) => ComponentChildren,
): VNode {
  if (said === undefined) return html`<p class="dim">Asking…</p>`;
  if (!said.ok) return html`<${Empty} says=${said.says} todo=${said.todo} />`;
  const items = itemsOf(said.value);
  return items.length === 0
    ? html`<${Empty} says=${empty} />`
    : html`<ul class="learned-list">
        ${items.map(row)}
      </ul>`;
}
