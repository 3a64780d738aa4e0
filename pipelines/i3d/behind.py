"""Storing behind: one batch becomes durable while the next is read, and never more than one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class Behind(Generic[T]):
    """Calls `store` in a thread of its own, in order; `failed` is told of an error, and says by raising that it is fatal."""

    def __init__(self, store: Callable[[T], None], failed: Callable[[T, BaseException], None]) -> None:
        self.store, self.failed = store, failed
        self.pool = ThreadPoolExecutor(1, thread_name_prefix="store")
        self.under_way: tuple[T, Future[None]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.pool.shutdown(wait=True)

    @property
    def idle(self) -> bool:
        """Whether nothing is being stored."""
        return self.under_way is None or self.under_way[1].done()

    def put(self, item: T) -> None:
        """Waits for the item before, then begins with this one."""
        self.wait()
        self.under_way = item, self.pool.submit(self.store, item)

    def wait(self) -> None:
        """Until everything put so far is stored."""
        if self.under_way is None:
            return
        (item, future), self.under_way = self.under_way, None
        error = future.exception()
        if error is not None:
            self.failed(item, error)
