/**
 * Entry of the hive process. With --warm everything is loaded and nothing is done: what the compiler makes of the code is
 * then kept for later starts, at a time when nobody from outside has had a word (warden/code-cache.ts).
 */
const { runHive } = await import("./hive.ts");
if (!process.argv.includes("--warm")) runHive();
// What is loaded only where it is needed (rule-desk.ts).
else await import("../immune/rules/rule-reader.ts");
