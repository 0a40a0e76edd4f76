# Runs as an ordinary user on a read-only root: it writes to /data, where the configuration and
# the database are, and to /tmp. How to use it: docs/how-to/run-as-a-service.md

FROM python:3.13-slim AS build
RUN pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore uv==0.13.9
ENV UV_NO_CACHE=1 UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1
WORKDIR /src

# The dependencies change less often than the program: in a layer of their own they are kept.
COPY pyproject.toml uv.lock README.md LICENSE ./
COPY monitor/__init__.py monitor/
RUN uv venv --python /usr/local/bin/python /opt/monitor \
 && uv export --quiet --locked --no-dev --extra postgres --no-emit-project -o /tmp/requirements.txt \
 && uv pip install --python /opt/monitor --require-hashes -r /tmp/requirements.txt

COPY config.example.toml ./
COPY deploy/monitor.1 deploy/
COPY migrations migrations
COPY monitor monitor
RUN uv build --wheel --out-dir /tmp/dist . \
 && uv pip install --python /opt/monitor --no-deps /tmp/dist/monitor-*.whl


FROM python:3.13-slim
RUN groupadd --gid 10001 monitor \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin monitor \
 && install -d -o 10001 -g 10001 -m 0750 /data
COPY --from=build /opt/monitor /opt/monitor
ENV PATH=/opt/monitor/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    MONITOR_CONFIG=/data/config.toml
WORKDIR /data
VOLUME /data
# By number, so that an orchestrator can see that it is not root.
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s --retries=3 CMD ["monitor", "health"]
ENTRYPOINT ["monitor"]
CMD ["run"]
