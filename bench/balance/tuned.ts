import { failed, type Result } from "../../src/core/errors.ts";

/** Placeholder until the profile is read from the distribution's package. */
export function tunedProfile(): Result<{ readonly says: string }> {
  return failed("SW-LAB", "not yet read");
}

export function applyTuned(): () => void {
  return () => {};
}
