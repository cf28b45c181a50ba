import type { Policy } from "../core/policy.ts";

/** A policy in a sentence: "night: freeze below /batch.slice from 22:00 until 06:00 where ...: advise, 2 people". */
export function policyWords(policy: Policy): string {
  const { name, colony, actions, cgroups, days, from, until, when } = policy;
  const about = [
    actions?.join(", ") ?? `every action${colony === undefined ? "" : ` of ${colony}`}`,
    ...(cgroups === undefined ? [] : [`below ${cgroups.join(", ")}`]),
    ...(days === undefined ? [] : [`on ${days.join(", ")}`]),
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(until === undefined ? [] : [`until ${until}`]),
    ...(when === undefined ? [] : [`where ${when}`]),
  ];
  return `${name}: ${about.join(" ")}: ${decides(policy).join(", ")}`;
}

function decides({ mode, min, max, perHour, approvals }: Policy): string[] {
  return [
    ...(mode === undefined ? [] : [mode]),
    ...(min === undefined ? [] : [`not below ${min}`]),
    ...(max === undefined ? [] : [`not above ${max}`]),
    ...(perHour === undefined ? [] : [`at most ${perHour} an hour`]),
    ...(approvals === undefined ? [] : [approvals === 1 ? "one person approves" : `${approvals} people approve`]),
  ];
}
