import unittest
from typing import ClassVar

from measuring import report
from measuring.figures import Bound, Comparison, Figure, Question, compare, noisy


def question(more_is_better: bool, goal: Bound | None = None) -> Question:
    return Question("q", "ms", "m", ("a", "b"), more_is_better, Bound(0.8), goal)


BOUNDLESS = Question("q", "ms", "m", (), False, None, None)


class FigureTest(unittest.TestCase):
    def test_tells_the_middle_and_the_spread(self) -> None:
        figure = Figure((3.0, 1.0, 2.0, 10.0))

        self.assertEqual((figure.median, figure.low, figure.high), (2.5, 1.0, 10.0))
        self.assertEqual(figure.noise, 3.6)

    def test_is_called_noisy_beyond_30_percent(self) -> None:
        figures = {"s": {"calm": Figure((100, 129)), "wild": Figure((100, 140))}}

        self.assertEqual(noisy(figures), ["s, wild"])


class ComparisonTest(unittest.TestCase):
    FIGURES: ClassVar[dict[str, dict[str, Figure]]] = {
        "own": {"m": Figure((40, 50, 60))},
        "a": {"m": Figure((90, 100, 100))},
        "b": {"m": Figure((50, 55, 60))},
        "c": {"m": Figure((1, 1, 1))},
    }

    def test_is_with_the_best_of_the_peers_that_are_asked_for(self) -> None:
        least = compare(question(more_is_better=False), "own", self.FIGURES)
        most = compare(question(more_is_better=True), "own", self.FIGURES)

        self.assertEqual((least.peer_name, least.ratio), ("b", 50 / 55))
        self.assertEqual((most.peer_name, most.ratio), ("a", 0.5))
        self.assertEqual(most.ratios, (40 / 90, 0.5, 0.6))

    def test_holds_what_is_reached_and_tells_where_rounds_differ(self) -> None:
        # more is better, own, limit, holds, wavers; the peer's are all 100
        table = (
            (False, (80, 80, 80), 0.8, True, False),
            (False, (70, 80, 90), 0.8, True, True),
            (False, (81, 81, 81), 0.8, False, False),
            (True, (300, 300, 300), 3.0, True, False),
            (True, (299, 299, 300), 3.0, False, True),
        )
        for more, own, limit, holds, wavers in table:
            with self.subTest(more=more, own=own):
                asked = Question("q", "x", "m", ("a",), more, Bound(limit), None)
                figures = {"own": {"m": Figure(own)}, "a": {"m": Figure((100, 100, 100))}}
                result = compare(asked, "own", figures)
                self.assertIs(result.holds(asked.bar), holds)
                self.assertIs(result.wavers(asked.bar), wavers)

    def test_may_have_a_goal_for_the_figure_itself(self) -> None:
        bound = Bound(50, of_ratio=False)
        result = compare(question(more_is_better=False, goal=bound), "own", self.FIGURES)

        self.assertTrue(result.holds(bound))
        self.assertTrue(result.wavers(bound))

    def test_does_not_know_a_ratio_without_a_peer(self) -> None:
        result = compare(question(more_is_better=False), "own", {"own": self.FIGURES["own"]})

        self.assertIsNone(result.ratio)
        self.assertIsNone(result.holds(Bound(0.8)))
        self.assertIn("not measured", report.comparisons([result]))
        self.assertIn("≤ 0.8 ×: not known", report.comparisons([result]))


class ReportTest(unittest.TestCase):
    def test_writes_numbers_as_long_as_they_mean_something(self) -> None:
        for value, text in ((0.4312, "0.43"), (12.34, "12.3"), (6820.4, "6 820")):
            self.assertEqual(report.number(value), text)

    def test_has_a_dash_where_there_is_no_goal(self) -> None:
        self.assertEqual(
            report.verdict(compare(BOUNDLESS, "a", {"a": {"m": Figure((1,))}}), None), "–"
        )

    def test_says_what_is_missed(self) -> None:
        bar = Bound(0.8)
        asked = Question("start", "ms", "m", ("a",), False, bar, Bound(0.5))
        result = Comparison(asked, Figure((50.0, 70.0)), "a", Figure((100.0, 100.0)))

        self.assertEqual(
            report.comparison(result),
            (
                "start, ms",
                "60.0 (50.0–70.0)",
                "100 (100–100): a",
                "0.60 (0.50–0.70)",
                "≤ 0.8 ×: holds",
                "≤ 0.5 ×: **missed**, not in every round",
            ),
        )


if __name__ == "__main__":
    unittest.main()
