import assert from "node:assert/strict";
import { test } from "node:test";
import { imageName } from "./container-info.ts";

test("an image's name is taken apart: a registry's port is no tag, and a digest may stand behind either", () => {
  const cases = [
    ["nginx", "nginx", "", ""],
    ["nginx:1.27", "nginx", "1.27", ""],
    ["localhost:5000/team/app", "localhost:5000/team/app", "", ""],
    ["localhost:5000/team/app:v2", "localhost:5000/team/app", "v2", ""],
    ["quay.io/a/b@sha256:ab12", "quay.io/a/b", "", "sha256:ab12"],
    ["quay.io/a/b:v1@sha256:ab12", "quay.io/a/b", "v1", "sha256:ab12"],
    ["", "", "", ""],
  ] as const;
  for (const [image, repository, tag, digest] of cases)
    assert.deepEqual(imageName(image), { repository, tag, digest }, image);
});
