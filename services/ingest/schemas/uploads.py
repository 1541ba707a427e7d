"""What ingest answers about files that come in pieces."""

from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.ingest.store.uploads import Upload


class UploadRead(BaseModel):
    """A file that comes in pieces."""

    id: UUID
    feed: str
    filename: str
    length: int
    offset: int = Field(description="How much has come: where to go on.")
    replaces_period: str | None = Field(description="The period that it is to replace as a whole.")
    import_id: UUID | None = Field(description="The import that it has become.")

    @classmethod
    def of(cls, upload: Upload, offset: int) -> Self:
        """Tell of an upload."""
        return cls(
            id=upload.id,
            feed=upload.feed,
            filename=upload.filename,
            length=upload.length,
            offset=offset,
            replaces_period=upload.replaces_period,
            import_id=upload.import_id,
        )
