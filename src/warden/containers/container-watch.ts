import { AlignedTimer } from "../../core/aligned-timer.ts";
import type { Clock } from "../../core/clock.ts";
import type { ContainerInfo } from "../../core/container-info.ts";
import { Containers } from "./containers.ts";

/** A container is known by its names at most so long after its runtime has written them. Where there is no runtime a look is five calls of stat(2). */
const LOOK_MS = 1000;

/** Looks now and every second; `tell` is called where something is new, or gone. */
export function watchContainers(
  clock: Clock,
  tell: (containers: readonly ContainerInfo[]) => void,
  containers = new Containers(),
): { now(): readonly ContainerInfo[]; stop(): void } {
  containers.look();
  const turn = (): void => void (containers.look() && tell(containers.now()));
  const timer = new AlignedTimer(LOOK_MS, turn, () => clock.monoMs()).unref();
  return { now: () => containers.now(), stop: () => timer.stop() };
}
