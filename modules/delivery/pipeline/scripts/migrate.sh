# Run the migration as a task of its own, with the new images, and wait for its end.
#
# It fails with the exit code of CONTAINER, or with the reason why that never ran. The task definition is a
# copy of the one that SERVICE has, in the family FAMILY: one in the service's own family would be taken for a
# deployment. It is deregistered at the end.
service=$(aws ecs describe-services --cluster "$CLUSTER" --services "$SERVICE" \
  --query 'services[0]' --output json)
# One that was deleted is still told of, as INACTIVE.
current=$(jq -r 'select(.status == "ACTIVE") | .taskDefinition' <<<"$service")
if [[ -z $current ]]; then
  echo "The cluster $CLUSTER has no service $SERVICE" >&2
  exit 1
fi
# What can be registered, as this version of the CLI knows it: a description has more, such as the revision.
known=$(aws ecs register-task-definition --generate-cli-skeleton input | jq -c keys)
aws ecs describe-task-definition --task-definition "$current" --query taskDefinition --output json |
  jq --argjson known "$known" --arg family "$FAMILY" --arg container "$CONTAINER" \
    --argjson command "$COMMAND" --argjson variables "$VARIABLES" --slurpfile images "$DEFINITIONS" '
    ($images[0] | map({key: .name, value: .imageUri}) | from_entries) as $new
    | with_entries(select(.key as $key | $known | index($key)))
    | .family = $family
    | .containerDefinitions |= map(
        .image = ($new[.name] // .image)
        | if .name == $container then
            # Under the entrypoint of the image: to that of the service, it would be arguments.
            .entryPoint = []
            | .command = $command
            | .environment = [
                (.environment // [])[] | select(.name as $name | all($variables[]; .name != $name))
              ] + $variables
          else . end)' >task.json
definition=$(aws ecs register-task-definition --cli-input-json file://task.json \
  --query taskDefinition.taskDefinitionArn --output text)
trap 'aws ecs deregister-task-definition --task-definition "$definition" >/dev/null' EXIT

# On Fargate itself: Fargate Spot could interrupt it.
started=$(aws ecs run-task --cluster "$CLUSTER" --task-definition "$definition" --launch-type FARGATE \
  --network-configuration "$(jq -c .networkConfiguration <<<"$service")" --output json)
task=$(jq -r '.tasks[0].taskArn // empty' <<<"$started")
if [[ -z $task ]]; then
  echo "The migration was not started: $(jq -c .failures <<<"$started")" >&2
  exit 1
fi
echo "The migration is $task"
end=$((SECONDS + SECONDS_ALLOWED))
while true; do
  described=$(aws ecs describe-tasks --cluster "$CLUSTER" --tasks "$task" --query 'tasks[0]' --output json)
  if [[ $(jq -r .lastStatus <<<"$described") == STOPPED ]]; then
    break
  fi
  if ((SECONDS >= end)); then
    aws ecs stop-task --cluster "$CLUSTER" --task "$task" --reason "The pipeline's time was over" >/dev/null
    echo "The migration did not end within $SECONDS_ALLOWED seconds and was stopped" >&2
    exit 1
  fi
  sleep "$SECONDS_BETWEEN"
done
# Its last lines; a task that never ran has none.
aws logs get-log-events --log-group-name "$LOG_GROUP" --log-stream-name "$CONTAINER/$CONTAINER/${task##*/}" \
  --limit 200 --query 'events[].message' --output json 2>/dev/null | jq -r '.[]' || true
code=$(jq -r --arg name "$CONTAINER" \
  '.containers[]? | select(.name == $name) | .exitCode // empty' <<<"$described")
if [[ -z $code ]]; then
  echo "The migration never ran: $(jq -c '[.stopCode, .stoppedReason, .containers[]?.reason] | map(select(.))' \
    <<<"$described")" >&2
  exit 1
fi
echo "The migration ended with exit code $code"
exit "$code"
