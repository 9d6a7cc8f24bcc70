"""The cache of every process: Django's own on Valkey or Redis, with its client kept."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class KeptClient(RedisCacheClient):
    """One client for the one server that we have.

    Django makes a new client for each operation, which takes longer than the operation itself. A client holds nothing
    but the pool of connections, may be shared by threads, and its pool begins anew after a fork.
    """

    @cached_property
    def _kept(self) -> Any:
        return super().get_client(write=True)

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        return self._kept


class Cache(RedisCache):
    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient
