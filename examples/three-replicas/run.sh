#!/usr/bin/env bash
# One monitor as three processes on this machine, over one PostgreSQL and behind one nginx, and a leaf below it.
# Needs nginx (Debian: apt install nginx-light). DATABASE_URL names a PostgreSQL of yours; without it the script runs one.
# Kill one of the three with kill -9 and look on. Ctrl-C ends all; the data stays in $REPLICAS_DIR.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export PATH="$PWD/node_modules/.bin:$PATH:/usr/sbin"
command -v nginx >/dev/null || {
  echo "nginx is not installed: apt install nginx-light" >&2
  exit 1
}

dir=${REPLICAS_DIR:-.data/three-replicas}
port=${REPLICAS_PORT:-3500}
mkdir -p "$dir/nginx" "$dir/postgres"
chmod 711 "$dir" "$dir/postgres"
dir=$(cd "$dir" && pwd)
url=http://127.0.0.1:$port

# Made once and kept: they are the same for all three.
secret() {
  [ -s "$dir/$1" ] || (umask 077 && head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$dir/$1")
  cat "$dir/$1"
}
token=$(secret registration.token)
key=$(secret secret.key)
password=$(secret admin.password)

pids=()
database_pid=
stop() {
  trap - EXIT INT TERM
  [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
  [ ${#pids[@]} -eq 0 ] || wait "${pids[@]}" 2>/dev/null || true
  # Last: the others still write when they end.
  [ -z "$database_pid" ] || kill "$database_pid" 2>/dev/null || true
  wait
}
trap stop EXIT
trap 'exit 130' INT TERM

# fail NAME: its last words, and the end
fail() {
  echo "$1 does not run; its last words:" >&2
  tail -n 5 "$dir/$1.log" >&2
  exit 1
}

# wait_for NAME PORT PID: until it answers, 60 s at most
wait_for() {
  for _ in $(seq 1 300); do
    kill -0 "$3" 2>/dev/null || fail "$1"
    curl -fsS -o /dev/null "http://127.0.0.1:$2/healthz" 2>/dev/null && return
    sleep 0.2
  done
  fail "$1"
}

if [ -z "${DATABASE_URL:-}" ]; then
  node examples/three-replicas/database.mjs "$dir/postgres" >"$dir/database.url" 2>"$dir/database.log" &
  database_pid=$!
  for _ in $(seq 1 300); do
    [ -s "$dir/database.url" ] && break
    kill -0 "$database_pid" 2>/dev/null || fail database
    sleep 0.2
  done
  DATABASE_URL=$(cat "$dir/database.url")
  chmod 600 "$dir/database.url"
fi

for n in 1 2 3; do
  env CORTEX_NODE_ID=region-a CORTEX_REPLICAS_ENABLED=true CORTEX_PROBE_ENABLED=false \
    CORTEX_HOST=127.0.0.1 CORTEX_PORT=$((port + n)) CORTEX_DATA_DIR="$dir/process-$n" \
    CORTEX_PUBLIC_URL="$url" CORTEX_TRUSTED_PROXIES=127.0.0.1 \
    DATABASE_URL="$DATABASE_URL" CORTEX_SECRET_KEY="$key" CORTEX_REGISTRATION_TOKEN="$token" \
    CORTEX_ADMIN_PASSWORD="$password" node src/launch.cjs start >>"$dir/process-$n.log" 2>&1 &
  pids+=($!)
done
for n in 1 2 3; do wait_for "process-$n" $((port + n)) "${pids[n - 1]}"; done

sed "s/:3500/:$port/; s/:3501/:$((port + 1))/; s/:3502/:$((port + 2))/; s/:3503/:$((port + 3))/" \
  examples/three-replicas/nginx.conf >"$dir/nginx/nginx.conf"
nginx -p "$dir/nginx/" -c nginx.conf -e error.log -g 'daemon off;' >"$dir/nginx.log" 2>&1 &
pids+=($!)
wait_for nginx "$port" "${pids[3]}"

env CORTEX_NODE_ID=leaf-1 CORTEX_MONITOR_ENABLED=false CORTEX_HOST=127.0.0.1 CORTEX_PORT=$((port + 4)) \
  CORTEX_DATA_DIR="$dir/leaf-1" CORTEX_UPSTREAM_URL="$url" CORTEX_UPSTREAM_TOKEN="$token" \
  node src/launch.cjs start >>"$dir/leaf-1.log" 2>&1 &
pids+=($!)
wait_for leaf-1 $((port + 4)) "${pids[4]}"

cat <<END
region-a  $url      (dashboard, API, children; admin's password is in $dir/admin.password)
  its processes: ${pids[0]} (port $((port + 1)))   ${pids[1]} (port $((port + 2)))   ${pids[2]} (port $((port + 3)))
leaf-1    http://127.0.0.1:$((port + 4))
Which of the three leads:  grep -h 'leads the monitor' $dir/process-*.log
Try:  kill -9 ${pids[0]}
Ctrl-C ends all.
END
# One of the three may be killed; the rest goes on.
wait
