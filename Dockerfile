# The bot in a box: built from locked packages, run as nobody in particular, writing only where it is told to.
# tests/system/test_containers.py runs these very steps as a script in a clean folder, where no container engine is to be had.
FROM python:3.11-slim
WORKDIR /app
COPY requirements.lock pyproject.toml README.md LICENSE ./
COPY bot ./bot
COPY flows ./flows
COPY content ./content
RUN python -m venv /app/venv
RUN /app/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
RUN /app/venv/bin/pip install --no-cache-dir ".[postgres]"
RUN /app/venv/bin/python -m bot --version
RUN install -d -o 10001 -g 10001 /releases
USER 10001:10001
ENV PYTHONUNBUFFERED=1
ENTRYPOINT ["/app/venv/bin/python", "-m", "bot"]
CMD ["telegram"]
