import type { ProcessRecord, ProcessView } from "../../core/agent.ts";
import { processKey } from "../../core/entity.ts";
import type { SensedEvent } from "../../core/event.ts";
import {
  type AccountNames,
  type ContainerNames,
  type Facts,
  type HostNames,
  NO_CONTAINERS,
  NO_HOSTS,
} from "./fields/field.ts";

const NOTHING_YET: SensedEvent = {
  kind: "exit",
  atNs: 0,
  process: { pid: 0, startTicks: 0 },
  comm: "",
  uid: 0,
  cgroupId: 0,
  cpuCgroupId: 0,
  status: 0,
};

/** The facts of one event after the other. Most rules are decided before anybody asks who did it, so that is looked up on demand. */
export class EventFacts implements Facts {
  event: SensedEvent = NOTHING_YET;
  number = 0;
  turn = 0;
  processes: ProcessView;
  wallMs = 0;
  asResolved = false;
  accounts: AccountNames;
  containers: ContainerNames;
  hosts: HostNames;
  hostname: string;
  path: string | undefined = undefined;
  pathTurn = -1;
  private record: ProcessRecord | undefined = undefined;
  private recordTurn = -1;

  constructor(of: Pick<Facts, "processes" | "accounts" | "hostname"> & Partial<Pick<Facts, "containers" | "hosts">>) {
    this.processes = of.processes;
    this.accounts = of.accounts;
    this.containers = of.containers ?? NO_CONTAINERS;
    this.hosts = of.hosts ?? NO_HOSTS;
    this.hostname = of.hostname;
  }

  get process(): ProcessRecord | undefined {
    if (this.recordTurn !== this.turn) {
      this.record = this.processes.get(processKey(this.event.process));
      this.recordTurn = this.turn;
    }
    return this.record;
  }
}
