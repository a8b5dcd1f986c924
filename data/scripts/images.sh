# shellcheck shell=bash
# CommentBot's images, for deploy.sh and cleanup.sh. Sourced, never run; needs compose.sh and deployments.sh.
# shellcheck disable=SC2154  # deployments.sh has its file

# image_names: of CommentBot's own images, without their versions.
image_names() {
  local registry
  registry=$(value_of COMMENTBOT_REGISTRY)
  printf "$registry%s\n" commentbot-core commentbot-models whisper-service commentbot-ollama
}

# In this order, since the whisper service's is made of the core's. Each day's first build takes Debian's newest fixes.
build_images() {
  local build=(patiently quietly docker build --build-arg "FIXES_OF=$(date -u +%F)") target debian
  export DOCKER_BUILDKIT=1
  debian=$(sed -n 's/^ARG DEBIAN=//p' build/commentbot-core/Dockerfile)
  docker pull --quiet "$debian" >/dev/null 2>&1 || echo "    $debian cannot be looked up; the one that is here is taken"
  for target in commentbot-core commentbot-models; do
    "${build[@]}" --file build/commentbot-core/Dockerfile --target "$target" --tag "$target:$COMMENTBOT_VERSION" . || return 1
  done
  "${build[@]}" --file build/whisper-service/Dockerfile --build-arg "CORE=commentbot-core:$COMMENTBOT_VERSION" \
    --tag "whisper-service:$COMMENTBOT_VERSION" . || return 1
  "${build[@]}" --file build/ollama/Dockerfile --tag "commentbot-ollama:$COMMENTBOT_VERSION" . || return 1
}

# push_images: builds them, and puts them into the registry.
push_images() {
  local image
  step "Building the images (10 to 15 minutes the first time)"
  build_images || return 1
  done_in
  step "Pushing them"
  for image in $(image_names); do
    quietly docker tag "${image##*/}:$COMMENTBOT_VERSION" "$image:$COMMENTBOT_VERSION" || return 1
    patiently quietly docker push "$image:$COMMENTBOT_VERSION" || return 1
  done
  done_in
}

get_images() {
  local image
  if [ -n "$(value_of COMMENTBOT_REGISTRY)" ]; then
    step "Pulling the images"
    patiently compose pull --quiet --ignore-buildable || return 1
    # Those that could be built are ours, and are wanted as they are there.
    for image in $(image_names); do quietly docker pull "$image:$COMMENTBOT_VERSION" || return 1; done
  else
    step "Building the images (10 to 15 minutes the first time)"
    build_images || return 1
  fi
  done_in
}

# old_images: of versions that deploy.sh had made and that are none of the last three.
old_images() {
  local name version kept
  [ -e "$deployments" ] || return 0
  kept=" $(versions | tail -n 3 | tr '\n' ' ') $(value_of COMMENTBOT_VERSION) "
  cut -f 2 "$deployments" | sort -u | while IFS= read -r version; do
    case "$kept" in *" $version "*) continue ;; esac
    for name in $(image_names); do
      ! docker image inspect "$name:$version" >/dev/null 2>&1 || echo "$name:$version"
    done
  done
}
