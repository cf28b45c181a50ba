import type { Agent, AgentContext } from "../../../core/agent.ts";
import type { EntityKey } from "../../../core/entity.ts";
import type { SensedEvent } from "../../../core/event.ts";
import { printable } from "../../../core/printable.ts";
import { executableId, processName } from "../../programs/executable.ts";
import type { FileAct } from "./file-act.ts";
import { FileActs } from "./file-acts.ts";
import { runsSystemProgram, standingOf, type Standing } from "../../programs/file-doers.ts";
import { LogCopies } from "./log-copies.ts";
import { beforeRotation, logAt, type LogPlace } from "./log-places.ts";
import { dropOldest } from "../../bounded/oldest.ts";
import { within } from "./within.ts";
import { Witness } from "../witness.ts";

export const CLEARING = {
  /** An old log that rotation left goes at some time; many at once add up. */
  old: 0.25,
  /** What a program does with its own log. */
  ownLog: 0.2,
  /** A copy is left: nothing is lost. */
  copied: 0.05,
  /** Less is not worth a deposit. */
  least: 0.05,
  /** Cut to a length that is not nothing: how long it was before is not told, and some make room ahead (posix_fallocate(3) by ftruncate(2)). */
  cut: 0.5,
  logs: 2048,
} as const;

/** People clear logs too, and mostly should not. */
const FACTORS: Readonly<Record<Standing, number>> = { keeper: 0.2, person: 0.7, session: 0.8, service: 1 };

/** Those who keep logs and the records of logins; from a system folder alone. */
const KEEPERS: ReadonlySet<string> = new Set(
  (
    "rsyslogd syslog-ng systemd-journald auditd systemd-tmpfiles systemd-update-utmp wtmpdb login sshd sshd-session agetty getty utempter " +
    "su sudo systemd-logind systemd init screen tmux lightdm gdm-session-worker cron last lastlog useradd pam-auth-update"
  ).split(" "),
);
const SHELLS: ReadonlySet<string> = new Set("bash sh dash zsh ash ksh fish python3 mysql psql".split(" "));

interface Renaming {
  readonly from: string | undefined;
  readonly moved: LogPlace | undefined;
  readonly path: string | undefined;
  readonly log: LogPlace | undefined;
}

/**
 * Logs that are emptied, removed, moved away or replaced by a link, records of logins that are written over, histories that
 * go: with nothing left of them (log-copies.ts). What a shell does within itself (HISTFILE, `history -c`) is not seen.
 */
export class LogClearingAgent extends Witness implements Agent {
  readonly name = "log-clearing";
  readonly colony = "immune";
  readonly says = "notices logs, login records and shell histories that are emptied or removed with no copy left";
  readonly wants = ["open.read", "open.write", "rename", "unlink", "link", "symlink", "truncate", "mount"] as const;
  private readonly root: string;
  private readonly acts = new FileActs();
  private readonly copies = new LogCopies();
  /** Who wrote a log first without emptying it: its owner, by program. */
  private readonly owners = new Map<string, string>();

  /** `root`: the folder in which the host's files are looked for, "" for the host itself. */
  constructor(root = "") {
    super();
    this.root = root;
  }

  onEvent(event: SensedEvent, context: AgentContext): void {
    for (const act of this.acts.of(event, context)) this.judge(act, context);
  }

  private judge(act: FileAct, context: AgentContext): void {
    const path = within(this.root, act.path);
    const from = within(this.root, act.from);
    // Where a log went is as telling as where it was.
    const log = path === undefined ? undefined : logAt(path);
    const moved = act.act === "rename" && from !== undefined ? logAt(from) : undefined;
    if (log === undefined && moved === undefined) return;
    if (path !== undefined) this.copies.note(act, path, from, context.nowMs);
    if (act.act === "rename") return this.onRename(act.by, { from, moved, path, log }, context);
    if (log === undefined || path === undefined) return;
    if (act.act === "remove") this.lost(act.by, path, log, "removed", context);
    if (act.act === "symlink")
      this.lost(act.by, path, log, `replaced by a link to ${printable(act.from, 80)}`, context);
    if (act.act === "cut" && act.empties) this.lost(act.by, path, log, "emptied", context);
    else if (act.act === "cut") this.lost(act.by, path, log, "cut", context, CLEARING.cut);
    if (act.act === "write") this.onWrite(act, path, log, context);
  }

  /** A log that goes elsewhere is lost there, one that something else is put in place of is lost here; of both the graver. */
  private onRename(by: EntityKey, { from, moved, path, log }: Renaming, context: AgentContext): void {
    if (isRotated(from, path)) return;
    const replaced = path === undefined || path !== beforeRotation(path) ? undefined : log;
    if (path !== undefined && replaced !== undefined && replaced.weight >= (moved?.weight ?? 0))
      this.lost(by, path, replaced, "replaced", context);
    else if (from !== undefined && moved !== undefined) this.lost(by, from, moved, "moved away", context);
  }

  private onWrite(act: FileAct, path: string, log: LogPlace, context: AgentContext): void {
    if (act.empties) return this.lost(act.by, path, log, "emptied", context);
    if (log.what === "login records" && !act.appends)
      return this.lost(act.by, path, log, "opened to be written over", context);
    if (!this.owners.has(path)) {
      this.owners.set(path, programOf(act.by, context));
      dropOldest(this.owners, CLEARING.logs);
    }
  }

  private lost(by: EntityKey, path: string, log: LogPlace, how: string, context: AgentContext, share = 1): void {
    if (runsSystemProgram(by, KEEPERS, context)) return;
    const { left, wasCopy } = this.copies.without(path, context.nowMs);
    const isOld = path !== beforeRotation(path) && !wasCopy;
    const own = !isOld && this.isOwn(by, path, log, context);
    const part = share * (left ? CLEARING.copied : isOld ? CLEARING.old : own ? CLEARING.ownLog : 1);
    const standing = standingOf(by, context);
    const weight = log.weight * part * FACTORS[standing];
    if (weight < CLEARING.least) return;
    const fact = {
      agent: this.name,
      kind: this.name,
      entity: by,
      weight,
      says:
        `${printable(path, 200)} (${log.what}) was ${how} by ${processName(context, by)}` +
        `${isOld ? " (counted less: an old one)" : own ? " (counted less: its own)" : ""}`,
      numbers: { place: log.weight, part, factor: FACTORS[standing] },
      techniques: [log.technique],
    };
    this.testimony.tell([path], fact, context);
  }

  private isOwn(by: EntityKey, path: string, log: LogPlace, context: AgentContext): boolean {
    // A shell trims its history when it ends; emptying it by hand looks the same.
    if (log.what === "shell history") return runsSystemProgram(by, SHELLS, context);
    return log.what === "log" && this.owners.get(path) === programOf(by, context);
  }
}

function isRotated(from: string | undefined, to: string | undefined): boolean {
  return from !== undefined && to !== undefined && beforeRotation(to) === beforeRotation(from);
}

function programOf(by: EntityKey, context: AgentContext): string {
  const record = context.processes.get(by);
  return record === undefined ? "" : executableId(record.path, record.exe);
}
