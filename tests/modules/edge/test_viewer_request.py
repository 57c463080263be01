"""The function of a distribution, run by Node with the events that CloudFront gives it."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from modules.edge.viewer_request.steps import (
    Step,
    answer_while_paused,
    code_of,
    redirect_hosts,
    serve_entry_page,
)
from modules.errors import ProblemsError
from modules.pause.page import PAGE, RETRY_SECONDS

Json = dict[str, Any]
STEPS = (redirect_hosts(["www.example.com"], "example.com"), serve_entry_page("index.html"))


def event(uri: str, host: str = "example.com", query: str | None = None) -> Json:
    """A viewer request (Amazon CloudFront Developer Guide, "CloudFront Functions event structure")."""
    request = {
        "method": "GET",
        "uri": uri,
        "querystring": {},
        "headers": {"host": {"value": host}},
        "cookies": {},
    }
    context = {"distributionId": "EDFDVBD6EXAMPLE", "eventType": "viewer-request", "requestId": "1"}
    viewer = {"ip": "192.0.2.1"}
    return {"version": "1.0", "context": context, "viewer": viewer, "request": request, "query": query}


def run(steps: tuple[Step, ...], *events: Json) -> list[Json]:
    """What the function returns for each event, without anything that Node has and CloudFront has not."""
    # rawQueryString() is a helper of the request ("General helper methods"): undefined without a query.
    program = """
      const given = JSON.parse(require("fs").readFileSync(0, "utf-8"));
      const run = require("vm").runInNewContext(given.code + "; handler", {});
      console.log(JSON.stringify(given.events.map((event) => {
        const query = event.query === null ? undefined : event.query;
        event.request.rawQueryString = () => query;
        return run(event);
      })));
    """
    given = json.dumps({"code": code_of(steps), "events": events})
    ran = subprocess.run(["node", "-e", program], input=given, capture_output=True, text=True, check=True)
    answers: list[Json] = json.loads(ran.stdout)
    return answers


PATHS = {
    "/": "/index.html",
    "/users/7": "/index.html",
    "/users/": "/index.html",
    "/v1.2/users": "/index.html",
    "/index.html": "/index.html",
    "/assets/app-3f9a.js": "/assets/app-3f9a.js",
    "/users/jane.doe": "/users/jane.doe",
    "/.well-known/apple-app-site-association": "/.well-known/apple-app-site-association",
    "/a/.well-known/x": "/index.html",
}


def test_paths_of_the_application_get_its_entry_page_and_files_stay_what_they_are() -> None:
    answers = run(STEPS, *(event(path) for path in PATHS))
    assert {path: answer["uri"] for path, answer in zip(PATHS, answers, strict=True)} == PATHS
    assert all(answer["headers"] == {"host": {"value": "example.com"}} for answer in answers)


def test_while_the_stack_is_paused_every_request_gets_the_page() -> None:
    answers = run((answer_while_paused("true"), *STEPS), *(event(path) for path in PATHS), event("/", "www."))
    assert {one["statusCode"] for one in answers} == {503}
    headers = {name: one["value"] for name, one in answers[0]["headers"].items()}
    assert headers["retry-after"] == str(RETRY_SECONDS)
    assert headers["cache-control"] == "no-store"
    assert answers[0]["body"] == {"encoding": "text", "data": PAGE}


def test_while_it_runs_the_other_steps_see_the_request() -> None:
    events = [event(path) for path in PATHS]
    assert run((answer_while_paused("false"), *STEPS), *events) == run(STEPS, *events)


def test_a_host_that_redirects_keeps_path_and_query() -> None:
    www = "www.example.com"
    answers = run(
        STEPS, event("/users/7", www), event("/a.js", www, "b=1&b=%202&c"), event("/", www, ""), event("/")
    )
    assert [one.get("statusCode") for one in answers] == [301, 301, 301, None]
    assert [one["headers"]["location"]["value"] for one in answers[:3]] == [
        "https://example.com/users/7",
        "https://example.com/a.js?b=1&b=%202&c",
        "https://example.com/",
    ]
    assert answers[0]["headers"]["cache-control"] == {"value": "max-age=3600"}
    assert answers[3]["uri"] == "/index.html"


def test_a_step_that_answers_ends_it() -> None:
    answer = "settings.on === 'true' ? { statusCode: 503 } : undefined"
    source = f"function paused(request, settings) {{ return {answer}; }}"

    def steps(on: str) -> tuple[Step, ...]:
        return (Step(name="paused", source=source, settings={"on": on}), *STEPS)

    assert run(steps("true"), event("/users/7")) == [{"statusCode": 503}]
    (rewritten,) = run(steps("false"), event("/users/7"))
    assert rewritten["uri"] == "/index.html"


def test_a_request_without_a_host_goes_on() -> None:
    without = event("/users/7")
    without["request"]["headers"] = {}
    assert run(STEPS, without)[0]["uri"] == "/index.html"


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((*STEPS, STEPS[0]), "step redirect_hosts: got it twice; allowed: each step once"),
        (
            (Step(name="long", source="/" * 10_240, settings={}),),
            "code of long: got .* bytes; allowed: at most 10240",
        ),
    ],
)
def test_code_that_cloudfront_refuses_is_refused(steps: tuple[Step, ...], said: str) -> None:
    with pytest.raises(ProblemsError, match=said):
        code_of(steps)
