# Two images from one tree: `light` (web, sweeper, and workers on a processor) and `gpu`.
# Nothing here writes at run time: compose.yaml starts every container read-only.

FROM python:3.11-slim-bookworm AS light
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PATH=/app/.venv/bin:$PATH \
    HOST=0.0.0.0 PORT=8000 SOTTO_DATA=/tmp/sotto STATIC_ROOT=/app/static-built SOTTO_MODELS=/models
# FriBidi: letters that join or turn, in subtitles that are burned into a video.
RUN apt-get update && apt-get install -y --no-install-recommends libfribidi0 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin sotto
WORKDIR /app
COPY pyproject.toml constraints.txt ./
COPY tools ./tools
RUN python tools/environment.py light && python -m compileall -q .venv/lib
COPY . .
RUN python -m compileall -q accounts billing config gpu privacy transcripts \
    && SECRET_KEY=build-only python manage.py prepare \
    && rm -rf /tmp/sotto
USER 10001
EXPOSE 8000
CMD ["python", "manage.py", "serve", "--web-only"]

FROM light AS gpu
USER root
# whisperx brings torch with CUDA: several gigabytes. The weights come by SOTTO_MODELS, a read-only mount.
RUN uv pip install --python .venv/bin/python "$(python -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["gpu"][0])')"
ENV HF_HUB_OFFLINE=1 PYANNOTE_METRICS_ENABLED=0
USER 10001
CMD ["python", "manage.py", "work"]
