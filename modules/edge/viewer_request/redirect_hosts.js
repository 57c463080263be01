// Answers hosts that only redirect. Browsers keep it for an hour, so that it can be taken back.
function redirect_hosts(request, settings) {
  const host = request.headers.host && request.headers.host.value;
  if (settings.hosts.indexOf(host) === -1) {
    return undefined;
  }
  const query = request.rawQueryString();
  const location = "https://" + settings.to + request.uri + (query ? "?" + query : "");
  return {
    statusCode: 301,
    statusDescription: "Moved Permanently",
    headers: { location: { value: location }, "cache-control": { value: "max-age=3600" } },
  };
}
