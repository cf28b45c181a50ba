import { ACTION_KINDS, type ActionKind } from "../../core/action.ts";
import { type Config, configSchema } from "../../core/config.ts";
import { ADVISED } from "./knobs.fixture.ts";
import { BUDGET, LEASE_SECONDS } from "./ledger.fixture.ts";

const BY_NAME = ACTION_KINDS.filter((kind) => !["cpu.weight", "cpu.idle", "freeze"].includes(kind));

/** The configuration of the runs; `narrow` leaves one group in scope and freezes nothing. */
export function configOf(narrow: boolean): Config {
  const modeOf = (kind: ActionKind): object => ({ mode: ADVISED[kind] === undefined ? "enforce" : "advise" });
  const actions = Object.fromEntries(BY_NAME.map((kind) => [kind, modeOf(kind)]));
  return configSchema.parse({
    mode: "enforce",
    scope: narrow ? ["/swarms/a"] : ["/swarms"],
    protect: { cgroups: [], executables: ["/usr/sbin/sshd"] },
    actions: { ...actions, freeze: { mode: narrow ? "observe" : "enforce" } },
    policies: [{ name: "two people", actions: ["kill.process"], mode: "advise", approvals: 2 }],
    budget: {
      containmentsPerHour: BUDGET.containments,
      shareOfScope: 1,
      killsPerHour: BUDGET.kills,
      killShareOfScope: 1,
    },
    leases: { balanceSeconds: LEASE_SECONDS.balance, containSeconds: LEASE_SECONDS.contain },
  });
}
