"""A receiver of alerts (standard library alone): checks who sent, drops repeats, prints.

DESK_HOOK_SECRET=whsec_... python receive.py 8099
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

KEY = base64.b64decode(os.environ["DESK_HOOK_SECRET"].removeprefix("whsec_"))
TOLERANCE = 300  # seconds: an older message may have been recorded on its way and sent again by somebody else

seen: set[str] = set()  # in a database, in the transaction that does the work


def verified(headers, body):
    """Whether it comes from who has the key, as it was sent, and now."""
    id_, at = headers["webhook-id"] or "", headers["webhook-timestamp"] or ""
    if not at.isdecimal() or abs(time.time() - int(at)) > TOLERANCE:
        return False
    digest = hmac.new(KEY, f"{id_}.{at}.".encode() + body, hashlib.sha256).digest()
    expected = f"v1,{base64.b64encode(digest).decode()}".encode()
    # several while keys are changed
    given = (headers["webhook-signature"] or "").encode("utf-8", "replace").split()
    return any(hmac.compare_digest(expected, one) for one in given)


class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"] or 0))
        if not verified(self.headers, body):
            self.answer(401)
            return
        id_ = self.headers["webhook-id"]
        if id_ not in seen:  # the same id is the same message: sent again because our yes got lost
            for notice in json.loads(body)["data"]["notices"]:
                print(notice["alert"], notice["source"], notice["headline"], notice["url"], flush=True)
            seen.add(id_)
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()


server = HTTPServer(("127.0.0.1", int(sys.argv[1])), Hook)
print("listening on", server.server_port, flush=True)
server.serve_forever()
