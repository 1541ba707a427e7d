"""Migrations form one line each."""

import pytest
from alembic.script import ScriptDirectory

from shared.migrations import history
from tests.architecture.deployables import PACKAGES


@pytest.mark.parametrize("name", PACKAGES)
def test_a_history_is_one_line_with_numbered_steps(name: str) -> None:
    script = ScriptDirectory.from_config(history(PACKAGES[name], "postgresql+psycopg://x@/x"))
    assert len(script.get_heads()) == 1
    steps = [step.revision for step in script.walk_revisions()][::-1]
    assert steps == [f"{number:04d}" for number in range(1, len(steps) + 1)]
