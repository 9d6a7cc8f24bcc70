"""gunicorn's settings: `gunicorn -c config/gunicorn.py config.wsgi`."""

import os
import tempfile
from pathlib import Path

from django.conf import settings

from config import environment
from config.logging import configure

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
_env = environment.read()

bind = f"{_env.host}:{_env.port}"
workers = _env.web_workers
threads = _env.web_threads
# Loaded once, then forked: a quicker start and less memory. Nothing may be connected before the fork (config.boot).
preload_app = True
timeout = 60
graceful_timeout = 10
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
accesslog = None
# Heartbeat files in memory where there is some: on a slow disk workers look dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else tempfile.gettempdir()
control_socket_disable = True
logconfig_dict = settings.LOG
configure(settings.LOG)
