# shellcheck shell=sh disable=SC2034 # the scripts use what is set here
# Sourced by setup and teardown: their options, and how a command is shown and run.
set -eu

project=
cluster=ml-cluster
zone=southamerica-east1-b
nodes=2
machine_type=e2-standard-2
name=onnx-function
github=
branch=main
public=
domain=
dry_run=
yes=

knative=1.23.0
kubernetes_minor=34
trigger_region=global

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

options() {
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) usage && exit ;;
      --dry-run) dry_run=yes ;;
      --public) public=yes ;;
      --yes) yes=yes ;;
      --project | --cluster | --zone | --nodes | --machine-type | --name | --github | --branch | --domain)
        [ $# -gt 1 ] || fail "$1 has no value. '$0 --help' shows what it takes."
        option "$1" "$2"
        shift
        ;;
      *) fail "$1 is no option. '$0 --help' lists them." ;;
    esac
    shift
  done
  derive
}

option() {
  case $1 in
    --project) project=$2 ;;
    --cluster) cluster=$2 ;;
    --zone) zone=$2 ;;
    --nodes) nodes=$2 ;;
    --machine-type) machine_type=$2 ;;
    --name) name=$2 ;;
    --github) github=$2 ;;
    --branch) branch=$2 ;;
    --domain) domain=$2 public=yes ;;
  esac
}

derive() {
  [ -n "$project" ] || project=$(gcloud config get-value project 2>/dev/null) || true
  case $project in
    '' | '(unset)') fail "No project is set. Name one: --project ID." ;;
  esac
  case $zone in
    *-*-[a-z]) region=${zone%-*} ;;
    *) fail "$zone is no zone. Name one such as southamerica-east1-b; 'gcloud compute zones list' shows them." ;;
  esac
  case $github in
    '' | ?*/?*) ;;
    *) fail "$github is no GitHub repository. Write --github OWNER/REPOSITORY." ;;
  esac
  if [ -n "$public" ]; then variant=public; else variant=base; fi
  build_account=$name-build@$project.iam.gserviceaccount.com
  node_account=$name-nodes@$project.iam.gserviceaccount.com
  work=$(cd "$(dirname "$0")/.." && pwd)/target/gke
  # Of our own: the user's current context must not decide which cluster is changed.
  export KUBECONFIG="$work/kubeconfig"
}

step() { printf '\n== %s\n' "$*"; }

# query COMMAND...: a look that changes nothing; in a dry run it is shown, and finds nothing.
query() {
  if [ -n "$dry_run" ]; then show '?' "$@"; else "$@"; fi
}

# change COMMAND...: in a dry run it is only shown.
change() {
  if [ -n "$dry_run" ]; then show '!' "$@"; else "$@"; fi
}

quoted() {
  case $1 in
    '' | *[!A-Za-z0-9_./:=@%,+-]*) printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")" ;;
    *) printf %s "$1" ;;
  esac
}

# Standard output may be the result of a query; what is shown goes past it.
exec 3>&1
show() {
  mark=$1
  shift
  line=
  for word; do
    case $word in
      --*=*) line="$line ${word%%=*}=$(quoted "${word#*=}")" ;;
      *) line="$line $(quoted "$word")" ;;
    esac
  done
  printf '%s%s\n' "$mark" "$line" >&3
}

# found LOOK: whether it prints anything. A look that fails tells nothing, so it ends the script.
found() {
  result=$("$1") || fail "Cannot tell whether this is there: the command failed that looks. Mend what it says and run this again."
  [ -n "$result" ]
}

in_project() {
  verb=$1
  shift
  "$verb" gcloud "$@" --project="$project" --quiet
}

the_repository() {
  in_project query artifacts repositories list --location="$region" \
    --filter="name=projects/$project/locations/$region/repositories/$name" '--format=value(name)'
}

the_cluster() {
  in_project query container clusters list --zone="$zone" --filter="name=$cluster" '--format=value(name)'
}

the_account() {
  in_project query iam service-accounts list --filter="email=$1" '--format=value(email)'
}
the_build_account() { the_account "$build_account"; }
the_node_account() { the_account "$node_account"; }

the_trigger() {
  in_project query builds triggers list --region="$trigger_region" --filter="name=$name" '--format=value(name)'
}

the_dashboard() {
  in_project query monitoring dashboards list --filter=displayName=onnx-function '--format=value(name)'
}

# project_role ACCOUNT ROLE: prints the role if the account has it on the project.
project_role() {
  query gcloud projects get-iam-policy "$project" --quiet '--flatten=bindings[].members' \
    --filter="bindings.members=serviceAccount:$1 AND bindings.role=$2" '--format=value(bindings.role)'
}

# repository_role ACCOUNT ROLE: prints the role if the account has it on the repository of images.
repository_role() {
  in_project query artifacts repositories get-iam-policy "$name" --location="$region" '--flatten=bindings[].members' \
    --filter="bindings.members=serviceAccount:$1 AND bindings.role=$2" '--format=value(bindings.role)'
}

connect() {
  mkdir -p "$work"
  in_project change container clusters get-credentials "$cluster" --zone="$zone"
}
