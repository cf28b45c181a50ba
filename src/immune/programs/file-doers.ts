import type { AgentContext, ProcessRecord } from "../../core/agent.ts";
import type { EntityKey } from "../../core/entity.ts";
import type { LineageStep } from "../../core/incident.ts";
import { natureOf } from "./ancestry.ts";
import { builderAt } from "./builders.ts";
import { baseName, isSystemPath } from "./executable.ts";
import { lineOf } from "./process-line.ts";

/** Generations that an act is counted to: a script's commands are the script's, and what a service starts is the service's. */
const GENERATIONS = 3;

/**
 * The process and those that stand for it, narrowest first: shells and other programs that only start others, for their commands are
 * one deed. Not daemons, services and what starts sessions: what their children do has nothing in common. `withCopies`: also who made
 * it by fork(2) alone, for a copy does what the program is told to.
 */
export function answerableFor(
  entity: EntityKey,
  context: Pick<AgentContext, "processes">,
  withCopies = false,
): readonly EntityKey[] {
  const { steps, head } = lineWith(entity, context);
  const answerable = [entity];
  for (const step of steps.slice(1, GENERATIONS)) {
    const isCopied = withCopies && step.path !== "" && step.path === steps[0]?.path;
    if (answerable.at(-1) === head || !(isCopied || natureOf(step.path) === "launcher")) break;
    answerable.push(step.process);
  }
  return answerable;
}

/** Steps up from a process, which are walked once for all that is asked of them, and the head of its line. */
function lineWith(
  entity: EntityKey,
  { processes }: Pick<AgentContext, "processes">,
): { readonly steps: readonly LineageStep[]; readonly head: EntityKey } {
  const steps = processes.lineage(entity);
  return { steps, head: lineOf(entity, { get: (key) => processes.get(key), lineage: () => steps }) };
}

/** Programs that keep a host's settings; they count only from a system folder, and package managers by builders.ts. */
const KEEPERS: ReadonlySet<string> = new Set(
  (
    "systemd systemctl systemd-tmpfiles systemd-sysusers systemd-machine-id-setup systemd-hwdb systemd-firstboot deb-systemd-helper " +
    "deb-systemd-invoke update-rc.d update-alternatives ldconfig ldconfig.real update-initramfs mkinitramfs dracut dkms depmod " +
    "kernel-install useradd usermod userdel adduser deluser groupadd passwd chpasswd vipw visudo crontab pam-auth-update " +
    "authselect authconfig update-grub grub-mkconfig needrestart ucf debconf-communicate puppet chef-client salt-call salt-minion " +
    "cf-agent cloud-init NetworkManager netplan resolvconf snapd-apparmor rpm-ostree bootc transactional-update update-motd"
  ).split(" "),
);

export type Standing = "keeper" | "person" | "session" | "service";

/** Part of its weight that a change of a host's settings has, by who stands behind it. Never nothing: each can be abused. */
export const STANDING: Readonly<Record<Standing, { readonly factor: number; readonly why: string }>> = {
  keeper: { factor: 0.15, why: "done by a program that keeps the system" },
  person: { factor: 0.3, why: "done in a person's session at a terminal" },
  session: { factor: 0.6, why: "done in a session without a terminal" },
  service: { factor: 1, why: "done by a service" },
};

/** Who stands behind a process: the most excusing of what is found on the way up. */
export function standingOf(entity: EntityKey, context: Pick<AgentContext, "processes">): Standing {
  const { steps, head } = lineWith(entity, context);
  const at = steps.findIndex(({ process }) => process === head);
  const line = steps.slice(0, at + 1);
  if (line.some(({ process }) => isKeeper(context.processes.get(process)))) return "keeper";
  const above = steps[at + 1]?.path ?? "";
  if (natureOf(above) !== "seat") return "service";
  return (context.processes.get(entity)?.details?.tty ?? 0) !== 0 ? "person" : "session";
}

/** By where its file is, and the kernel's word for that where there is one; the manager of all services is none for what it started. */
function isKeeper(record: ProcessRecord | undefined): boolean {
  if (record === undefined || !isSystemPath(record.path)) return false;
  const real = record.details?.exePath ?? "";
  if (real !== "" && !isSystemPath(real)) return false;
  return KEEPERS.has(baseName(record.path)) || builderAt(record.path)?.what === "package manager";
}

/** Whether the process runs this very program of a system folder: a name alone can be taken by anybody. */
export function runsSystemProgram(
  entity: EntityKey,
  names: ReadonlySet<string>,
  context: Pick<AgentContext, "processes">,
): boolean {
  const record = context.processes.get(entity);
  if (record === undefined || !isSystemPath(record.path) || !names.has(baseName(record.path))) return false;
  const real = record.details?.exePath ?? "";
  return real === "" || isSystemPath(real);
}
