import type { Mode } from "../../core/action.ts";

/** What a mode means, in a few words. */
export const MODE_SAYS: Readonly<Record<Mode, string>> = {
  observe: "watches only",
  advise: "proposes, a person approves",
  enforce: "acts within its scope",
};

/** Two digits or three, and a unit: "41 µs", "3.8 ms", "1.2 s". */
export function delay(ns: number): string {
  if (ns < 1e3) return `${Math.round(ns)} ns`;
  if (ns < 1e6) return `${three(ns / 1e3)} µs`;
  if (ns < 1e9) return `${three(ns / 1e6)} ms`;
  return `${three(ns / 1e9)} s`;
}

/** The two largest units: "4 s", "3 min 12 s", "3 h 12 min", "5 d". */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return two(seconds, 60, "min", 1, "s");
  if (seconds < 86_400) return two(seconds, 3600, "h", 60, "min");
  return two(seconds, 86_400, "d", 3600, "h");
}

function two(seconds: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)} ${largeUnit}${rest === 0 ? "" : ` ${rest} ${smallUnit}`}`;
}

/** One unit: "4 s ago", "3 min ago". */
export function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 1) return "now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} d ago`;
}

/** Binary units, as memory is sold: "512M", "1.1G". */
export function bytes(count: number): string {
  const units = ["B", "K", "M", "G", "T"];
  let [value, unit] = [count, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${unit === 0 ? Math.round(value) : three(value)}${units[unit]}`;
}

export function percent(ratio: number): string {
  const value = ratio * 100;
  if (value > 0 && value < 0.05) return "<0.1 %";
  return `${value > 0 && value < 0.95 ? value.toFixed(1) : Math.round(value)} %`;
}

/** A rate in few digits: "0", "0.3", "12", "1.4k". */
export function rate(perSecond: number): string {
  if (perSecond < 0.05) return "0";
  if (perSecond < 9.95) return perSecond.toFixed(1);
  return count(Math.round(perSecond));
}

export function count(number: number): string {
  if (number < 10_000) return String(number);
  return number < 1e6 ? `${three(number / 1e3)}k` : `${three(number / 1e6)}M`;
}

/** "1 workload", "2 workloads". */
export function many(number: number, thing: string): string {
  return `${count(number)} ${thing}${number === 1 ? "" : "s"}`;
}

export function clockTime(ms: number): string {
  const date = new Date(ms);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}

function three(value: number): string {
  return value >= 9.95 ? value.toFixed(0) : value.toFixed(1).replace(".0", "");
}
