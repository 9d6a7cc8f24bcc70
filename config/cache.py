"""The cache: Django's on Redis, whose client is made once. Making one, with its table of every command, takes longer than asking."""

from functools import cache
from typing import Any

from django.core.cache.backends import redis


class Client(redis.RedisCacheClient):
    """One client for each pool of connections: it holds none of them, and threads may share it."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._client = cache(self._client)  # type: ignore[has-type]


class RedisCache(redis.RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = Client
