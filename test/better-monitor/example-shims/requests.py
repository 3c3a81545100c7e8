"""As much of requests as the examples of the API description use, on the standard library."""

import json as jsonlib
import urllib.error
import urllib.parse
import urllib.request

_TIMEOUT_S = 10


class Response:
    def __init__(self, status_code, text):
        self.status_code = status_code
        self.text = text

    def json(self):
        return jsonlib.loads(self.text)


class Session:
    def __init__(self):
        self.headers = {}

    def get(self, url, params=None):
        query = urllib.parse.urlencode(params or {})
        return self._send("GET", f"{url}?{query}" if query else url, None)

    def post(self, url, json=None):
        return self._send("POST", url, jsonlib.dumps(json).encode())

    def _send(self, method, url, body):
        headers = {**({"Content-Type": "application/json"} if body else {}), **self.headers}
        request = urllib.request.Request(url, data=body, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:
                return Response(answer.status, answer.read().decode())
        except urllib.error.HTTPError as error:
            return Response(error.code, error.read().decode())
