"""What the launcher's commands load before they hand over."""

import subprocess
import sys


def test_help_loads_no_driver_and_no_server() -> None:
    heavy = "{'psycopg', 'nats', 'joserfc'}"
    seen = f"import sys, launcher.commands; print(sorted({heavy} & set(sys.modules)))"

    said = subprocess.run([sys.executable, "-c", seen], check=True, capture_output=True, text=True)

    assert said.stdout.strip() == "[]"
