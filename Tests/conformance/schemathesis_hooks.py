"""What Schemathesis must know besides: the bytes of a resumable upload are bytes as all others."""

import schemathesis

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
