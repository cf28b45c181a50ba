import assert from "node:assert/strict";
import { test } from "node:test";
test("inside", (t) => { if (!process.env["SWARMS_VM"]) return t.skip("needs npm run test:vm"); assert.ok(true); });
