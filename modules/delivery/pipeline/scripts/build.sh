# Build each image of which the commit has none yet, and note its digest in digests/NAME.json.
#
# IMAGES: name -> repository, url, dockerfile, directory, target, arguments. Tags of releases are immutable, so
# a second build of a commit (a retry, another environment) takes the image that is there: it was built once.
tag=$CODEBUILD_RESOLVED_SOURCE_VERSION
if [[ ! $tag =~ ^[0-9a-f]{7,64}$ ]]; then
  echo "The source has no commit: got '$tag'" >&2
  exit 1
fi
aws ecr get-login-password | docker login --username AWS --password-stdin "$REGISTRY"
docker buildx create --use --driver docker-container --driver-opt "image=$BUILDKIT_IMAGE"
mkdir -p digests
names=$(jq -r 'keys[]' <<<"$IMAGES")
for name in $names; do
  image=$(jq -c --arg name "$name" '.[$name]' <<<"$IMAGES")
  url=$(jq -er .url <<<"$image")
  repository=$(jq -er .repository <<<"$image")
  directory=$(jq -er .directory <<<"$image")
  dockerfile=$(jq -er .dockerfile <<<"$image")
  if found=$(aws ecr describe-images --repository-name "$repository" \
    --image-ids "imageTag=$tag" --query 'imageDetails[0].imageDigest' --output text 2>digests/error.txt); then
    echo "$url has an image of commit $tag"
    jq -n --arg digest "$found" '{"containerimage.digest": $digest}' >"digests/$name.json"
    continue
  fi
  if ! grep -q ImageNotFoundException digests/error.txt; then
    cat digests/error.txt >&2
    exit 1
  fi
  mapfile -t options < <(jq -r '(.arguments | to_entries[] | "--build-arg=\(.key)=\(.value)"),
    (.target // empty | "--target=\(.)")' <<<"$image")
  # ECR keeps BuildKit's cache as an OCI manifest only, and provenance would push an index beside the image.
  # What is not cached is built again: a cache that can't be written fails nothing.
  docker buildx build "$directory" --file "$dockerfile" --platform "$PLATFORM" \
    --provenance=false --sbom=false --push --tag "$url:$tag" \
    --cache-from "type=registry,ref=$CACHE:$name" \
    --cache-to "type=registry,ref=$CACHE:$name,mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true" \
    --metadata-file "digests/$name.json" "${options[@]}"
done
