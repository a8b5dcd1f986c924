"""Uploads a file with tuspy through a proxy that breaks the connection off in the middle, and goes on where it was.

Usage: tus_client.py URL AUDIO
"""

import hashlib
import json
import os
import socket
import struct
import sys
import threading
from urllib.parse import urlsplit

import requests
from tusclient import client
from tusclient.exceptions import TusCommunicationError

url, audio = sys.argv[1:]
size = os.path.getsize(audio)
with open(audio, "rb") as file:
    sha256 = hashlib.sha256(file.read()).hexdigest()


class BreakingLine:
    """Passes connections on to the server, and cuts those that send more than so many bytes."""

    def __init__(self, limit):
        self.limit = limit
        self.cuts = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            near, _ = self.listener.accept()
            far = socket.create_connection((urlsplit(url).hostname, urlsplit(url).port))
            threading.Thread(target=self.pass_on, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self.pass_on, args=(far, near, False), daemon=True).start()

    def pass_on(self, source, target, is_request):
        passed = 0
        try:
            while data := source.recv(16384):
                passed += len(data)
                if is_request and self.limit and passed > self.limit:
                    self.cuts += 1
                    break
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
                # With a reset: nobody reads what the client still has to send.
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            except OSError:
                pass
            end.close()


line = BreakingLine(limit=size // 3)
tus = client.TusClient(f"http://127.0.0.1:{line.port}/v1/uploads")
job = json.dumps({"kinds": "none", "priority": 3})
# One piece: the line breaks in the middle of it.
uploader = tus.uploader(audio, metadata={"filename": "noise.wav", "job": job})
try:
    uploader.upload()
    sys.exit("FAILED the connection was not cut")
except (TusCommunicationError, requests.exceptions.RequestException):
    pass
assert line.cuts == 1, line.cuts

line.limit = None
resumed = client.TusClient(f"http://127.0.0.1:{line.port}/v1/uploads").uploader(audio, url=uploader.url)
print(f"the line broke at byte {resumed.offset} of {size}")
assert 0 < resumed.offset < size, resumed.offset
resumed.upload()

state = requests.get(uploader.url, timeout=30).json()
assert state["offset"] == size and state["audio_hash"] == sha256, state
found = requests.get(f"{url}/v1/jobs/{state['job']}", timeout=30).json()
assert (found["audio_hash"], found["name"], found["priority"]) == (sha256, "noise.wav", 3), found
print("all as tuspy expects it")
