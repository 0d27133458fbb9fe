# What deploy, destroy and check have in common: where things lie, and how the emulator is reached.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$root/tests/emulator
home=$root/target/emulator
emulator_port=${EMULATOR_PORT:-4666}
pipes_port=${PIPES_PORT:-4667}
sockets=http://127.0.0.1:$emulator_port/_aws/execute-api

# A program of the machine's own goes before what deploy installs.
PATH=$PATH:$root/target/tools/aws/bin

# The key "test" is the emulator's root; each function runs as its role, and is refused what that does not allow.
export AWS_ENDPOINT_URL=http://127.0.0.1:$emulator_port AWS_ENDPOINT_URL_PIPES=http://127.0.0.1:$pipes_port
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
unset AWS_PROFILE AWS_SESSION_TOKEN
[ -e "${TF_CLI_CONFIG_FILE:-}" ] || unset TF_CLI_CONFIG_FILE
export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1 AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true AWS_PAGER=

say() { printf '\n==> %s\n' "$*"; }

# Terraform in one of the project's folders; its state and its plugins lie below target/, not beside the files.
terraform_in() {
  local folder=$1 command=$2
  shift 2
  export TF_DATA_DIR=$home/terraform/$(basename "$folder")
  case $command in
    init) "$root/terraform/initialize" "$root/$folder" && return ;;
    apply | destroy) set -- -auto-approve -input=false "$@" ;;
    plan) set -- -input=false "$@" ;;
  esac
  terraform -chdir="$root/$folder" "$command" -no-color -state="$home/$(basename "$folder").tfstate" "$@"
}

# The whole deployment, with what differs from AWS. Who may connect is said by an issuer of this machine.
tablecast() {
  "$here/issuer" tokens >"$home/issuer.tfvars.json"
  terraform_in terraform "$@" -var-file="$here/emulator.tfvars" -var-file="$home/issuer.tfvars.json" -var management_endpoint="$sockets"
}

# Another team: every event type arrives in its queue. The emulator finds a bus by its name only.
subscriber() {
  local types
  types=$(cd "$root/schemas" && ls -- *.json | sed 's/\.json$//; s/.*/"&"/' | paste -sd,)
  terraform_in terraform/examples/subscriber "$@" -var bus="$(output terraform bus name)" -var event_types="[$types]"
}

# `output terraform tables connections`: a value that the Terraform of a folder told.
output() {
  terraform_in "$1" output -json "$2" |
    python3 -c 'import json, sys; value = json.load(sys.stdin)
for name in sys.argv[1:]: value = value[name]
print(value)' "${@:3}"
}

put_profile() {
  aws dynamodb put-item --table-name profiles \
    --item "{\"userId\":{\"S\":\"$1\"},\"displayName\":{\"S\":\"Ada\"},\"email\":{\"S\":\"ada@example.com\"}}"
}

# Waits for an event with this text in the other team's queue; needs what `environment` prints.
arrives() {
  local messages
  for _ in $(seq 60); do
    messages=$(aws sqs receive-message --endpoint-url "$AWS_ENDPOINT_URL" --queue-url "$TABLECAST_QUEUE_URL" \
      --max-number-of-messages 10 --wait-time-seconds 1 --query 'Messages[].Body' --output text)
    [[ $messages == *"$1"* ]] && echo "$1 is on the bus" && return
  done
  echo "error: no event with $1 on the bus" >&2
  return 1
}

# Python programs of their own, below target/.
install() {
  local folder=$root/target/tools/$1
  python3 -m venv "$folder"
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check -r "$2"
}

# Starts a process that goes on; `stop` ends it. Its log is beside its process id.
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
  echo "error: $name does not listen on port $port" >&2
  return 1
}

stop() {
  local pid
  pid=$(cat "$home/$1.pid" 2>/dev/null) || return 0
  kill "$pid" 2>/dev/null || true
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  rm -f "$home/$1.pid"
}
