import type { Agent, AgentContext } from "../../../core/agent.ts";
import { fileKey, processKey, type EntityKey } from "../../../core/entity.ts";
import type { EventKind } from "../../../core/event-kinds.ts";
import type { CallEvent, ExecEvent, SensedEvent } from "../../../core/event.ts";
import { printable } from "../../../core/printable.ts";
import { hasPower, isNearlyAll, rootLike } from "./capability-sets.ts";
import { baseName, executableId, isSystemPath, nameOf } from "../../programs/executable.ts";
import { freshAgeMs } from "../../programs/file-age.ts";
import { Interpreters } from "../../programs/interpreters.ts";
import { PackageActivity } from "../../programs/package-activity.ts";
import { type Standing, Standings, standingOf } from "./standing.ts";
import { RareFacts } from "../rare-facts.ts";

export const PRIVILEGE = {
  /** Root without a setuid file in between: the kernel itself was made to do it. */
  fromNothing: 1,
  /** A shell as root for somebody else: no distribution ships one, and `sh -p` is what every list of tricks ends in. */
  shell: 0.9,
  /** A setuid file where no package puts one; browsers' sandboxes lie in /opt. */
  setuidElsewhere: 0.9,
  setuidOpt: 0.3,
  /** One in a system folder that was written minutes ago, with no package manager at work. */
  setuidFresh: 0.6,
  /** A file with capabilities that are as good as root, on an interpreter, and outside of the system folders. */
  capsInterpreter: 0.7,
  capsElsewhere: 0.8,
  /** All capabilities at once and not root: a user namespace that was made out of sight, as far as it goes. */
  capsAll: 0.2,
  /** Capabilities that no call can give (capabilities(7): the permitted set only shrinks). */
  widened: 0.9,
  /** Root of a user namespace of its own that mounts there, and is no container tool: the way to bugs of the kernel that need it. */
  namespaceRoot: 0.4,
  /** The same by the account of a service, which no person has: who answers requests has nothing to mount. */
  namespaceService: 0.9,
  /** A module loaded by somebody who is not root. */
  module: 1,
} as const;

/** From a mount to the tool that made its namespace: a container's first programs stand between. */
const NAMESPACE_STEPS = 6;
/** The highest uid of accounts that are no person's (login.defs(5), SYS_UID_MAX). */
const SYSTEM_UIDS = 999;
/** CLONE_NEWUSER of clone(2). */
const NEW_USER = 0x1000_0000;
const CALLS: readonly EventKind[] = ["setid", "capset", "namespace", "mount", "module"];

/** They make user namespaces for a living; from a system folder, or one that only root writes. */
const NAMESPACE_TOOLS: ReadonlySet<string> = new Set(
  "podman buildah crun runc bwrap flatpak newuidmap fuse-overlayfs rootlesskit slirp4netns chrome chromium firefox snap-confine nix nix-daemon".split(
    " ",
  ),
);

interface Jump {
  readonly sort: keyof typeof PRIVILEGE;
  readonly says: string;
  readonly technique: string;
}

/** Rights that come from nowhere: compares what a process may do with what it, or who made it, could do before. */
export class PrivilegeJumpAgent extends RareFacts implements Agent {
  readonly name = "privilege-jump";
  readonly colony = "immune";
  readonly says = "notices who becomes root, or as good as root, by none of the ways that the system has for it";
  readonly wants: readonly EventKind[];
  private readonly standings = new Standings();
  private readonly interpreters = new Interpreters();
  private readonly packages = new PackageActivity();

  constructor(depth: "light" | "full" = "light") {
    super();
    this.wants = depth === "full" ? ["exec", "fork", ...CALLS] : ["exec", "fork"];
  }

  onEvent(event: SensedEvent, context: AgentContext): void {
    const key = processKey(event.process);
    const before = this.standings.before(key, event.kind === "exec", context);
    if (event.kind === "exec") return this.onExec(event, key, before, context);
    if (event.kind === "fork")
      return this.onFork(key, processKey(event.child), event.flags ?? 0, event.uid, before, context);
    if (event.kind === "writes" || event.kind === "connect" || event.kind === "exit" || event.kind === "name") return;
    if ("call" in event) this.onCall(event, key, before, context);
  }

  private onExec(event: ExecEvent, key: EntityKey, before: Standing | undefined, context: AgentContext): void {
    this.packages.note(event, context.nowMs);
    const credentials = event.details?.credentials;
    if (credentials === undefined) return;
    const inNamespace = before?.inNamespace ?? false;
    this.standings.set(key, standingOf(credentials, inNamespace));
    const { uid, euid } = credentials;
    const jump =
      uid !== 0 && euid === 0
        ? this.throughSetuid(event, context)
        : before === undefined || before.power || !hasPower(credentials) || inNamespace
          ? undefined
          : uid === 0
            ? fromNothing(event, before)
            : this.throughCapabilities(event, credentials.caps.permitted);
    if (jump !== undefined) this.tell(jump, key, fileKey(event.exe), context);
  }

  private onFork(
    key: EntityKey,
    child: EntityKey,
    flags: number,
    uid: number,
    before: Standing | undefined,
    context: AgentContext,
  ): void {
    if (before === undefined) return;
    const standing = this.after(uid, key, before, context);
    const made = Math.floor(flags / NEW_USER) % 2 === 1;
    if (made || standing.inNamespace !== before.inNamespace || standing.uid !== before.uid)
      this.standings.set(child, { ...standing, inNamespace: standing.inNamespace || made });
  }

  private onCall(event: CallEvent, key: EntityKey, before: Standing | undefined, context: AgentContext): void {
    if (event.result < 0) return;
    if (event.kind === "module" && event.uid !== 0 && before?.power !== true) {
      const says = `${nameOf(context, key)} loaded or removed a kernel module as user ${event.uid}`;
      return this.tell({ sort: "module", says, technique: "T1547.006" }, key, "module", context);
    }
    if (before === undefined) return;
    if (event.kind === "namespace" && event.call !== "setns") {
      const flags = event.call === "clone3" ? event.args[2] : event.args[0];
      // Of clone(2) the child is meant, whose fork tells the same.
      if (event.call === "unshare" && Math.floor((flags ?? 0) / NEW_USER) % 2 === 1)
        this.standings.set(key, { ...before, inNamespace: true });
      return;
    }
    const standing = this.after(event.uid, key, before, context);
    if (event.kind === "mount" && standing.inNamespace && standing.uid !== 0 && !isNamespaceTool(key, context)) {
      const says = `${nameOf(context, key)} mounts as root of a user namespace that user ${standing.uid} made`;
      const sort = standing.uid <= SYSTEM_UIDS ? "namespaceService" : "namespaceRoot";
      return this.tell({ sort, says, technique: "T1068" }, key, "mount", context);
    }
    const permitted = event.args[3] ?? 0;
    if (event.kind === "capset" && event.call === "capset" && !standing.power && !standing.inNamespace) {
      const gained = rootLike(permitted);
      if (gained.length === 0) return;
      const says = `${nameOf(context, key)} has ${gained.slice(0, 4).join(", ")}, which nothing gave it`;
      this.standings.set(key, { ...standing, power: true });
      this.tell({ sort: "widened", says, technique: "T1068" }, key, "capset", context);
    }
  }

  /** The uid that an event carries is the host's own view: 0 there is root, in whatever namespace. */
  private after(uid: number, key: EntityKey, before: Standing, context: AgentContext): Standing {
    if (uid === before.uid) return before;
    const standing = { ...before, uid, power: before.power || uid === 0 };
    this.standings.set(key, standing);
    if (uid === 0 && !before.power) {
      const says = `${nameOf(context, key)} was user ${before.uid} and is root, with no program in between that may do this`;
      this.tell({ sort: "fromNothing", says, technique: "T1068" }, key, "uid", context);
    }
    return standing;
  }

  private throughSetuid(event: ExecEvent, context: AgentContext): Jump | undefined {
    const path = event.details?.exePath || event.path;
    const shown = printable(path, 200);
    const uid = event.details?.credentials.uid ?? event.uid;
    if (this.interpreters.sortOf(event) !== "")
      return { sort: "shell", says: `${shown} runs as root for user ${uid}`, technique: "T1548.001" };
    if (!isSystemPath(path) && !path.startsWith("/run/wrappers/")) {
      const sort = path.startsWith("/opt/") ? "setuidOpt" : "setuidElsewhere";
      return {
        sort,
        says: `${shown}, a setuid file outside of the system's folders, made user ${uid} root`,
        technique: "T1548.001",
      };
    }
    if (freshAgeMs(event, context.wallMs) === undefined || this.packages.brought(event, context)) return undefined;
    return {
      sort: "setuidFresh",
      says: `${shown}, a setuid file changed minutes ago, made user ${uid} root`,
      technique: "T1548.001",
    };
  }

  private throughCapabilities(event: ExecEvent, permitted: number): Jump | undefined {
    const path = event.details?.exePath || event.path;
    const says = `${printable(path, 200)} got ${rootLike(permitted).slice(0, 4).join(", ")} as user ${event.uid}`;
    if (isNearlyAll(permitted)) return { sort: "capsAll", says, technique: "T1548" };
    if (this.interpreters.sortOf(event) !== "") return { sort: "capsInterpreter", says, technique: "T1548.001" };
    return isSystemPath(path) ? undefined : { sort: "capsElsewhere", says, technique: "T1548.001" };
  }

  private tell(jump: Jump, key: EntityKey, object: string, context: AgentContext): void {
    if (this.testimony.isLoud(key, context.nowMs)) return;
    const record = context.processes.get(key);
    const program = executableId(record?.details?.exePath || record?.path || "", object);
    // What only an exploit does is no habit, however often.
    const isFact = jump.sort === "fromNothing" || jump.sort === "widened" || jump.sort === "module";
    const factor = isFact ? 1 : this.habitFactor([program, jump.sort], key, context);
    const fact = {
      agent: this.name,
      kind: "privilege",
      entity: key,
      weight: PRIVILEGE[jump.sort],
      says: jump.says,
      numbers: {},
      techniques: [jump.technique],
    };
    this.tellRare([program, jump.sort], factor, fact, context);
  }
}

function isNamespaceTool(key: EntityKey, context: AgentContext): boolean {
  const line = context.processes.lineage(key).slice(0, NAMESPACE_STEPS);
  return line.some(
    ({ path }) => (isSystemPath(path) || path.startsWith("/opt/")) && NAMESPACE_TOOLS.has(baseName(path)),
  );
}

function fromNothing(event: ExecEvent, before: Standing): Jump {
  const says = `${printable(event.path, 200)} runs as root, and who started it was user ${before.uid} without a way to become root`;
  return { sort: "fromNothing", says, technique: "T1068" };
}
