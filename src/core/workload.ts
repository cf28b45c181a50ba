import { matchOf } from "./workload-match.ts";
import { z } from "zod";
import { cgroupPath } from "./policy.ts";

/** What a probe or a page may take at most, so that a service that hangs holds nothing up. */
export const PROBE_TIMEOUT_MS = 5000;

const httpUrl = z
  .string()
  .max(1024)
  .regex(
    /^https?:\/\/[^\s/@?#]+([/?][^\s#]*)?$/,
    "must be a URL such as http://127.0.0.1:8080/health, without a password",
  );

const quantile = z.number().gt(0).lt(1).default(0.99).describe("Which quantile of the answers has to meet the target.");
const targetMs = z
  .number()
  .positive()
  .max(60_000)
  .describe("Highest acceptable answer time at that quantile, in milliseconds.");
const perSecond = z
  .number()
  .min(0.1)
  .max(1000)
  .default(20)
  .describe("Requests a second, sent by the clock whether or not earlier ones were answered.");

const http = z
  .strictObject({ url: httpUrl.describe("What to ask for (GET)."), perSecond, targetMs, quantile })
  .describe("A request that the layer makes itself, from outside the service.");

const tcp = z
  .strictObject({
    address: z
      .string()
      .max(280)
      .regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:/]+):\d{1,5}$/, "must be an address such as 127.0.0.1:6379 or [::1]:6379")
      .describe("Where to connect."),
    send: z
      .string()
      .max(1024)
      .optional()
      .describe(
        'Text to send, such as "PING\\r\\n"; the first byte that comes back is the answer. Left out: being connected is.',
      ),
    perSecond,
    targetMs,
    quantile,
  })
  .describe("A connection that the layer makes itself, from outside the service.");

const metric = z
  .strictObject({
    url: httpUrl.describe("The service's own page of numbers, in Prometheus' text format."),
    name: z
      .string()
      .max(256)
      .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/, "must be a metric's name")
      .describe("Of the metric; of a histogram without _bucket."),
    labels: z
      .record(z.string().max(128), z.string().max(256))
      .default({})
      .describe("Labels that a line must have; all lines that have them are added up."),
    as: z
      .enum(["gauge", "rate", "quantile"])
      .describe(
        "gauge: the number itself. rate: how much a counter grows in a second. quantile: of a histogram, over the last interval.",
      ),
    quantile,
    target: z.number().describe("What the number should stay below (or above), in its own unit."),
    direction: z.enum(["below", "above"]).default("below").describe("On which side of the target it should be."),
    everySeconds: z.number().min(0.25).max(60).default(1).describe("How often the page is read."),
  })
  .describe("A number that the service itself publishes.");

const share = z.number().gt(0).max(1);
const pressure = z
  .strictObject({
    memory: share.optional().describe("Highest acceptable share of the time that some task of it waits for memory."),
    io: share.optional().describe("Highest acceptable share of the time that some task of it waits for storage."),
  })
  .describe("Pressure (PSI) that a latency workload may see before batch work gives way.");

const objective = z
  .strictObject({
    http: http.optional(),
    tcp: tcp.optional(),
    metric: metric.optional(),
    pressure: pressure.optional(),
  })
  .refine(
    ({ http, tcp, metric }) => [http, tcp, metric].filter(Boolean).length <= 1,
    "may name one of http, tcp and metric",
  )
  .describe("What a latency workload is judged by, beside the time that its tasks wait for a CPU.");

const match = z
  .strictObject({
    cgroup: cgroupPath.optional().describe("The cgroup that holds it; a trailing * matches any ending."),
    unit: z
      .string()
      .max(256)
      .regex(/^[\w@:.\\-]+\*?$/, "must be a unit's name such as nginx.service; a trailing * matches any ending")
      .optional()
      .describe("The systemd unit, wherever its cgroup lies."),
    executable: z
      .string()
      .max(1024)
      .regex(/^[^\0*]+\*?$/, "must be a path or a name; a trailing * matches any ending")
      .optional()
      .describe("What its processes run: a path, or a name alone."),
    user: z.string().min(1).max(64).optional().describe("Whose processes: a name or a number."),
  })
  .refine(
    (each) => Object.values(each).some((value) => value !== undefined),
    "must name a cgroup, unit, executable or user",
  )
  .describe("What belongs to it; all that is named must hold.");

/** One entry of `workloads`. */
export const workloadSchema = z
  .strictObject({
    name: z.string().min(1).max(64).describe("Short name for people."),
    cgroup: cgroupPath.optional().describe("The cgroup that holds it; short for `match: { cgroup: ... }`."),
    match: match.optional(),
    kind: z
      .enum(["latency", "batch", "unknown"])
      .optional()
      .describe(
        "latency: must answer fast. batch: gets what is left. unknown: never touched. Left out: told by how it uses the CPU.",
      ),
    targetMs: z
      .number()
      .positive()
      .max(10_000)
      .default(1)
      .describe(
        "Latency workloads: highest acceptable 99th percentile of the time a runnable task waits for a CPU, in milliseconds.",
      ),
    objective: objective.optional(),
    adopt: z
      .boolean()
      .default(true)
      .describe(
        "Whether matched processes that share their cgroup with others may be moved to one of the layer's own, inside a subtree of `scope`, until the layer ends.",
      ),
  })
  .refine(({ cgroup, match: by }) => (cgroup === undefined) !== (by === undefined), {
    message: "or `match` must be given, one of the two",
    path: ["cgroup"],
    // Told together with whatever else is wrong.
    when: ({ value }) => typeof value === "object" && value !== null,
  });

export type DeclaredWorkload = z.infer<typeof workloadSchema>;
export type Objective = z.infer<typeof objective>;
export type WorkloadMatch = z.infer<typeof match>;

/** For people: "/batch.slice", "unit nginx.service and user www-data". */
export function matchWords(declared: Pick<DeclaredWorkload, "cgroup" | "match">): string {
  const { cgroup, ...rest } = matchOf(declared);
  const others = Object.entries(rest).flatMap(([key, value]) => (value === undefined ? [] : [`${key} ${value}`]));
  return [...(cgroup === undefined ? [] : [cgroup]), ...others].join(" and ");
}

/** What an objective measures and wants, for people; undefined where it is by pressure alone. */
export function objectiveWords({ http, tcp, metric }: Objective): string | undefined {
  const answers = (quantile: number, targetMs: number): string =>
    `p${quantile * 100} of its answers within ${targetMs} ms`;
  if (http !== undefined) return `GET ${http.url}: ${answers(http.quantile, http.targetMs)}`;
  if (tcp !== undefined) return `${tcp.address}: ${answers(tcp.quantile, tcp.targetMs)}`;
  if (metric === undefined) return undefined;
  const { name, as, quantile, direction, target } = metric;
  const what = as === "quantile" ? `p${quantile * 100} of ${name}` : as === "rate" ? `${name} a second` : name;
  return `${what} ${direction} ${target}`;
}
