import { ApiClient } from "../api/client.ts";
import type { StatusDocument } from "../core/status.ts";

/** A picture at the start, then one a minute, and one whenever something is done, asked for or found. */
const LOOK_MS = 1000;
const PICTURE_MS = 60_000;

/** Prints what the live view would show as lines, for a pipe, a program or a service's log. */
export function printPlain(
  socketPath: string,
  draw: (status: StatusDocument) => string,
  out: { write(text: string): unknown } = process.stdout,
): { stop(): void } {
  const client = new ApiClient(socketPath);
  let lastMs = -Infinity;
  let last = "";
  let busy = false;
  const look = async (): Promise<void> => {
    const status = await client.status();
    if (!status.ok) return;
    const nowMs = performance.now();
    const news = newsOf(status.value);
    if (news === last && nowMs - lastMs < PICTURE_MS) return;
    last = news;
    lastMs = nowMs;
    out.write(`${draw(status.value)}\n`);
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    look()
      .catch(() => undefined)
      .finally(() => {
        busy = false;
      });
  }, LOOK_MS);
  return { stop: () => clearInterval(timer) };
}

/** What is worth a new picture: changes held, proposals not applied, incidents. */
function newsOf(status: StatusDocument): string {
  const leases = status.leases.map((lease) => lease.action);
  const intentions = status.intentions.map(({ decision }) => `${decision.kind} ${decision.cgroup} ${decision.outcome}`);
  const incidents = status.incidents.latest.map((incident) => incident.id);
  return [leases, intentions, incidents].flat().join("|");
}
