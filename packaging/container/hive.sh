#!/bin/sh
# The half that learns and thinks, in a container without privileges: knocks at the warden's door. As ExecStart= of the unit.
exec /usr/lib/swarms-layer/bin/node --permission --allow-fs-read=/usr/lib/swarms-layer/ --allow-fs-read=/var/lib/swarms/hive/ --allow-fs-write=/var/lib/swarms/hive/ --allow-net --disable-warning=ExperimentalWarning --disable-warning=SecurityWarning --max-semi-space-size=4 --max-old-space-size=256 /usr/lib/swarms-layer/dist/hive/main.js
