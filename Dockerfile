# Front-end packages
FROM node:22-bookworm-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci

# Python packages, fonts, message catalogues and collected static files
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements/prod.txt requirements/
RUN python -m venv /opt/steward \
 && /opt/steward/bin/pip install --no-cache-dir --require-hashes -r requirements/prod.txt
COPY . .
COPY --from=assets /app/node_modules node_modules
RUN /opt/steward/bin/python -c "from pathlib import Path; from ops import fonts; fonts.main(Path('/app/fonts'))" \
 && /opt/steward/bin/python -m ops.compile_messages
# No server is spoken to here; the settings only want to have read the addresses.
RUN DATABASE_URL=postgresql://nobody@nowhere/none REDIS_URL=redis://nowhere:6379/0 SECRET_KEY=only-for-collecting-files \
    STEWARD_STATIC=compressed STATIC_ROOT=/app/static-files \
    /opt/steward/bin/python manage.py collectstatic --no-input --verbosity 0 \
 && mkdir -p /app/icons/@tabler/icons/icons \
 && mv node_modules/@tabler/icons/icons/outline /app/icons/@tabler/icons/icons/ \
 && rm -rf node_modules && mv icons node_modules

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin steward \
 && install -d -o steward -g steward -m 0700 /media /state
COPY --from=build /opt/steward /opt/steward
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/steward/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    STEWARD_STATIC=compressed \
    STATIC_ROOT=/app/static-files \
    MEDIA_ROOT=/media \
    FONTCONFIG_FILE=/app/fonts/fonts.conf
RUN fc-cache --force
USER steward
EXPOSE 8000
CMD ["gunicorn", "config.wsgi:application", "--bind=0.0.0.0:8000", "--workers=2", "--worker-class=gthread", "--threads=4", \
     "--timeout=60", "--graceful-timeout=20", "--worker-tmp-dir=/dev/shm", "--no-control-socket"]
