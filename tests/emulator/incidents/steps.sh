# Steps of the incidents.
. "$(dirname "$0")/../shared.sh"
eval "$("$here/environment")"

incidents=$here/incidents
work=$home/incidents
seconds=${INCIDENT_SECONDS:-20}
trap 'jobs -p | xargs -r kill 2>/dev/null || true' EXIT

fail() {
  echo "incidents: $*" >&2
  exit 1
}

# Writes a folder with the project's definitions, in which items that are read become events and the pipe gives up soon. The
# tests of the pipe file are left out, because they refuse the bad expression.
define() {
  local folder=$work/$1
  rm -rf "$folder"
  mkdir -p "$folder"
  cp -r "$root/pipes" "$root/schemas" "$folder"
  sed -i '/^tests:/,$d; s/max_age: 6h/retries: 3, &/; s/when: operation == "INSERT"/when: operation in ["INSERT", "READ"]/' \
    "$folder/pipes/profiles.yaml"
  [ -z "${2:-}" ] || sed -i "$2" "$folder/pipes/profiles.yaml"
  package --from "$folder" --out "$folder/packages"
}

variables() { printf '%s\n' -var "definitions=$work/$1/pipes" -var "packages=$work/$1/packages"; }

apply() {
  local options
  mapfile -t options < <(variables "$1")
  tablecast apply "${options[@]}" >"$work/apply.log" 2>&1 || { cat "$work/apply.log" >&2; fail "the apply failed"; }
}

# Runs the program in the folder of the correct definitions. Prints the last line of its progress, and keeps its output.
run() {
  echo "\$ tablecast $*"
  (cd "$work/good" && "$root/target/debug/tablecast" "$@" >>"$work/log" 2>"$work/errors") || { cat "$work/errors" >&2; fail "it failed"; }
  tail -n 1 "$work/errors"
}

# Runs the doctor until it has a finding: found <code>. `gone <code>` runs it until it has not.
found() { until doctor && grep -A 3 "^[a-z]* $1 " "$work/doctor"; do wait_until_late "$1"; done; }
gone() {
  while doctor && grep -q "^[a-z]* $1 " "$work/doctor"; do wait_until_late "$1"; done
  tail -n 1 "$work/doctor"
}

doctor() {
  (cd "$work/good" && "$root/target/debug/tablecast" doctor --deployment tablecast --packages packages >"$work/doctor" 2>&1 ||
    [ $? = 1 ]) || { cat "$work/doctor" >&2; fail "the doctor failed"; }
}

wait_until_late() {
  [ $SECONDS -lt $((began + seconds + 600)) ] || { cat "$work/doctor" >&2; fail "the doctor's report above is wrong about $1"; }
  sleep 2
}

# Writes versions of the profiles for a while. Sets `version` to the last one.
write_for_a_while() {
  local end=$((SECONDS + seconds))
  while [ $SECONDS -lt $end ]; do
    "$incidents/write" stream $((++version)) "$@"
    sleep 2
  done
}

begin() {
  heading "$*"
  began=$SECONDS
}

# Prints the seconds since the last step.
took() {
  printf '%4d s  %s\n' $((SECONDS - began)) "$*"
  began=$SECONDS
}

oracle() { "$root/target/tools/ministack/bin/python" "$incidents/oracle.py" "$work" "$TABLECAST_QUEUE_URL" "$1"; }

listen() {
  [ -e "$root/clients/typescript/build/src/index.js" ] || (cd "$root/clients/typescript" && npm ci --silent && npm run --silent build:test)
  node "$incidents/listen.mjs" "$TABLECAST_SOCKET_URL" "$work/clients" "$@" >"$work/listen.log" 2>&1 &
  for _ in $(seq 600); do
    grep -qx ready "$work/listen.log" && return
    sleep 0.2
  done
  cat "$work/listen.log" >&2
  fail "the clients are not connected after two minutes"
}

number=$RANDOM
named() { for user in 1 2 3 4; do echo "$1$number-$user"; done; }
mapfile -t bad < <(named bad)
mapfile -t refused < <(named refused)
mapfile -t stream < <(named stream)
