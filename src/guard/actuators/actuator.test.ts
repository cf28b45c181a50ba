import { SimulatedHost, type Shape } from "../host.fixture.ts";
import { liveGroup } from "../live.fixture.ts";
import { actuatorCases } from "./actuator.cases.ts";
import { ACTUATORS } from "./actuators.ts";

for (const actuator of Object.values(ACTUATORS)) {
  for (const shape of ["v2", "v1", "hybrid"] satisfies Shape[])
    actuatorCases(actuator, shape, async (t) => {
      const fs = new SimulatedHost(shape);
      t.after(() => fs.remove());
      return { fs, cgroup: fs.group("/swarms", [101]) };
    });
  actuatorCases(actuator, "the kernel", liveGroup);
}
