"""Multi-layer perceptrons as ONNX nodes, in float64."""

from training.graph import Graph
from training.unsupported import require

# scikit-learn's name of an activation → ONNX operator; "identity" needs none.
ACTIVATIONS = {"relu": "Relu", "tanh": "Tanh", "logistic": "Sigmoid"}


def add_mlp(graph: Graph, model, x: str) -> str:
    """Add a fitted scikit-learn MLPRegressor: (N, k) → (N, 1), double.

    Raises UserError if it has more than one target or its output is not linear.
    """
    require(model, n_outputs_=1, out_activation_="identity")
    layers = list(zip(model.coefs_, model.intercepts_, strict=True))
    for weights, bias in layers[:-1]:
        x = graph.affine(x, weights, bias)
        if model.activation != "identity":
            x = graph.add(ACTIVATIONS[model.activation], x)
    return graph.affine(x, *layers[-1])
