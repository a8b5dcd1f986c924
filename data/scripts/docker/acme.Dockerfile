# A certificate authority for tests, in Let's Encrypt's place.
ARG BASE
# hadolint ignore=DL3006
FROM ${BASE}
USER root
RUN pip install --no-cache-dir --break-system-packages serles-acme==1.3.0 \
  && install -d -o 10001 -g 10001 /acme
COPY acme.py /acme/
USER 10001:10001
WORKDIR /acme
HEALTHCHECK NONE
ENTRYPOINT ["python3", "acme.py"]
