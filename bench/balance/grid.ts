import type { GroupSetting, Setting } from "./setting.ts";

/** A twentieth of what the kernel gives: the request of a waking task is due that much sooner (EEVDF). */
const SHORT_SLICE_US = 150;

/** Weight, idle and quota of the batch groups, all set alike: 3 × 3 + 3 settings; a short slice for the services doubles them. */
export function cpuGrid(jobs: readonly string[], services: readonly string[] = []): Setting[] {
  const shares: GroupSetting[] = [{}, { weight: 10 }, { weight: 1 }, { idle: true }];
  const quotas: GroupSetting[] = [{}, { quota: 100 }, { quota: 50 }];
  const slices: GroupSetting[] = services.length === 0 ? [{}] : [{}, { sliceUs: SHORT_SLICE_US }];
  return shares.flatMap((share) =>
    quotas.flatMap((quota) =>
      slices.map((slice) => ({
        ...settingOf(jobs, { ...share, ...quota }),
        ...settingOf(services, slice),
      })),
    ),
  );
}

function settingOf(groups: readonly string[], setting: GroupSetting): Setting {
  return Object.keys(setting).length === 0 ? {} : Object.fromEntries(groups.map((group) => [group, setting]));
}
