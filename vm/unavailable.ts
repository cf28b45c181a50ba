/** Something that the test machine needs cannot be had here: exit status 69 (sysexits(3)), which CI takes as a skip. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

export const EXIT_UNAVAILABLE = 69;
/** Time was up before all tests had run, and none had failed: that says how fast the host is, and nothing of the tests (EX_TEMPFAIL). */
export const EXIT_UNFINISHED = 75;
