# Write what the later stages read: release/images.json, and the image definitions file of each service.
#
# IMAGES: name -> url and more. SERVICES: service -> container -> name of the image. The file of a service
# names every container whose image follows.
mkdir -p release
images='{}'
names=$(jq -r 'keys[]' <<<"$IMAGES")
for name in $names; do
  digest=$(jq -er '."containerimage.digest"' "digests/$name.json")
  if [[ ! $digest =~ ^sha256:[0-9a-f]{64}$ ]]; then
    echo "The image $name has no digest: got '$digest'" >&2
    exit 1
  fi
  url=$(jq -er --arg name "$name" '.[$name].url' <<<"$IMAGES")
  images=$(jq -c --arg name "$name" --arg image "$url@$digest" '. + {($name): $image}' <<<"$images")
done
echo "$images" >release/images.json
services=$(jq -r 'keys[]' <<<"$SERVICES")
for service in $services; do
  jq --arg service "$service" --argjson images "$images" \
    '.[$service] | to_entries | map({name: .key, imageUri: $images[.value]})' \
    <<<"$SERVICES" >"release/imagedefinitions-$service.json"
done
head -v release/*.json
