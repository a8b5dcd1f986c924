"""Stands in for Let's Encrypt where it cannot be asked: an ACME server that gives certificates of its own authority.

It looks for the challenges on port 80 of the domain, as Let's Encrypt does. Its root certificate is /acme/root.pem. It is for
tests only.
"""

import os
import subprocess

SETTINGS = """
[serles]
backend = acme:Authority
database = sqlite:////tmp/acme.sqlite
subjectNameTemplate = CN={SAN[0]}
"""


class Authority:
    def __init__(self, settings):
        if not os.path.exists("root.key"):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Test",
                            "-keyout", "root.key", "-out", "root.pem"], check=True)

    def sign(self, csr, subject, names, email):
        made = subprocess.run(["openssl", "x509", "-req", "-days", "2", "-CA", "root.pem", "-CAkey", "root.key",
                               "-CAcreateserial", "-copy_extensions", "copyall"], input=csr, stdout=subprocess.PIPE, check=True)
        return (made.stdout + open("root.pem", "rb").read()).decode(), None


if __name__ == "__main__":
    with open("settings.ini", "w") as file:
        file.write(SETTINGS)
    os.environ["CONFIG"] = "settings.ini"
    from serles import create_app

    create_app().run(host="0.0.0.0", port=8000)
