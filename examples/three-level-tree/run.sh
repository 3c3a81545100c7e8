#!/usr/bin/env bash
# Root, region and leaf as three processes on this machine, each with its own data below $TREE_DIR.
# Ctrl-C ends all of them; the data stays, so that the next run goes on from there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export PATH="$PWD/node_modules/.bin:$PATH"

dir=${TREE_DIR:-.data/three-level-tree}
port=${TREE_PORT:-3400}
mkdir -p "$dir"
chmod 711 "$dir"
dir=$(cd "$dir" && pwd)

# Made once and kept: what a child shows to its monitor, and the password of admin.
secret() {
  [ -s "$dir/$1" ] || (umask 077 && head -c 24 /dev/urandom | base64 | tr '+/' '-_' >"$dir/$1")
  cat "$dir/$1"
}
root_token=$(secret root.token)
region_token=$(secret region.token)
password=$(secret admin.password)

pids=()
stop() {
  trap - EXIT INT TERM
  [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
  wait
}
trap stop EXIT
trap 'exit 130' INT TERM

# start_node NAME PORT VARIABLE=VALUE…: in the background, its log in $dir/NAME.log
start_node() {
  local name=$1 node_port=$2
  shift 2
  env CORTEX_NODE_ID="$name" CORTEX_HOST=127.0.0.1 CORTEX_PORT="$node_port" CORTEX_DATA_DIR="$dir/$name" "$@" \
    node src/launch.cjs start >>"$dir/$name.log" 2>&1 &
  pids+=($!)
}

# wait_for NAME PORT: until the node answers, 60 s at most
wait_for() {
  for _ in $(seq 1 300); do
    curl -fsS -o /dev/null "http://127.0.0.1:$2/healthz" 2>/dev/null && return
    sleep 0.2
  done
  echo "$1 does not answer; its last words:" >&2
  tail -n 5 "$dir/$1.log" >&2
  exit 1
}

start_node root "$port" CORTEX_ADMIN_PASSWORD="$password" CORTEX_REGISTRATION_TOKEN="$root_token"
wait_for root "$port"
start_node region-a $((port + 1)) CORTEX_ADMIN_PASSWORD="$password" CORTEX_REGISTRATION_TOKEN="$region_token" \
  CORTEX_UPSTREAM_URL="http://127.0.0.1:$port" CORTEX_UPSTREAM_TOKEN="$root_token"
wait_for region-a $((port + 1))
start_node leaf-1 $((port + 2)) CORTEX_MONITOR_ENABLED=false \
  CORTEX_UPSTREAM_URL="http://127.0.0.1:$((port + 1))" CORTEX_UPSTREAM_TOKEN="$region_token"
wait_for leaf-1 $((port + 2))

cat <<END
root      http://127.0.0.1:$port      (API: http://127.0.0.1:$port/api/v1/docs)
region-a  http://127.0.0.1:$((port + 1))
leaf-1    http://127.0.0.1:$((port + 2))
admin's password is in $dir/admin.password. The tree, once the first reports are in (about 20 s):
  CORTEX_ADMIN_PASSWORD=\$(cat $dir/admin.password) npm run -s cortex -- tree --url http://127.0.0.1:$port
Ctrl-C ends all three.
END
wait -n
echo "a node has ended by itself: see the logs in $dir" >&2
exit 1
