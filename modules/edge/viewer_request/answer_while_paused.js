// Answers every request while the stack is paused. Terraform writes its variable as a string.
function answer_while_paused(request, settings) {
  if (settings.paused !== "true") {
    return undefined;
  }
  return {
    statusCode: 503,
    statusDescription: "Service Unavailable",
    headers: {
      "content-type": { value: "text/html; charset=utf-8" },
      "cache-control": { value: "no-store" },
      "retry-after": { value: String(settings.seconds) },
    },
    body: { encoding: "text", data: settings.page },
  };
}
