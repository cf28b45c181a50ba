import { METRICS } from "../../api/metrics.ts";
import { READINGS } from "../../core/reading.ts";
import { code, type Page, table } from "./page.ts";

export const METRIC_PAGE: Page = {
  file: "metrics.md",
  title: "Metrics and readings",
  says: "What `/metrics` gives in Prometheus's text format, and the readings that the status, the conditions and the agents go by. A metric without samples is left out.",
  body: () => `${table(
    ["metric", "type", "what it is"],
    METRICS.map(({ name, type, help }) => [code(name), type, help]),
  )}

## Readings

${table(
  ["reading", "unit", "what it is"],
  Object.entries(READINGS).map(([name, { unit, says }]) => [code(name), unit, says]),
)}`,
};
