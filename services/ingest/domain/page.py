"""A contract as a page of documentation (Markdown, both languages), for `docs/feeds/`."""

from services.ingest.domain.body import MAX_RECORDS
from services.ingest.domain.contract import WRITTEN, Column, FeedContract, Kind

_KINDS = {
    Kind.USCC: "GB 32100-2015",
    Kind.DISTRICT: "GB/T 2260",
    Kind.INDUSTRY: "GB/T 4754-2017",
    Kind.DATE: "YYYY-MM-DD",
    Kind.MONTH: "YYYY-MM",
    Kind.TIMESTAMP: "ISO 8601, 含时区 / with zone",
    Kind.PROSE: "可多行 / of several lines",
    Kind.NAMES: "以 ; 连接 / joined by ;",
    Kind.URL: "http(s)",
    Kind.PSEUDONYM: "32–64 位小写十六进制 / 32–64 lower-case hexadecimal digits",
    Kind.CNY: "CNY, 2 位小数 / 2 decimals",
}


def render(contract: FeedContract) -> str:
    """Return the page of a contract; it says at its top that it is generated."""
    laws = [f"- {law.zh}  \n  {law.en}" for law in contract.legal_basis]
    key = " + ".join(f"`{name}`" for name in contract.key)
    lines = [
        f"<!-- Generated from services/ingest/contracts/{contract.name}/{contract.version}.yaml by",
        "     `wengang contracts pages docs/feeds`; edit the contract, not this page. -->",
        f"# {contract.title.zh} · {contract.title.en}",
        "",
        f"`{contract.name}` · {contract.version} · {contract.classification}",
        "",
        f"{contract.purpose.zh}  \n{contract.purpose.en}",
        "",
        f"{contract.usage.zh}  \n{contract.usage.en}",
        "",
        f"- 提供单位 / owner: {contract.owner.zh} / {contract.owner.en}",
        f"- 频率 / cadence: {contract.cadence}",
        f"- 时限 / freshness: {_freshness(contract)}",
        f"- 主键 / key: {key}",
        "- 错误行 / bad rows: 合格行入库，不合格行逐条说明原因 / good are taken, bad are answered",
        f"- 整份退回 / files refused as a whole: {_threshold(contract)}",
        "",
        "## 依据 / Legal basis",
        "",
        *laws,
        "",
        "## 字段 / Columns",
        "",
        "| 字段 / column | 名称 / title | 必填 / required | 取值 / values | 说明 / description |",
        "| --- | --- | --- | --- | --- |",
        *(_line(column) for column in contract.columns),
        "",
        "## 推送 / Push",
        "",
        f"`POST /v1/feeds/{contract.name}/batches`, 1–{MAX_RECORDS} records:",
        "",
        "```json",
        '{"records": [{',
        ",\n".join(f'  "{column.name}": {_example(column)}' for column in contract.columns),
        "}]}",
        "```",
        "",
    ]
    return "\n".join(lines)


def _freshness(contract: FeedContract) -> str:
    fresh = contract.freshness
    if fresh is None:
        return "无 / none"
    after = "上次推送后 / after the last push"
    if fresh.element is not None:
        after = f"`{fresh.element}` 结束后 / after the end of `{fresh.element}`"
    return f"{after}: {fresh.working_days} 个工作日 / working days"


def _threshold(contract: FeedContract) -> str:
    if contract.reject_above is None:
        return "无；每份文件的合格行均入库 / never; the good rows of each are taken"
    above = f"{contract.reject_above:g} %"
    return f"不合格行超过 {above} / above {above} bad rows; `?reject_above=`"


def _line(column: Column) -> str:
    required = "是 / yes" if column.required else ""
    cells = (
        f"`{column.name}`",
        f"{column.title.zh} / {column.title.en}",
        required,
        _values(column),
        f"{column.description.zh} {column.description.en}",
    )
    return f"| {' | '.join(cells)} |"


def _values(column: Column) -> str:
    if column.choices:
        return ", ".join(f"`{choice}`" for choice in column.choices)
    known = _KINDS.get(column.kind, "")
    if column.kind in WRITTEN:
        length = f"≤ {column.max_length} 字 / characters"
        return ", ".join(part for part in (known, length) if part)
    if column.minimum is None:
        return known
    bounds = f"≥ {column.minimum}"
    if column.maximum is not None:
        bounds = f"{column.minimum}–{column.maximum}"
    return ", ".join(part for part in (known, bounds) if part)


def _example(column: Column) -> str:
    example = column.examples[0]
    return example if column.kind is Kind.INTEGER else f'"{example}"'
