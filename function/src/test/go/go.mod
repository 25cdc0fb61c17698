module dev.onnxfunction/proxy

go 1.19
