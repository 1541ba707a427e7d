"""Codes of what is done in a case beside its steps: deeds, kinds of evidence, services."""

from enum import StrEnum


class Deed(StrEnum):
    """What a person may do in a case without moving it on."""

    VISIT = "visit"
    DELIVER = "deliver"
    ADD_EVIDENCE = "add_evidence"
    REQUEST_FINANCING = "request_financing"
    REPORT = "report"
    NOTE_PROGRESS = "note_progress"
    REQUEST_ASSISTANCE = "request_assistance"


class EvidenceKind(StrEnum):
    """What a piece of evidence is."""

    PAID_SLIPS = "paid_slips"
    INSURANCE_LIST = "insurance_list"
    AGREEMENT = "agreement"
    CONTRACT = "contract"
    COURT_PAPER = "court_paper"
    LAYOFF_REPORT = "layoff_report"
    VISIT_RECORD = "visit_record"
    REGISTER_EXTRACT = "register_extract"


class Service(StrEnum):
    """The services of the catalogue: what the city can bring to an enterprise under warning."""

    RETENTION_TRAINING = "retention_training"
    VOCATIONAL_TRAINING = "vocational_training"
    JOB_ASSISTANCE = "job_assistance"
    SOCIAL_INSURANCE_RELIEF = "social_insurance_relief"
    RENT_RELIEF = "rent_relief"
    LOAN_FINANCING = "loan_financing"
    LAWFUL_LAYOFF_GUIDANCE = "lawful_layoff_guidance"
