import type { ActionNews, IncidentNews } from "../core/output-record.ts";
import type { Origin } from "./origin.ts";

export const ORIGIN: Origin = { hostname: "web-1", version: "0.1.0" };

/** A dropped file that calls home, under a web server. */
export const INCIDENT: IncidentNews = {
  what: "incident",
  id: "i-7k2m9q:o2.2.1",
  change: "opened",
  incident: "i-7k2m9q",
  toldMs: 1_795_000_000_250,
  atMs: 1_795_000_000_000,
  lastMs: 1_795_000_000_250,
  entity: "p:4711@99000",
  concentration: 1.9,
  kinds: ["destination", "fresh-file"],
  techniques: ["T1105", "T1059.004"],
  evidence: [
    {
      atMs: 1_795_000_000_000,
      agent: "fresh-file",
      kind: "fresh-file",
      entity: "p:4711@99000",
      weight: 0.9,
      says: "/tmp/x was run 3 s after it was written",
      numbers: { ageMs: 3000 },
      techniques: ["T1105"],
    },
    {
      atMs: 1_795_000_000_200,
      agent: "destination",
      kind: "destination",
      entity: "p:4711@99000",
      weight: 1,
      says: "connected to 203.0.113.9 port 4444, where nothing here went before",
      numbers: {},
    },
  ],
  lineage: [
    { process: "p:4711@99000", comm: "x", path: "/tmp/x" },
    { process: "p:4000@98000", comm: "sh", path: "/bin/dash" },
    { process: "p:900@1000", comm: "nginx", path: "/usr/sbin/nginx" },
  ],
  says: "x (/tmp/x) was started by nginx and does not belong.",
  count: 1,
  confirmed: false,
  process: { uid: 33, cgroup: "/system.slice/nginx.service", sinceMs: 1_794_999_999_000, container: "c0ffee" },
};

export const APPLIED: ActionNews = {
  what: "action",
  id: "a-1:applied",
  change: "applied",
  action: "a-1",
  kind: "freeze",
  atMs: 1_795_000_000_300,
  cgroup: "/system.slice/nginx.service",
  from: "0",
  to: "1",
  untilMs: 1_795_000_300_300,
  agent: "responder",
  reason: "i-7k2m9q: two strong kinds of evidence",
  incident: "i-7k2m9q",
  says: "/system.slice/nginx.service is frozen",
};

export const ENDED: ActionNews = { ...APPLIED, id: "a-1:ended", change: "ended", cause: "undo", written: true };
export const WAITING: ActionNews = { ...APPLIED, id: "r-1:waiting", change: "waiting", action: "r-1" };
