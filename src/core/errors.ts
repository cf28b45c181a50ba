/** sysexits(3). */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 64,
  dataErr: 65,
  noInput: 66,
  unavailable: 69,
  software: 70,
  cantCreate: 73,
  ioErr: 74,
  tempFail: 75,
  permission: 77,
  config: 78,
} as const;

interface ErrorSpec {
  /** What it means, in one sentence. */
  readonly means: string;
  /** What to do about it. */
  readonly todo: string;
  readonly exit: number;
}

/** Every error code there is. Messages add to what and where. */
export const ERRORS = {
  "SW-USAGE": { means: "the command line is not understood", todo: "see `swarms --help`", exit: EXIT.usage },
  "SW-CONFIG-READ": {
    means: "the configuration file cannot be read",
    todo: "check the path and its permissions, or leave --config out for the defaults",
    exit: EXIT.noInput,
  },
  "SW-CONFIG-SYNTAX": {
    means: "the configuration is not valid YAML",
    todo: "correct the place named",
    exit: EXIT.config,
  },
  "SW-CONFIG-VALUE": {
    means: "a configuration value is not allowed",
    todo: "correct the place named",
    exit: EXIT.config,
  },
  "SW-STATE-CREATE": {
    means: "the state folder cannot be created or written",
    todo: "give another with --state, or correct its permissions",
    exit: EXIT.cantCreate,
  },
  "SW-STATE-REACH": {
    means: "the unprivileged process cannot reach its state folder",
    todo: "give another with --state that its user can enter",
    exit: EXIT.permission,
  },
  "SW-STATE-FULL": {
    means: "the disk with the state folder is full",
    todo: "free some space; nothing is changed on the host until the journal can be written",
    exit: EXIT.ioErr,
  },
  "SW-STATE-BUSY": {
    means: "another instance of the layer uses this state folder",
    todo: "stop it first (`swarms status` shows it), or give another folder with --state",
    exit: EXIT.tempFail,
  },
  "SW-STATE-IO": {
    means: "a state file cannot be read or written",
    todo: "check the disk and the file named",
    exit: EXIT.ioErr,
  },
  "SW-STORE-DAMAGED": {
    means: "the learned memory is damaged",
    todo: "it was set aside under the name given and a new one begun; delete it when you are done looking",
    exit: EXIT.ioErr,
  },
  "SW-STORE-NEWER": {
    means: "the learned memory was written by a newer version",
    todo: "run that version, or give another folder with --state",
    exit: EXIT.dataErr,
  },
  "SW-STORE-LARGE": {
    means: "something is too large to be remembered, or is not plain JSON",
    todo: "nothing; what was remembered before is kept",
    exit: EXIT.software,
  },
  "SW-NEEDS-ROOT": { means: "this needs root", todo: "run it with sudo", exit: EXIT.permission },
  "SW-NO-LIBBPF": {
    means: "libbpf.so.1 is missing",
    todo: "install the package libbpf1; until then events are not seen and processes are sampled from procfs",
    exit: EXIT.unavailable,
  },
  "SW-BPF-LOAD": {
    means: "the kernel refused an eBPF program",
    todo: "see `swarms doctor`; the layer goes on with procfs and pressure files",
    exit: EXIT.unavailable,
  },
  "SW-NOT-RUNNING": {
    means: "no running layer answers",
    todo: "start one with `swarms run`, or name its state folder with --state",
    exit: EXIT.unavailable,
  },
  "SW-NO-ANSWER": {
    means: "a layer is there, but it does not answer",
    todo: "try again; where that stays so, end its warden (`kill -TERM`, its pid is in warden.json): it puts everything back",
    exit: EXIT.unavailable,
  },
  "SW-NOT-CONFIRMED": {
    means: "the layer did not do what it said, or what it was asked",
    todo: "end its warden (`kill -TERM`): it puts everything back by itself",
    exit: EXIT.ioErr,
  },
  "SW-API-BUSY": {
    means: "too many views are open at once",
    todo: "close one (`swarms top`, a dashboard) and try again",
    exit: EXIT.unavailable,
  },
  "SW-NOT-FOUND": {
    means: "there is nothing under that name",
    todo: "changes are listed by `swarms status`, incidents by `swarms incidents`",
    exit: EXIT.noInput,
  },
  "SW-HIVE-LOST": {
    means: "the hive ended, hung or flooded",
    todo: "every change was reverted and it is being restarted; if it repeats, see the log",
    exit: EXIT.software,
  },
  "SW-WIRE": {
    means: "a message between warden and hive is not valid",
    todo: "the peer is ended and restarted; report it if it repeats",
    exit: EXIT.software,
  },
  "SW-JOURNAL-DAMAGED": {
    means: "the journal was edited, cut or reordered",
    todo: "see the record named; keep the file for examination and start with another --state",
    exit: EXIT.dataErr,
  },
  "SW-JOURNAL-WRITE": {
    means: "the journal cannot be written, so nothing may be changed",
    todo: "free space or correct permissions of the state folder",
    exit: EXIT.ioErr,
  },
  "SW-GUARD-KIND": { means: "no such kind of action", todo: "kinds are listed by `swarms doctor`", exit: EXIT.usage },
  "SW-GUARD-MODE": {
    means: "the mode does not allow it",
    todo: "set the mode for the colony or the action in the configuration",
    exit: EXIT.permission,
  },
  "SW-GUARD-SCOPE": {
    means: "the target is outside the configured scope",
    todo: "add its cgroup to `scope` if the layer may touch it",
    exit: EXIT.permission,
  },
  "SW-GUARD-PROTECTED": {
    means: "the target holds a protected process",
    todo: "nothing; protected processes are never touched",
    exit: EXIT.permission,
  },
  "SW-GUARD-BOUNDS": {
    means: "the value is outside the bounds of its kind",
    todo: "see the bounds in `swarms doctor`",
    exit: EXIT.permission,
  },
  "SW-GUARD-STEP": {
    means: "the step from the current value is too large",
    todo: "approach it in smaller steps",
    exit: EXIT.permission,
  },
  "SW-GUARD-RATE": {
    means: "too many changes of this kind in a minute",
    todo: "nothing; it is tried again later",
    exit: EXIT.tempFail,
  },
  "SW-GUARD-BUDGET": {
    means: "the containment budget of this hour is used up",
    todo: "look at the incidents; raise `budget` only if they are right",
    exit: EXIT.tempFail,
  },
  "SW-GUARD-HELD": {
    means: "it was contained for as long as is allowed without a person",
    todo: "`swarms approve` lists what waits: with a person's word it is contained again, and longer",
    exit: EXIT.tempFail,
  },
  "SW-GUARD-POLICY": {
    means: "a policy of the configuration does not allow it",
    todo: "see `policies` in the configuration; `swarms policy test` shows what decides",
    exit: EXIT.permission,
  },
  "SW-POLICY-CONDITION": {
    means: "the condition of a policy could not be told true or false, so nothing is done",
    todo: "correct its `when`; `swarms policy test` runs it on an example",
    exit: EXIT.config,
  },
  "SW-NEEDS-LOGIN": {
    means: "two people must approve this, and this session's person is not known",
    todo: "log in as yourself and use sudo; the host must note logins (pam_loginuid)",
    exit: EXIT.permission,
  },
  "SW-APPROVED-ALREADY": {
    means: "this person has approved it already",
    todo: "another person must approve it with `swarms approve`",
    exit: EXIT.permission,
  },
  "SW-GUARD-GONE": { means: "the target does not exist any more", todo: "nothing", exit: EXIT.noInput },
  "SW-GUARD-KNOB": {
    means: "the knob is missing or refused the value",
    todo: "see `swarms doctor` for what this kernel offers",
    exit: EXIT.unavailable,
  },
  "SW-GUARD-YIELD": {
    means: "somebody else has written this knob",
    todo: "nothing; the layer leaves it to them",
    exit: EXIT.tempFail,
  },
  "SW-GUARD-PERSON": {
    means: "a person undid this change a short time ago",
    todo: "nothing; the layer will not repeat it until the time named",
    exit: EXIT.tempFail,
  },
  "SW-RECORDING-WRITE": {
    means: "the recording cannot be written",
    todo: "give another file, free some space, or replace the old one with --force",
    exit: EXIT.cantCreate,
  },
  "SW-RECORDING-READ": {
    means: "the recording cannot be read",
    todo: "check the path and its permissions",
    exit: EXIT.noInput,
  },
  "SW-RECORDING-DAMAGED": {
    means: "the recording is damaged or was cut",
    todo: "everything before the place named was read; the rest is lost",
    exit: EXIT.dataErr,
  },
  "SW-RECORDING-VERSION": {
    means: "the recording was made by another version",
    todo: "replay it with the version that made it",
    exit: EXIT.dataErr,
  },
  "SW-GUARD-ALONE": {
    means: "nothing may be changed while a process of the layer is missing or ending",
    todo: "nothing; it is tried again when all are there",
    exit: EXIT.tempFail,
  },
  "SW-SENTINEL": {
    means: "the process that puts everything back after a crash cannot be started",
    todo: "see the reason given; without it nothing may be changed, so the layer does not start",
    exit: EXIT.unavailable,
  },
  "SW-FALCO-SUITE": {
    means: "a test suite in Falco's format cannot be run",
    todo: "correct the place named: the format is described in docs/testing.md",
    exit: EXIT.dataErr,
  },
  "SW-FALCO-ROOM": {
    means: "the calls of a test suite cannot be made here",
    todo: "run it as root on an x86-64 machine with unshare, mount and ip; nothing was changed on the host",
    exit: EXIT.unavailable,
  },
  "SW-RULE": {
    means: "a detection rule cannot be used",
    todo: "correct the place named; until then the rules that were loaded before go on",
    exit: EXIT.dataErr,
  },
  "SW-LAB": {
    means: "the lab could not run its experiment",
    todo: "see the reason given; nothing was left behind",
    exit: EXIT.unavailable,
  },
  "SW-TUNE": {
    means: "the tuning could not be carried out",
    todo: "see the reason given; every setting is as it was before",
    exit: EXIT.unavailable,
  },
  "SW-TUNE-TRUST": {
    means: "the tuning file could be changed by others, and its commands would run as you",
    todo: "take their right to write away (chmod go-w), its folder's too",
    exit: EXIT.permission,
  },
  "SW-TUNE-RESUME": {
    means: "the tuning cannot be gone on with",
    todo: "see the reason given; without --resume it begins anew, and the history so far is kept beside the new one",
    exit: EXIT.dataErr,
  },
  "SW-INTERNAL": {
    means: "a defect in the layer",
    todo: "report it with the text above; every change was reverted",
    exit: EXIT.software,
  },
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERRORS;

/** An error for a reader: code, what happened, to what, what to do. */
export class SwarmsError extends Error {
  override readonly name = "SwarmsError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, detail: string, options?: { cause?: unknown }) {
    super(detail, options);
    this.code = code;
  }

  get exit(): number {
    return ERRORS[this.code].exit;
  }

  /** Three lines: code and meaning, the detail, what to do. */
  get report(): string {
    const spec = ERRORS[this.code];
    return `${this.code}: ${spec.means}\n  ${this.message}\n  → ${spec.todo}`;
  }
}

/** Expected failures are values. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: ErrorCode; readonly says: string };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function failed(
  code: ErrorCode,
  says: string,
): { readonly ok: false; readonly code: ErrorCode; readonly says: string } {
  return { ok: false, code, says };
}

/** The `code` of a Node system error ("ENOENT"), or "". */
export function errnoOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
