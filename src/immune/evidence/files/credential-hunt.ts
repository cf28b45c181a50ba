import type { Agent, AgentContext } from "../../../core/agent.ts";
import { parseEntityKey, type EntityKey } from "../../../core/entity.ts";
import type { SensedEvent } from "../../../core/event.ts";
import { isSystemPath, processName } from "../../programs/executable.ts";
import type { FileAct } from "./file-act.ts";
import { FileActs } from "./file-acts.ts";
import { NamesByLine } from "./names-by-line.ts";
import { answerableFor, runsSystemProgram, standingOf } from "../../programs/file-doers.ts";
import { dropOldest } from "../../bounded/oldest.ts";
import { secretAt, type SecretSort } from "./secret-places.ts";
import { NetworkTalkers } from "../network/network-talkers.ts";
import { PlantedLinks } from "./planted-links.ts";
import { within } from "./within.ts";
import { FileWitness } from "../witness.ts";

export const HUNT = {
  /** Two sorts are read by many a tool of one's own; each more is less and less by chance. */
  weights: { 2: 0.35, 3: 0.65, 4: 0.9 },
  most: 1,
  /** A hunter looks within minutes; one who takes his time, within this. */
  windowMs: 1_800_000,
  /** Share of secrets among the files opened below which it looks like a backup: counted less, by the share, and never to nothing. */
  share: 0.05,
  leastFactor: 0.25,
  /** Whose secrets most of them are. */
  person: 0.6,
  doers: 1024,
} as const;

/**
 * They read everything there is, by their nature; from a system folder alone, and not where a remote hand may command them: a
 * server's shell that has tar pack the keys.
 */
const COPIERS: ReadonlySet<string> = new Set(
  (
    "rsync borg restic duplicity bacula-fd tar rdiff-backup rsnapshot dump amanda bareos-fd duply kopia updatedb.plocate updatedb " +
    "clamscan clamd freshclam aide tripwire debsums rkhunter lynis"
  ).split(" "),
);

/** One name of what an act is about; `path`: below the root that is watched. */
interface Looked {
  readonly act: FileAct;
  readonly full: string;
  readonly path: string;
  readonly secret: ReturnType<typeof secretAt>;
}

interface Hunt {
  readonly sorts: Map<string, { readonly atMs: number; readonly path: string; readonly technique: string }>;
  /** Files opened that hold data of people or services, with those sought in vain. */
  opened: number;
  sinceMs: number;
  toldSorts: number;
}

/**
 * One process, or the commands of one, that reads or seeks several different sorts of secrets: what a service does with its
 * own key is one sort, what a thief does is a list. Counts sorts and not files, so that a loop over one folder says no
 * more than its first file, and misses as well, for who seeks by a list misses most of it.
 */
export class CredentialHuntAgent extends FileWitness implements Agent {
  readonly name = "credential-hunt";
  readonly colony = "immune";
  readonly says =
    "notices who reads or seeks several sorts of secrets: keys, hashes, tokens, browsers' stores, histories";
  readonly wants = [
    "open.read",
    "open.write",
    "open.failed",
    "link",
    "rename",
    "symlink",
    "mount",
    "connect",
    "accept",
  ] as const;
  private readonly root: string;
  private readonly hunts = new Map<EntityKey, Hunt>();
  private readonly planted = new PlantedLinks();
  private readonly acts = new FileActs();
  /** Hard links to secrets, and secrets that were moved: true paths that nothing else shows to be such. */
  private readonly named = new NamesByLine();
  private readonly talkers = new NetworkTalkers();

  /** `root`: the folder in which the host's files are looked for, "" for the host itself. */
  constructor(root = "") {
    super();
    this.root = root;
  }

  onEvent(event: SensedEvent, context: AgentContext): void {
    this.talkers.note(event);
    if (!("call" in event)) return;
    const acts = this.acts.of(event, context);
    if (event.kind === "symlink") {
      for (const act of acts) this.planted.note(act, (target) => this.secretAt(target) !== undefined, context);
      return;
    }
    const looked = acts.flatMap((act) => this.namesOf(act, context));
    const found = looked.find(({ secret }) => secret !== undefined) ?? looked[0];
    if (found === undefined) return;
    const { act, full, path, secret } = found;
    if (secret === undefined) {
      if (!isFurniture(path)) this.countOrdinary(act, context);
      return;
    }
    if (act.act === "write" && !act.reads) return;
    if (isNaming(act)) {
      if (this.secretAt(act.path)?.sort === secret.sort) return;
      this.named.put(act.path, full, act.by, context);
    }
    if (isOwn(act, path, secret, context)) return;
    const doers = answerableFor(act.by, context, true);
    const layer = this.planted.layer(event, doers, context);
    if (layer !== undefined) {
      for (const doer of layer) if (this.found(doer, path, secret, context)) return;
      return;
    }
    if (this.isCopier(act.by, context)) return;
    if (this.habits.isUsual(act.by, secret.sort, [], context)) {
      for (const doer of doers) this.hunts.get(doer)?.sorts.delete(secret.sort);
      return;
    }
    for (const doer of doers) if (this.found(doer, path, secret, context)) return;
  }

  private secretAt(full: string): SecretSort | undefined {
    const path = within(this.root, full);
    return path === undefined ? undefined : secretAt(path);
  }

  private isCopier(by: EntityKey, context: AgentContext): boolean {
    return runsSystemProgram(by, COPIERS, context) && this.talkers.commanding(by, context) === undefined;
  }

  /** True where the doer was accused. */
  private found(doer: EntityKey, path: string, secret: SecretSort, context: AgentContext): boolean {
    const hunt = this.huntOf(doer, context.nowMs);
    for (const [sort, { atMs }] of hunt.sorts) if (context.nowMs - atMs > HUNT.windowMs) hunt.sorts.delete(sort);
    hunt.opened++;
    const isNew = !hunt.sorts.has(secret.sort);
    hunt.sorts.set(secret.sort, { atMs: context.nowMs, path, technique: secret.technique });
    const sorts = hunt.sorts.size;
    if (!isNew || sorts <= hunt.toldSorts || sorts < 2) return hunt.toldSorts > 0;
    hunt.toldSorts = sorts;
    this.accuse(doer, hunt, context);
    return true;
  }

  private accuse(doer: EntityKey, hunt: Hunt, context: AgentContext): void {
    const sorts = hunt.sorts.size;
    const share = sorts / hunt.opened;
    const person = standingOf(doer, context) === "person" ? HUNT.person : 1;
    const factor = person * Math.max(HUNT.leastFactor, Math.min(1, share / HUNT.share));
    const weight = (HUNT.weights[sorts as 2 | 3 | 4] ?? HUNT.most) * factor;
    const fact = {
      agent: this.name,
      kind: "credentials",
      entity: doer,
      weight,
      says:
        `${processName(context, doer)} read or sought ${sorts} sorts of secrets: ` +
        `${[...hunt.sorts.keys()].join(", ")}${factor < 1 ? ` (counted less: ${person < 1 ? "in a person's session" : `among ${hunt.opened} files`})` : ""}`,
      numbers: { sorts, opened: hunt.opened },
      techniques: [...new Set([...hunt.sorts.values()].map(({ technique }) => technique))].slice(0, 4),
    };
    this.testimony.tell([String(sorts)], fact, context);
  }

  /** What an act is about: as its place is called, and as this line of processes knows it besides. */
  private namesOf(act: FileAct, context: AgentContext): readonly Looked[] {
    const place = isNaming(act) ? act.from : act.path;
    return [place, this.named.trueOf(place, act.by, context)].flatMap((full) => {
      const path = within(this.root, full);
      return path === undefined ? [] : [{ act, full, path, secret: secretAt(path) }];
    });
  }

  private countOrdinary(act: FileAct, context: AgentContext): void {
    for (const doer of answerableFor(act.by, context)) this.huntOf(doer, context.nowMs).opened++;
  }

  private huntOf(doer: EntityKey, nowMs: number): Hunt {
    const known = this.hunts.get(doer);
    if (known !== undefined && nowMs - known.sinceMs < HUNT.windowMs) return known;
    // The count begins anew with each window; sorts leave one by one, so that no border between windows hides a hunt.
    const hunt: Hunt = {
      sorts: known?.sorts ?? new Map(),
      opened: known?.sorts.size ?? 0,
      sinceMs: nowMs,
      toldSorts: 0,
    };
    this.hunts.delete(doer);
    this.hunts.set(doer, hunt);
    dropOldest(this.hunts, HUNT.doers);
    return hunt;
  }
}

/** Who gives a secret another name may read it under that one. */
function isNaming({ act }: FileAct): boolean {
  return act === "link" || act === "rename";
}

/** Of the system, and of no person: what any program opens to run at all. */
function isFurniture(path: string): boolean {
  return isSystemPath(path) || /^\/(?:proc|sys|dev|etc)\//.test(path);
}

function isOwn(act: FileAct, path: string, secret: SecretSort, context: AgentContext): boolean {
  const pid = /^\/proc\/(\d+)\//.exec(path)?.[1];
  const entity = parseEntityKey(act.by);
  if (pid !== undefined && entity?.kind === "process" && entity.pid === Number(pid)) return true;
  return runsSystemProgram(act.by, secret.own, context);
}
