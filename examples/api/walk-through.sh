#!/usr/bin/env bash
# The API by curl, from registering a node to reading what became of its report.
#   CORTEX_URL=http://127.0.0.1:3333 CORTEX_ADMIN_PASSWORD=… CORTEX_REGISTRATION_TOKEN=… examples/api/walk-through.sh
# Needs curl, and python3 to read the answers.
set -euo pipefail

url=${CORTEX_URL:-http://127.0.0.1:3333}/api/v1
: "${CORTEX_ADMIN_PASSWORD:?the password of admin}"
: "${CORTEX_REGISTRATION_TOKEN:?what the monitor printed when it started}"
agent=${AGENT_ID:-api-example-$$}

# field NAME: data.NAME of the answer on stdin
field() { python3 -c 'import json, sys; print(json.load(sys.stdin)["data"][sys.argv[1]])' "$1"; }
json() { curl -fsS --max-time 30 -H 'Content-Type: application/json' "$@"; }
now() { date -u +%Y-%m-%dT%H:%M:%SZ; }

echo "1. a person logs in"
token=$(json "$url/auth/login" -d "{\"username\": \"admin\", \"password\": \"$CORTEX_ADMIN_PASSWORD\"}" | field access_token)

echo "2. a node registers and gets its key"
key=$(json "$url/cluster/register" -d "{\"agent_id\": \"$agent\", \"name\": \"Example\",
  \"registration_token\": \"$CORTEX_REGISTRATION_TOKEN\"}" | field api_key)

echo "3. it reports, with a fault that a person has to see (L3)"
json "$url/reports" -H "X-API-Key: $key" -d "{
  \"agent_id\": \"$agent\", \"timestamp\": \"$(now)\", \"status\": \"critical\",
  \"metrics\": {\"cpu_percent\": 12.5, \"memory_percent\": 40, \"disk_percent\": 97, \"load_average\": [0.1, 0.2, 0.3], \"uptime_seconds\": 3600},
  \"issues\": [{\"level\": \"L3\", \"type\": \"disk_full\", \"description\": \"/ is at 97 %\", \"severity\": \"critical\", \"subject\": \"/\"}]}"
echo

echo "4. it asks before a repair (L2)"
json "$url/decisions/request" -H "X-API-Key: $key" -d "{
  \"agent_id\": \"$agent\", \"issue\": {\"type\": \"service_down\", \"description\": \"nginx has stopped\", \"severity\": \"high\",
  \"proposed_fix\": \"systemctl restart nginx\"}}"
echo

echo "5. a person looks at the node, its alerts, and why things happened"
for path in "cluster/nodes/$agent" "alerts?agent_id=$agent" "intents?agent_id=$agent"; do
  curl -fsS --max-time 30 -H "Authorization: Bearer $token" "$url/$path"
  echo
done

echo "6. and takes the example node away again"
curl -fsS --max-time 30 -X DELETE -H "Authorization: Bearer $token" "$url/cluster/nodes/$agent"
echo
