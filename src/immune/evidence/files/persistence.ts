import type { Agent, AgentContext } from "../../../core/agent.ts";
import type { EntityKey } from "../../../core/entity.ts";
import type { SensedEvent } from "../../../core/event.ts";
import { printable } from "../../../core/printable.ts";
import { processName } from "../../programs/executable.ts";
import { changesIn, deedsOf, deedsOnFiles } from "../deeds.ts";
import type { FileAct } from "./file-act.ts";
import { FileActs } from "./file-acts.ts";
import { STANDING, standingOf } from "../../programs/file-doers.ts";
import { SETTINGS_DEEDS } from "../../novelty/habitual-files.ts";
import { NetworkContacts } from "../network/network-contacts.ts";
import { persistenceAt } from "./persistence-places.ts";
import { within } from "./within.ts";
import { FileWitness } from "../witness.ts";

export const PERSISTENCE = {
  /** At least so much of its weight has what was written by a process that speaks with the network: what came in stays in. */
  networked: 0.8,
  most: 1,
  /** Of what the program has done in this place before, with nothing coming of it: configuration management. */
  usual: 0.2,
} as const;

const WAYS: Partial<Readonly<Record<FileAct["act"], string>>> = {
  write: "wrote",
  rename: "put a file in place of",
  link: "linked a file as",
  symlink: "linked",
  mode: "made executable",
};

/**
 * Who arranges to be run again: changes of the places where a host looks for what to start (cron, units, profiles, keys,
 * the linker, PAM, hooks). Direct writing, renaming onto, links and links' texts count alike. Goes by who stands behind
 * it, for administrators and packages do the same all day: a service has no business there.
 */
export class PersistenceAgent extends FileWitness implements Agent {
  readonly name = "persistence";
  readonly colony = "immune";
  readonly says =
    "notices changes of what a host runs by itself: schedules, units, profiles, keys, hooks of the linker";
  readonly wants = ["open.write", "rename", "link", "symlink", "chmod", "mount", "connect", "accept"] as const;
  private readonly root: string;
  private readonly acts = new FileActs();
  private readonly contacts = new NetworkContacts();

  /** `root`: the folder in which the host's files are looked for, "" for the host itself. */
  constructor(root = "") {
    super();
    this.root = root;
  }

  onEvent(event: SensedEvent, context: AgentContext): void {
    this.contacts.note(event, context);
    for (const act of this.acts.of(event, context)) this.judge(act, context);
  }

  private judge(act: FileAct, context: AgentContext): void {
    const way = WAYS[act.act];
    if (way === undefined) return;
    // Only what became executable is a change of what runs.
    if (act.act === "mode" && ((act.mode ?? 0) & 0o111) === 0) return;
    const path = within(this.root, act.path);
    const place = path === undefined ? undefined : persistenceAt(path);
    if (path === undefined || place === undefined) return;
    const { factor, why } = this.standing(act.by, path, context);
    const fact = {
      agent: this.name,
      kind: this.name,
      entity: act.by,
      weight: Math.min(PERSISTENCE.most, place.weight * factor),
      says: `${processName(context, act.by)} ${way} ${printable(path, 200)}, ${place.what} (${why})`,
      numbers: { place: place.weight, factor },
      techniques: [place.technique],
      // Others speak of it by the place that the kernel tells. Who changes several settings at once does one thing.
      deeds: [
        ...new Set([
          ...deedsOf({ kind: this.name, entity: act.by }, context),
          ...deedsOnFiles([act.path, act.from]),
          changesIn(act),
          `settings changed by ${act.by}`,
        ]),
      ],
    };
    this.testimony.tell([place.what, path], fact, context);
  }

  private standing(
    by: EntityKey,
    path: string,
    context: AgentContext,
  ): { readonly factor: number; readonly why: string } {
    const speaks = this.contacts.has(by, context.nowMs);
    // Rules speak of the same deed. What is its work without the network is not excused when it has something from there.
    const what = speaks ? `${path}\nwith the network` : path;
    if (this.habits.isUsual(by, what, [this.name, "rule"], context, SETTINGS_DEEDS))
      return { factor: PERSISTENCE.usual, why: "as this program has done here before" };
    const standing = standingOf(by, context);
    const plain = STANDING[standing];
    // Keepers fetch packages; that is what they are for.
    if (standing === "keeper" || plain.factor >= PERSISTENCE.networked || !speaks) return plain;
    return { factor: PERSISTENCE.networked, why: "by a process that speaks with the network" };
  }
}
