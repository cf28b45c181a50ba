import fc from "fast-check";

/** Property tests draw the same cases in every run; SWARMS_SEED=N draws others, and each failure prints its seed. */
fc.configureGlobal({ seed: Number(process.env["SWARMS_SEED"] ?? 20260101) });
