/** As an operator would write it who wants everything that the second colony can do, for the lab's own cgroups alone. */
export function attackConfig(root: string, mode: "enforce" | "observe"): string {
  return [
    `mode: ${mode}`,
    `scope: ["${root}"]`,
    "infer: false",
    // It learns minutes, not a day, and is judged by what it does afterwards.
    "colonies: { immune: { depth: full, learningHours: 0 } }",
    "rules: { own: true }",
    // Dozens of attacks in minutes, each to be answered: a host has a few in a year.
    "budget: { containmentsPerHour: 1000, shareOfScope: 1, killsPerHour: 0 }",
    "actions:",
    "  freeze: { perMinute: 600 }",
    "  net.deny: { perMinute: 600 }",
    "leases: { containSeconds: 20 }",
    "",
  ].join("\n");
}
