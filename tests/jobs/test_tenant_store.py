from __future__ import annotations

import pytest

from jobs.file_store import new_file_id
from jobs.removals import carry_out
from jobs.services import Services
from jobs.storage import file_key, part_key
from jobs.tenant_store import TenantStore
from schemas.errors import Conflict
from schemas.openai_files import FilePurpose, UploadCreate
from tests.jobs.asked import TENANT
from tests.jobs.request_batching import asked, line, now


@pytest.fixture
def tenants(services: Services) -> TenantStore:
    return TenantStore(services.database, services.settings.tenants)


def test_the_bytes_of_files_and_uploads_go_with_their_tenant(
    services: Services, tenants: TenantStore
) -> None:
    tenants.create("other")
    file_id, purpose = new_file_id(), FilePurpose.FINE_TUNE
    services.files.add("other", purpose=purpose, name="a.jsonl", num_bytes=2, file_id=file_id)
    upload = services.uploads.create(
        "other", UploadCreate(filename="b", purpose=purpose, bytes=2, mime_type="text/jsonl")
    )
    keys = [file_key("other", file_id), part_key("other", upload.id, "part_1")]
    for key in keys:
        services.storage.put_bytes(key, b"{}")
    tenants.delete("other")
    carry_out(services)
    assert [key for key in keys if services.storage.exists(key)] == []


def test_a_tenant_stays_until_its_batches_have_ended(
    services: Services, tenants: TenantStore
) -> None:
    batch = asked(services, line("a"))
    with pytest.raises(Conflict, match="batches that have not ended: cancel these first"):
        tenants.delete(TENANT)
    assert now(services, batch).status == "validating"
    services.request_batches.cancel(TENANT, batch.id)
    tenants.delete(TENANT)
    carry_out(services)
    assert not services.storage.exists(file_key(TENANT, batch.input_file_id))
