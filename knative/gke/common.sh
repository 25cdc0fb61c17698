# shellcheck shell=sh disable=SC2034 # the scripts use the variables
# Sourced by setup and teardown: parses their options, prints and runs commands, and finds each thing again.
set -eu

project=
cluster=
zone=
nodes=2
max_nodes=6
machine_type=e2-standard-2
name=onnx-function
github=
branch=
exposure=
domain=
approval=
scan=
adopt=
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
      --public) exposure=public ;;
      --private) exposure=private ;;
      --approval) approval=True ;;
      --no-approval) approval=False ;;
      --adopt) adopt=yes ;;
      --yes) yes=yes ;;
      --project | --cluster | --zone | --nodes | --max-nodes | --machine-type | --name | --github | --branch | --domain | --scan)
        [ $# -gt 1 ] || fail "$1 has no value. '$0 --help' shows which values it accepts."
        option "$1" "$2"
        shift
        ;;
      *) fail "$1 is not an option. '$0 --help' lists them." ;;
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
    --max-nodes) max_nodes=$2 ;;
    --machine-type) machine_type=$2 ;;
    --name) name=$2 ;;
    --github) github=$2 ;;
    --branch) branch=$2 ;;
    --scan) scan=$2 ;;
    --domain) domain=$2 exposure=public ;;
  esac
}

derive() {
  [ -n "$project" ] || project=$(gcloud config get-value project 2>/dev/null) || true
  case $project in
    '' | '(unset)') fail "No project is set. Name one: --project ID." ;;
  esac
  case $zone in
    '' | *-*-[a-z] | *-*[0-9]) ;;
    *) fail "$zone is not a zone. Name one such as southamerica-east1-b; 'gcloud compute zones list' shows them." ;;
  esac
  case $github in
    '' | ?*/?*) ;;
    *) fail "$github is not a GitHub repository. Write --github OWNER/REPOSITORY." ;;
  esac
  case $scan in
    '' | CRITICAL | HIGH | MEDIUM | off) ;;
    *) fail "$scan is not a severity. Write --scan CRITICAL, HIGH or MEDIUM, or --scan off." ;;
  esac
  # The longest account, NAME-build, may have 30 characters.
  printf %s "$name" | LC_ALL=C grep -Eqx '[a-z]([a-z0-9-]{0,22}[a-z0-9])?' ||
    fail "$name cannot be the name of a namespace and of accounts. Write --name with up to 24 lower-case letters, digits and hyphens, such as onnx-function."
  build_account=$name-build@$project.iam.gserviceaccount.com
  check_account=$name-check@$project.iam.gserviceaccount.com
  node_account=$name-nodes@$project.iam.gserviceaccount.com
  # Things without labels have the mark in their description.
  made="Made by knative/gke/setup for $name"
  here=$(cd "$(dirname "$0")" && pwd)
  work=$(dirname "$here")/target/gke
  # A kubeconfig of its own, so that the user's current context does not decide which cluster is changed.
  export KUBECONFIG="$work/kubeconfig"
  mkdir -p "$work"
}

# recall: takes options that are not given from the trigger, so that a second run without an option neither creates
# another cluster nor builds another branch.
recall() {
  trigger=$(the_trigger) || fail "Cannot read the trigger $name. Fix what the command above reports and run this again."
  IFS=, read -r _ _ was_owner was_repository was_branch was_cluster was_zone _ <<EOF
$trigger
EOF
  : "${cluster:=${was_cluster:-ml-cluster}}" "${zone:=${was_zone:-southamerica-east1-b}}"
  was_branch=${was_branch#^}
  : "${branch:=${was_branch%\$}}"
  : "${branch:=main}"
  [ -z "$was_owner" ] || : "${github:=$was_owner/$was_repository}"
  case $zone in
    *-*-[a-z]) region=${zone%-*} ;;
    *) region=$zone ;;
  esac
}

step() { printf '\n== %s\n' "$*"; }

# query COMMAND...: runs a command that changes nothing; a dry run only prints it, and finds nothing.
query() {
  if [ -n "$dry_run" ]; then show '?' "$@"; else "$@"; fi
}

# change COMMAND...: runs a command; a dry run only prints it.
change() {
  if [ -n "$dry_run" ]; then show '!' "$@"; else "$@"; fi
}

# quoted WORD: sets $quoted to the word as the shell reads it.
quoted() {
  case $1 in
    *\'*) quoted="'$(printf %s "$1" | sed "s/'/'\\\\''/g")'" ;;
    '' | *[!A-Za-z0-9_./:=@%,+-]*) quoted="'$1'" ;;
    *) quoted=$1 ;;
  esac
}

# Standard output may be the result of a query, so commands are printed to another file descriptor.
exec 3>&1
show() {
  mark=$1
  shift
  line=
  for word; do
    case $word in
      --*=*) quoted "${word#*=}" && line="$line ${word%%=*}=$quoted" ;;
      *) quoted "$word" && line="$line $quoted" ;;
    esac
  done
  printf '%s%s\n' "$mark" "$line" >&3
}

# found QUERY: whether the query prints anything. The result of a failed query is unknown, so it ends the script.
found() {
  result=$("$1") || fail "Cannot see whether this exists, because the query failed. Fix what it reports and run this again."
  [ -n "$result" ]
}

# ours: whether what was found ends with the mark of setup: a label, or a description.
ours() {
  case $result in
    *",$name" | *",$made") ;;
    *) return 1 ;;
  esac
}

# download REPOSITORY FILE FOLDER: downloads a file of Knative's release.
download() {
  change curl --fail --silent --show-error --location --proto =https --output "$3/$2" \
    "https://github.com/$1/releases/download/knative-v$knative/$2"
}

in_project() {
  verb=$1
  shift
  "$verb" gcloud "$@" --project="$project" --quiet
}

# --- queries: each prints nothing, or what exists with its mark at the end ---

# With ~ and not =, because gcloud announces that = will also match a part of a name.

the_repository() {
  in_project query artifacts repositories list --location="$region" \
    --filter="name~/$name\$" \
    '--format=csv[no-heading](name,labels.onnxfunction-setup)'
}

# In any zone: a cluster of the same name in another zone is the one meant, or a mistake.
the_cluster() {
  in_project query container clusters list --filter="name~^$cluster\$" \
    '--format=csv[no-heading](name,location,autopilot.enabled,resourceLabels.onnxfunction-setup)'
}

the_account() {
  in_project query iam service-accounts list --filter="email~^$1\$" '--format=csv[no-heading](email,description)'
}
the_build_account() { the_account "$build_account"; }
the_check_account() { the_account "$check_account"; }
the_node_account() { the_account "$node_account"; }

# NAME,REQUIRED APPROVAL,OWNER,REPOSITORY,BRANCH,CLUSTER,ZONE,LOCATION,NAME,VARIANT,DESCRIPTION
the_trigger() {
  in_project query builds triggers list --region="$trigger_region" --filter="name~^$name\$" \
    '--format=csv[no-heading](name,approvalConfig.approvalRequired,github.owner,github.name,github.push.branch,substitutions._CLUSTER,substitutions._ZONE,substitutions._LOCATION,substitutions._NAME,substitutions._VARIANT,description)'
}
the_check_trigger() {
  in_project query builds triggers list --region="$trigger_region" --filter="name~^$name-check\$" \
    '--format=csv[no-heading](name,github.owner,github.name,github.pullRequest.branch,description)'
}

the_dashboard() {
  in_project query monitoring dashboards list --filter='displayName=onnx-function AND labels.onnxfunction-setup:*' \
    '--format=value(name)'
}

the_router() {
  in_project query compute routers list --regions="$region" --filter="name~^$name\$" \
    '--format=csv[no-heading](name,description)'
}
the_firewall_rule() {
  in_project query compute firewall-rules list --filter="name~^$name-webhooks\$" '--format=csv[no-heading](name,description)'
}
the_address() {
  in_project query compute addresses list --global --filter="name~^$name\$" '--format=csv[no-heading](address,description)'
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

the_namespace() {
  query kubectl get namespace "$name" --ignore-not-found \
    '--output=jsonpath={.metadata.name},{.metadata.labels.onnxfunction\.dev/setup}'
}

connect() { in_project change container clusters get-credentials "$cluster" --location="$zone"; }

# revoke WHO ACCOUNT ROLE
revoke() {
  account=$2 role=$3
  step "$1: no $3"
  if found has_project_role || [ -n "$dry_run" ]; then
    change gcloud projects remove-iam-policy-binding "$project" --quiet \
      --member="serviceAccount:$account" --role="$role" --condition=None
  else
    echo "not granted"
  fi
}
has_project_role() { project_role "$account" "$role"; }

# delete_old_access NAMESPACE: rights that an older setup granted to the builds.
delete_old_access() { change kubectl delete role,rolebinding onnx-function-build --namespace="$1" --ignore-not-found; }

# close_gateway: makes the function private. Without this, Google keeps and charges the load balancer of a deleted
# cluster.
close_gateway() {
  if found gateway_api || [ -n "$dry_run" ]; then
    change kubectl delete --kustomize="$here/gateway" --ignore-not-found --wait --timeout=600s
  fi
  for certificate in $(certificates); do
    in_project change compute ssl-certificates delete "$certificate" --global
  done
}
gateway_api() {
  query kubectl get customresourcedefinition gateways.gateway.networking.k8s.io --ignore-not-found --output=name
}
certificates() {
  in_project query compute ssl-certificates list --global --filter="description~'$made\$'" '--format=value(name)'
}
release_address() { in_project change compute addresses delete "$name" --global; }
