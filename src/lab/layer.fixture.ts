import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { workloadKey } from "../core/entity.ts";
import { failed, ok } from "../core/errors.ts";
import type { Incident } from "../core/incident.ts";
import type { StatusDocument } from "../core/status.ts";
import { listPids, readExe } from "../kernel/procfs.ts";
import type { LabHost } from "./host-check.ts";
import type { LayerPort, RunningLayer } from "./layer.ts";
import type { Workplace } from "./workplace.ts";

/**
 * Stands in for the layer: sets by hand the best static setting known, and freezes the app once
 * something runs from the lab's drop folder. So the lab can be tested by itself, and its method
 * measured on a change whose effect is known.
 */
export function standInLayer(workplace: Workplace, host: LabHost): LayerPort {
  const { groups, folder } = workplace;
  const write = (controller: "cpu" | "freezer", part: "batch" | "app", file: string, text: string): void => {
    const hierarchy = host.layout[controller];
    if (hierarchy !== undefined) writeFileSync(join(hierarchy.dir, groups.path(part), file), text, { flag: "r+" });
  };
  const idle = (on: boolean): void => write("cpu", "batch", "cpu.idle", on ? "1" : "0");
  const freeze = (on: boolean): void => write("freezer", "app", "cgroup.freeze", on ? "1" : "0");
  return {
    command: (...args) => ["stand-in", ...args].join(" "),
    verifyJournal: async () => ok("no journal: a stand-in"),
    start: async () => {
      const incidents: Incident[] = [];
      const atMs = Date.now();
      setTimeout(() => idle(true), 100).unref();
      const watch = setInterval(() => {
        const found = listPids().find((pid) => readExe(pid)?.startsWith(join(folder, "drop")));
        if (found === undefined || incidents.length > 0) return;
        freeze(true);
        incidents.push(incidentOn(groups.path("app")));
      }, 20);
      watch.unref();
      const layer: RunningLayer = {
        readyMs: atMs,
        status: async () => ok({ events: { source: "ebpf" }, leases: [], missing: [] } as unknown as StatusDocument),
        incidents: async () => ok(incidents),
        explain: async () => failed("SW-NOT-FOUND", "a stand-in explains nothing"),
        undo: async () => {
          freeze(false);
          return ok("thawed");
        },
        stop: async () => {
          clearInterval(watch);
          idle(false);
          return true;
        },
      };
      return ok(layer);
    },
  };
}

function incidentOn(cgroup: string): Incident {
  const entity = workloadKey(cgroup);
  const evidence = ["fresh-file", "destination"].map((kind) => ({
    atMs: Date.now(),
    agent: "stand-in",
    kind,
    entity,
    weight: 1,
    says: `seen by the stand-in (${kind})`,
    numbers: {},
  }));
  return {
    id: "i-stand-in",
    atMs: Date.now(),
    lastMs: Date.now(),
    entity,
    concentration: 2,
    kinds: ["fresh-file", "destination"],
    evidence,
    lineage: [],
    says: "Something ran from the drop folder.",
    count: 1,
    status: "open",
  };
}
