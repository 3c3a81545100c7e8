"""As much of httpx as the examples of the API description use, on the standard library."""

import asyncio
import json as jsonlib
import urllib.error
import urllib.request


class HTTPStatusError(Exception):
    def __init__(self, status_code):
        super().__init__(f"HTTP {status_code}")


class Response:
    def __init__(self, status_code, text):
        self.status_code = status_code
        self.text = text

    def raise_for_status(self):
        if self.status_code >= 400:
            raise HTTPStatusError(self.status_code)
        return self

    def json(self):
        return jsonlib.loads(self.text)


class AsyncClient:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *_exception):
        return None

    async def post(self, url, headers=None, json=None, timeout=None):
        body = jsonlib.dumps(json).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        request = urllib.request.Request(url, data=body, headers=sent, method="POST")
        return await asyncio.to_thread(_send, request, timeout)


def _send(request, timeout):
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return Response(answer.status, answer.read().decode())
    except urllib.error.HTTPError as error:
        return Response(error.code, error.read().decode())
