import { z } from "zod";
import { PLUGIN_NAME } from "./plugin.ts";

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
export const OUTPUT_KINDS = ["file", "stdout", "syslog", "journal", "webhook", "plugin"] as const;
/** In what shape: Falco's JSON alert, OCSF 1.6, or a log record of OpenTelemetry. */
export const OUTPUT_FORMATS = ["falco", "ocsf", "otlp"] as const;
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
      "file: lines appended to `path`. stdout: lines on standard output. syslog: /dev/log. journal: systemd's journal, with fields. webhook: an HTTP POST each to `url`. plugin: a function of your own (docs/plugins.md).",
    ),
  path: path
    .optional()
    .describe("file: where; opened anew at SIGHUP and when it was renamed. syslog, journal: another socket."),
  url: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .optional()
    .describe("webhook: http or https. Redirects are not followed. plugin: handed to it."),
  plugin: z
    .string()
    .regex(PLUGIN_NAME)
    .optional()
    .describe("plugin: the name of the folder with its `output.js`, which `plugins` lists."),
  tokenFile: path
    .optional()
    .describe("webhook: its first line is sent as `Authorization: Bearer`. plugin: handed to it."),
  caFile: path.optional().describe("webhook: certificates (PEM) that vouch for the server, instead of the usual ones."),
  format: z
    .enum(OUTPUT_FORMATS)
    .default("falco")
    .describe(
      "falco: Falco's JSON alert. ocsf: OCSF 1.6. otlp: OpenTelemetry's log record, for a webhook to a collector's /v1/logs.",
    ),
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
      "webhook, plugin: what may wait on disk for a server that does not take it; what is beyond is dropped and counted.",
    ),
  timeoutSeconds: z
    .number()
    .min(1)
    .max(60)
    .default(10)
    .describe("webhook, plugin: what has no answer fails after this."),
  giveUpHours: z
    .number()
    .min(0.01)
    .max(720)
    .default(72)
    .describe("webhook, plugin: what could not be delivered for so long is put aside and counted."),
});

export const outputsSchema = z
  .array(outputSchema)
  .max(16)
  .default([])
  .describe("Where incidents and actions are told, beside the layer's own views. Default: nowhere.");

export type OutputConfig = z.infer<typeof outputSchema>;

/** What is wrong with an output beyond its schema: the key, and how to put it right. */
export function outputFaults(output: OutputConfig): readonly (readonly [key: keyof OutputConfig, says: string])[] {
  const { to, path: place, url, tokenFile, caFile, plugin } = output;
  const isSent = to === "webhook" || to === "plugin";
  if (to === "file" && place === undefined) return [["to", "`to: file` needs a `path`"]];
  if (to === "webhook" && url === undefined) return [["to", "`to: webhook` needs a `url`"]];
  if (to === "plugin" && plugin === undefined) return [["to", "`to: plugin` needs the name of a `plugin`"]];
  const stray = (key: keyof OutputConfig, given: boolean): [keyof OutputConfig, string][] =>
    given ? [[key, `\`${key}\` has no meaning for \`to: ${to}\`: take it out`]] : [];
  return [
    ...stray("path", place !== undefined && (to === "stdout" || isSent)),
    ...stray("url", url !== undefined && !isSent),
    ...stray("plugin", plugin !== undefined && to !== "plugin"),
    ...stray("tokenFile", tokenFile !== undefined && !isSent),
    ...stray("caFile", caFile !== undefined && to !== "webhook"),
  ];
}
