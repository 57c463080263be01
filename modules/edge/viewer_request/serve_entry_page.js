// Gives paths of the application its entry page. Files have an extension, or are in /.well-known/ (RFC 8615).
function serve_entry_page(request, settings) {
  const name = request.uri.slice(request.uri.lastIndexOf("/") + 1);
  if (name.indexOf(".") === -1 && request.uri.indexOf("/.well-known/") !== 0) {
    request.uri = settings.page;
  }
  return undefined;
}
