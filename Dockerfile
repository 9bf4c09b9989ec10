# The service in a container. PostgreSQL and Redis are elsewhere: see compose.yaml.

FROM python:3.12-slim AS build
WORKDIR /build
RUN pip install --no-cache-dir --disable-pip-version-check "uv>=0.9" && uv venv /opt/storytroupe
ENV VIRTUAL_ENV=/opt/storytroupe
# The dependencies first: they change less often than the code. The lock bears their hashes.
COPY pyproject.toml requirements.lock ./
RUN uv pip install --no-cache --constraint requirements.lock --requirement pyproject.toml --extra offline
COPY README.md LICENSE NOTICE ./
COPY service service
COPY actors actors
RUN uv pip install --no-cache --no-deps .

FROM python:3.12-slim
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
