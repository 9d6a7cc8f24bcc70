"""The wiring as an application: set up once per process, after the settings and before any work."""

from django.apps import AppConfig
from django.conf import settings


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        # Registers the Celery application that `shared_task` and `send_task` use.
        from config import celery  # noqa: F401
        from config.logging import configure

        configure(settings.LOG)
