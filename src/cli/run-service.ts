import type { ServiceManager } from "../kernel/sd-notify.ts";

export interface Service {
  /** Around the work of reading the configuration again. */
  reloading(work: () => void): void;
  /** From here on nothing is fed any more: the manager's time-out for stopping counts. */
  stopping(): void;
}

const NOBODY: Service = { reloading: (work) => work(), stopping: () => undefined };
/** sd_watchdog_enabled(3) advises half of the limit; a third leaves room for one that is late. */
const SHARE = 1 / 3;

/**
 * Tells the service manager that the layer is up, and feeds its watchdog for as long as this loop turns and `healthy` says
 * so: a warden without a sentinel for that long is better started anew.
 */
export function reportToManager(manager: ServiceManager | undefined, healthy: () => boolean): Service {
  if (manager === undefined) return NOBODY;
  manager.tell("READY=1", "STATUS=watching");
  const feed = (): void => void (healthy() && manager.tell("WATCHDOG=1"));
  const { watchdogMs } = manager;
  const timer = watchdogMs === undefined ? undefined : setInterval(feed, watchdogMs * SHARE).unref();
  return {
    reloading: (work) => {
      manager.tell("RELOADING=1");
      work();
      manager.tell("READY=1");
    },
    stopping: () => {
      clearInterval(timer);
      manager.tell("STOPPING=1", "STATUS=putting everything back");
    },
  };
}
