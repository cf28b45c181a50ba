/** Something that the test machine needs cannot be had here: exit status 69 (sysexits(3)), which CI takes as a skip. */
export class Unavailable extends Error {
  override readonly name = "Unavailable";
}

export const EXIT_UNAVAILABLE = 69;
