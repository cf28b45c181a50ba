import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultStateDir, statePaths } from "./state-paths.ts";

test("root's state is the host's, a user's is in their own state folder", () => {
  assert.equal(defaultStateDir({ uid: 0, env: { HOME: "/root", XDG_STATE_HOME: "/x" } }), "/var/lib/swarms");
  assert.equal(defaultStateDir({ uid: 7, env: { HOME: "/home/u" } }), "/home/u/.local/state/swarms");
  assert.equal(defaultStateDir({ uid: 7, env: { HOME: "/home/u", XDG_STATE_HOME: "/s" } }), "/s/swarms");
});

test("a relative or missing state folder is not used", () => {
  assert.equal(
    defaultStateDir({ uid: 7, env: { HOME: "/home/u", XDG_STATE_HOME: "s" } }),
    "/home/u/.local/state/swarms",
  );
  assert.equal(defaultStateDir({ uid: 7, env: {} }), "/tmp/swarms-7");
});

test("the layout is fixed and absolute", () => {
  const paths = statePaths("/s/");
  assert.deepEqual([paths.dir, paths.journal, paths.socket], ["/s", "/s/journal", "/s/hive/api.sock"]);
  assert.ok(statePaths("s").socket.startsWith("/"));
});
