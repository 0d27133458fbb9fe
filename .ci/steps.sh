# Functions that run the steps of a check.

# Runs a command, and prints its time.
step() {
  printf '\n==> %s\n' "$*"
  local start=$SECONDS
  "$@"
  printf '==> %s: %d s\n' "$*" "$((SECONDS - start))"
}

# Runs steps at the same time, and prints the output of each when those before it have ended. One waits for networks, emulators
# and browsers while another one computes.
together() {
  local logs pids=() failed=() index
  logs=$(mktemp -d)
  for command; do
    step "$command" >"$logs/${#pids[@]}" 2>&1 &
    pids+=($!)
  done
  for index in "${!pids[@]}"; do
    wait "${pids[index]}" || failed+=("${*:index+1:1}")
    cat "$logs/$index"
  done
  rm -r "$logs"
  [ ${#failed[@]} = 0 ] || { echo "==> failed: ${failed[*]}" >&2; return 1; }
}
