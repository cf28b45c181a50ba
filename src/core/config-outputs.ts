import { z } from "zod";

/** Falco's priorities, the gravest first (falco.org, "Default and Custom Rules": priority). */
export const PRIORITIES = [
  "emergency",
  "alert",
  "critical",
  "error",
  "warning",
  "notice",
  "informational",
  "debug",
] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Where incidents and actions can go. */
export const OUTPUT_KINDS = ["file", "stdout", "syslog", "journal", "webhook"] as const;
/** In what shape: Falco's JSON alert, or OCSF 1.6. */
export const OUTPUT_FORMATS = ["falco", "ocsf"] as const;
/** containment: what the immune colony had done; balance: knobs of the balance colony, of which there are many. */
export const OUTPUT_SUBJECTS = ["incidents", "containment", "balance"] as const;

const path = z.string().startsWith("/").max(4096);

/** One place that is told of incidents and actions. */
export const outputSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/)
    .describe("What status and metrics call it."),
  to: z
    .enum(OUTPUT_KINDS)
    .describe(
      "file: lines appended to `path`. stdout: lines on standard output. syslog: /dev/log. journal: systemd's journal, with fields. webhook: an HTTP POST each to `url`.",
    ),
  path: path
    .optional()
    .describe("file: where; opened anew at SIGHUP and when it was renamed. syslog, journal: another socket."),
  url: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .optional()
    .describe("webhook: http or https. Redirects are not followed."),
  tokenFile: path.optional().describe("webhook: its first line is sent as `Authorization: Bearer`."),
  caFile: path.optional().describe("webhook: certificates (PEM) that vouch for the server, instead of the usual ones."),
  format: z.enum(OUTPUT_FORMATS).default("falco").describe("falco: Falco's JSON alert. ocsf: OCSF 1.6."),
  tell: z
    .array(z.enum(OUTPUT_SUBJECTS))
    .min(1)
    .max(OUTPUT_SUBJECTS.length)
    .default(["incidents", "containment"])
    .describe("What is told."),
  priority: z.enum(PRIORITIES).default("debug").describe("The least grave that is told."),
  queueMegabytes: z
    .number()
    .min(1)
    .max(1024)
    .default(16)
    .describe(
      "webhook: what may wait on disk for a server that does not take it; what is beyond is dropped and counted.",
    ),
  timeoutSeconds: z.number().min(1).max(60).default(10).describe("webhook: a POST without an answer fails after this."),
  giveUpHours: z
    .number()
    .min(0.01)
    .max(720)
    .default(72)
    .describe("webhook: what could not be delivered for so long is put aside and counted."),
});

export const outputsSchema = z
  .array(outputSchema)
  .max(16)
  .default([])
  .describe("Where incidents and actions are told, beside the layer's own views. Default: nowhere.");

export type OutputConfig = z.infer<typeof outputSchema>;

/** What is wrong with an output beyond its schema: the key, and how to put it right. */
export function outputFaults(output: OutputConfig): readonly (readonly [key: keyof OutputConfig, says: string])[] {
  const { to, path: place, url, tokenFile, caFile } = output;
  if (to === "file" && place === undefined) return [["to", "`to: file` needs a `path`"]];
  if (to === "webhook" && url === undefined) return [["to", "`to: webhook` needs a `url`"]];
  const stray = (key: keyof OutputConfig, given: boolean): [keyof OutputConfig, string][] =>
    given ? [[key, `\`${key}\` has no meaning for \`to: ${to}\`: take it out`]] : [];
  return [
    ...stray("path", place !== undefined && (to === "stdout" || to === "webhook")),
    ...stray("url", url !== undefined && to !== "webhook"),
    ...stray("tokenFile", tokenFile !== undefined && to !== "webhook"),
    ...stray("caFile", caFile !== undefined && to !== "webhook"),
  ];
}
