import type { Decision, Proposal } from "../core/action.ts";

/** What is answered while nothing may be held. */
export function alone({ id, kind }: Proposal): Decision {
  const says = "the sentinel is missing, or the layer is ending";
  const none = { action: "", cgroup: "", from: "", to: "", untilMs: 0 };
  return { ...none, proposal: id, kind, outcome: "refused", code: "SW-GUARD-ALONE", says };
}
