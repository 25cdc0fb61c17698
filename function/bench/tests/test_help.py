import subprocess
import sys
import unittest
from pathlib import Path

BENCH = Path(__file__).resolve().parents[1]
WITHOUT_PACKAGES = [sys.executable, "-S"]


class HelpTest(unittest.TestCase):
    def test_needs_no_packages(self) -> None:
        for tool in ("abuse", "forest", "run", "score", "startup"):
            with self.subTest(tool):
                done = self.run_tool(tool, "--help")

                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertIn(f"usage: {tool}", done.stdout)

    def test_missing_packages_are_named(self) -> None:
        done = self.run_tool("forest")

        self.assertEqual(done.returncode, 1)
        self.assertIn("numpy is not installed for this Python. Run it with", done.stderr)

    def run_tool(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*WITHOUT_PACKAGES, BENCH / arguments[0], *arguments[1:]]
        return subprocess.run(command, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    unittest.main()
