# One process of the AWS provider for many Terraform commands.

# Starts it: start_provider <data folder of an initialized root> <log file>. Sets provider_pid, and TF_REATTACH_PROVIDERS for the
# commands that follow. Without it, each command starts a provider and hashes its file, which takes up to 16 s of CPU time.
# Only for `validate`, and for tests with a mock: a process that is configured twice fails if AWS_CA_BUNDLE is set.
start_provider() {
  TF_LOG_SDK=off TF_LOG_PROVIDER=off "$1"/providers/*/hashicorp/aws/*/*/terraform-provider-aws* -debug > "$2" 2>&1 &
  provider_pid=$!
  until grep -qs TF_REATTACH_PROVIDERS= "$2"; do
    kill -0 "$provider_pid" || { cat "$2" >&2; return 1; }
    sleep 0.1
  done
  TF_REATTACH_PROVIDERS=$(sed -n "s/.*TF_REATTACH_PROVIDERS='\(.*\)'.*/\1/p" "$2")
  export TF_REATTACH_PROVIDERS
}
