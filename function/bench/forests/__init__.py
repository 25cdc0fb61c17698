"""How ONNX Runtime is measured on forests: the models, and the processes that predict."""
