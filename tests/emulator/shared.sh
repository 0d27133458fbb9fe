# Paths, addresses and functions of the scripts in this folder.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$root/tests/emulator
home=$root/target/emulator
emulator_port=${EMULATOR_PORT:-4666}
pipes_port=${PIPES_PORT:-4667}
sockets=http://127.0.0.1:$emulator_port/_aws/execute-api

# Prefers an AWS CLI of the machine to the one that deploy installs.
PATH=$PATH:$root/target/tools/aws/bin

# The key "test" has all permissions. Each function uses its own role, and the emulator enforces the role's permissions.
export AWS_ENDPOINT_URL=http://127.0.0.1:$emulator_port AWS_ENDPOINT_URL_PIPES=http://127.0.0.1:$pipes_port
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
unset AWS_PROFILE AWS_SESSION_TOKEN
[ -e "${TF_CLI_CONFIG_FILE:-}" ] || unset TF_CLI_CONFIG_FILE
export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1 AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true AWS_PAGER=

# Packages the binaries of `cargo test --workspace`. They run on this machine, so they may need its glibc.
package() {
  local binaries
  binaries=$("$root/tests/release/binaries")
  (cd "$root" && "$binaries/tablecast" package --binaries "$binaries" --any-glibc "$@")
}

heading() { printf '\n==> %s %s\n' "$(date +%T)" "$*"; }

# Runs Terraform in a folder of the repository, with its state and plugins below target/: terraform_in <folder> <command>.
terraform_in() { terraform_at "$home/$(basename "$1").tfstate" "$@"; }

# The same with another state: terraform_at <state> <folder> <command>.
terraform_at() {
  local state=$1 folder=$2 command=$3
  shift 3
  export TF_DATA_DIR=$home/terraform/$(basename "$folder")
  case $command in
    init) "$root/terraform/initialize" "$root/$folder" && return ;;
    apply | destroy) set -- -auto-approve -input=false "$@" ;;
    plan) set -- -input=false "$@" ;;
  esac
  terraform -chdir="$root/$folder" "$command" -no-color -state="$state" "$@"
}

# Runs a Terraform command on a deployment, with the settings of the emulator and of the local issuer: deployment <state>
# <command>.
deployment() {
  "$here/issuer" tokens >"$home/issuer.tfvars.json"
  terraform_at "$1" terraform "$2" -var-file="$here/emulator.tfvars" -var-file="$home/issuer.tfvars.json" \
    -var management_endpoint="$sockets" "${@:3}"
}

tablecast() { deployment "$home/terraform.tfstate" "$@"; }

# Runs a Terraform command on the other team's subscriber, which receives all event types. The emulator finds a bus by name
# only, not by ARN.
subscriber() {
  local types
  types=$(cd "$root/schemas" && ls -- *.json | sed 's/\.json$//; s/.*/"&"/' | paste -sd,)
  terraform_in terraform/examples/subscriber "$@" -var bus="$(output terraform bus name)" -var event_types="[$types]"
}

# Prints a Terraform output of a folder, for example `output terraform tables connections`.
output() {
  terraform_in "$1" output -json "$2" |
    python3 -c 'import json, sys; value = json.load(sys.stdin)
for name in sys.argv[1:]: value = value[name]
print(value)' "${@:3}"
}

# Writes a profile: put_profile <user id> [table].
put_profile() {
  aws dynamodb put-item --table-name "${2:-profiles}" \
    --item "{\"userId\":{\"S\":\"$1\"},\"displayName\":{\"S\":\"Ada\"},\"email\":{\"S\":\"ada@example.com\"}}"
}

# Waits until the other team's queue receives an event with this text. Needs the variables of `environment`.
arrives() {
  local messages
  for _ in $(seq 60); do
    messages=$(aws sqs receive-message --endpoint-url "$AWS_ENDPOINT_URL" --queue-url "$TABLECAST_QUEUE_URL" \
      --max-number-of-messages 10 --wait-time-seconds 1 --query 'Messages[].Body' --output text)
    [[ $messages == *"$1"* ]] && echo "$1 is on the bus" && return
  done
  echo "arrives: the queue received no event with $1 within a minute. Check the logs in $home." >&2
  return 1
}

# Starts a background process and waits until it listens: start <name> <port> <command>. `stop <name>` stops it.
start() {
  local name=$1 port=$2
  shift 2
  "$@" >"$home/$name.log" 2>&1 &
  echo $! >"$home/$name.pid"
  for _ in $(seq 300); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return
    kill -0 "$(<"$home/$name.pid")" 2>/dev/null || break
    sleep 0.2
  done
  cat "$home/$name.log" >&2
  echo "start: $name does not listen on port $port. Its log is above." >&2
  return 1
}

stop() {
  local pid
  pid=$(cat "$home/$1.pid" 2>/dev/null) || return 0
  kill "$pid" 2>/dev/null || true
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  rm -f "$home/$1.pid"
}
