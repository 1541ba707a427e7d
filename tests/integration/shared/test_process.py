"""A deployable without its settings names the whole variable, and what it is for."""

import os
import subprocess
import sys


def _migrate(language: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INGEST_")}
    return subprocess.run(
        [sys.executable, "-m", "services.ingest", "migrate"],
        env={**kept, "WENGANG_LANG": language, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_missing_setting_is_named_whole_with_its_purpose() -> None:
    ended = _migrate("en")

    assert ended.returncode == 2
    assert ended.stderr == (
        "The setting INGEST_DATABASE__URL is missing: the address of its own database, "
        "such as postgresql+psycopg://user:password@host/db\n"
    )


def test_a_group_that_is_there_in_part_lacks_the_same() -> None:
    ended = _migrate("zh-CN", INGEST_DATABASE__POOL_SIZE="5")

    assert ended.stderr.startswith("缺少设置 INGEST_DATABASE__URL：本服务的数据库地址")


def test_a_wrong_setting_is_named_without_its_value() -> None:
    ended = _migrate("en", INGEST_DATABASE__URL="mysql://user:secret@host/db")

    assert ended.returncode == 2
    assert ended.stderr.startswith("INGEST_DATABASE__URL: ")
    assert "secret" not in ended.stderr
