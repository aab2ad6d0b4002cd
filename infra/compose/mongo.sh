#!/bin/bash
# Start MongoDB as a replica set of one: change streams need one, and its key must be a file that only MongoDB reads.
set -euo pipefail
umask 077
printf '%s' "$PIJNSTAD_MONGO_KEY" > /tmp/replica.key
chown mongodb:mongodb /tmp/replica.key
exec docker-entrypoint.sh mongod --replSet pijnstad --bind_ip_all --keyFile /tmp/replica.key --wiredTigerCacheSizeGB 0.5
