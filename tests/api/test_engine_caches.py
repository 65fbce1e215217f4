from __future__ import annotations

from pathlib import Path

import pytest

from jobs.engine_client import RemoteFailure
from schemas.caches import CacheChange
from schemas.engine_protocol import EngineCache, EngineCaches, EngineEvent, EngineForget, EngineWarm
from schemas.settings import Settings
from tests.api.engine_process import engine_settings, ignore, running_engine
from tests.engine.sources import source_of

LONG = source_of("The borrower is Bob and the margin is 3 per cent. " * 40, "doc_2")


class HungUp(Exception):
    pass


def test_who_hangs_up_goes_on_where_it_was_and_sees_his_own_alone(
    tiny_settings: Settings, tmp_path: Path
) -> None:
    blocks = tiny_settings.engine.model_copy(update={"checkpoint_tokens": 64})
    settings = engine_settings(
        tiny_settings.model_copy(update={"engine": blocks}), tmp_path, slots=3
    )
    with running_engine(settings) as engine:
        document = engine.store(LONG, "doc_2")
        request = EngineWarm(request_id="w", tenant="a", documents=[document])

        def hang_up(event: EngineEvent) -> None:
            if event.progress is not None and event.progress.stage == "read":
                raise HungUp

        with pytest.raises(HungUp):
            engine.client.warm(request, hang_up)
        warmed = engine.client.warm(request, ignore)
        assert warmed.num_tokens_read < warmed.num_tokens
        (cache,) = engine.client.caches(EngineCaches(tenant="a")).data
        assert cache == warmed.data[0]
        assert engine.client.caches(EngineCaches(tenant="b")).data == []
        theirs = EngineCache(tenant="b", id=cache.id, change=CacheChange(pinned=True))
        with pytest.raises(RemoteFailure) as refused:
            engine.client.cache(theirs)
        assert refused.value.code == "not_found"
        ours = theirs.model_copy(update={"tenant": "a"})
        timed = EngineCache(tenant="a", id=cache.id, change=CacheChange(ttl_seconds=60))
        engine.client.cache(timed)
        pinned = engine.client.cache(ours)
        assert (pinned.pinned, pinned.ttl_seconds) == (True, 60)
        engine.client.forget(EngineForget(tenant="a", documents=["doc_2"]))
        assert engine.client.caches(EngineCaches(tenant="a")).data == []
        assert engine.client.warm(request, ignore).num_tokens_read == warmed.num_tokens
        removed = engine.client.caches(EngineCaches(tenant="a")).data[0].id
        deleted = engine.client.delete_cache(EngineCache(tenant="a", id=removed))
        assert deleted.num_bytes > 0
