"""A forest of 500 trees, in each form that it can have in a file."""

from pathlib import Path

import numpy as np
from onnx import ModelProto, numpy_helper
from sklearn.ensemble import RandomForestRegressor
from training import ensemble, trees
from training.graph import Graph
from training.tree import Tree

TREES = 500
FEATURES = 13
ROWS = 20_000
EXPORTED = ensemble.PART
GREATER = 3  # The mode BRANCH_GT of TreeEnsemble.


class Forest:
    """A fitted forest, and the files of its forms."""

    def __init__(self, folder: Path) -> None:
        random = np.random.default_rng(1)
        x = random.normal(size=(4000, FEATURES)).astype(np.float32)
        noise = random.normal(size=4000)
        y = x @ random.normal(size=FEATURES) + np.sin(3 * x[:, 0]) * x[:, 1] + noise
        model = RandomForestRegressor(TREES, min_samples_leaf=2, n_jobs=-1, random_state=0)
        fitted = [each.tree_ for each in model.fit(x, y).estimators_]
        self.folder = folder
        self.nodes = sum(tree.node_count for tree in fitted)
        self.strongest = int(np.argmax(model.feature_importances_))
        self.trees = [trees._sklearn_tree(tree) for tree in fitted]
        self.hot_left = [_hot_left(tree) for tree in fitted]

    def rows(self) -> Path:
        """Write rows to predict."""
        file = self.folder / "rows.bin"
        values = np.random.default_rng(2).normal(size=(ROWS, FEATURES))
        file.write_bytes(values.astype("<f4").tobytes())
        return file

    def regressor(self, kind: str = "float") -> Path:
        """Write one TreeEnsembleRegressor, whose thresholds are floats or doubles."""
        graph = Graph()
        x = graph.input("x", kind, FEATURES)
        y = trees._add_regressor(graph, self.trees, x, "AVERAGE", 0.0)
        graph.output(y, "y")
        return self._write(f"regressor-{kind}", graph.model())

    def parts(self, nodes: int = EXPORTED, kind: str = "float") -> Path:
        """Write TreeEnsemble nodes of about so many tree nodes each."""
        return self._write(f"parts-{nodes}-{kind}", _parts(self.trees, nodes, kind))

    def sorted_by_size(self) -> Path:
        """Write the parts with the smallest trees first."""
        ordered = sorted(self.trees, key=lambda tree: len(tree.leaf))
        return self._write("sorted", _parts(ordered, EXPORTED, "float"))

    def left_first(self) -> Path:
        """Write the parts so that the left child follows its parent: all conditions inverted."""
        return self._inverted("left-first", [np.full_like(hot, True) for hot in self.hot_left])

    def hot_first(self) -> Path:
        """Write the parts so that the likelier child follows its parent, in two modes."""
        return self._inverted("hot-first", self.hot_left)

    def _inverted(self, name: str, inverted: list[np.ndarray]) -> Path:
        model = _parts(self.trees, EXPORTED, "float")
        of_nodes = np.concatenate(inverted)
        done = 0
        for node in model.graph.node:
            attributes = {each.name: each for each in node.attribute}
            if "nodes_modes" not in attributes:
                continue
            modes = attributes["nodes_modes"].t
            count = modes.dims[0]
            swap = of_nodes[done : done + count]
            done += count
            modes.CopyFrom(
                numpy_helper.from_array(np.where(swap, GREATER, 0).astype(np.uint8), "nodes_modes")
            )
            for of_true, of_false in (
                ("nodes_truenodeids", "nodes_falsenodeids"),
                ("nodes_trueleafs", "nodes_falseleafs"),
            ):
                true = np.array(attributes[of_true].ints)
                false = np.array(attributes[of_false].ints)
                attributes[of_true].ints[:] = np.where(swap, false, true).tolist()
                attributes[of_false].ints[:] = np.where(swap, true, false).tolist()
        assert done == len(of_nodes), f"{done} branches in the file, {len(of_nodes)} in the forest"
        return self._write(name, model)

    def _write(self, name: str, model: ModelProto) -> Path:
        file = self.folder / f"{name}.onnx"
        file.write_bytes(model.SerializeToString())
        return file


def _parts(forest: list[Tree], nodes: int, kind: str) -> ModelProto:
    graph = Graph()
    x = graph.input("x", kind, FEATURES)
    ensemble.PART = nodes
    graph.output(ensemble.add_ensemble(graph, forest, x, "AVERAGE", 0.0), "y")
    return graph.model()


def _hot_left(tree) -> np.ndarray:
    """Return for each branch whether more training rows went left than right."""
    branch = tree.children_left != -1
    rows = tree.weighted_n_node_samples
    return rows[tree.children_left[branch]] > rows[tree.children_right[branch]]
