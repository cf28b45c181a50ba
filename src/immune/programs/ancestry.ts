import type { AgentContext, ProcessRecord } from "../../core/agent.ts";
import type { EntityKey } from "../../core/entity.ts";
import { baseName, isSystemPath } from "./executable.ts";
import { remembered } from "../bounded/remembered.ts";

/**
 * Programs whose only job is to start others: their children are the doing of whoever started them.
 * system(3) goes through sh, so without this a web server's children would all be the shell's.
 */
const LAUNCHERS: ReadonlySet<string> = new Set(
  (
    "sh bash dash ash zsh ksh mksh fish rbash busybox env nohup nice ionice chrt taskset timeout time setsid xargs " +
    "sudo su doas runuser setpriv stdbuf unshare nsenter chroot flock start-stop-daemon tini dumb-init s6-setuidgid"
  ).split(" "),
);

/** Where people work: what is started there is varied by nature. Counts only from a system folder, not by name alone. */
const SEATS: ReadonlySet<string> = new Set(
  (
    "sshd sshd-session login agetty getty tmux screen mosh-server gnome-terminal-server konsole xterm alacritty kitty " +
    "foot wezterm-gui xfce4-terminal"
  ).split(" "),
);

const MAX_STEPS = 8;

export interface Origin {
  readonly record: ProcessRecord;
  /** "seat": a person's session. "shell": nothing but launchers is known above it. */
  readonly nature: "program" | "seat" | "shell";
}

/** Who is behind a process's start: its nearest ancestor that is no mere launcher. */
export function originOf(parent: EntityKey, context: Pick<AgentContext, "processes">): Origin | undefined {
  const first = context.processes.get(parent);
  let record = first;
  for (let step = 0; record !== undefined && step < MAX_STEPS; step++) {
    // Where its path is unknown, the name it has; which is no seat, for anybody can take any name.
    const nature = record.path === "" ? natureOf(baseName(record.comm)) : natureOf(record.path);
    if (nature !== "launcher") return { record, nature };
    record = context.processes.get(record.parent);
  }
  return first === undefined ? undefined : { record: first, nature: "shell" };
}

export const natureOf = remembered(2048, (path): "launcher" | "seat" | "program" => {
  const name = baseName(path);
  if (LAUNCHERS.has(name)) return "launcher";
  return SEATS.has(name) && isSystemPath(path) ? "seat" : "program";
});
