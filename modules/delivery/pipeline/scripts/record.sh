# Write the deployed images where Terraform reads them, and let the environment's tag follow.
#
# IMAGES: name -> repository and parameter. The lifecycle policy of a repository keeps the image that has the
# tag of an environment. Where tags are immutable, one moves by being deleted and put again.
names=$(jq -r 'keys[]' <<<"$IMAGES")
for name in $names; do
  parameter=$(jq -er --arg name "$name" '.[$name].parameter' <<<"$IMAGES")
  repository=$(jq -er --arg name "$name" '.[$name].repository' <<<"$IMAGES")
  image=$(jq -er --arg name "$name" '.[$name]' images.json)
  digest=${image##*@}
  aws ssm put-parameter --name "$parameter" --value "$image" --overwrite >/dev/null
  echo "$parameter is $image"
  tagged=$(aws ecr describe-images --repository-name "$repository" --image-ids "imageDigest=$digest" \
    --query 'imageDetails[0].imageTags' --output json)
  if jq -e --arg tag "$ENVIRONMENT" 'index($tag)' <<<"$tagged" >/dev/null; then
    continue
  fi
  stored=$(aws ecr batch-get-image --repository-name "$repository" --image-ids "imageDigest=$digest" \
    --query 'images[0]' --output json)
  # By a file: the digest is that of the manifest's very bytes.
  jq -j .imageManifest <<<"$stored" >manifest.json
  aws ecr batch-delete-image --repository-name "$repository" --image-ids "imageTag=$ENVIRONMENT" >/dev/null
  aws ecr put-image --repository-name "$repository" --image-tag "$ENVIRONMENT" --image-digest "$digest" \
    --image-manifest-media-type "$(jq -r .imageManifestMediaType <<<"$stored")" \
    --image-manifest file://manifest.json >/dev/null
  echo "$repository:$ENVIRONMENT is $digest"
done
