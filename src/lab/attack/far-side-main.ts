import { openFarSide } from "./far-side.ts";

/**
 * The far side as a program of its own: were it the keeper's, every job that the keeper starts would descend from a server, which on a
 * host cron's or a runner's jobs do not. Says that it is loaded, for the room hides the folder that it comes from, and opens when told.
 */
process.once("disconnect", () => process.exit());
process.once("message", () => void openFarSide().then(() => process.send?.("open")));
process.send?.("loaded");
