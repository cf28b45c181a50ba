import { type ErrorSpec, EXIT } from "./error-spec.ts";

/** Files that people name, recordings, rules, the lab, and tuning. */
export const TOOL_ERRORS = {
  "SW-FILE-READ": {
    means: "a file that was named cannot be read",
    todo: "check the path and its permissions",
    exit: EXIT.noInput,
  },
  "SW-FILE-WRITE": {
    means: "a file that was named cannot be written",
    todo: "give another, which is not there yet, in a folder that you may write",
    exit: EXIT.cantCreate,
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
    todo: "see whether it is the right file; of a recording, everything before the place named was read, and the rest is lost",
    exit: EXIT.dataErr,
  },
  "SW-RECORDING-VERSION": {
    means: "the recording was made by another version",
    todo: "replay it with the version that made it",
    exit: EXIT.dataErr,
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
  "SW-PLUGIN": {
    means: "a plugin is not loaded",
    todo: "see docs/plugins.md: the folder, all above it and all in it must be root's and writable by root alone",
    exit: EXIT.permission,
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
} as const satisfies Record<string, ErrorSpec>;
