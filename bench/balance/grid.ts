import type { GroupSetting, Setting } from "./setting.ts";

/** A twentieth of what the kernel gives: the request of a waking task is due that much sooner (EEVDF). */
const SHORT_SLICE_US = 150;

/** What people write for a group that must not wait (systemd.resource-control(5)). */
const HIGH_WEIGHT = 1000;
/** And for one that may: a fifth of the ordinary. */
const LOW_WEIGHT = 20;

/** What a careful person would write, who knows who serves and who may wait, and measures nothing. */
export function carefulWeights(jobs: readonly string[], services: readonly string[]): Setting {
  return { ...settingOf(services, { weight: HIGH_WEIGHT }), ...settingOf(jobs, { weight: LOW_WEIGHT }) };
}

/**
 * The batch groups, all set alike: four shares with three quotas; and the four shares again with the services' weight raised, their
 * slice shortened, and both: 24 settings.
 */
export function cpuGrid(jobs: readonly string[], services: readonly string[]): Setting[] {
  const shares: GroupSetting[] = [{}, { weight: LOW_WEIGHT }, { weight: 1 }, { idle: true }];
  const quotas: GroupSetting[] = [{}, { quota: 100 }, { quota: 50 }];
  const [high, short] = [{ weight: HIGH_WEIGHT }, { sliceUs: SHORT_SLICE_US }];
  return shares.flatMap((share) => [
    ...quotas.map((quota) => settingOf(jobs, { ...share, ...quota })),
    ...[high, short, { ...high, ...short }].map((service) => ({
      ...settingOf(jobs, share),
      ...settingOf(services, service),
    })),
  ]);
}

function settingOf(groups: readonly string[], setting: GroupSetting): Setting {
  return Object.keys(setting).length === 0 ? {} : Object.fromEntries(groups.map((group) => [group, setting]));
}
