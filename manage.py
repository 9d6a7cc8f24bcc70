#!/usr/bin/env python
"""Django's commands, each with the embedded servers of DATA_DIR at hand unless DATABASE_URL and REDIS_URL are set."""

import os
import sys

from config import environment
from config.embedded import servers_in_environment
from config.server_home import ServerError

# The only commands that are told how to connect as the owner of the tables.
OWNER_COMMANDS = {"migrate", "bench", "test"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    from django.core.management import execute_from_command_line

    if command in {"help", "--help", "-h", "version", "--version"} or "--help" in sys.argv:
        execute_from_command_line(sys.argv)
        return
    with servers_in_environment(environment.read().data_dir, os.environ):
        if command not in OWNER_COMMANDS:
            os.environ.pop("MIGRATE_DATABASE_URL", None)
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    try:
        main()
    except ServerError as error:
        sys.exit(f"{error}")
