# SPDX-License-Identifier: Apache-2.0
# hook.py - a web server that fails first: hook.py LOG SECRET ANSWER... answers so by turns, the last one for ever. A line of LOG a
# request: answer, id, whether the signature is right, type of the event.
import base64, hashlib, hmac, http.server, json, sys

log, secret, answers = open(sys.argv[1], "a", buffering=1), sys.argv[2].encode(), [int(a) for a in sys.argv[3:]]


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        text = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + body
        want = "v1," + base64.b64encode(hmac.new(secret, text, hashlib.sha256).digest()).decode()
        right = self.headers["webhook-signature"] == want
        log.write(f"{answer} {self.headers['webhook-id']} {right} {json.loads(body)['type']}\n")
        self.send_response(answer)
        if 300 <= answer < 400:
            self.send_header("location", "http://127.0.0.1:1/")
        self.end_headers()

    def log_message(self, *args):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Hook)
print(server.server_port, flush=True)
server.serve_forever()
