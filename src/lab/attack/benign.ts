import { type Scenario, scenarios } from "./scenario.ts";

const innocent = { techniques: [], seconds: 30 } as const;

/** What hosts do all day, and what looks like an attack from afar. */
export const BENIGN: readonly Scenario[] = scenarios([
  {
    ...innocent,
    id: "web-server",
    title: "the server at its ordinary work, with a child now and then",
    requests: 60,
    quick: true,
    script: "date; uptime",
  },
]);
