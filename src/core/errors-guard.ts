import { type ErrorSpec, EXIT } from "./error-spec.ts";

/** The journal, and whatever the guard refuses or cannot do. */
export const GUARD_ERRORS = {
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
  "SW-ASSISTANT": {
    means: "an assistant may not do this",
    todo: "do it yourself with `swarms`, or hand it over with `assistants.may` in the configuration",
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
} as const satisfies Record<string, ErrorSpec>;
