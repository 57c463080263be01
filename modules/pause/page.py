"""The page that people see while a stack is paused. Pure."""

from __future__ import annotations

RETRY_SECONDS = 300
# At most 1,024 bytes (Elastic Load Balancing API: FixedResponseActionConfig, MessageBody). Of its own: while
# the stack is paused there is no server for a style or an image.
PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="{RETRY_SECONDS}">
<title>Paused</title>
<style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem}}</style>
</head>
<body>
<h1>We are taking a break</h1>
<p>This service is paused. Nothing is lost; it comes back with all its data.</p>
<p>The page tries again by itself every {RETRY_SECONDS // 60} minutes.</p>
</body>
</html>
"""
