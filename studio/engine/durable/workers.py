"""Lease rows of the processes that share one database: who lives, and who has died."""

from typing import TYPE_CHECKING

from studio.engine.durable.jobs import JobStore

if TYPE_CHECKING:
    from sqlalchemy import Connection


async def beat(store: JobStore, executor_id: str, *, lease_ms: int) -> None:
    """Say that *executor_id* lives."""

    def work(connection: "Connection") -> None:
        from studio.engine.store.tables.jobs import executors
        from studio.engine.store.upsert import insert_ignore

        expires = store.now_ms() + lease_ms
        if not insert_ignore(connection, executors, {"id": executor_id, "expires_epoch_ms": expires}):
            connection.execute(executors.update().where(executors.c.id == executor_id).values(expires_epoch_ms=expires))

    await store.database.write(work)


async def dead_workers(store: JobStore) -> list[str]:
    """Return executors whose lease has expired, and forget them."""

    def work(connection: "Connection") -> list[str]:
        from sqlalchemy import select

        from studio.engine.store.tables.jobs import executors

        expired = executors.c.expires_epoch_ms < store.now_ms()
        dead = [row.id for row in connection.execute(select(executors.c.id).where(expired))]
        if dead:
            connection.execute(executors.delete().where(executors.c.id.in_(dead)))
        return dead

    return await store.database.write(work)
