"""What contracts themselves give as an example, as a record that a sender would push."""

from datetime import date

from services.ingest.domain.contract import FeedContract, Kind

TODAY = date(2026, 11, 25)


def example(contract: FeedContract) -> dict[str, object]:
    """Return the record that the examples of the columns make."""
    return {
        column.name: int(column.examples[0]) if column.kind is Kind.INTEGER else column.examples[0]
        for column in contract.columns
    }
