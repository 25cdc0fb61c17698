import tempfile
import unittest
from pathlib import Path

from measuring.errors import MeasuringError
from measuring.timeline import Mark, Timeline, calls, opens, uses

LOG = """\
[2000000000ns][os         ] Use of CLOCK_MONOTONIC is supported
[2010000000ns] 7 Initializing 'a/Main' (0x0000000054512fc0) by thread "main"
[2011000000ns] attempting shared library load of /app/native/libonnxruntime.so
[2012500000ns] 8 Initializing 'a/Other'(no method) (0x0000000054512fc0) by thread "other"
[2013000000ns] Failed to find Java_a_Model_open in library with handle 0x1
[2014000000ns] Found Java_a_Model_open in library with handle 0x2
[2016000000ns] 9 Initializing 'a/Main$Inner' (0x0000000054512fc0) by thread "main"
[2017000000ns] 9 Initializing 'a/Last' (0x0000000054512fc0) by thread "main"
"""


class TimelineTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        log = Path(folder.name) / "jvm.log"
        log.write_text(LOG.replace("[os         ]", ""))
        self.timeline = Timeline.read(log, started=1.99)

    def test_tells_when_something_was_first_seen(self) -> None:
        table = (
            (Mark(""), 10),
            (uses("a.Main"), 20),
            (uses("a.Main$Inner"), 26),
            (opens("libonnxruntime.so"), 21),
            (calls("Java_a_Model"), 24),
        )
        for mark, milliseconds in table:
            with self.subTest(mark.pattern):
                self.assertAlmostEqual(self.timeline.at(mark), milliseconds)

    def test_says_what_was_not_seen(self) -> None:
        with self.assertRaisesRegex(MeasuringError, "no line with .*a/Renamed"):
            self.timeline.at(uses("a.Renamed"))

    def test_lists_where_a_thread_spends_its_time(self) -> None:
        gaps = self.timeline.gaps("main", until=27, count=5)

        found = [(round(length), before, after) for length, before, after in gaps]
        self.assertEqual(found, [(6, "a.Main", "a.Main$Inner"), (1, "a.Main$Inner", "a.Last")])


if __name__ == "__main__":
    unittest.main()
