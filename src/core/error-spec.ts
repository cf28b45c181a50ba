/** sysexits(3). */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 64,
  dataErr: 65,
  noInput: 66,
  unavailable: 69,
  software: 70,
  cantCreate: 73,
  ioErr: 74,
  tempFail: 75,
  permission: 77,
  config: 78,
} as const;

export interface ErrorSpec {
  /** What it means, in one sentence. */
  readonly means: string;
  /** What to do about it. */
  readonly todo: string;
  readonly exit: number;
}
