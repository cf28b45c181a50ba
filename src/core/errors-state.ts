import { type ErrorSpec, EXIT } from "./error-spec.ts";

/** The command line, the configuration, and what is kept on disk. */
export const STATE_ERRORS = {
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
} as const satisfies Record<string, ErrorSpec>;
