// The first step that answers ends it; a request that none answered goes on, as the steps rewrote it.
function handler(event) {
  const request = event.request;
  for (let i = 0; i < steps.length; i += 1) {
    const answer = steps[i].run(request, steps[i].settings);
    if (answer) {
      return answer;
    }
  }
  return request;
}
