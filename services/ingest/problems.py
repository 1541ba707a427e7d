"""What ingest's refusals are over HTTP."""

from services.ingest.domain.body import BatchMalformed, BatchTooLarge
from services.ingest.domain.errors import (
    ContentGone,
    ContractSunset,
    ContractVersionUnknown,
    EnterpriseNotFound,
    FeedNotFound,
    FeedNotHeld,
    ImportEnded,
    ImportNotFound,
    MappingForOtherFeed,
    MappingNotFound,
    OpinionNotFound,
    SampleUnreadable,
    SuccessionInFuture,
    SuccessionOfItself,
    SuccessionUnknown,
    SuccessorTaken,
    UploadDiffers,
    UploadNotFound,
    UploadTooLong,
)
from services.ingest.mapping.document import MappingFlawed
from shared.pieces import OffsetDiffers, PiecesBusy
from shared.pieces import TooLong as PiecesTooLong
from shared.problems import Problem, Problems

PROBLEMS: Problems = {
    BatchMalformed: Problem(422, "validation_failed"),
    BatchTooLarge: Problem(413, "body_too_large"),
    ContractVersionUnknown: Problem(404, "contract_version_unknown"),
    ContractSunset: Problem(410, "contract_sunset"),
    FeedNotHeld: Problem(403, "feed_not_held"),
    FeedNotFound: Problem(404, "feed_not_found"),
    ImportNotFound: Problem(404, "import_not_found"),
    UploadNotFound: Problem(404, "upload_not_found"),
    UploadTooLong: Problem(413, "body_too_large"),
    UploadDiffers: Problem(422, "upload_differs"),
    OffsetDiffers: Problem(409, "upload_offset_differs"),
    PiecesBusy: Problem(423, "upload_busy", headers={"Retry-After": "2"}),
    PiecesTooLong: Problem(409, "upload_longer"),
    ImportEnded: Problem(409, "import_ended"),
    MappingFlawed: Problem(422, "mapping_flawed"),
    MappingForOtherFeed: Problem(409, "mapping_for_other_feed"),
    MappingNotFound: Problem(404, "mapping_not_found"),
    SampleUnreadable: Problem(422, "sample_unreadable"),
    ContentGone: Problem(410, "content_gone"),
    EnterpriseNotFound: Problem(404, "enterprise_not_found"),
    OpinionNotFound: Problem(404, "opinion_not_found"),
    SuccessionInFuture: Problem(422, "succession_in_future"),
    SuccessionOfItself: Problem(422, "succession_of_itself"),
    SuccessionUnknown: Problem(404, "succession_unknown"),
    SuccessorTaken: Problem(409, "successor_taken"),
}
